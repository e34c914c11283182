"""A change with every call broken: the old right goes, the new visit comes once, and never do two rights stand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import State
from chalicelib.core.outbox.redelivery import retry_now
from chalicelib.core.table import Transaction, is_store_error
from chalicelib.domains.visitor import lists, service, store
from chalicelib.domains.visitor.visit import GateStatus, Status, Visit
from chalicelib.integrations.errors import Refused
from tests.support.changes import moved
from tests.support.clock import FakeClock
from tests.support.fake_gate import FakeGate
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.visits import APPROVER, PERSON, VISITOR, reservation
from tests.support.workers import GateWorkers

pytestmark = pytest.mark.usefixtures("cloud")


class World:
    """A gate that never holds two rights of one chain, its worker, and visits at every stage."""

    def __init__(self, sqs: Any, clock: FakeClock) -> None:
        self.clock, self.gate, self.serial = clock, FakeGate(), 0
        self.workers = GateWorkers(sqs, self.gate, clock)

    def owner(self, visit: Visit) -> Any:
        return replace(VISITOR, user_id=visit.owner_id)

    def visit(self) -> Visit:
        """A submitted visit of another owner and phone each time."""
        self.serial += 1
        wanted = reservation(
            self.clock(),
            f"request-{self.serial:010d}",
            visitor=replace(PERSON, phone=f"138{self.serial:08d}"),
            remember=False,
        )
        return service.submit_visit(replace(VISITOR, user_id=f"OWNER{self.serial}"), wanted, self.clock())

    def ready(self) -> Visit:
        """A visit whose right stands at the gate."""
        visit = self.visit()
        service.approve_visit(APPROVER, visit.id, visit.version, self.clock())
        self.workers.deliver(f"gate:visit:{visit.id}")
        return found(visit.id)

    def change(self, visit: Visit) -> Visit:
        return moved(self.owner(visit), visit, self.clock())

    def live(self, visit: Visit) -> list[str]:
        """Windows of the rights that a phone has, by their start."""
        orders = [order for order in self.gate.orders if order.live and order.visit.phone == visit.visitor.phone]
        return [order.visit.window.starts_at.isoformat() for order in orders]


def found(visit_id: str) -> Visit:
    visit = store.find_visit(visit_id)
    assert visit is not None
    return visit


@pytest.fixture
def world(cloud: Any, clock: FakeClock) -> World:
    return World(cloud, clock)


def calls_of(action: Callable[[], Any], world: World, patch: pytest.MonkeyPatch) -> list[str]:
    fault = Fault()
    with injected(fault, world.gate, patch):
        action()
    return fault.calls


def press_twice(action: Callable[[], Visit], fault: Fault, world: World, patch: pytest.MonkeyPatch) -> Visit:
    with injected(fault, world.gate, patch):
        try:
            action()
        except ProcessDied:
            pass
        except Exception as error:
            assert is_store_error(error), error
    return action()


def test_a_change_of_a_ready_visit_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.ready()
    calls = calls_of(lambda: world.change(first), world, monkeypatch)
    assert calls == ["BatchGetItem", "TransactWriteItems", "SendMessage"]
    for fault in every_fault(len(calls)):
        old = world.ready()
        new = press_twice(lambda old=old: world.change(old), fault, world, monkeypatch)
        world.workers.recover()
        ended = found(old.id)
        assert (ended.status, ended.gate.status, ended.replaced_by) == (
            Status.CANCELLED,
            GateStatus.REVOKED,
            new.id,
        ), fault
        assert world.live(old) == [], "no right without a current approval"
        assert len(lists.page_of_owner(old.owner_id, None).items) == 2
        service.approve_visit(APPROVER, new.id, new.version, world.clock())
        world.workers.recover()
        assert found(new.id).gate.status is GateStatus.READY
        assert world.live(old) == [new.window.starts_at.isoformat()]


@pytest.mark.parametrize("quarter", range(4))
def test_the_worker_of_a_changed_visit_with_every_call_broken(
    world: World, monkeypatch: pytest.MonkeyPatch, quarter: int
) -> None:
    """The revocation, the registration and the rights of the chain in one go, each call broken: never two rights."""

    def changed_and_approved() -> Visit:
        old = world.ready()
        new = world.change(old)
        return service.approve_visit(APPROVER, new.id, new.version, world.clock())

    first = changed_and_approved()
    calls = calls_of(lambda: world.workers.deliver(f"gate:visit:{first.root_id}"), world, monkeypatch)
    assert calls.index("gate.revoke") < calls.index("gate.register")
    for fault in every_fault(len(calls))[quarter::4]:
        new = changed_and_approved()
        with injected(fault, world.gate, monkeypatch), suppress(ProcessDied):
            world.workers.deliver(f"gate:visit:{new.root_id}")
        assert len(world.live(new)) <= 1, fault
        world.workers.recover()
        assert found(new.replaces or "").gate.status is GateStatus.REVOKED
        assert found(new.id).gate.status is GateStatus.READY, fault
        assert world.live(new) == [new.window.starts_at.isoformat()], fault


def test_changed_while_the_registration_is_under_way(world: World) -> None:
    old = world.visit()
    service.approve_visit(APPROVER, old.id, old.version, world.clock())
    made: list[Visit] = []

    def change_now(operation: str, moment: str) -> None:
        if (operation, moment) == ("register", "after") and not made:
            made.append(world.change(found(old.id)))
            service.approve_visit(APPROVER, made[0].id, made[0].version, world.clock())

    world.gate.trouble = change_now
    world.workers.deliver(f"gate:visit:{old.id}")
    world.workers.recover()
    assert found(old.id).gate.status is GateStatus.REVOKED
    assert found(made[0].id).gate.status is GateStatus.READY
    assert world.live(old) == [made[0].window.starts_at.isoformat()]


def test_a_platform_that_is_down_gets_the_revocation_first(world: World) -> None:
    old = world.ready()
    world.gate.down = True
    new = world.change(old)
    service.approve_visit(APPROVER, new.id, new.version, world.clock())
    world.workers.deliver_waiting()
    assert world.live(old) == [old.window.starts_at.isoformat()]
    assert found(new.id).gate.status is GateStatus.WAITING
    world.gate.down = False
    world.workers.recover()
    assert world.gate.calls.index("revoke") < len(world.gate.calls) - world.gate.calls[::-1].index("register")
    assert world.live(old) == [new.window.starts_at.isoformat()]


def test_a_revocation_that_failed_for_good_stops_the_new_version_visibly(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = world.ready()
    new = world.change(old)
    new = service.approve_visit(APPROVER, new.id, new.version, world.clock())

    def forbidden(_order_id: str) -> None:
        raise Refused("gate_not_authorised", "grant the interface", "gate")

    with monkeypatch.context() as patch:
        patch.setattr(world.gate, "revoke", forbidden)
        world.workers.recover()
    stopped = found(new.id)
    assert (stopped.gate.status, stopped.gate.problem) == (GateStatus.FAILED, "predecessor_not_revoked")
    assert found(old.id).gate.status is GateStatus.REVOKING
    failed = sorted(outbox.page_by_state("gate", State.FAILED, None, 10).items, key=lambda entry: entry.sequence)
    assert [entry.kind for entry in failed] == ["visit.revoke", "visit.register"]
    send_again(world, failed[1])
    assert (found(new.id).gate.status, world.live(old)) == (GateStatus.FAILED, [old.window.starts_at.isoformat()])
    for entry in failed:
        send_again(world, entry)
    assert found(old.id).gate.status is GateStatus.REVOKED
    assert (found(new.id).gate.status, world.live(old)) == (GateStatus.READY, [new.window.starts_at.isoformat()])


def test_a_visit_changed_again_still_waits_for_the_first_right(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A → B → C: B never had a right, but A's has not been revoked."""
    first = world.ready()
    second = world.change(first)
    third = moved(world.owner(first), second, world.clock(), request_id="change-000000002")
    third = service.approve_visit(APPROVER, third.id, third.version, world.clock())

    def forbidden(_order_id: str) -> None:
        raise Refused("gate_not_authorised", "grant the interface", "gate")

    monkeypatch.setattr(world.gate, "revoke", forbidden)
    world.workers.recover()
    assert (third.root_id, found(third.id).gate.problem) == (first.id, "predecessor_not_revoked")
    assert world.live(first) == [first.window.starts_at.isoformat()]


def send_again(world: World, entry: Any) -> None:
    """Staff presses 重新推送."""
    retry_now(entry.object_key, entry.sequence, Transaction(), world.clock())
    world.workers.recover()
