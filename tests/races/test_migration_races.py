"""Two runs of the migration at once, a run that outlived its lease, two administrators, a sign-in in mid-conversion."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.table import Transaction
from chalicelib.domains.account import sign_in
from chalicelib.domains.account import store as accounts
from chalicelib.domains.account.model import Profile
from chalicelib.domains.channel.migration import followers, history, runner, service, store
from chalicelib.domains.channel.migration import model as decisions
from chalicelib.domains.channel.migration.model import Order, Progress
from chalicelib.domains.channel.migration.store import OrderItem
from tests.support import migration
from tests.support.clock import FakeClock
from tests.support.fake_migration import CANTEEN, NEW_APP_ID, FakeMigration, is_gone, new_openid, openid
from tests.support.quick_cloud import use_quick_cloud

pytestmark = pytest.mark.usefixtures("cloud")

EVERYBODY = [openid(number) for number in range(120)]
STAYED = [old for old in EVERYBODY if not is_gone(old)]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    use_quick_cloud(monkeypatch)


def once_each(barrier: Barrier, work: Any) -> Any:
    """``work``, whose result every thread holds back once until all have one: the race is certain, not lucky."""
    waited: set[int] = set()

    def gathered(*arguments: Any, **named: Any) -> Any:
        result = work(*arguments, **named)
        if get_ident() not in waited:
            waited.add(get_ident())
            barrier.wait(10)
        return result

    return gathered


def unguarded(transaction: Transaction, progress: Progress) -> None:
    """The guard removed: whoever writes last wins."""
    transaction.put("progress", store._to_progress_item(progress))


def ready_to_convert(clock: FakeClock) -> FakeMigration:
    migration.know(CANTEEN, EVERYBODY, clock)
    migration.order_convert(CANTEEN, clock)
    return FakeMigration(EVERYBODY)


def two_runs(wechat: FakeMigration, clock: FakeClock, patch: pytest.MonkeyPatch) -> None:
    """Both have found the lease free before either takes it."""
    with patch.context() as inner:
        inner.setattr(decisions, "take_lease", once_each(Barrier(2), decisions.take_lease))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: runner.continue_migrations(wechat.ports(), clock, clock.pause), range(2)))


def test_of_two_runs_at_once_one_works(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    wechat = ready_to_convert(clock)
    two_runs(wechat, clock, monkeypatch)
    progress = store.find_progress(CANTEEN.key)
    assert (progress.converted, progress.failed_total, progress.waiting) == (117, 3, 0)
    assert [len(asked) for asked in wechat.asked] == [100, 20]


def overtaken(wechat: FakeMigration, clock: FakeClock) -> Progress:
    """A run sleeps in its first call for longer than its lease; its successor does everything; then it wakes up."""
    slept = []

    def sleep(operation: str, moment: str) -> None:
        if moment == "after" and not slept:
            slept.append(operation)
            clock.advance(seconds=76)
            runner.continue_migrations(wechat.ports(), clock, clock.pause)

    wechat.trouble = sleep
    runner.continue_migrations(wechat.ports(), clock, clock.pause)
    assert slept == ["convert"]
    return store.find_progress(CANTEEN.key)


def test_a_run_that_outlived_its_lease_writes_nothing(clock: FakeClock) -> None:
    wechat = ready_to_convert(clock)
    progress = overtaken(wechat, clock)
    assert (progress.converted, progress.failed_total, progress.waiting) == (117, 3, 0)
    assert len(migration.stored_items(f"MOVED#{NEW_APP_ID}#")) == 117


def test_twin_without_the_fence_counts_are_wrong(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: without the condition the late run overwrites what its successor counted."""
    wechat = ready_to_convert(clock)
    monkeypatch.setattr(store, "add_progress", unguarded)
    progress = overtaken(wechat, clock)
    assert (progress.converted, progress.failed_total) != (117, 3)


def at_once(clock: FakeClock, patch: pytest.MonkeyPatch) -> Order:
    """Two administrators, both of whom have seen that nothing runs."""
    gathering = once_each(Barrier(2), store.find_both)
    with patch.context() as inner:
        inner.setattr(store, "find_both", gathering)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda who: service.start_pull(who, CANTEEN.key, clock()), ["USERONE", "USERTWO"]))
    return store.find_order(CANTEEN.key)


def started() -> int:
    return len(list(AuditEntry.query(f"migration:{CANTEEN.key}")))


def test_two_administrators_start_one_run(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (at_once(clock, monkeypatch).run, started()) == (1, 1)


def test_twin_without_the_condition_both_start(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Transaction.put

    def put(transaction: Transaction, name: str, item: Any, condition: Any = None) -> None:
        original(transaction, name, item, None if isinstance(item, OrderItem) else condition)

    monkeypatch.setattr(Transaction, "put", put)
    at_once(clock, monkeypatch)
    assert started() == 2


def sign_in_as(new: str, clock: FakeClock) -> str:
    person = sign_in.WeChatPerson(Profile(NEW_APP_ID, new, "司机", ""), snapshot=False)
    return sign_in.finish_sign_in(f"code-{new}", "state", lambda _code: person, clock(), clock.pause).id


class LinkAtSignIn:
    """The twin: what a person was is looked up once, when they sign in."""

    def __init__(self) -> None:
        self.links: dict[str, list[history.OldIdentity]] = {}

    def look(self, new: str) -> None:
        self.links[new] = history.identities_of(NEW_APP_ID, new)


def in_mid_conversion(clock: FakeClock, twin: LinkAtSignIn) -> tuple[str, str]:
    """Somebody signs in after WeChat has answered and before it is written down."""
    wechat, new = ready_to_convert(clock), new_openid(EVERYBODY[0])
    signed_in = []

    def arrive(operation: str, moment: str) -> None:
        if moment == "after" and not signed_in:
            signed_in.append(sign_in_as(new, clock))
            twin.look(new)

    wechat.trouble = arrive
    runner.continue_migrations(wechat.ports(), clock, clock.pause)
    return signed_in[0], new


def test_who_signs_in_in_mid_conversion_is_linked(clock: FakeClock) -> None:
    history.find_users_with(accounts.find_user_id)
    twin = LinkAtSignIn()
    user_id, new = in_mid_conversion(clock, twin)
    assert history.identities_of(NEW_APP_ID, new) == [history.OldIdentity(CANTEEN.app_id, EVERYBODY[0])]
    follower = followers.find(CANTEEN.app_id, EVERYBODY[0])
    assert follower is not None
    assert history.user_of(NEW_APP_ID, follower.new_openid) == user_id
    assert twin.links == {new: []}, "a link that is made at the sign-in misses it: the negative control"
