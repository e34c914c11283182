"""The schedules about stock: what every minute looks at and every hour counts anew, with one product's trouble and another's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.table import Transaction
from chalicelib.domains.logistics.registrations.store import RegistrationItem, registration_key
from chalicelib.domains.logistics.stock import drift, holds, samples, store, watching
from chalicelib.domains.logistics.stock.drift import HoldsWrong, repair_holds
from chalicelib.domains.logistics.stock.store import Movement, MovementItem, ProductItem
from chalicelib.domains.logistics.stock.watching import StockUnconfirmed, watch_stock
from chalicelib.integrations.errors import Retryable
from tests.support.clock import FakeClock
from tests.support.fake_mes import FakeMes
from tests.support.registrations import CAUSTIC, held_kg, make_product, stored

pytestmark = pytest.mark.usefixtures("cloud")
MARGIN = timedelta(seconds=60)
ACID = "HCL31"


@pytest.fixture
def mes(clock: FakeClock) -> FakeMes:
    make_product()
    make_product(ACID)
    make_product("SALT", keeps_stock=False)
    make_product("OLD", in_use=False)
    found = FakeMes(clock)
    found.fill("T-301", 120_000)
    found.fill("T-401", 90_000, ACID)
    return found


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the log has, as text."""
    lines: list[str] = []
    for module in (drift, watching):
        monkeypatch.setattr(module, "log_event", lambda event, **fields: lines.append(f"{event} {fields}"))
    return lines


def glance(code: str) -> Any:
    product = store.find_product(code)
    assert product is not None
    return product.glance


def test_every_product_in_use_that_keeps_stock_is_looked_at_once(mes: FakeMes, clock: FakeClock) -> None:
    stored(1, clock())
    assert watch_stock(mes, MARGIN, clock) == {"confirmed": 2}
    assert len(mes.calls) == 2
    assert glance(CAUSTIC).reading.available_kg == 120_000
    assert glance("OLD") is None and glance("SALT") is None
    today = clock().astimezone(SITE_ZONE).date()
    kept = samples.series(CAUSTIC, today, today, clock())
    assert [(sample.available_kg, sample.held_kg, sample.threshold_kg) for sample in kept] == [
        (120_000, 30_000, 50_000)
    ]


def test_what_mes_does_not_tell_of_one_product_stops_no_other(mes: FakeMes, clock: FakeClock, said: list[str]) -> None:
    def trouble(_operation: str, moment: str) -> None:
        if moment == "before" and len(mes.calls) % 2:
            raise Retryable("answer_lost", "read timeout", "mes")

    mes.trouble = trouble
    assert watch_stock(mes, MARGIN, clock) == {"confirmed": 1, "unconfirmed": 1}
    assert (glance(ACID).reading, glance(ACID).problem) == (None, "answer_lost") or glance(CAUSTIC).problem
    for _ in range(15):
        clock.advance(minutes=1)
        watch_stock(mes, MARGIN, clock)
    clock.advance(minutes=1)
    with pytest.raises(StockUnconfirmed):
        watch_stock(mes, MARGIN, clock)
    assert any("stock_unconfirmed" in line for line in said)
    mes.trouble = lambda operation, moment: None
    assert watch_stock(mes, MARGIN, clock) == {"confirmed": 2}, "over at once"


def test_an_error_of_ours_with_one_product_is_an_alarm_and_stops_no_other(
    mes: FakeMes, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = store.find_product

    def broken(code: str) -> Any:
        if code == CAUSTIC:
            raise RuntimeError("defect")
        return find(code)

    with monkeypatch.context() as patch:
        patch.setattr(store, "find_product", broken)
        with pytest.raises(StockUnconfirmed, match=CAUSTIC):
            watch_stock(mes, MARGIN, clock)
    assert glance(ACID).reading is not None


def test_a_slow_mes_does_not_outlive_the_function(mes: FakeMes, clock: FakeClock) -> None:
    mes.trouble = lambda _operation, moment: clock.advance(seconds=45) if moment == "before" else None
    assert watch_stock(mes, MARGIN, clock) == {"confirmed": 1, "late": 1}


def test_a_month_is_read_like_a_day(clock: FakeClock) -> None:
    last = clock().astimezone(SITE_ZONE).date()
    for days in (1, 7, 31):
        minutes = samples.thinned(last - timedelta(days=days - 1), last, clock())
        assert samples.POINTS / 2 < len(minutes) <= samples.POINTS
        assert minutes[-1] <= clock()
    assert samples.thinned(last + timedelta(days=1), last + timedelta(days=2), clock()) == []


def repair(clock: FakeClock) -> dict[str, int]:
    return repair_holds(clock, clock.pause)


def drifted(kilograms: int) -> None:
    ProductItem(*store.product_key(CAUSTIC)).update([ProductItem.held_kg.add(kilograms)])


def test_a_counter_that_is_right_is_left_alone(mes: FakeMes, clock: FakeClock) -> None:
    for serial in (1, 2):
        stored(serial, clock())
    assert repair(clock) == {"right": 4, "busy": 0, "odd": 0}
    assert held_kg() == 60_000


@pytest.mark.parametrize("kilograms", [-30_000, 12_000, -60_000])
def test_drift_is_repaired_once_and_written_down(mes: FakeMes, clock: FakeClock, kilograms: int) -> None:
    for serial in (1, 2):
        stored(serial, clock())
    drifted(kilograms)
    with pytest.raises(HoldsWrong):
        repair(clock)
    assert held_kg() == 60_000
    (entry,) = AuditEntry.query(f"product:{CAUSTIC}")
    assert (entry.actor, entry.action) == ("repair_holds", "holds_repaired")
    assert f"{(60_000 + kilograms) / 1000:.3f}" in (entry.before or "") and "60.000" in (entry.after or "")
    moved = [item.delta_kg for item in MovementItem.query(f"HOLDS#{CAUSTIC}") if item.cause == "repair_holds"]
    assert moved == [-kilograms]
    assert repair(clock)["right"] == 4


def test_a_counter_that_moves_while_it_is_counted_is_not_touched(
    mes: FakeMes, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody registers in every round, and the index has not heard of it: the sum is wrong, and is not believed."""
    stored(1, clock())
    count, serial = holds.counting, iter(range(2, 100))

    def behind(code: str) -> Any:
        known = list(count(code))
        if code == CAUSTIC:
            stored(next(serial), clock())
        return iter(known)

    monkeypatch.setattr(drift, "counting", behind)
    assert repair(clock) == {"right": 3, "busy": 1, "odd": 0}
    assert held_kg() == 30_000 * 4


def test_what_happens_between_counting_and_writing_wins(
    mes: FakeMes, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The condition on the movements: a registration at the last moment is neither lost nor counted twice."""
    stored(1, clock())
    drifted(5_000)
    add, serial = store.add_repair, iter((2,))

    def late(transaction: Transaction, seen: Any, movement: Movement) -> None:
        for number in serial:
            stored(number, clock())
        add(transaction, seen, movement)

    monkeypatch.setattr(store, "add_repair", late)
    with pytest.raises(HoldsWrong):
        repair(clock)
    assert held_kg() == 60_000


def test_twin_without_that_condition_loses_a_hold(
    mes: FakeMes, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(1, clock())
    drifted(5_000)
    serial = iter((2,))

    def late(transaction: Transaction, seen: Any, movement: Movement) -> None:
        for number in serial:
            stored(number, clock())
        transaction.update(
            "stock",
            ProductItem(*store.product_key(CAUSTIC)),
            [ProductItem.held_kg.set(seen.held_kg + movement.delta_kg)],
        )

    monkeypatch.setattr(store, "add_repair", late)
    with pytest.raises(HoldsWrong):
        repair(clock)
    assert held_kg() == 30_000, "of two registrations one counts"


def test_holds_that_should_not_count_are_reported(mes: FakeMes, clock: FakeClock, said: list[str]) -> None:
    over = [stored(serial, clock()) for serial in (1, 2, 3)][1]
    item = RegistrationItem.find(*registration_key(over.id))
    assert item is not None
    item.update([RegistrationItem.status.set("cancelled")])
    with pytest.raises(HoldsWrong):
        repair(clock)
    assert [line for line in said if "hold_odd" in line and over.id in line]
    said.clear()
    clock.advance(hours=4, minutes=6)
    with pytest.raises(HoldsWrong):
        repair(clock)
    assert len([line for line in said if "hold_odd" in line]) == 3, "the sweep has not come by"
    assert held_kg() == 90_000, "reported, not touched: the counter agrees with the registrations"
