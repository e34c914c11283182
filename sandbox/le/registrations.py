"""Registrations as kept: every change raises `seq`, every new state is told."""

from collections.abc import Callable
from typing import Any

from sandbox.house.errors import HouseError
from sandbox.kit.store import Document
from sandbox.le.memory import REGISTRATION, Memory

IDENTITY = ("registrationNo", "externalNo", "type", "status", "seq", "at")
PLAN = ("orderNo", "lineNo", "productCode", "plannedQty", "plateNo", "trailerPlateNo", "arriveFrom", "arriveTo")
LATER = ("cardNo", "queueNo", "laneCode", "tareWeight", "grossWeight", "netWeight", "signedQty", "issueNo", "reason")
SHOWN = (*IDENTITY, *PLAN, *LATER, "cardReturned", "history")
LANE_KNOWN = ("called", "entered", "tared", "loading", "weighed", "exited", "signed", "empty_out")
Tell = Callable[[Document], None]


class Registrations:
    """By number; `tell` gets every event."""

    def __init__(self, memory: Memory, tell: Tell) -> None:
        self._memory = memory
        self._tell = tell

    def find(self, number: str) -> Document:
        """NOT_FOUND when LE does not hold it."""
        found = self._memory.get(REGISTRATION, number)
        if found is None:
            raise HouseError("NOT_FOUND", "no such registration")
        return found

    def all(self) -> list[Document]:
        """Oldest first."""
        return self._memory.all(REGISTRATION)

    def add(self, facts: Document) -> Document:
        """A new one, `registered`."""
        number = self._memory.dated_number("R")
        fresh = {"registrationNo": number, "seq": 0, "history": [], "cardReturned": False, "signOff": None}
        return self.move({**facts, **fresh, **dict.fromkeys(LATER)}, "registered")

    def move(self, registration: Document, status: str, **facts: Any) -> Document:
        """Into another state."""
        seq, now = registration["seq"] + 1, self._memory.now()
        history = [*registration["history"], {"status": status, "seq": seq, "at": now}]
        changed = self.change({**registration, "status": status, "history": history}, **facts)
        self._tell(event_of(changed))
        return changed

    def change(self, registration: Document, **facts: Any) -> Document:
        """Other facts in the same state."""
        counted = {"seq": registration["seq"] + 1, "at": self._memory.now(), "place": self._memory.count("change")}
        changed = {**registration, **facts, **counted}
        return self._memory.put(REGISTRATION, changed["registrationNo"], changed)


def shown(registration: Document) -> Document:
    """A registration as the API answers it."""
    return {name: registration[name] for name in SHOWN}


def event_of(registration: Document) -> Document:
    """The message about the present state."""
    status = registration["status"]
    names = ["registrationNo", "externalNo", "status", "seq", "at", "tareWeight", "grossWeight", "netWeight"]
    names += ["laneCode"] if status in LANE_KNOWN else []
    names += ["cardNo"] if status == "card_issued" else []
    names += ["reason"] if status in ("rejected", "cancelled") else []
    return {name: registration[name] for name in names if registration[name] is not None}
