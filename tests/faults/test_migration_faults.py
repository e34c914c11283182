"""The migration with every single call broken, before and after, by error and by death: always the same end."""

from __future__ import annotations

import pytest

from chalicelib.domains.channel.migration import followers, history, store
from chalicelib.domains.channel.migration.imports import service as imports
from chalicelib.domains.channel.migration.imports import steps
from chalicelib.domains.channel.migration.imports.bindings import bindings_of
from chalicelib.domains.channel.migration.imports.model import ImportKind, ImportState
from chalicelib.domains.channel.migration.model import MigrationStage, stage
from chalicelib.domains.channel.migration.ports import OldAccount
from chalicelib.integrations.errors import Refused, Retryable
from tests.support import migration
from tests.support.clock import FakeClock
from tests.support.fake_migration import NEW_APP_ID, FakeMigration, is_gone, new_openid, openid
from tests.support.faults import Fault, every_fault, injected
from tests.support.migration import ADMINISTRATOR, account, run_once, run_until_resting
from tests.support.quick_cloud import use_quick_cloud

pytestmark = pytest.mark.usefixtures("cloud")

EVERYBODY = [openid(number) for number in range(60)]
STAYED = [old for old in EVERYBODY if not is_gone(old)]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    use_quick_cloud(monkeypatch)


def known_of(old: OldAccount) -> list[str]:
    return sorted(follower.openid for follower in followers.known(old.app_id, EVERYBODY).values())


def waiting_of(old: OldAccount) -> list[str]:
    return [follower.openid for follower in followers.waiting(old.app_id, 100)]


def test_pulling_with_every_call_broken(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def pulled(number: int, fault: Fault) -> None:
        old, wechat = account(number), FakeMigration(EVERYBODY, page_size=40)
        migration.order_pull(old, clock)
        with injected(fault, wechat, monkeypatch):
            run_once(wechat.ports(old), clock)
        clock.advance(minutes=2)
        run_until_resting(wechat.ports(old), clock)
        assert known_of(old) == waiting_of(old) == EVERYBODY, fault
        assert store.find_progress(old.key).pulled == 60, fault
        assert stage(*store.find_both(old.key), clock()) is MigrationStage.PULLED, fault
        assert wechat.pages_read <= 3 + 2, fault

    counting = Fault()
    pulled(0, counting)
    assert counting.calls.count("peer.read_page") == 3
    for number, fault in enumerate(every_fault(len(counting.calls)), start=1):
        pulled(number, fault)


def test_converting_with_every_call_broken(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def converted(number: int, fault: Fault) -> None:
        old, wechat = account(number), FakeMigration(EVERYBODY, accepts=(account(number).raw_id,))
        migration.know(old, EVERYBODY, clock)
        migration.order_convert(old, clock)
        with injected(fault, wechat, monkeypatch):
            run_once(wechat.ports(old), clock)
        clock.advance(minutes=2)
        run_until_resting(wechat.ports(old), clock)
        progress = store.find_progress(old.key)
        assert (progress.pulled, progress.converted, progress.failed) == (60, 59, {"not_follower": 1}), fault
        assert waiting_of(old) == [], fault
        assert {o: f.new_openid for o, f in followers.known(old.app_id, STAYED).items()} == {
            one: new_openid(one) for one in STAYED
        }, fault
        assert [follower.openid for follower in followers.failed(old.app_id, 10)] == [openid(39)], fault
        identity = history.OldIdentity(old.app_id, EVERYBODY[0])
        assert identity in history.identities_of(NEW_APP_ID, new_openid(EVERYBODY[0])), fault
        assert len(wechat.asked) <= 2, fault

    counting = Fault()
    converted(0, counting)
    assert counting.calls.count("peer.convert") == 1
    for number, fault in enumerate(every_fault(len(counting.calls)), start=1):
        converted(number, fault)


KNOWN = EVERYBODY[:6]
FILE = "\r\n".join(
    [
        "原openid,手机号,姓名",
        *(f"{old},1390000000{at},姓名{at}" for at, old in enumerate(KNOWN[:4])),
        f"{openid(99)},13900000009,不认识",
        f"{KNOWN[5]},12345,坏号码",
    ]
).encode()


def test_importing_with_every_call_broken(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "LINES_A_STEP", 3)  # two steps

    def imported(number: int, checking: Fault, running: Fault) -> None:
        old, wechat = account(number), FakeMigration()
        migration.know(old, KNOWN, clock)
        known = migration.upload(old, ImportKind.PHONES, FILE, clock)
        with injected(checking, wechat, monkeypatch):
            run_once(wechat.ports(old), clock)
        clock.advance(minutes=2)
        run_until_resting(wechat.ports(old), clock)
        checked = imports.any_import(known.id)
        assert (checked.state, dict(checked.checked)) == (ImportState.CHECKED, {"good": 4, "bad": 2}), checking
        assert [line.number for line in imports.store.every_fault(checked)] == [6, 7], checking
        assert bindings_of(old.app_id, KNOWN[0]) == [], "the dry run takes nothing over"

        imports.run_import(ADMINISTRATOR, known.id, clock())
        with injected(running, wechat, monkeypatch):
            run_once(wechat.ports(old), clock)
        clock.advance(minutes=2)
        run_until_resting(wechat.ports(old), clock)
        done = imports.any_import(known.id)
        assert done.state is ImportState.DONE, running
        assert dict(done.outcomes) == {"created": 4, "failed": 2}, running
        assert [len(bindings_of(old.app_id, one)) for one in KNOWN] == [1, 1, 1, 1, 0, 0], running
        assert imports.store.read_file(done) is None, "the file with its numbers is deleted"
        assert store.find_progress(old.key).pulled == len(KNOWN), running

    checking, running = Fault(), Fault()
    imported(0, checking, running)
    assert checking.calls.count("TransactWriteItems") == 4, "the lease, two steps, its end"
    for number, fault in enumerate(every_fault(len(checking.calls)), start=1):
        imported(number, fault, Fault())
    for number, fault in enumerate(every_fault(len(running.calls)), start=1000):
        imported(number, Fault(), fault)


def test_a_daily_limit_waits_for_the_next_day_and_says_so(clock: FakeClock) -> None:
    old, wechat = account(1), FakeMigration(EVERYBODY, accepts=(account(1).raw_id,))
    migration.know(old, EVERYBODY, clock)
    migration.order_convert(old, clock)
    wechat.answer_with = Retryable("wechat_quota_exhausted", "reach max api daily quota", "wechat", peer_code="45009")
    for _ in range(30):
        run_once(wechat.ports(old), clock)
        clock.advance(minutes=1)
    order, progress = store.find_both(old.key)
    assert stage(order, progress, clock()) is MigrationStage.WAITING
    assert progress.trouble is not None and progress.trouble.code == "wechat_quota_exhausted"
    assert len(wechat.asked) == 1, "the limit is not asked for again"
    wechat.answer_with = None
    clock.advance(hours=15)
    run_until_resting(wechat.ports(old), clock)
    assert store.find_progress(old.key).converted == 59


def test_a_refusal_stops_and_can_be_resumed(clock: FakeClock) -> None:
    old, wechat = account(1), FakeMigration(EVERYBODY, accepts=(account(1).app_id,))
    migration.know(old, EVERYBODY, clock)
    migration.order_convert(old, clock)
    run_until_resting(wechat.ports(old), clock)
    progress = store.find_progress(old.key)
    assert progress.trouble is not None and progress.trouble.code == "wechat_migration_unrelated"
    assert (len(wechat.asked), progress.converted) == (1, 0)
    wechat.accepts = (old.raw_id,)
    migration.service.resume(ADMINISTRATOR.user_id, old.key, clock())
    run_until_resting(wechat.ports(old), clock)
    assert store.find_progress(old.key).converted == 59


def test_a_platform_that_is_down_is_asked_less_and_less(clock: FakeClock) -> None:
    old, wechat = account(1), FakeMigration(EVERYBODY)
    wechat.answer_with = Retryable("peer_unreachable", "refused", "wechat", sent=False)
    migration.order_pull(old, clock)
    for _ in range(120):
        run_once(wechat.ports(old), clock)
        clock.advance(minutes=1)
    assert 8 <= wechat.pages_read <= 14
    wechat.answer_with = None
    clock.advance(minutes=15)
    run_until_resting(wechat.ports(old), clock)
    assert store.find_progress(old.key).pulled == 60


def test_what_wechat_leaves_out_is_a_failure_and_can_be_tried_again(clock: FakeClock) -> None:
    old, wechat = account(1), FakeMigration(EVERYBODY, accepts=(account(1).raw_id,))
    wechat.forget = lambda one: one == EVERYBODY[5]
    migration.know(old, EVERYBODY, clock)
    migration.order_convert(old, clock)
    run_until_resting(wechat.ports(old), clock)
    progress = store.find_progress(old.key)
    assert (progress.converted, progress.failed) == (58, {"not_follower": 1, "no_answer": 1})
    wechat.forget = lambda _one: False
    migration.order_convert(old, clock, again=True)
    run_until_resting(wechat.ports(old), clock)
    progress = store.find_progress(old.key)
    assert (progress.converted, progress.failed, progress.waiting) == (59, {"not_follower": 1}, 0)
    assert set(wechat.asked[-1]) == {EVERYBODY[5], EVERYBODY[39]}


def test_a_frozen_account_is_said_to_be_frozen(clock: FakeClock) -> None:
    old, wechat = account(1), FakeMigration(EVERYBODY)
    wechat.answer_with = Refused("wechat_account_banned", "frozen", "wechat", peer_code="50007")
    migration.order_pull(old, clock)
    run_until_resting(wechat.ports(old), clock)
    progress = store.find_progress(old.key)
    assert progress.trouble is not None and progress.trouble.code == "wechat_account_banned"
    assert wechat.pages_read == 1
