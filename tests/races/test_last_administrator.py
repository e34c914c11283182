"""Two administrators throw each other out at the same moment: one stays. The twin without the guard loses both."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident
from typing import Any

import pytest

from chalicelib.core.errors import Problem
from chalicelib.core.session import Principal, Role
from chalicelib.core.table import Transaction
from chalicelib.domains.account import store
from chalicelib.domains.account.model import User
from chalicelib.domains.account.users import service
from tests.support.client import make_user
from tests.support.clock import FakeClock

pytestmark = pytest.mark.usefixtures("cloud")

Change = Callable[[Principal, User], User]


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both threads have read the user before either of them commits: the race is certain, not lucky."""
    barrier, load, waited = Barrier(2, timeout=10), service.any_user, set[int]()

    def load_then_wait(user_id: str) -> User:
        user = load(user_id)
        if get_ident() not in waited:
            waited.add(get_ident())
            barrier.wait()
        return user

    monkeypatch.setattr(service, "any_user", load_then_wait)


def principal(user: User) -> Principal:
    return Principal(user.id, user.nickname, "", frozenset(Role(role) for role in user.roles))


def at_once(*actions: Callable[[], User]) -> list[Any]:
    def outcome(action: Callable[[], User]) -> Any:
        try:
            return action()
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(outcome, actions))


def each_other(clock: FakeClock, kind: str) -> tuple[list[Any], list[bool]]:
    """Outcomes, and whether each of the two is an administrator at the end."""
    first, second = make_user("first", "administrator"), make_user("second", "administrator")

    def against(actor: User, target: User) -> Callable[[], User]:
        if kind == "disable":
            return lambda: service.disable_user(principal(actor), target.id, "离职", target.version, clock())
        return lambda: service.change_role(
            principal(actor), target.id, Role.ADMINISTRATOR, False, target.version, clock()
        )

    outcomes = at_once(against(first, second), against(second, first))
    ended = [store.find_user(user.id) for user in (first, second)]
    return outcomes, [user is not None and user.administers for user in ended]


@pytest.mark.usefixtures("together")
@pytest.mark.parametrize("kind", ["disable", "revoke"])
def test_one_administrator_stays(clock: FakeClock, kind: str) -> None:
    outcomes, administrators = each_other(clock, kind)
    assert sorted(administrators) == [False, True]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["User", "str"]
    assert "forbidden" in outcomes, "the loser is no administrator any more and is told so"


@pytest.mark.usefixtures("together")
@pytest.mark.parametrize("kind", ["disable", "revoke"])
def test_twin_without_the_check_nobody_is_left(clock: FakeClock, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the condition on the actor is what keeps one, not luck."""

    def unguarded(_transaction: Transaction, _actor_id: str) -> None:
        return None

    monkeypatch.setattr(store, "add_administrator_check", unguarded)
    outcomes, administrators = each_other(clock, kind)
    assert administrators == [False, False]
    assert [type(outcome).__name__ for outcome in outcomes] == ["User", "User"]


@pytest.mark.usefixtures("together")
def test_two_roles_given_at_once_are_not_lost(clock: FakeClock) -> None:
    """The second administrator is told that the user has changed instead of overwriting the first one's change."""
    actors = [principal(make_user(name, "administrator")) for name in ("first", "second")]
    target = make_user("target")
    outcomes = at_once(
        *(
            lambda actor=actor, role=role: service.change_role(actor, target.id, role, True, 1, clock())
            for actor, role in zip(actors, (Role.CANTEEN, Role.LOGISTICS), strict=True)
        )
    )
    winner = next(outcome for outcome in outcomes if isinstance(outcome, User))
    assert "user_changed" in outcomes
    assert store.find_user(target.id) == winner
