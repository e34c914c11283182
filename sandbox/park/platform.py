"""The platform's memory: visits of the enterprise, the committee's decisions."""

import secrets
from typing import Any

from sandbox.house.errors import HouseError
from sandbox.kit.clock import Clock, iso, parse_iso
from sandbox.kit.knobs import Knob, Knobs
from sandbox.kit.store import Document, Store
from sandbox.park import rules

CLIENT_ID = "campus-visitors"
ENTERPRISE = "JY-0217"
VISIT = "park.visit"
CHANGEABLE = ("startAt", "endAt", "vehicle", "host", "purpose", "approvedAt", "approvedBy")
DECISIONS = {"accept": "accepted", "ask": "pending", "reject": "rejected"}

DEFAULT_KNOBS: dict[str, Knob] = {
    "decision": "accept",
    "reject_reason": "园区临时管控",
    "closed_reason": "",
    "processing_seconds": 0,
    "events": {"duplicate": False, "lost": False},
}


class Platform:
    """Visits by the enterprise's number."""

    def __init__(self, store: Store, clock: Clock, knobs: Knobs) -> None:
        self.store = store
        self.clock = clock
        self.knobs = knobs

    def visits(self) -> list[Document]:
        """Newest first."""
        return self.store.all(VISIT)[::-1]

    def find(self, visit_no: str) -> Document:
        """NOT_FOUND when the platform does not hold it."""
        visit = self.store.get(VISIT, visit_no)
        if visit is None:
            raise HouseError("NOT_FOUND", "no such visit")
        return visit

    def create(self, body: dict[str, Any]) -> Document:
        """A new visit, decided as the committee is set; STATE_CONFLICT when the number is taken."""
        rules.check_first(body, ENTERPRISE)
        self._refuse_closed(body)
        if self.store.get(VISIT, body["visitNo"]) is not None:
            raise HouseError("STATE_CONFLICT", "the platform holds this visitNo already")
        number = f"P{secrets.randbelow(10**10):010d}"
        return self._decided({"visitNo": body["visitNo"], "parkVisitNo": number, "facts": body, "passages": []})

    def change(self, visit_no: str, body: dict[str, Any]) -> Document:
        """New times or vehicle: the committee decides anew."""
        rules.check_changeable(body)
        visit = self.find(visit_no)
        if visit["status"] == "cancelled":
            raise HouseError("STATE_CONFLICT", "the visit is cancelled")
        self._refuse_closed(body)
        return self._decided({**visit, "facts": {**visit["facts"], **{name: body.get(name) for name in CHANGEABLE}}})

    def cancel(self, visit_no: str) -> Document:
        """Cancelling a cancelled visit changes nothing."""
        visit = self.find(visit_no)
        return visit if visit["status"] == "cancelled" else self.set_status(visit, "cancelled", None)

    def set_status(self, visit: Document, status: str, reason: str | None) -> Document:
        """What the committee decided, or what became of the visit."""
        changed = {**visit, "status": status, "reason": reason, "updatedAt": iso(self.clock())}
        self.store.put(VISIT, visit["visitNo"], changed)
        return changed

    def pass_(self, visit: Document, direction: str) -> None:
        """The visitor passes the park's gate."""
        passage = {"direction": direction, "at": iso(self.clock())}
        self.store.put(VISIT, visit["visitNo"], {**visit, "passages": [*visit["passages"], passage]})

    def _decided(self, visit: Document) -> Document:
        decision = str(self.knobs.get("decision"))
        reason = str(self.knobs.get("reject_reason")) if decision == "reject" else None
        return self.set_status(visit, DECISIONS.get(decision, "pending"), reason)

    def _refuse_closed(self, body: dict[str, Any]) -> None:
        closed = str(self.knobs.get("closed_reason"))
        if closed:
            raise HouseError("DECLINED", "the park takes no visits now", closed)
        if parse_iso(body["endAt"]) <= self.clock():
            raise HouseError("DECLINED", "the visit is over", "来访时间已过")


def shown(visit: Document) -> Document:
    """A visit as the API answers it."""
    answer = {name: visit[name] for name in ("visitNo", "parkVisitNo", "status", "updatedAt")}
    return {**answer, "reason": visit["reason"]} if visit.get("reason") else answer
