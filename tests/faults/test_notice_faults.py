"""Messages to users: every call of the worker broken, WeChat refusing, silent or down. At most one message, always."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import Entry, State
from chalicelib.core.outbox.redelivery import retry_now
from chalicelib.core.table import Transaction
from chalicelib.domains.account import model as account
from chalicelib.domains.account import store as accounts
from chalicelib.domains.account.model import Profile
from chalicelib.domains.visitor import service, store
from chalicelib.domains.visitor.visit import GateStatus, Visit
from chalicelib.integrations.errors import Refused, Retryable, UnknownOutcome
from tests.support.clock import FakeClock
from tests.support.environment import ENVIRONMENT
from tests.support.fake_gate import FakeGate
from tests.support.fake_wechat import FakeWeChat
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.visits import APPROVER, VISITOR, reservation
from tests.support.workers import GateWorkers, NoticeWorkers

pytestmark = pytest.mark.usefixtures("cloud")


class World:
    """Visitors with WeChat accounts, the simplest WeChat, the gate, both workers."""

    def __init__(self, sqs: Any, clock: FakeClock) -> None:
        self.clock, self.wechat, self.gate = clock, FakeWeChat(clock), FakeGate()
        self.notices = NoticeWorkers(sqs, self.wechat, clock)
        self.workers = GateWorkers(sqs, self.gate, clock)
        self.serial = 0

    def visit(self) -> Visit:
        """A submitted visit of another person each time."""
        self.serial += 1
        now, user_id = self.clock(), f"OWNER{self.serial}"
        transaction = Transaction()
        profile = Profile(ENVIRONMENT["WECHAT_APP_ID"], f"o_{user_id}", "林晓雨", "")
        accounts.add_new_user(transaction, account.register(user_id, profile, now))
        transaction.commit()
        wanted = reservation(now, f"request-{self.serial:010d}", remember=False)
        wanted = replace(wanted, visitor=replace(wanted.visitor, phone=f"138{self.serial:08d}"))
        return service.submit_visit(replace(VISITOR, user_id=user_id), wanted, now)

    def approved(self) -> Visit:
        visit = self.visit()
        return service.approve_visit(APPROVER, visit.id, 1, self.clock())

    def key(self, visit: Visit) -> str:
        return f"wechat:visit:{visit.id}"

    def shown(self, visit: Visit) -> list[str]:
        return self.wechat.shown_to(f"o_{visit.owner_id}")

    def entries(self, visit: Visit) -> list[Entry]:
        return outbox.entries_of(self.key(visit))


@pytest.fixture
def world(cloud: Any, clock: FakeClock) -> World:
    return World(cloud, clock)


def test_notify_worker_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Fault()
    first = world.approved()
    with injected(counted, world.wechat, monkeypatch):
        world.notices.deliver(world.key(first))
    assert counted.calls.count("peer.send") == 1
    for fault in every_fault(len(counted.calls)):
        visit = world.approved()
        with injected(fault, world.wechat, monkeypatch), suppress(ProcessDied):
            world.notices.deliver(world.key(visit))
        world.notices.recover()
        assert world.shown(visit) == ["审核通过"], fault
        assert [entry.state for entry in world.entries(visit)] == [State.DONE], fault
        assert store.find_visit(visit.id) == visit, "the business step is untouched"


def test_the_visitor_hears_approval_and_pass_in_order(world: World) -> None:
    visit = world.approved()
    world.workers.recover()
    world.notices.recover()
    assert world.shown(visit) == ["审核通过", "可通行"]


def test_refusal_comes_with_its_reason_and_gate_failure_with_help(world: World) -> None:
    refused = world.visit()
    service.refuse_visit(APPROVER, refused.id, 1, "来访人数过多，请分批预约并提前三个工作日提交", world.clock())
    world.gate.refuse_with = "gate_request_invalid"
    failed = world.approved()
    world.workers.recover()
    world.notices.recover()
    message = world.wechat.delivered[0][1]
    assert (world.shown(refused), message.data["thing4"][:8]) == (["未通过"], "来访人数过多，请")
    assert message.page == f"/visitor/visits/{refused.id}"
    assert world.shown(failed)[-1] == "下发失败"


@pytest.mark.parametrize("code", ["wechat_not_following", "wechat_notice_declined", "wechat_template_unknown"])
def test_a_refused_message_is_recorded_and_disturbs_nothing(world: World, code: str) -> None:
    world.wechat.answer_with = Refused(code, "refused", "wechat")
    visit = world.approved()
    world.notices.deliver(world.key(visit))
    assert [(entry.state, entry.last_error and entry.last_error.code) for entry in world.entries(visit)] == [
        (State.FAILED, code)
    ]
    world.workers.recover()
    ready = store.find_visit(visit.id)
    assert ready is not None and ready.gate.status is GateStatus.READY, "the gate did not wait for WeChat"


def test_the_quota_is_waited_for(world: World) -> None:
    world.wechat.answer_with = Retryable("wechat_quota_exhausted", "quota", "wechat")
    visit = world.approved()
    world.notices.recover(minutes=30)
    assert world.shown(visit) == []
    world.wechat.answer_with = None
    world.notices.recover()
    assert world.shown(visit) == ["审核通过"]


def answers_lost(world: World, *, delivered: bool) -> Callable[[str, str], None]:
    def trouble(_operation: str, moment: str) -> None:
        if moment == ("after" if delivered else "before"):
            raise UnknownOutcome("answer_lost", "no answer in time", "wechat")

    return trouble


@pytest.mark.parametrize("delivered", [True, False])
def test_an_outcome_that_stays_unknown_ends_as_maybe_sent(world: World, delivered: bool) -> None:
    """WeChat answers nothing for an hour; then it answers again, and still there is no second message."""
    visit = world.approved()
    world.wechat.trouble = answers_lost(world, delivered=delivered)
    world.notices.recover(minutes=60)
    entry = world.entries(visit)[0]
    assert entry.last_error is not None
    assert (entry.state, entry.last_error.code) == (State.FAILED, "notice_maybe_sent")
    assert 2 < world.wechat.attempts < 20, "repeated while that is harmless, not longer"
    world.wechat.trouble = lambda _operation, _moment: None
    retry_now(entry.object_key, entry.sequence, Transaction(), world.clock())
    world.notices.recover()
    assert world.shown(visit) == (["审核通过"] if delivered else [])


def test_a_worker_that_keeps_dying_after_sending_sends_once(world: World) -> None:
    visit = world.approved()

    def die(_operation: str, moment: str) -> None:
        if moment == "after":
            raise ProcessDied

    world.wechat.trouble = die
    for _ in range(30):
        with suppress(ProcessDied):
            world.notices.deliver(world.key(visit))
        world.clock.advance(seconds=90)
    world.wechat.trouble = lambda _operation, _moment: None
    world.notices.recover()
    assert world.shown(visit) == ["审核通过"]


def test_the_fake_would_deliver_twice_without_the_limit(world: World) -> None:
    """Negative control: the same message after ten minutes is a second one."""
    visit = world.approved()
    world.notices.deliver(world.key(visit))
    message = world.wechat.delivered[0][1]
    world.clock.advance(minutes=11)
    world.wechat.send(message)
    assert len(world.shown(visit)) == 2


def test_a_notice_that_is_no_longer_true_is_not_sent(world: World) -> None:
    cancelled, over = world.approved(), world.approved()
    service.cancel_visit(replace(VISITOR, user_id=cancelled.owner_id), cancelled.id, world.clock())
    world.notices.deliver(world.key(cancelled))
    world.clock.advance(days=1)
    world.notices.deliver(world.key(over))
    assert world.wechat.attempts == 0
    assert [entry.state for visit in (cancelled, over) for entry in world.entries(visit)] == [State.DONE, State.DONE]


def test_a_notice_without_a_template_is_switched_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WECHAT_TEMPLATES", f"visit_refused={'x' * 43}")
    runtime.settings.cache_clear()
    assert world.entries(world.approved()) == []


def test_an_entry_holds_ids_only(world: World) -> None:
    visit = world.approved()
    assert dict(world.entries(visit)[0].payload) == {"user_id": visit.owner_id}


def test_a_disabled_user_gets_nothing(world: World) -> None:
    visit = world.approved()
    user = accounts.find_user(visit.owner_id)
    assert user is not None
    transaction = Transaction()
    disabled = replace(user, status=account.UserStatus.DISABLED, version=user.version + 1)
    accounts.add_user_change(transaction, disabled)
    transaction.commit()
    world.notices.deliver(world.key(visit))
    error = world.entries(visit)[0].last_error
    assert world.wechat.attempts == 0 and error is not None and error.code == "notice_nobody"
