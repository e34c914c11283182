"""The closing schedule with every single call broken, before and after: no right is left, nothing is closed twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.table import is_store_error
from chalicelib.domains.visitor import service, store
from chalicelib.domains.visitor.closing import ClosingIncomplete, close_visits
from chalicelib.domains.visitor.visit import GateStatus, Status, Visit
from tests.faults.test_visit_faults import World, assert_one_right, calls_of
from tests.support.clock import FakeClock
from tests.support.faults import ProcessDied, every_fault, injected
from tests.support.visits import APPROVER

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def world(cloud: Any, clock: FakeClock) -> World:
    return World(cloud, clock)


def approved(world: World) -> Visit:
    """A visit whose right is at the gate."""
    visit = world.visit()
    service.approve_visit(APPROVER, visit.id, 1, world.clock())
    world.workers.deliver(world.key(visit))
    return visit


def after(visit: Visit, world: World) -> None:
    world.clock.now = max(world.clock.now, visit.window.ends_at)


def run_quietly(world: World) -> None:
    """As Lambda does: an error is an alarm, the next run comes."""
    try:
        close_visits(world.clock)
    except (ProcessDied, ClosingIncomplete):
        pass
    except Exception as error:
        assert is_store_error(error), error


def found(visit: Visit) -> Visit:
    seen = store.find_visit(visit.id)
    assert seen is not None
    return seen


def audited(visit: Visit) -> list[str]:
    return [entry.action for entry in AuditEntry.query(f"visit:{visit.id}")]


def test_ending_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = approved(world)
    after(first, world)
    calls = calls_of(lambda: close_visits(world.clock), world, monkeypatch)
    assert calls == ["Query", "TransactWriteItems", "SendMessageBatch"], "1 query, 1 transaction each, 1 send per 10"
    world.workers.recover()
    for fault in every_fault(len(calls)):
        visit = approved(world)
        assert_one_right(world, visit)
        after(visit, world)
        with injected(fault, world.gate, monkeypatch):
            run_quietly(world)
        run_quietly(world)
        world.workers.recover()
        ended = found(visit)
        assert (ended.status, ended.gate.status, ended.gate.qr_content) == (
            Status.ENDED,
            GateStatus.REVOKED,
            None,
        ), fault
        assert [event.name for event in ended.events].count("ended") == 1
        assert audited(visit).count("visit_ended") == 1
        assert_one_right(world, visit, expected=0)


def test_expiring_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.visit()
    after(first, world)
    calls = calls_of(lambda: close_visits(world.clock), world, monkeypatch)
    assert calls == ["Query", "TransactWriteItems"], "an expired request tells the gate nothing"
    for fault in every_fault(len(calls)):
        visit = world.visit()
        after(visit, world)
        with injected(fault, world.gate, monkeypatch):
            run_quietly(world)
        run_quietly(world)
        seen = found(visit)
        assert (seen.status, seen.gate.status, seen.version) == (Status.EXPIRED, GateStatus.NONE, 2), fault
        assert audited(visit) == ["visit_expired"]
    assert world.gate.orders == []


def test_nothing_is_closed_before_its_window_is_over(world: World) -> None:
    undecided, coming = world.visit(), approved(world)
    assert close_visits(world.clock) == {}
    assert (found(undecided).status, found(coming).status) == (Status.SUBMITTED, Status.APPROVED)
    assert_one_right(world, coming)


def test_a_closed_visit_leaves_the_index(world: World) -> None:
    visit = world.visit()
    after(visit, world)
    assert close_visits(world.clock) == {"expired": 1}
    assert list(store.VisitItem.by_end.query(store.VISIT_KIND)) == []
    assert close_visits(world.clock) == {}


@pytest.mark.parametrize("outage", ["down", "refused"])
def test_what_the_gate_never_confirmed_is_revoked_too(world: World, outage: str) -> None:
    """The platform was down, or refused the visit: whatever it may have is revoked once it answers."""
    visit = world.visit()
    world.gate.down = outage == "down"
    world.gate.refuse_with = "gate_request_invalid" if outage == "refused" else None
    service.approve_visit(APPROVER, visit.id, 1, world.clock())
    world.workers.deliver(world.key(visit))
    after(visit, world)
    assert close_visits(world.clock) == {"ended": 1}
    world.gate.down = False
    world.workers.recover()
    assert (found(visit).status, found(visit).gate.status) == (Status.ENDED, GateStatus.REVOKED)
    assert not any(order.live for order in world.gate.orders)


def test_closed_while_the_registration_is_under_way(world: World) -> None:
    visit = world.visit()
    service.approve_visit(APPROVER, visit.id, 1, world.clock())

    def close_now(operation: str, moment: str) -> None:
        if operation == "register" and moment == "after":
            after(visit, world)
            close_visits(world.clock)

    world.gate.trouble = close_now
    world.workers.deliver(world.key(visit))
    world.workers.recover()
    assert (found(visit).status, found(visit).gate.status) == (Status.ENDED, GateStatus.REVOKED)
    assert_one_right(world, visit, expected=0)


def test_one_visits_trouble_does_not_stop_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visits = [world.visit() for _ in range(3)]
    after(visits[0], world)
    broken = store.add_visit_change

    def trouble(transaction: Any, seen: Visit, changed: Visit) -> None:
        if seen.id == visits[1].id:
            raise RuntimeError("this one is broken")
        broken(transaction, seen, changed)

    with monkeypatch.context() as patch:
        patch.setattr(store, "add_visit_change", trouble)
        with pytest.raises(ClosingIncomplete):
            close_visits(world.clock)
    assert [found(visit).status for visit in visits] == [Status.EXPIRED, Status.SUBMITTED, Status.EXPIRED]
    assert close_visits(world.clock) == {"expired": 1}


def test_a_run_ends_before_its_function_does(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visits = [world.visit() for _ in range(5)]
    after(visits[0], world)
    slow: Callable[..., None] = store.add_visit_change

    def take_time(*arguments: Any) -> None:
        world.clock.advance(seconds=15)
        slow(*arguments)

    monkeypatch.setattr(store, "add_visit_change", take_time)
    assert close_visits(world.clock) == {"expired": 3}
    with suppress(ClosingIncomplete):
        assert close_visits(world.clock) == {"expired": 2}
