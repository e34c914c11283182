"""The platform's memory: visits with their rights, passages, time-limited codes."""

import secrets
import uuid
from dataclasses import asdict
from typing import Any

from sandbox.gate import codes
from sandbox.gate.codes import GateError
from sandbox.gate.premises import group
from sandbox.gate.rules import VisitTimes
from sandbox.gate.visits import Right, Visit
from sandbox.kit.clock import Clock
from sandbox.kit.knobs import Knob, Knobs
from sandbox.kit.store import Document, Store
from sandbox.people import STAFF, Staff

KIND = "gate.visit"
QR_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

DEFAULT_KNOBS: dict[str, Knob] = {
    "rights_delay_seconds": 4,
    "failing_devices": [],
    "replay_protection": True,
    "default_group": None,
    "granted_groups": ["visitor-gate-main"],
    "unauthorised_paths": [],
    "call_limit_per_minute": None,
    "automatic_sign_out": False,
    "records_lag_seconds": 0,
    "face_score": None,
    "events": {"duplicate": False, "reversed": False, "lost": False},
}


class Platform:
    """Visits by order id; every reading settles the downloads that are due."""

    def __init__(self, store: Store, clock: Clock, knobs: Knobs) -> None:
        self.store = store
        self.clock = clock
        self.knobs = knobs

    def visits(self) -> list[Visit]:
        """All, oldest first, rights settled."""
        return [self._restore(doc) for doc in self.store.all(KIND)]

    def find(self, order_id: str) -> Visit:
        """By order id; 0x0531f00e when there is none."""
        doc = self.store.get(KIND, order_id)
        if doc is None:
            raise GateError(codes.RECORD_UNKNOWN)
        return self._restore(doc)

    def find_appointment(self, appoint_record_id: str) -> Visit:
        """By appointment record id; 0x0531f00e when there is none."""
        found = next((visit for visit in self.visits() if visit.appoint_record_id == appoint_record_id), None)
        if found is None:
            raise GateError(codes.RECORD_UNKNOWN)
        return found

    def save(self, visit: Visit) -> None:
        """Keep the visit as it is now."""
        self.store.put(KIND, visit.order_id, asdict(visit))

    def status(self, visit: Visit) -> int:
        """The platform's status number now."""
        return visit.status(self.clock(), bool(self.knobs.get("automatic_sign_out")))

    def new_visit(self, visitor: dict[str, Any], host: Staff, times: VisitTimes, purpose: str) -> Visit:
        """A visit not yet saved; 0x0531401d when the visitor already has a valid one in the period."""
        now = self.clock()
        for other in self.visits():
            if other.is_same_visitor(visitor) and other.blocks(times.start, times.end, now):
                raise GateError(codes.ALREADY_VALID, data=[visitor["visitorName"]])
        return Visit(
            order_id=str(uuid.uuid4()),
            appoint_record_id=uuid.uuid4().hex,
            visitor=visitor,
            host_id=host.person_id,
            start=times.start,
            end=times.end,
            purpose=purpose,
            qr="".join(secrets.choice(QR_LETTERS) for _ in range(10)),
            verification_code=f"{secrets.randbelow(10**6):06d}",
            created_at=now,
        )

    def chosen_groups(self, ids: list[str], wants_default: bool) -> list[str]:
        """The groups whose devices the visitor gets: unknown → 0x00072202, not this partner's → 0x00072201."""
        for group_id in ids:
            if group(group_id) is None:
                raise GateError(codes.RESOURCE_UNKNOWN, f"privilegeGroupIds {group_id}")
            if group_id not in self.knobs.get("granted_groups"):
                raise GateError(codes.NO_RIGHT_TO_RESOURCE, f"privilegeGroupIds {group_id}")
        default = self.knobs.get("default_group")
        return [*ids, *([default] if wants_default and default else [])]

    def register(self, visit: Visit, groups: list[str]) -> None:
        """Check the visitor in; without a group the call succeeds and no gate will open."""
        visit.groups = list(dict.fromkeys(groups))
        chosen = [found for found in map(group, visit.groups) if found]
        devices = list(dict.fromkeys(code for item in chosen for code in item.devices))
        visit.register(self.clock(), devices, float(self.knobs.get("rights_delay_seconds")))
        self.save(visit)

    def download_again(self, visit: Visit) -> None:
        """Send failed rights again (the platform's status page has a button for it)."""
        visit.download_again(self.clock(), float(self.knobs.get("rights_delay_seconds")))
        self.save(visit)

    def new_code(self, order_id: str, lives: float, uses: int) -> str:
        """A time-limited QR content for a visit."""
        content = "".join(secrets.choice(QR_LETTERS) for _ in range(10))
        code = {"content": content, "order_id": order_id, "expires_at": self.clock() + lives, "uses_left": uses}
        self.store.put("gate.code", content, code)
        return content

    def limited_code(self, content: str) -> Document | None:
        """The time-limited code of that content."""
        return self.store.get("gate.code", content)

    def use_code(self, content: str) -> None:
        """One passage with a time-limited code."""
        code = self.store.get("gate.code", content)
        if code:
            self.store.put("gate.code", content, {**code, "uses_left": code["uses_left"] - 1})

    def _restore(self, doc: Document) -> Visit:
        """Downloads whose time has come are settled once and kept: a later change of a knob does not rewrite them."""
        visit = Visit(**{**doc, "rights": [Right(**right) for right in doc["rights"]]})
        before = [right.status for right in visit.rights]
        visit.settle(self.clock(), self.knobs.get("failing_devices"))
        if before != [right.status for right in visit.rights]:
            self.save(visit)
        return visit


def staff_by_id(person_id: str) -> Staff:
    """A host who is still in the register; 0x00072202 otherwise."""
    found = next((staff for staff in STAFF if staff.person_id == person_id and staff.status >= 0), None)
    if found is None:
        raise GateError(codes.RESOURCE_UNKNOWN, "receptionistId")
    return found


def staff_name(person_id: str) -> str:
    """The host's name, empty when unknown."""
    return next((staff.name for staff in STAFF if staff.person_id == person_id), "")
