"""LE is down for a day and everybody goes on: afterwards everything arrives, each registration's changes in their order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.outbox import worker
from chalicelib.core.outbox.model import Entry, State
from chalicelib.core.outbox.redelivery import PER_RUN
from chalicelib.core.outbox.worker import drain
from chalicelib.domains.logistics.registrations import model
from chalicelib.domains.logistics.registrations.le_push import RegistrationPusher
from chalicelib.domains.logistics.registrations.registration import LeState, Registration
from chalicelib.domains.logistics.registrations.steps import add_step, commit_step
from tests.support.clock import FakeClock
from tests.support.fake_le import FakeLe, an_order
from tests.support.memory import MemoryTransaction
from tests.support.memory_trips import Trips
from tests.support.registrations import CAUSTIC, ORDER, wanted

TWO_DAYS = timedelta(days=2)
QUANTITIES = (25_000, 20_000, 28_500)
"""What each driver changes the 30 t to, one after the other."""


@dataclass
class Day:
    """LE, and drivers who change their minds while it is down."""

    trips: Trips
    clock: FakeClock
    le: FakeLe = field(init=False)

    def __post_init__(self) -> None:
        self.le = FakeLe(self.clock, knows_everybody=True)
        line = an_order().lines[0]
        self.le.file_order(an_order(ORDER, lines=(replace(line, ordered_kg=10**12, open_kg=10**12),)))
        self.handlers = RegistrationPusher(self.le, lambda *_: None, self.clock).handlers

    def drivers(self, number: int) -> list[str]:
        made = [self.register(serial) for serial in range(1, number + 1)]
        for quantity in QUANTITIES:
            self.clock.advance(minutes=20)
            for registration_id in made:
                self.change(registration_id, quantity)
        return made

    def register(self, serial: int) -> str:
        asked = wanted(serial, self.clock(), hold_for=TWO_DAYS)
        registration = model.register(f"{serial:026d}", "OWNER", asked, self.clock())
        transaction: Any = MemoryTransaction()
        add_step(transaction, None, registration, self.clock())
        transaction.commit()
        return registration.id

    def change(self, registration_id: str, quantity_kg: int) -> None:
        def decide(seen: Registration) -> Registration:
            goods = replace(seen.goods, lines=(replace(seen.goods.lines[0], quantity_kg=quantity_kg),))
            return model.change(seen, goods, None, seen.arrival, seen.version, now)

        now = self.clock()
        commit_step(lambda: self.trips.registrations[registration_id], decide, now)

    def minute(self) -> int:
        """One run of the redelivery schedule and everything it wakes; how many attempts were made."""
        began = self.clock()
        due = self.trips.due(began, PER_RUN)
        attempts = sum(
            drain(key, self.handlers, clock=self.clock, deadline=began + TWO_DAYS, pause=self.clock.pause)
            for key in due
        )
        self.clock.advance(minutes=1)
        return attempts

    def drained_after(self) -> int:
        """Minutes of the schedule until nothing waits."""
        for minutes in range(120):
            if not self.trips.waiting():
                return minutes
            self.minute()
        raise AssertionError("never drained")


@pytest.fixture
def day(environment: None, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Day:
    trips = Trips()
    trips.install(monkeypatch)
    return Day(trips, clock)


def test_a_day_without_le_loses_nothing(day: Day, record_property: Any) -> None:
    day.le.down = True
    made = day.drivers(500)
    while day.clock() < day.trips.registrations[made[0]].created_at + timedelta(hours=24):
        day.minute()
        day.clock.advance(minutes=9)
    assert day.le.states == {}
    tried = {entry.attempts for entry in day.trips.waiting() if entry.kind == "le.register"}
    assert min(tried) > 20, "the schedule went on asking"
    day.le.down = False
    minutes = day.drained_after()
    record_property("minutes", minutes)
    assert minutes <= 17, "one pause of the back-off at most, and the runs that wake 500 objects each"
    for registration_id in made:
        now = day.trips.registrations[registration_id]
        state = day.le.states[now.le.registration_no or ""]
        assert (state.planned_kg, now.le.state) == (QUANTITIES[-1], LeState.DONE)
        assert len(state.history) == 2 + len(QUANTITIES), "registered, card issued, and each change once"
    assert len(day.le.states) == 500
    assert (
        day.trips.held[CAUSTIC]
        == sum(trip.counted_kg for trip in day.trips.registrations.values())
        == 500 * QUANTITIES[-1]
    )


def test_without_the_order_le_ends_wrong(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the youngest first, and LE has what nobody wants any more."""

    def youngest(entries: list[Entry], now: Any) -> Entry | None:
        waiting = [entry for entry in entries if entry.state is State.PENDING and entry.next_attempt_at <= now]
        return max(waiting, key=lambda entry: entry.sequence, default=None)

    monkeypatch.setattr(worker, "next_due", youngest)
    day.le.down = True
    made = day.drivers(2)
    day.le.down = False
    day.drained_after()
    planned = [day.le.states[day.trips.registrations[one].le.registration_no or ""].planned_kg for one in made]
    assert planned != [QUANTITIES[-1]] * 2
