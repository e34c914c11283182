"""The park with every single call broken, beside a gate that knows nothing of it, and the reverse."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.inbox import Replayed
from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import State
from chalicelib.core.outbox.redelivery import retry_now
from chalicelib.core.table import Transaction, is_store_error
from chalicelib.domains.visitor import closing, service, store
from chalicelib.domains.visitor.gate_push import add_change
from chalicelib.domains.visitor.model import Change, Stage, stage
from chalicelib.domains.visitor.park.entries import with_park
from chalicelib.domains.visitor.park.events import Message, take
from chalicelib.domains.visitor.visit import GateStatus, ParkStatus, Status, Visit
from tests.support.clock import FakeClock
from tests.support.environment import WITH_PARK
from tests.support.fake_gate import FakeGate
from tests.support.fake_park import FakePark
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.visits import APPROVER, VISITOR, reservation
from tests.support.workers import GateWorkers, ParkWorkers, pending


class World:
    """Visits, a gate, a park, and the workers of both."""

    def __init__(self, sqs: Any, clock: FakeClock) -> None:
        self.clock = clock
        self.gate, self.park = FakeGate(), FakePark(clock)
        self.gate_workers = GateWorkers(sqs, self.gate, clock)
        self.workers = ParkWorkers(sqs, self.park, clock)
        self.serial = 0

    def visit(self) -> Visit:
        self.serial += 1
        wanted = reservation(self.clock(), f"request-{self.serial:010d}")
        visitor = replace(wanted.visitor, phone=f"138{self.serial:08d}")
        owner = replace(VISITOR, user_id=f"OWNER{self.serial // 15}")
        return service.submit_visit(owner, replace(wanted, visitor=visitor, remember=False), self.clock())

    def approved(self) -> Visit:
        return service.approve_visit(APPROVER, self.visit().id, 1, self.clock())

    def cancel(self, visit: Visit) -> Visit:
        return service.cancel_visit(replace(VISITOR, user_id=visit.owner_id), visit.id, self.clock())

    def now(self, visit: Visit) -> Visit:
        found = store.find_visit(visit.id)
        assert found is not None
        return found

    def key(self, visit: Visit) -> str:
        return f"park:visit:{visit.id}"


@pytest.fixture
def world(cloud: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> World:
    for name, value in {**WITH_PARK, "PARK_REQUIRED": "true"}.items():
        monkeypatch.setenv(name, value)
    runtime.settings.cache_clear()
    return World(cloud, clock)


def deliver_with(fault: Fault, world: World, visit: Visit, patch: pytest.MonkeyPatch) -> None:
    with injected(fault, world.park, patch), suppress(ProcessDied):
        world.workers.deliver(world.key(visit))
    world.workers.recover()


def calls_of_worker(world: World, visit: Visit, patch: pytest.MonkeyPatch) -> int:
    fault = Fault()
    with injected(fault, world.park, patch):
        world.workers.deliver(world.key(visit))
    return len(fault.calls)


def test_approve_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, count = world.visit(), Fault()
    with injected(count, world.park, monkeypatch):
        service.approve_visit(APPROVER, first.id, 1, world.clock())
    assert count.calls == ["GetItem", "TransactWriteItems", *["SendMessage"] * 3], "one send a peer"
    for fault in every_fault(len(count.calls)):
        visit = world.visit()
        with injected(fault, world.park, monkeypatch):
            try:
                service.approve_visit(APPROVER, visit.id, 1, world.clock())
            except ProcessDied:
                pass
            except Exception as error:
                assert is_store_error(error), error
        service.approve_visit(APPROVER, visit.id, 1, world.clock())
        world.workers.recover()
        assert world.now(visit).park.status is ParkStatus.ACCEPTED, fault
        assert [event.name for event in world.now(visit).events].count("park_accepted") == 1
    assert len(world.park.held) == world.serial


def test_the_worker_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for fault in every_fault(calls_of_worker(world, world.approved(), monkeypatch)):
        visit = world.approved()
        deliver_with(fault, world, visit, monkeypatch)
        seen = world.now(visit)
        assert (seen.park.status, seen.park.problem) == (ParkStatus.ACCEPTED, None), fault
        assert seen.park.visit_no == world.park.held[visit.id].answer.park_visit_no


def test_cancelling_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def cancelled_visit() -> Visit:
        visit = world.approved()
        world.workers.deliver(world.key(visit))
        return world.cancel(visit)

    for fault in every_fault(calls_of_worker(world, cancelled_visit(), monkeypatch)):
        visit = cancelled_visit()
        deliver_with(fault, world, visit, monkeypatch)
        assert world.now(visit).park.status is ParkStatus.CANCELLED, fault
        assert not world.park.lets_in(visit.id)


def test_cancelled_while_the_registration_is_under_way(world: World) -> None:
    visit = world.approved()

    def cancel_now(operation: str, moment: str) -> None:
        if (operation, moment) == ("register", "after") and world.now(visit).status is Status.APPROVED:
            world.cancel(visit)

    world.park.trouble = cancel_now
    world.workers.deliver(world.key(visit))
    world.workers.recover()
    assert world.now(visit).park.status is ParkStatus.CANCELLED
    assert not world.park.lets_in(visit.id)


def test_the_gate_down_for_a_day_does_not_hold_up_the_park(world: World) -> None:
    world.gate.down = True
    visit = world.approved()
    world.gate_workers.deliver_waiting()
    world.workers.recover()
    seen = world.now(visit)
    assert (seen.gate.status, seen.park.status) == (GateStatus.WAITING, ParkStatus.ACCEPTED)
    assert stage(seen, world.clock()) is Stage.AWAITING_GATE
    world.gate.down = False
    world.gate_workers.recover()
    assert stage(world.now(visit), world.clock()) is Stage.READY


def test_the_park_down_does_not_hold_up_the_gate(world: World) -> None:
    world.park.down = True
    visit = world.approved()
    world.workers.deliver_waiting()
    world.gate_workers.recover()
    seen = world.now(visit)
    assert (seen.gate.status, seen.park.status) == (GateStatus.READY, ParkStatus.WAITING)
    assert stage(seen, world.clock()) is Stage.AWAITING_PARK
    notices = [entry.kind for entry in pending("wechat")]
    assert "visit_ready" not in notices, "nobody is told to come before the park has accepted"
    world.park.down = False
    world.workers.recover()
    assert stage(world.now(visit), world.clock()) is Stage.READY
    assert [entry.kind for entry in pending("wechat")].count("visit_ready") == 1


def test_a_change_of_times_reaches_the_park_in_order(world: World) -> None:
    """The change use case will come this way; the park holds one visit and its last times."""
    visit = world.approved()
    world.workers.deliver(world.key(visit))
    seen = world.now(visit)
    window = replace(seen.window, ends_at=seen.window.ends_at + timedelta(hours=1))
    change = with_park(seen, Change(replace(seen, window=window, version=seen.version + 1)))
    transaction = Transaction()
    add_change(transaction, seen, change, world.clock())
    transaction.commit()
    assert world.now(visit).park.status is ParkStatus.WAITING
    world.workers.recover()
    assert world.now(visit).park.status is ParkStatus.ACCEPTED
    assert [(number, held.visit.ends_at) for number, held in world.park.held.items()] == [(visit.id, window.ends_at)]
    assert world.park.calls == ["register", "change"]


def test_a_lost_message_is_repaired_by_asking_which_holds_up_no_cancellation(world: World) -> None:
    world.park.decides = "pending"
    first, second = world.approved(), world.approved()
    world.workers.deliver_waiting()
    assert [world.now(visit).park.status for visit in (first, second)] == [ParkStatus.WAITING] * 2
    world.park.decide(first.id, "accepted")
    world.cancel(second)
    world.workers.deliver_waiting()
    assert world.now(second).park.status is ParkStatus.CANCELLED, "cancelled at once, though a question is planned"
    world.clock.advance(minutes=10)
    world.workers.recover()
    assert world.now(first).park.status is ParkStatus.ACCEPTED
    assert pending("park") == [], "nobody asks on"


def test_the_parks_no_is_shown_with_its_reason_and_can_be_sent_again(world: World) -> None:
    world.park.declines_with = "园区临时管控"
    visit = world.approved()
    world.workers.deliver_waiting()
    world.gate_workers.recover()
    seen = world.now(visit)
    assert (seen.park.status, seen.park.reason) == (ParkStatus.REJECTED, "园区临时管控")
    assert stage(seen, world.clock()) is Stage.PARK_REJECTED
    world.park.declines_with = None
    failed = outbox.page_by_state("park", State.FAILED, None, 10).items
    assert [entry.kind for entry in failed] == ["park.register"]
    retry_now(failed[0].object_key, failed[0].sequence, Transaction(), world.clock())
    world.workers.deliver_waiting()
    assert stage(world.now(visit), world.clock()) is Stage.READY


def test_the_end_of_the_window_signs_the_visit_off(world: World) -> None:
    visit = world.approved()
    world.workers.deliver_waiting()
    world.clock.advance(hours=6)
    closing.close_visits(world.clock)
    world.workers.recover()
    seen = world.now(visit)
    assert (seen.status, seen.park.status) == (Status.ENDED, ParkStatus.CANCELLED)
    assert not world.park.lets_in(visit.id)


def test_switched_off_nothing_is_queued_and_nothing_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.park.down = True
    waiting = world.approved()
    monkeypatch.setenv("PARK_BASE_URL", "")
    runtime.settings.cache_clear()
    other = world.approved()
    assert other.park.status is ParkStatus.NONE
    assert {entry.payload["visit_id"] for entry in pending("park")} == {waiting.id}
    ParkWorkers(world.workers._sqs, None, world.clock).recover()
    world.gate_workers.recover()
    for visit in (waiting, other):
        assert stage(world.now(visit), world.clock()) is Stage.READY


def message(visit: Visit, clock: FakeClock, status: str = "accepted", event_id: str = "E1") -> Message:
    return Message(event_id, visit.id, status, clock(), None)


def test_a_message_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.park.decides = "pending"

    def waiting_visit() -> Visit:
        visit = world.approved()
        world.workers.deliver(world.key(visit))
        world.clock.advance(seconds=1)
        return visit

    first, count = waiting_visit(), Fault()
    with injected(count, world.park, monkeypatch):
        assert take(message(first, world.clock, event_id="E0"), "n0", world.clock())
    assert count.calls == ["GetItem", "GetItem", "TransactWriteItems"]
    for number, fault in enumerate(every_fault(len(count.calls)), 1):
        visit = waiting_visit()
        told = message(visit, world.clock, event_id=f"E{number}")
        with injected(fault, world.park, monkeypatch):
            try:
                take(told, f"n{number}-1", world.clock())
            except ProcessDied:
                pass
            except Exception as error:
                assert is_store_error(error), error
        take(told, f"n{number}-2", world.clock())
        seen = world.now(visit)
        assert seen.park.status is ParkStatus.ACCEPTED, fault
        assert [event.name for event in seen.events].count("park_accepted") == 1, fault


def test_a_message_counts_once_and_a_copy_of_the_request_not_at_all(world: World) -> None:
    world.park.decides = "pending"
    visit = world.approved()
    world.workers.deliver_waiting()
    world.clock.advance(seconds=1)
    told = message(visit, world.clock)
    assert take(told, "n1", world.clock()) is True
    version = world.now(visit).version
    assert take(told, "n2", world.clock()) is False
    with pytest.raises(Replayed):
        take(replace(told, event_id="E2"), "n1", world.clock())
    assert world.now(visit).version == version
