"""One person arrives at the official account and at the mini program at the same moment: one user. The twins make two."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident, main_thread

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.table import Transaction
from chalicelib.domains.account import store
from chalicelib.domains.account.identities import service
from chalicelib.domains.account.identities.model import Arrival
from chalicelib.domains.account.model import Profile, User
from tests.support.arrivals import ACCOUNT, MINI, arrive, profile
from tests.support.clock import FakeClock

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked who it is before either of them commits; what a test prepares does not wait."""
    barrier, decide, waited = Barrier(2, timeout=10), service._decide, {main_thread().ident}

    def decide_then_wait(of: Profile, now: object) -> Arrival:
        arrival = decide(of, now)  # type: ignore[arg-type]
        if get_ident() not in waited:
            waited.add(get_ident())
            barrier.wait()
        return arrival

    monkeypatch.setattr(service, "_decide", decide_then_wait)


def at_once(*actions: Callable[[], User]) -> list[User]:
    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(lambda action: action(), actions))


def both_apps(clock: FakeClock) -> list[User]:
    """The person on two phones."""
    return at_once(
        lambda: service.remember(profile(ACCOUNT, "lin"), clock()),
        lambda: service.remember(profile(MINI, "lin"), clock()),
    )


def owners() -> set[str | None]:
    """Whose each of the person's identities is."""
    return {store.find_user_id(app, f"o-{app}-lin") for app in (ACCOUNT, MINI)}


@pytest.mark.usefixtures("together")
def test_a_person_nobody_knew_becomes_one_user(clock: FakeClock) -> None:
    first, second = both_apps(clock)
    assert first.id == second.id
    assert owners() == {first.id}
    kept = store.find_user(first.id)
    assert kept is not None
    assert (len(kept.identities), kept.absorbed) == (2, ())


@pytest.mark.usefixtures("together")
def test_twin_without_the_unionids_item_there_are_two(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: that the unionid must be nobody's yet is what makes them one, not luck."""

    def unguarded(_transaction: Transaction, _unionid: str, _user_id: str) -> None:
        return None

    monkeypatch.setattr(store, "add_new_union", unguarded)
    first, second = both_apps(clock)
    assert first.id != second.id
    assert owners() == {first.id, second.id}


@pytest.mark.usefixtures("together")
def test_the_same_app_twice_is_one_user(clock: FakeClock) -> None:
    first, second = at_once(*[lambda: service.remember(profile(MINI, "lin", bound=False), clock())] * 2)
    assert first.id == second.id
    assert {second.version, first.version} == {1, 2}


@pytest.mark.usefixtures("together")
def test_two_users_whose_unionid_appears_on_both_phones_at_once_become_one(clock: FakeClock) -> None:
    """Neither phone finds the unionid's item: one writes it, the other decides again and merges."""
    known = [arrive(app, "lin", bound=False, now=clock()) for app in (ACCOUNT, MINI)]
    clock.advance(seconds=1)
    both_apps(clock)
    assert len(owners()) == 1
    (survivor,) = owners()
    user = store.find_user(survivor or "")
    assert user is not None
    assert {user.id, *user.absorbed} == {one.id for one in known}
    for one in known:
        assert store.find_user(one.id) == user, "both ids lead to who they are now"
    merges = [entry.action for one in known for entry in AuditEntry.query(f"user:{one.id}")]
    assert sorted(merges) == ["user_absorbed", "users_merged"]


@pytest.mark.usefixtures("together")
def test_twin_without_versions_a_merger_loses_what_happened_meanwhile(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: two mergers of the same two users, unguarded, write their history twice."""
    arrive(ACCOUNT, "lin", bound=False, now=clock())
    arrive(MINI, "lin", now=clock())
    monkeypatch.setattr(
        store, "add_user_change", lambda transaction, user: transaction.put("user", store._to_user_item(user))
    )
    monkeypatch.setattr(store, "add_identities_moved", lambda *_: None)
    unionid_now_told = profile(ACCOUNT, "lin")
    at_once(*[lambda: service.remember(unionid_now_told, clock())] * 2)
    merges = [entry for entry in AuditEntry.by_time.query("2026-11") if entry.action == "users_merged"]
    assert len(merges) == 2


@pytest.mark.usefixtures("together")
def test_two_mergers_of_the_same_two_users_happen_once(clock: FakeClock) -> None:
    arrive(ACCOUNT, "lin", bound=False, now=clock())
    arrive(MINI, "lin", now=clock())
    unionid_now_told = profile(ACCOUNT, "lin")
    first, second = at_once(*[lambda: service.remember(unionid_now_told, clock())] * 2)
    assert first.id == second.id
    merges = [entry for entry in AuditEntry.by_time.query("2026-11") if entry.action == "users_merged"]
    assert len(merges) == 1
