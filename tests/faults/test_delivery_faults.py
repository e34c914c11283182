"""WeChat's report of a message and our own result, in every order and with every call broken: they always meet."""

from __future__ import annotations

from contextlib import suppress

import pytest

from chalicelib.core.outbox.model import State
from chalicelib.core.outbox.redelivery import retry_now
from chalicelib.core.table import Transaction, is_store_error
from chalicelib.domains.channel.callback import service as callback
from chalicelib.domains.channel.callback.model import Message
from chalicelib.domains.channel.deliveries import store
from chalicelib.domains.channel.deliveries.model import Delivery, NoticeKey, Record, Report, Result
from chalicelib.domains.channel.deliveries.service import take_report
from chalicelib.domains.visitor.visit import Visit
from chalicelib.integrations.errors import Refused, Retryable
from tests.faults.test_notice_faults import World
from tests.support.clock import FakeClock
from tests.support.environment import ENVIRONMENT
from tests.support.faults import Fault, ProcessDied, every_fault, injected

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def world(cloud: object, clock: FakeClock) -> World:
    return World(cloud, clock)


def record_of(world: World, visit: Visit) -> Record | None:
    entry = world.entries(visit)[0]
    return store.find_record(NoticeKey(entry.object_key, entry.sequence, entry.created_at))


def result_of(world: World, visit: Visit) -> tuple[Result, str]:
    record = record_of(world, visit)
    assert record is not None
    return record.result, record.error_code


def next_number(world: World) -> str:
    """The number WeChat will give the next message."""
    return str(len(world.wechat.delivered) + 1)


def report(world: World, number: str, status: str = "success") -> None:
    """As WeChat does: again after whatever was no answer, three times at most."""
    for _ in range(3):
        fields = {"template_message_id": number, "template_status": status}
        message = Message("gh_1", "o_1", world.clock(), "event", event="templatesendjobfinish", **fields)
        with suppress(ProcessDied):
            try:
                callback.receive(message, ENVIRONMENT["WECHAT_APP_ID"], "https://campus.example", world.clock())
                return
            except Exception as error:
                assert is_store_error(error), error
    raise AssertionError("never answered")


@pytest.mark.parametrize(
    ("status", "result", "code"),
    [
        ("success", Result.DELIVERED, ""),
        ("failed:user block", Result.BLOCKED, "wechat_user_blocked"),
        ("failed: system failed", Result.FAILED, "wechat_system_failed"),
        ("something new", Result.FAILED, "wechat_system_failed"),
    ],
)
@pytest.mark.parametrize("early", [False, True])
def test_a_report_finds_its_notice(world: World, status: str, result: Result, code: str, early: bool) -> None:
    visit, number = world.approved(), next_number(world)
    if early:
        report(world, number, status)
    world.notices.deliver(world.key(visit))
    if not early:
        assert result_of(world, visit) == (Result.ACCEPTED, "")
        world.clock.advance(hours=30)
        report(world, number, status)
    assert result_of(world, visit) == (result, code)
    assert world.entries(visit)[0].state is State.DONE, "a blocked message is not sent again"


def test_a_second_report_changes_nothing(world: World) -> None:
    visit, number = world.approved(), next_number(world)
    world.notices.deliver(world.key(visit))
    report(world, number)
    before = record_of(world, visit)
    world.clock.advance(seconds=10)
    report(world, number, "failed: system failed")
    assert record_of(world, visit) == before
    assert not take_report(number, Report(Delivery.FAILED, world.clock()))


def test_a_number_nobody_knows_disturbs_nobody(world: World) -> None:
    visit = world.approved()
    world.notices.deliver(world.key(visit))
    report(world, "999999", "failed:user block")
    assert result_of(world, visit) == (Result.ACCEPTED, "")
    assert store.find_slot("999999").report is not None


@pytest.mark.parametrize(
    "code", ["wechat_not_following", "wechat_notice_declined", "wechat_template_unknown", "wechat_template_blocked"]
)
def test_a_refusal_is_on_record_with_its_reason(world: World, code: str) -> None:
    world.wechat.answer_with = Refused(code, "refused", "wechat")
    visit = world.approved()
    world.notices.deliver(world.key(visit))
    assert result_of(world, visit) == (Result.FAILED, code)


def test_an_exhausted_quota_is_on_record_until_it_is_sent(world: World) -> None:
    world.wechat.answer_with = Retryable("wechat_quota_exhausted", "quota", "wechat")
    visit = world.approved()
    world.notices.deliver(world.key(visit))
    assert result_of(world, visit) == (Result.WAITING, "wechat_quota_exhausted")
    world.wechat.answer_with = None
    world.notices.recover()
    assert result_of(world, visit) == (Result.ACCEPTED, "")


def test_sent_again_by_hand_the_old_number_counts_no_more(world: World) -> None:
    """A report of the first number that comes after the second sending says nothing of the second."""
    visit, first = world.approved(), next_number(world)
    world.notices.deliver(world.key(visit))
    entry = world.entries(visit)[0]
    transaction = Transaction()
    record = record_of(world, visit)
    assert record is not None
    store.add_record(transaction, Record(record.key, record.kind, record.user_id, Result.ACCEPTED, "", "another"))
    transaction.commit()
    report(world, first, "failed:user block")
    assert result_of(world, visit) == (Result.ACCEPTED, "")
    assert store.find_slot(first).report is not None
    assert entry.state is State.DONE


def test_a_failed_one_that_is_retried_is_accepted_then(world: World) -> None:
    world.wechat.answer_with = Refused("wechat_template_unknown", "refused", "wechat")
    visit = world.approved()
    world.notices.deliver(world.key(visit))
    world.wechat.answer_with = None
    entry = world.entries(visit)[0]
    retry_now(entry.object_key, entry.sequence, Transaction(), world.clock())
    world.notices.recover()
    assert result_of(world, visit) == (Result.ACCEPTED, "")


def test_one_that_is_no_longer_true_says_so(world: World) -> None:
    visit = world.approved()
    world.clock.advance(days=1)
    world.notices.deliver(world.key(visit))
    assert result_of(world, visit) == (Result.UNNEEDED, "")


def test_reporting_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def sent() -> tuple[Visit, str]:
        visit, number = world.approved(), next_number(world)
        world.notices.deliver(world.key(visit))
        return visit, number

    counted, (_, number) = Fault(), sent()
    with injected(counted, world.wechat, monkeypatch):
        report(world, number)
    assert counted.calls == ["GetItem", "TransactWriteItems"]
    for fault in every_fault(len(counted.calls)):
        visit, number = sent()
        with injected(fault, world.wechat, monkeypatch):
            report(world, number, "failed:user block")
        assert result_of(world, visit) == (Result.BLOCKED, "wechat_user_blocked"), fault


def test_recording_an_early_reported_message_with_every_call_broken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, visit = Fault(), world.approved()
    report(world, next_number(world))
    with injected(counted, world.wechat, monkeypatch):
        world.notices.deliver(world.key(visit))
    for fault in every_fault(len(counted.calls)):
        visit = world.approved()
        report(world, next_number(world), "failed:user block")
        with injected(fault, world.wechat, monkeypatch), suppress(ProcessDied):
            world.notices.deliver(world.key(visit))
        world.notices.recover()
        assert world.shown(visit) == ["审核通过"], fault
        assert result_of(world, visit) == (Result.BLOCKED, "wechat_user_blocked"), fault
