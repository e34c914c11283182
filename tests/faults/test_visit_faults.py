"""Approve, cancel and the gate worker with every single call broken, before and after: always the same end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.errors import Problem
from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import State
from chalicelib.core.outbox.redelivery import retry_now
from chalicelib.core.queue import handle_batch
from chalicelib.core.table import OutcomeUnknown, Transaction, is_store_error
from chalicelib.domains.visitor import lists, service, store
from chalicelib.domains.visitor.visit import GateStatus, Status, Visit
from chalicelib.integrations.errors import Refused
from tests.support.clock import FakeClock
from tests.support.fake_gate import FakeGate, lost
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.visits import APPROVER, VISITOR, reservation, stored
from tests.support.workers import GateWorkers

pytestmark = pytest.mark.usefixtures("cloud")


class World:
    """One visit, one gate, their workers."""

    def __init__(self, sqs: Any, clock: FakeClock) -> None:
        self.clock, self.gate = clock, FakeGate()
        self.workers = GateWorkers(sqs, self.gate, clock)
        self.serial = 0

    def visit(self) -> Visit:
        """A submitted visit of another phone each time, so that visits do not clash."""
        self.serial += 1
        wanted = reservation(self.clock(), f"request-{self.serial:010d}")
        person = wanted.visitor
        phone = f"138{self.serial:08d}"
        wanted = replace(wanted, visitor=replace(person, phone=phone), remember=False)
        owner = replace(VISITOR, user_id=f"OWNER{self.serial // 15}")
        return service.submit_visit(owner, wanted, self.clock())

    def key(self, visit: Visit) -> str:
        return f"gate:visit:{visit.id}"


@pytest.fixture
def world(cloud: Any, clock: FakeClock) -> World:
    return World(cloud, clock)


def press_until_answered(action: Callable[[], Visit], fault: Fault, world: World, patch: pytest.MonkeyPatch) -> None:
    """A person presses, sees an error or nothing, and presses again."""
    with injected(fault, world.gate, patch):
        try:
            action()
        except ProcessDied:
            pass
        except Exception as error:  # what the endpoint answers as 503
            assert is_store_error(error), error
    action()


def calls_of(action: Callable[[], Any], world: World, patch: pytest.MonkeyPatch) -> list[str]:
    fault = Fault()
    with injected(fault, world.gate, patch):
        action()
    return fault.calls


def assert_one_right(world: World, visit: Visit, expected: int = 1) -> None:
    live = [order for order in world.gate.orders if order.live and order.visit.phone == visit.visitor.phone]
    ever = [order for order in world.gate.orders if order.visit.phone == visit.visitor.phone]
    assert (len(live), len(ever)) == (expected, 1)


def test_approve_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.visit()
    calls = calls_of(lambda: service.approve_visit(APPROVER, first.id, 1, world.clock()), world, monkeypatch)
    assert calls == ["GetItem", "TransactWriteItems", "SendMessage", "SendMessage"], "one send a peer: gate and WeChat"
    for fault in every_fault(len(calls)):
        visit = world.visit()
        press_until_answered(
            lambda visit=visit: service.approve_visit(APPROVER, visit.id, 1, world.clock()), fault, world, monkeypatch
        )
        world.workers.recover()
        ended = store.find_visit(visit.id)
        assert ended is not None
        assert (ended.status, ended.gate.status) == (Status.APPROVED, GateStatus.READY), fault
        assert [event.name for event in ended.events].count("approved") == 1
        assert_one_right(world, visit)


def test_gate_worker_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.visit()
    service.approve_visit(APPROVER, first.id, 1, world.clock())
    calls = calls_of(lambda: world.workers.deliver(world.key(first)), world, monkeypatch)
    assert calls.count("gate.register") == 1
    for fault in every_fault(len(calls)):
        visit = world.visit()
        service.approve_visit(APPROVER, visit.id, 1, world.clock())
        with injected(fault, world.gate, monkeypatch), suppress(ProcessDied):
            world.workers.deliver(world.key(visit))
        world.workers.recover()
        ended = store.find_visit(visit.id)
        assert ended is not None
        assert (ended.status, ended.gate.status, ended.gate.problem) == (Status.APPROVED, GateStatus.READY, None), fault
        assert ended.gate.qr_content
        assert_one_right(world, visit)


def test_cancellation_with_every_call_of_the_worker_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.visit()
    approve_and_cancel(world, first)
    calls = calls_of(lambda: world.workers.deliver(world.key(first)), world, monkeypatch)
    for fault in every_fault(len(calls)):
        visit = world.visit()
        approve_and_cancel(world, visit)
        with injected(fault, world.gate, monkeypatch), suppress(ProcessDied):
            world.workers.deliver(world.key(visit))
        world.workers.recover()
        ended = store.find_visit(visit.id)
        assert ended is not None
        assert (ended.status, ended.gate.status) == (Status.CANCELLED, GateStatus.REVOKED), fault
        assert_one_right(world, visit, expected=0)


def approve_and_cancel(world: World, visit: Visit) -> None:
    service.approve_visit(APPROVER, visit.id, 1, world.clock())
    world.workers.deliver(world.key(visit))
    service.cancel_visit(replace(VISITOR, user_id=visit.owner_id), visit.id, world.clock())


def test_cancelled_while_the_registration_is_under_way(world: World) -> None:
    visit = world.visit()
    service.approve_visit(APPROVER, visit.id, 1, world.clock())

    def cancel_now(operation: str, moment: str) -> None:
        if operation == "register" and moment == "after":
            service.cancel_visit(replace(VISITOR, user_id=visit.owner_id), visit.id, world.clock())

    world.gate.trouble = cancel_now
    world.workers.deliver(world.key(visit))
    world.workers.recover()
    ended = store.find_visit(visit.id)
    assert ended is not None
    assert (ended.status, ended.gate.status) == (Status.CANCELLED, GateStatus.REVOKED)
    assert_one_right(world, visit, expected=0)


def test_the_platform_is_down_for_a_day_then_everything_comes_through_in_order(world: World) -> None:
    visits = [world.visit() for _ in range(3)]
    world.gate.down = True
    for visit in visits:
        service.approve_visit(APPROVER, visit.id, 1, world.clock())
    world.workers.deliver_waiting()
    for visit in visits:
        seen = store.find_visit(visit.id)
        assert seen is not None and seen.gate.status is GateStatus.WAITING
    service.cancel_visit(replace(VISITOR, user_id=visits[2].owner_id), visits[2].id, world.clock())
    world.gate.down = False
    world.workers.recover()
    states = [found.gate.status for visit in visits if (found := store.find_visit(visit.id))]
    assert states == [GateStatus.READY, GateStatus.READY, GateStatus.REVOKED]
    assert not any(order.live and order.visit.phone == visits[2].visitor.phone for order in world.gate.orders)


def test_a_refusal_is_final_visible_and_can_be_sent_again(world: World) -> None:
    visit = world.visit()
    world.gate.refuse_with = "gate_request_invalid"
    service.approve_visit(APPROVER, visit.id, 1, world.clock())
    world.workers.deliver(world.key(visit))
    seen = store.find_visit(visit.id)
    assert seen is not None
    assert (seen.gate.status, seen.gate.problem) == (GateStatus.FAILED, "gate_request_invalid")
    failed = outbox.page_by_state("gate", State.FAILED, None, 10).items
    assert [entry.attempts for entry in failed] == [1]
    world.gate.refuse_with = None
    retry_now(failed[0].object_key, failed[0].sequence, Transaction(), world.clock())
    world.workers.recover()
    ended = store.find_visit(visit.id)
    assert ended is not None and ended.gate.status is GateStatus.READY
    assert_one_right(world, visit)


def test_a_second_visit_never_adopts_the_first_ones_order(world: World) -> None:
    now = world.clock()
    one = service.submit_visit(VISITOR, reservation(now, "request-aaaaaaaaaa"), now)
    two = service.submit_visit(replace(VISITOR, user_id="OTHER"), reservation(now, "request-bbbbbbbbbb"), now)
    for visit in (one, two):
        service.approve_visit(APPROVER, visit.id, 1, now)
        world.workers.deliver(world.key(visit))
    world.workers.recover()
    first, second = store.find_visit(one.id), store.find_visit(two.id)
    assert first is not None and second is not None
    assert (first.gate.status, second.gate.status) == (GateStatus.READY, GateStatus.FAILED)
    assert second.gate.problem == "gate_clash"
    service.cancel_visit(replace(VISITOR, user_id="OTHER"), two.id, now)
    world.workers.recover()
    assert [order.live for order in world.gate.orders] == [True], "the first visitor keeps the right"


def test_a_reservation_taken_back_with_its_answer_lost_is_not_mistaken_for_the_next_one(world: World) -> None:
    """Same person, host and time: the platform's record is the first one's, is revoked, and the second gets its own."""
    now = world.clock()
    one = service.submit_visit(VISITOR, reservation(now, "request-aaaaaaaaaa"), now)
    service.approve_visit(APPROVER, one.id, 1, now)
    world.gate.trouble = lost("register")
    world.workers.deliver(world.key(one))
    service.cancel_visit(VISITOR, one.id, now)
    two = service.submit_visit(VISITOR, reservation(now, "request-bbbbbbbbbb"), now)
    service.approve_visit(APPROVER, two.id, 1, now)
    world.workers.deliver(world.key(two))
    waiting = store.find_visit(two.id)
    assert waiting is not None
    assert (waiting.gate.status, waiting.gate.order_id) == (GateStatus.WAITING, None), "it waits for the revocation"
    world.workers.recover()
    first, second = store.find_visit(one.id), store.find_visit(two.id)
    assert first is not None and second is not None
    assert (first.gate.status, second.gate.status) == (GateStatus.REVOKED, GateStatus.READY)
    assert [order.live for order in world.gate.orders] == [False, True]
    assert second.gate.order_id == world.gate.orders[1].order_id


def test_a_poison_message_does_not_hold_up_other_objects(world: World, cloud: Any) -> None:
    visit = world.visit()
    service.approve_visit(APPROVER, visit.id, 1, world.clock())
    records = [
        {"messageId": "bad", "body": "not json", "attributes": {"MessageGroupId": "g1"}},
        {
            "messageId": "good",
            "body": f'{{"object_key": "{world.key(visit)}"}}',
            "attributes": {"MessageGroupId": "g2"},
        },
    ]
    answer = handle_batch({"Records": records}, world.workers._handlers, utc_now)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


def test_a_lost_commit_answer_is_an_unknown_outcome_not_a_failure(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = world.visit()
    fault = Fault(number=2, moment="after", way="error")
    with injected(fault, world.gate, monkeypatch), pytest.raises(OutcomeUnknown):
        service.approve_visit(APPROVER, visit.id, 1, world.clock())
    again = service.approve_visit(APPROVER, visit.id, 1, world.clock())
    assert (again.status, again.version) == (Status.APPROVED, 2)
    with pytest.raises(Problem):
        service.refuse_visit(APPROVER, visit.id, 1, "x", world.clock())


def test_submission_with_every_call_broken_makes_one_visit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = calls_of(lambda: stored(world.clock(), "request-count-0001"), world, monkeypatch)
    assert calls == ["TransactWriteItems"]
    for number, fault in enumerate(every_fault(len(calls))):
        request_id = f"request-fault-{number:04d}"
        press_until_answered(lambda request_id=request_id: stored(world.clock(), request_id), fault, world, monkeypatch)
    assert len(lists.page_of_owner(VISITOR.user_id, None).items) == 5


def test_a_revocation_the_platform_refuses_is_not_taken_for_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong credentials must not look like "there is no such right": the visit stays visibly unrevoked."""
    visit = world.visit()
    service.approve_visit(APPROVER, visit.id, 1, world.clock())
    service.cancel_visit(replace(VISITOR, user_id=visit.owner_id), visit.id, world.clock())

    def forbidden(**_: str) -> None:
        raise Refused("gate_not_authorised", "grant the interface", "gate")

    monkeypatch.setattr(world.gate, "find_host", forbidden)
    world.workers.recover()
    ended = store.find_visit(visit.id)
    assert ended is not None and ended.gate.status is GateStatus.REVOKING
    assert [entry.kind for entry in outbox.page_by_state("gate", State.FAILED, None, 10).items] == ["visit.revoke"]


def test_rights_that_never_arrive_become_visible(world: World) -> None:
    visit = world.visit()
    world.gate.rights_state = "pending"
    service.approve_visit(APPROVER, visit.id, 1, world.clock())
    world.workers.recover(minutes=40)
    ended = store.find_visit(visit.id)
    assert ended is not None
    assert (ended.gate.status, ended.gate.problem) == (GateStatus.FAILED, "rights_late")


def test_a_slow_platform_does_not_outlive_its_function(world: World) -> None:
    """Each call takes six seconds: what was not begun in time is reported and comes again."""
    visits = [world.visit() for _ in range(5)]
    for visit in visits:
        service.approve_visit(APPROVER, visit.id, 1, world.clock())
    world.gate.trouble = lambda operation, moment: world.clock.advance(seconds=3)
    began = world.clock()
    records = [
        {
            "messageId": f"m{number}",
            "body": f'{{"object_key": "{world.key(visit)}"}}',
            "attributes": {"MessageGroupId": visit.id},
        }
        for number, visit in enumerate(visits)
    ]
    answer = handle_batch({"Records": records}, world.workers._handlers, world.clock, world.clock.pause)
    assert (world.clock() - began).total_seconds() < 60
    assert 0 < len(answer["batchItemFailures"]) < 5
