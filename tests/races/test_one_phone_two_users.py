"""Two administrators enter one work phone for two users at the same moment: one user has it. The twin gives it to both."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident
from typing import Any

import pytest

from chalicelib.core.errors import Problem
from chalicelib.core.session import Principal, Role
from chalicelib.core.table import Transaction
from chalicelib.domains.account import phones, store
from chalicelib.domains.account.model import User
from chalicelib.domains.account.users import service
from tests.support.client import make_user
from tests.support.clock import FakeClock

pytestmark = pytest.mark.usefixtures("cloud")

PHONE = "13805910001"


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both threads have read their user before either of them commits."""
    barrier, load, waited = Barrier(2, timeout=10), service.any_user, set[int]()

    def load_then_wait(user_id: str) -> User:
        user = load(user_id)
        if get_ident() not in waited:
            waited.add(get_ident())
            barrier.wait()
        return user

    monkeypatch.setattr(service, "any_user", load_then_wait)


def both(clock: FakeClock) -> tuple[list[Any], list[str | None]]:
    """Outcomes, and the phones the two users have at the end."""
    actors = [make_user(name, "administrator") for name in ("first", "second")]
    targets = [make_user(name) for name in ("chen", "li")]

    def enter(actor: User, target: User) -> Callable[[], Any]:
        principal = Principal(actor.id, actor.nickname, "", frozenset({Role.ADMINISTRATOR}))

        def action() -> Any:
            try:
                return service.change_phone(principal, target.id, PHONE, target.version, clock())
            except Problem as problem:
                return problem.code

        return action

    with ThreadPoolExecutor(2) as pool:
        actions = [enter(actor, target) for actor, target in zip(actors, targets, strict=True)]
        outcomes = list(pool.map(lambda action: action(), actions))
    ended = [store.find_user(target.id) for target in targets]
    return outcomes, [user.phone if user else None for user in ended]


@pytest.mark.usefixtures("together")
def test_one_of_them_has_it(clock: FakeClock) -> None:
    outcomes, kept = both(clock)
    winner = next(outcome for outcome in outcomes if isinstance(outcome, User))
    assert "phone_taken" in outcomes
    assert sorted(kept, key=str) == [PHONE, None]
    assert phones.find_user_by_phone(PHONE) == winner.id


@pytest.mark.usefixtures("together")
def test_twin_without_the_numbers_item_both_have_it(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the condition on the number's item is what keeps it one user's, not luck."""

    def unguarded(_transaction: Transaction, _seen: User, _changed: User) -> None:
        return None

    monkeypatch.setattr(phones, "add_phone_change", unguarded)
    outcomes, kept = both(clock)
    assert kept == [PHONE, PHONE]
    assert all(isinstance(outcome, User) for outcome in outcomes)
