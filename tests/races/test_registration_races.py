"""Registrations from two phones, the office, the clock and LE at the same moment. Each race has a twin without the guard."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, get_ident, main_thread
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.errors import Problem
from chalicelib.core.table import Item, Transaction
from chalicelib.domains.logistics.archive import store as archive
from chalicelib.domains.logistics.registrations import cancelling, changing, expiring, registering, store
from chalicelib.domains.logistics.registrations.changing import Wish
from chalicelib.domains.logistics.registrations.progress import Report
from chalicelib.domains.logistics.registrations.registration import (
    HoldState,
    Line,
    Registration,
    Status,
    Truck,
    Waybill,
)
from chalicelib.domains.logistics.registrations.reporting import take_report
from chalicelib.domains.logistics.stock import store as stock
from tests.support.clock import FakeClock
from tests.support.fake_mes import FakeMes
from tests.support.registrations import CAUSTIC, claims, counted_kg, held_kg, make_product, now_of, pushes
from tests.support.trips import Driver, Gate

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def gate(clock: FakeClock) -> Gate:
    mes = FakeMes(clock)
    mes.fill("T-301", 200_000)
    make_product()
    return Gate(mes, clock)


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Run actions side by side: each has decided before any of them commits. Results, or codes of problems."""
    commit, waited = Transaction.commit, {main_thread().ident}

    def run(*actions: Callable[[], Any]) -> list[Any]:
        barrier = Barrier(len(actions), timeout=20)

        def commit_together(transaction: Transaction) -> None:
            if get_ident() not in waited:
                waited.add(get_ident())
                barrier.wait()
            commit(transaction)

        def outcome(action: Callable[[], Any]) -> Any:
            try:
                return action()
            except Problem as problem:
                return problem.code

        monkeypatch.setattr(Transaction, "commit", commit_together)
        with ThreadPoolExecutor(len(actions)) as pool:
            return list(pool.map(outcome, actions))

    return run


def unguarded_creation(patch: pytest.MonkeyPatch) -> None:
    """The negative control: what must not exist yet is written all the same."""

    def create(transaction: Transaction, name: str, item: Item) -> None:
        transaction.put(name, item)

    patch.setattr(Transaction, "create", create)


def double_tap(gate: Gate, together: Callable[..., list[Any]], clock: FakeClock) -> list[Any]:
    driver = Driver().settle_in(clock())
    return together(*[lambda: gate.register(driver)] * 2)


def test_a_double_tap_makes_one_registration(gate: Gate, together: Callable[..., list[Any]], clock: FakeClock) -> None:
    first, second = double_tap(gate, together, clock)
    assert first == second
    assert (held_kg(), counted_kg(), used()) == (30_000, 30_000, 1)
    assert [kind for kind, _ in pushes(first)] == ["le.register"]


def test_twin_without_unique_entries_it_counts_twice(
    gate: Gate, together: Callable[..., list[Any]], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    unguarded_creation(monkeypatch)
    double_tap(gate, together, clock)
    assert (held_kg(), counted_kg(), used()) == (60_000, 30_000, 2), "stock is lost that nobody holds"


def used() -> int:
    """How many registrations the day's quota has counted."""
    (item,) = [item for item in registering.QuotaItem.scan() if item.sk.startswith("REGISTERED#")]
    return int(item.used)


def two_phones(gate: Gate, together: Callable[..., list[Any]], clock: FakeClock) -> list[Any]:
    """Two users keep one tractor and come with crews and trailers of their own."""
    now = clock()
    first, second = Driver(1, "USERONE").settle_in(now), Driver(2, "USERTWO").settle_in(now)
    transaction = Transaction()
    archive.add_keeper(transaction, "USERTWO", first.filed()[0], now)
    transaction.commit()
    form = second.form(
        now,
        truck=Truck(first.tractor, second.trailer),
        waybill=Waybill("YD2", first.tractor, CAUSTIC, 30_000),
    )
    return together(lambda: gate.register(first), lambda: gate.register(second, form=form))


def test_one_truck_on_two_phones_is_registered_once(
    gate: Gate, together: Callable[..., list[Any]], clock: FakeClock
) -> None:
    outcomes = two_phones(gate, together, clock)
    (made,) = [outcome for outcome in outcomes if isinstance(outcome, Registration)]
    assert "registration_truck_busy" in outcomes
    assert (held_kg(), counted_kg()) == (30_000, 30_000)
    assert claims() == dict.fromkeys(store.claimed(made), made.id), "the loser holds neither stock nor trailer nor crew"


def test_twin_without_claims_one_truck_is_twice_under_way(
    gate: Gate, together: Callable[..., list[Any]], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "add_claims", store.add_forced_claims)
    outcomes = two_phones(gate, together, clock)
    assert [type(outcome) for outcome in outcomes] == [Registration, Registration]


def last_tonne(gate: Gate, together: Callable[..., list[Any]], clock: FakeClock) -> list[Any]:
    gate.mes.fill("T-301", 100_000)
    drivers = [Driver(serial, f"USER{serial}").settle_in(clock()) for serial in (1, 2)]
    return together(*[lambda driver=driver: gate.register(driver) for driver in drivers])


def test_the_last_tonne_is_held_once(gate: Gate, together: Callable[..., list[Any]], clock: FakeClock) -> None:
    outcomes = last_tonne(gate, together, clock)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Registration", "str"]
    assert "stock_not_enough" in outcomes
    assert (held_kg(), counted_kg()) == (30_000, 30_000)
    assert gate.waits == [1], "the loser has read and decided again"


def test_twin_without_the_counters_condition_it_is_held_twice(
    gate: Gate, together: Callable[..., list[Any]], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        stock, "add_guarded_movement", lambda transaction, _, movement, *__: stock.add_movement(transaction, movement)
    )
    outcomes = last_tonne(gate, together, clock)
    assert [type(outcome) for outcome in outcomes] == [Registration, Registration]
    assert held_kg() == 60_000, "of 50 t that are free"


def test_the_last_of_the_day_is_taken_once(
    gate: Gate, together: Callable[..., list[Any]], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRATIONS_PER_DAY", "1")
    runtime.settings.cache_clear()
    drivers = [Driver(serial, "USERFLEET") for serial in (1, 2)]
    for driver in drivers:
        driver.settle_in(clock())
    outcomes = together(
        *[lambda driver=driver: gate.register(driver, f"request-{driver.serial:012d}") for driver in drivers]
    )
    assert "registration_daily_limit" in outcomes
    assert (held_kg(), used()) == (30_000, 1)


def arrive(registration: Registration, at: datetime) -> None:
    report = Report(Status.QUEUED, 3, at, "R1", arrived_at=at)
    take_report(registration.id, report, lambda *_: (), at)


@pytest.mark.parametrize("arrived_in_time", [True, False])
def test_giving_up_the_sweep_and_arriving_at_the_last_moment(
    gate: Gate, together: Callable[..., list[Any]], clock: FakeClock, *, arrived_in_time: bool
) -> None:
    """Whoever is first wins; whatever comes of it, the stock is freed once or held, never both."""
    driver = Driver().settle_in(clock())
    made = gate.register(driver)
    clock.advance(minutes=240)
    arrived_at = clock() - timedelta(seconds=1) if arrived_in_time else clock() + timedelta(seconds=1)
    together(
        lambda: cancelling.cancel(driver.principal, made.id, clock()),
        lambda: expiring.sweep(clock),
        lambda: arrive(made, arrived_at),
    )
    ended = now_of(made)
    assert ended.hold is not None
    assert held_kg() == counted_kg() == ended.counted_kg
    assert claims() == ({} if not ended.is_under_way else dict.fromkeys(store.claimed(ended), ended.id))
    kinds = [kind for kind, _ in pushes(made)]
    if arrived_in_time and ended.status is Status.QUEUED:
        assert (ended.hold.state, kinds) == (HoldState.OPEN, ["le.register"])
    elif ended.status is Status.CANCELLED:  # the truck had arrived, and the driver gave up all the same
        assert arrived_in_time and (ended.hold.state, kinds) == (HoldState.RELEASED, ["le.register", "le.give_back"])
    else:
        assert (ended.status, ended.hold.state) == (Status.EXPIRED, HoldState.EXPIRED)
        assert kinds == ["le.register", "le.give_back"]


def test_twin_without_versions_the_stock_is_freed_twice(
    gate: Gate, together: Callable[..., list[Any]], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = gate.register(Driver().settle_in(clock()))
    gate.register(Driver(2, "USERTWO").settle_in(clock()))
    clock.advance(minutes=239)

    def unguarded(transaction: Transaction, _: Registration, changed: Registration) -> None:
        transaction.put("registration", store.to_item(changed))

    monkeypatch.setattr(store, "add_change", unguarded)
    unguarded_creation(monkeypatch)
    clerk = Driver().principal
    together(
        lambda: cancelling.cancel(clerk, made.id, clock()),
        lambda: cancelling.release(clerk, made.id, "司机失联", 1, clock()),
    )
    assert (held_kg(), counted_kg()) == (0, 30_000), "the other truck's goods are sold again"


def change_to(gate: Gate, driver: Driver, seen: Registration, quantity_kg: int) -> Registration:
    waybill = Waybill("YD00000001", driver.tractor, CAUSTIC, quantity_kg)
    wish = Wish(1, (Line(driver.order_no, "10", quantity_kg),), waybill, seen.arrival)
    return changing.change(driver.principal, seen.id, wish, gate.ports, gate.clock())


def test_two_changes_at_once_are_one(gate: Gate, together: Callable[..., list[Any]], clock: FakeClock) -> None:
    driver = Driver().settle_in(clock())
    made = gate.register(driver)
    outcomes = together(
        lambda: change_to(gate, driver, made, 20_000),
        lambda: change_to(gate, driver, made, 31_000),
    )
    (won,) = [outcome for outcome in outcomes if isinstance(outcome, Registration)]
    assert "registration_changed" in outcomes
    assert (held_kg(), counted_kg(), now_of(made)) == (won.counted_kg, won.counted_kg, won)
    assert [kind for kind, _ in pushes(made)] == ["le.register", "le.change"]


def test_twin_without_versions_a_change_is_lost(
    gate: Gate, together: Callable[..., list[Any]], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = Driver().settle_in(clock())
    made = gate.register(driver)

    def unguarded(transaction: Transaction, _: Registration, changed: Registration) -> None:
        transaction.put("registration", store.to_item(changed))

    monkeypatch.setattr(store, "add_change", unguarded)
    unguarded_creation(monkeypatch)
    together(lambda: change_to(gate, driver, made, 20_000), lambda: change_to(gate, driver, made, 31_000))
    assert held_kg() == 21_000, "neither of both"
    assert held_kg() != counted_kg()
