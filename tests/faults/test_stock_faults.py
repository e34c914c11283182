"""The schedules about stock, and the office's rules, with every single call broken, before and after: the counter stays the
sum of the holds, what has settled has settled once, and the next run finds what is left."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.errors import Problem
from chalicelib.core.table import is_store_error
from chalicelib.domains.logistics.registrations import progress
from chalicelib.domains.logistics.registrations.progress import Report
from chalicelib.domains.logistics.registrations.registration import HoldState, Registration, Status
from chalicelib.domains.logistics.registrations.steps import commit_step
from chalicelib.domains.logistics.stock import service, store
from chalicelib.domains.logistics.stock.drift import HoldsWrong, repair_holds
from chalicelib.domains.logistics.stock.store import MovementItem, ProductItem
from chalicelib.domains.logistics.stock.watching import StockUnconfirmed, watch_stock
from tests.support.clock import FakeClock
from tests.support.fake_mes import FakeMes
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.registrations import CAUSTIC, claims, counted_kg, held_kg, make_product, now_of, stored

pytestmark = pytest.mark.usefixtures("cloud")
MARGIN = timedelta(seconds=60)


@pytest.fixture
def mes(clock: FakeClock) -> FakeMes:
    make_product()
    found = FakeMes(clock)
    found.fill("T-301", 200_000)
    return found


def quietly(run: Callable[[], Any]) -> None:
    """As Lambda does: an error is an alarm, the next run comes."""
    try:
        run()
    except (ProcessDied, StockUnconfirmed, HoldsWrong, Problem):
        pass
    except Exception as error:
        assert is_store_error(error), error


def broken(run: Callable[[], Any], fault: Fault, mes: FakeMes, patch: pytest.MonkeyPatch) -> Fault:
    """Run it once with this fault."""
    with injected(fault, mes, patch):
        quietly(run)
    return fault


def weighed(serial: int, clock: FakeClock) -> Registration:
    """A truck that has been weighed two minutes ago; another one is still on its way."""
    truck = stored(serial, clock(), 10_000)
    report = Report(Status.WEIGHED, 8, clock(), net_kg=9_800)
    commit_step(lambda: now_of(truck), lambda seen: progress.take(seen, report, clock()), clock())
    clock.advance(minutes=2)
    return truck


def test_settling_with_every_call_broken(mes: FakeMes, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def run() -> Any:
        return watch_stock(mes, MARGIN, clock)

    stored(99, clock(), 20_000)
    weighed(1, clock)
    calls = broken(run, Fault(), mes, monkeypatch).calls
    assert calls == ["Query", "GetItem", "mes.tank_stock", "Query", "TransactWriteItems", "PutItem", "UpdateItem"]
    for serial, fault in enumerate(every_fault(len(calls)), start=100):
        truck = weighed(serial, clock)
        taken = set(claims())
        broken(run, fault, mes, monkeypatch)
        assert held_kg() == counted_kg(), fault
        run()
        hold = now_of(truck).hold
        assert hold is not None and hold.state is HoldState.SETTLED, fault
        assert [event.name for event in now_of(truck).events].count("settled") == 1
        moved = MovementItem.query(f"HOLDS#{CAUSTIC}", MovementItem.sk.startswith(f"{truck.id}#"))
        assert sum(item.delta_kg for item in moved) == 0, fault
        assert held_kg() == counted_kg() == 20_000
        assert set(claims()) == taken, "truck and crew are under way until the truck has left"


def test_repairing_with_every_call_broken(mes: FakeMes, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def run() -> Any:
        return repair_holds(clock, clock.pause)

    def drift() -> None:
        ProductItem(*store.product_key(CAUSTIC)).update([ProductItem.held_kg.add(7_000)])

    stored(1, clock(), 20_000)
    drift()
    calls = broken(run, Fault(), mes, monkeypatch).calls
    assert calls == ["Query", "GetItem", "Query", "GetItem", "TransactWriteItems"]
    assert held_kg() == 20_000
    for done, fault in enumerate(every_fault(len(calls)), start=2):
        drift()
        broken(run, fault, mes, monkeypatch)
        quietly(run)
        assert held_kg() == counted_kg() == 20_000, fault
        repairs = [entry for entry in AuditEntry.query(f"product:{CAUSTIC}") if entry.action == "holds_repaired"]
        assert len(repairs) == done, "once for every drift, also when the answer of the repair was lost"


def test_saving_rules_with_every_call_broken(mes: FakeMes, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gets no answer sends the form again: changed once, with one line in the history."""

    def save(threshold_kg: int, version: int) -> Any:
        known = store.find_product(CAUSTIC)
        assert known is not None
        rules = replace(known.rules, threshold_kg=threshold_kg, version=version)
        return lambda: service.save_product(CAUSTIC, rules, "调整", "U1", clock())

    stored(1, clock(), 20_000)
    calls = broken(save(1, 1), Fault(), mes, monkeypatch).calls
    assert calls == ["GetItem", "TransactWriteItems"]
    for version, fault in enumerate(every_fault(len(calls)), start=2):
        form = save(version, version)
        broken(form, fault, mes, monkeypatch)
        with suppress(Problem):
            form()
        found = store.find_product(CAUSTIC)
        assert found is not None and (found.rules.threshold_kg, found.rules.version) == (version, version + 1), fault
        assert found.held_kg == 20_000
        assert len(list(AuditEntry.query(f"product:{CAUSTIC}"))) == version
