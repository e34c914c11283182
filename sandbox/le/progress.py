"""Trucks that go their way by themselves: with the knob `auto_truck` every open registration makes a step now and then."""

import asyncio

from sandbox.house.errors import HouseError
from sandbox.kit.clock import parse_iso
from sandbox.kit.store import Document
from sandbox.le.dispatch import NotNow
from sandbox.le.system import Logistics

ROAD = {
    "registered": "issue-card",
    "card_issued": "report-in",
    "queued": "call",
    "called": "enter",
    "entered": "tare",
    "tared": "load",
    "loading": "weigh",
    "weighed": "exit",
}
LOOK_SECONDS = 0.5


class Progress:
    """The clock decides; `look` may be called as often as one likes."""

    def __init__(self, logistics: Logistics) -> None:
        self._le = logistics

    def look(self) -> None:
        """One step for every truck whose last one is `step_seconds` ago; the longest waiting first."""
        knobs = self._le.memory.knobs.values()
        if not knobs["auto_truck"]:
            return
        due = self._le.memory.clock() - float(str(knobs["step_seconds"]))
        with self._le.memory.store.transaction():
            for one in sorted(self._le.registrations.all(), key=lambda one: int(one["place"])):
                if one["status"] in ROAD and parse_iso(one["at"]) <= due:
                    self._step(one)

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_SECONDS)

    def _step(self, registration: Document) -> None:
        try:
            self._le.dispatcher.act(registration["registrationNo"], ROAD[registration["status"]], {})
        except (NotNow, HouseError):
            return  # No free lane or card: it waits.
