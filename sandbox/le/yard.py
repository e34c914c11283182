"""Lanes and who stands where: trucks called to a lane first, then those that wait for its products, as they came."""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.house.errors import HouseError
from sandbox.house.lists import page_of
from sandbox.kit.store import Document
from sandbox.le.memory import LANE, Memory

AT_LANE = ("called", "entered", "tared", "loading")
LANE_STATES = ("open", "paused", "closed")
Everything = Callable[[], list[Document]]


class Yard:
    """`registrations` answers all registrations."""

    def __init__(self, memory: Memory, registrations: Everything) -> None:
        self._memory = memory
        self._registrations = registrations

    def lanes(self) -> list[Document]:
        """Every lane as the API answers it."""
        registrations = self._registrations()
        return [{**lane, **_counts(lane, registrations)} for lane in self._memory.all(LANE)]

    def page(self, query: dict[str, str]) -> dict[str, Any]:
        """GET /lanes."""
        return _page(self.lanes(), query)

    def queue_page(self, code: str, query: dict[str, str]) -> dict[str, Any]:
        """GET /lanes/{laneCode}/queue."""
        return _page(self.queue(code), query)

    def queue(self, code: str) -> list[Document]:
        """Who stands at a lane or waits for it. NOT_FOUND."""
        lane = self.find(code)
        if lane is None:
            raise HouseError("NOT_FOUND", "no such lane")
        registrations = self._registrations()
        minutes = int(self._memory.knobs.get("minutes_per_truck"))
        here = [
            _row(one, "loading" if one["status"] == "loading" else "called") for one in at_lane(code, registrations)
        ]
        rows = [{**row, "etaMinutes": ahead * minutes} for ahead, row in enumerate(here)]
        for one in waiting(lane, registrations):
            rows.append({**_row(one, "waiting"), "etaMinutes": self._turns(one, registrations) * minutes})
        return [{**row, "position": place} for place, row in enumerate(rows, 1)]

    def find(self, code: str) -> Document | None:
        """A lane as kept."""
        return self._memory.get(LANE, code)

    def set_state(self, code: str, state: str) -> Document:
        """Open, paused or closed. NOT_FOUND."""
        lane = self.find(code)
        if lane is None:
            raise HouseError("NOT_FOUND", "no such lane")
        return self._memory.put(LANE, code, {**lane, "state": state})

    def why_not(self, lane: Document, registration: Document) -> str:
        """Why a truck cannot be called to a lane; empty when it can."""
        if registration["productCode"] not in lane["productCodes"]:
            return f"{lane['name']}不装卸这种货物"
        if lane["state"] != "open":
            return f"{lane['name']}没有开放"
        if len(at_lane(lane["laneCode"], self._registrations())) >= lane["maxQueue"]:
            return f"{lane['name']}已满（最多 {lane['maxQueue']} 辆）"
        return ""

    def lanes_for(self, registration: Document) -> list[str]:
        """Codes of the lanes to which a truck can be called, the one with the fewest trucks first."""
        registrations = self._registrations()
        possible = [lane for lane in self._memory.all(LANE) if not self.why_not(lane, registration)]
        possible.sort(key=lambda lane: len(at_lane(lane["laneCode"], registrations)))
        return [lane["laneCode"] for lane in possible]

    def _turns(self, registration: Document, registrations: list[Document]) -> int:
        """How many trucks a free place has to serve before this one: those before it, shared by the open lanes."""
        product = registration["productCode"]
        lanes = [lane for lane in self._memory.all(LANE) if product in lane["productCodes"] and lane["state"] == "open"]
        inside = sum(len(at_lane(lane["laneCode"], registrations)) for lane in lanes)
        queued = {
            one["registrationNo"]: int(one["queuePlace"]) for lane in lanes for one in waiting(lane, registrations)
        }
        before = sum(place < int(registration["queuePlace"]) for place in queued.values())
        return (inside + before) // max(1, len(lanes))


def at_lane(code: str, registrations: Iterable[Document]) -> list[Document]:
    """Called to the lane and not weighed yet; the one that is furthest first."""
    here = [one for one in registrations if one["laneCode"] == code and one["status"] in AT_LANE]
    return sorted(here, key=lambda one: (-AT_LANE.index(one["status"]), one["calledAt"]))


def waiting(lane: Document, registrations: Iterable[Document]) -> list[Document]:
    """Queued for one of the lane's products, in the order in which they joined."""
    queued = [one for one in registrations if one["status"] == "queued" and one["productCode"] in lane["productCodes"]]
    return sorted(queued, key=lambda one: int(one["queuePlace"]))


def mask(plate: str) -> str:
    """闽A12345 → 闽A1***5."""
    return f"{plate[:3]}***{plate[-1]}"


def _counts(lane: Document, registrations: list[Document]) -> Document:
    loading = sum(one["status"] == "loading" for one in at_lane(lane["laneCode"], registrations))
    return {"loading": loading, "waiting": len(waiting(lane, registrations))}


def _row(registration: Document, state: str) -> Document:
    return {
        "position": 0,
        "plateNo": mask(registration["plateNo"]),
        "registrationNo": registration["registrationNo"],
        "state": state,
        "joinedAt": registration["joinedAt"],
        "etaMinutes": 0,
    }


def _page(rows: list[Document], query: dict[str, str]) -> dict[str, Any]:
    placed = [{**row, "place": place} for place, row in enumerate(rows)]
    page = page_of(placed, lambda row: int(row["place"]), query)
    bare = [{name: value for name, value in row.items() if name != "place"} for row in page["items"]]
    return {**page, "items": bare}
