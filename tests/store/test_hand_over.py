"""The minutes in which a truck's goods are both held and gone (docs/integrators/mes.md): every order of events between LE
and MES, with tanks that show their level when they are measured, and never a tonne promised twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.logistics.registrations import model, progress
from chalicelib.domains.logistics.registrations.progress import Report
from chalicelib.domains.logistics.registrations.registration import HoldState, Registration, Status
from chalicelib.domains.logistics.registrations.steps import Room, add_step, commit_step
from chalicelib.domains.logistics.stock import store
from chalicelib.domains.logistics.stock.model import Product, Reading, StockProblem, free_kg, room_for
from chalicelib.domains.logistics.stock.reading import current_reading
from chalicelib.domains.logistics.stock.watching import watch_stock
from tests.support.clock import FakeClock
from tests.support.fake_mes import FakeMes
from tests.support.registrations import CAUSTIC, OWNER, counted_kg, held_kg, make_product, now_of, wanted

MARGIN = timedelta(seconds=60)
PLANNED, NET = 30_000, 29_800
THRESHOLD = 50_000
STOCK = THRESHOLD + 2 * PLANNED


@dataclass
class Plant:
    """One product in two tanks of which the first is drawn from: there is enough for two trucks."""

    clock: FakeClock
    mes: FakeMes

    def read(self) -> Reading | None:
        return current_reading(self.mes, CAUSTIC, self.clock())

    def product(self) -> Product:
        found = store.find_product(CAUSTIC)
        assert found is not None
        return found

    def register(self, serial: int, quantity_kg: int = PLANNED, reading: Reading | None = None) -> Registration:
        """As the use case does it; ``reading``: one that was taken before."""
        product, known = self.product(), reading or self.read()
        limit_kg = room_for(product, known, quantity_kg)
        assert known is not None
        return self.commit(serial, quantity_kg, Room(product, known, limit_kg))

    def commit(self, serial: int, quantity_kg: int, room: Room) -> Registration:
        now = self.clock()
        made = model.register(f"{serial:026d}", OWNER, wanted(serial, now, quantity_kg), now)
        transaction = Transaction()
        add_step(transaction, None, made, now, room=room)
        transaction.commit()
        return made

    def weigh(self, registration: Registration, net_kg: int = NET) -> Registration:
        """LE's report of the weighing comes in."""
        report = Report(Status.WEIGHED, 8, self.clock(), net_kg=net_kg)
        return commit_step(
            lambda: now_of(registration), lambda seen: progress.take(seen, report, self.clock()), self.clock()
        )

    def watch(self) -> dict[str, int]:
        return watch_stock(self.mes, MARGIN, self.clock)

    def free(self) -> int:
        """By what the tanks show now."""
        reading = self.read()
        assert reading is not None
        return free_kg(self.product(), reading)


@pytest.fixture
def plant(cloud: Any, clock: FakeClock) -> Plant:
    make_product()
    mes = FakeMes(clock)
    mes.fill("T-301", 80_000)
    mes.fill("T-302", STOCK - 80_000)
    return Plant(clock, mes)


def state(registration: Registration) -> HoldState:
    hold = now_of(registration).hold
    assert hold is not None
    return hold.state


def test_weighed_before_the_tanks_show_it(plant: Plant) -> None:
    truck = plant.register(1)
    plant.mes.freeze("T-301")
    plant.mes.freeze("T-302")
    plant.weigh(truck)
    assert (state(truck), held_kg()) == (HoldState.FINAL, NET), "the level is the old one: the net weight still counts"
    plant.clock.advance(seconds=61)
    assert "settled" not in plant.watch()
    assert plant.free() == STOCK - NET - THRESHOLD
    plant.mes.draw("T-301", NET)
    plant.mes.frozen.clear()
    assert plant.free() == STOCK - 2 * NET - THRESHOLD, "held and gone: too little for a minute, never too much"
    assert plant.watch()["settled"] == 1
    assert (state(truck), held_kg(), counted_kg()) == (HoldState.SETTLED, 0, 0)
    assert plant.free() == STOCK - NET - THRESHOLD
    assert now_of(truck).events[-1].name == "settled"
    assert "settled" not in plant.watch(), "once"


def test_the_tanks_show_it_before_it_is_weighed(plant: Plant) -> None:
    truck = plant.register(1)
    plant.mes.draw("T-301", NET)
    plant.clock.advance(minutes=5)
    assert plant.watch() == {"confirmed": 1}
    assert plant.free() == STOCK - NET - PLANNED - THRESHOLD
    plant.weigh(truck)
    assert plant.watch() == {"confirmed": 1}, "this reading may be older than the last of what flowed"
    plant.clock.advance(seconds=59)
    assert "settled" not in plant.watch()
    plant.clock.advance(seconds=1)
    assert plant.watch()["settled"] == 1
    assert plant.free() == STOCK - NET - THRESHOLD


def old_reading_with_the_new_sum(plant: Plant) -> list[Registration]:
    """One tank farm full for two trucks. The first has come and gone; two more register, both by a reading from before."""
    truck = plant.register(1)
    before = plant.read()
    assert before is not None
    plant.mes.draw("T-301", NET)
    plant.weigh(truck)
    plant.clock.advance(seconds=61)
    assert plant.watch()["settled"] == 1
    product = plant.product()
    registered = []
    for serial in (2, 3):
        room = Room(product, before, before.available_kg - THRESHOLD - PLANNED)
        try:
            registered.append(plant.commit(serial, PLANNED, room))
        except RaceLost as lost:
            assert lost.names == (store.COUNTER,)
    return registered


def test_an_old_reading_is_never_combined_with_the_new_sum(plant: Plant) -> None:
    assert old_reading_with_the_new_sum(plant) == []
    with pytest.raises(StockProblem, match="not_confirmed"):
        plant.register(4, reading=Reading(STOCK, plant.clock() - timedelta(minutes=5), True))
    plant.register(5)
    assert plant.free() == PLANNED - NET
    with pytest.raises(StockProblem, match="not_enough"):
        plant.register(6)


def test_twin_without_the_floor_sells_what_is_gone(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the floor in the condition is what keeps the last tonnes, not luck."""
    commit = Transaction.update

    def unguarded(
        transaction: Transaction, name: str, item: Any, actions: Any, condition: Condition | None = None
    ) -> None:
        commit(transaction, name, item, actions, _without_floor(condition))

    monkeypatch.setattr(Transaction, "update", unguarded)
    assert len(old_reading_with_the_new_sum(plant)) == 2
    assert plant.free() < 0, "two trucks for what is left for one"


def _without_floor(condition: Condition | None) -> Condition | None:
    """(held & rules) & floor → held & rules"""
    if condition is not None and condition.operator == "AND" and "floor" in str(condition.values[1]):
        return condition.values[0]  # type: ignore[no-any-return]  # pynamodb's conditions are untyped inside
    return condition


def test_every_counting_tank_must_have_been_measured_after(plant: Plant) -> None:
    """The second tank's instruments are slow: whether its level contains the truck nobody knows."""
    truck = plant.register(1)
    plant.mes.freeze("T-302")
    plant.mes.draw("T-301", NET)
    plant.weigh(truck)
    plant.clock.advance(minutes=9)
    assert "settled" not in plant.watch()
    plant.clock.advance(minutes=2)
    counts = plant.watch()
    assert counts["settled"] == 1, "measured eleven minutes ago it does not count any more"
    with pytest.raises(StockProblem, match="not_confirmed"):
        plant.register(2)


def test_a_tank_that_comes_back_with_an_old_measurement_confirms_nothing(plant: Plant) -> None:
    truck = plant.register(1)
    plant.mes.freeze("T-301")
    plant.mes.tanks["T-301"] = replace(plant.mes.tanks["T-301"], status="maintenance")
    plant.weigh(truck)
    plant.clock.advance(minutes=2)
    assert plant.watch()["settled"] == 1, "what is left counts without it"
    plant.mes.tanks["T-301"] = replace(plant.mes.tanks["T-301"], status="in_service")
    assert plant.read() is not None
    with pytest.raises(StockProblem, match="not_confirmed"):
        plant.register(2, 1_000)
    plant.mes.draw("T-301", NET)
    plant.mes.frozen.clear()
    plant.register(3)


def test_the_floor_never_sinks(plant: Plant) -> None:
    """The later of two trucks settles first."""
    first, second = plant.register(1, 10_000), plant.register(2, 10_000)
    plant.weigh(second, 10_000)
    plant.clock.advance(minutes=1)
    plant.weigh(first, 10_000)
    plant.clock.advance(minutes=3)
    assert plant.watch()["settled"] == 2
    floor = plant.product().floor
    weighed = [_weighed_at(now_of(truck)) for truck in (first, second)]
    assert floor == max(weighed) + MARGIN


def _weighed_at(registration: Registration) -> datetime:
    assert registration.hold is not None and registration.hold.weighed_at is not None
    return registration.hold.weighed_at
