"""Two users who bind one account at the same moment; a storm of guesses at one code. With twins without the guard."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock, get_ident
from typing import Any

import pytest

from chalicelib.core.errors import Problem
from chalicelib.core.session import Principal
from chalicelib.core.table import Item, Key, Transaction
from chalicelib.domains.canteen.bindings import codes, proving, service, store
from chalicelib.domains.canteen.bindings.binding import Code
from chalicelib.domains.canteen.bindings.model import TRIES, Move
from tests.support.bindings import CHEN, LIN, Desk, held_accounts, open_desk, wrong
from tests.support.clock import FakeClock

pytestmark = pytest.mark.usefixtures("cloud")
GUESSES = 20


def together(patch: pytest.MonkeyPatch, kind: type[Item], parties: int) -> None:
    """All threads have read the item of this kind before one of them goes on, the first time."""
    barrier, read, waited = Barrier(parties, timeout=20), proving._read, set[int]()

    def read_then_wait(user: Principal, key: Key, wanted: type[Item]) -> dict[Key, Item]:
        found = read(user, key, wanted)
        if wanted is kind and get_ident() not in waited:
            waited.add(get_ident())
            barrier.wait()
        return found

    patch.setattr(proving, "_read", read_then_wait)


def outcomes(actions: list[Callable[[], Any]]) -> list[Any]:
    def outcome(action: Callable[[], Any]) -> Any:
        try:
            return action()
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(outcome, actions))


def both_bind(desk: Desk, patch: pytest.MonkeyPatch) -> list[Any]:
    known = {user: desk.code(user) for user in (LIN, CHEN)}
    together(patch, store.HoldingItem, 2)
    return outcomes([lambda user=user, code=code: desk.bind(user, code) for user, code in known.items()])


def test_two_who_bind_one_account_have_it_one_after_the_other(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = both_bind(open_desk(clock), monkeypatch)
    assert [binding.account_no for binding in found] == ["A1", "A1"], "both have proved the phone"
    [(account_no, holder)] = held_accounts()
    last = LIN if holder == LIN.user_id else CHEN
    first = CHEN if last is LIN else LIN
    assert account_no == "A1"
    assert service.bound_account(last) is not None and service.bound_account(first) is None


def test_twin_without_the_accounts_condition_both_have_it(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the condition on the account's item is what keeps it one user's, not luck."""

    def unguarded(transaction: Transaction, move: Move) -> None:
        transaction.put("holding", store._holding_item(move.holding, move.record.binding.bound_at))

    monkeypatch.setattr(store, "_add_holding", unguarded)
    both_bind(open_desk(clock), monkeypatch)
    assert service.bound_account(LIN) is not None and service.bound_account(CHEN) is not None


def storm(desk: Desk, patch: pytest.MonkeyPatch) -> tuple[int, list[Any]]:
    """How often a guess was compared, and what each was told."""
    guess, lock, compared, compare = wrong(desk.code(LIN)), Lock(), list[str](), codes.is_right

    def counting(kept: Code, presented: str) -> bool:
        with lock:
            compared.append(presented)
        return compare(kept, presented)

    patch.setattr(codes, "is_right", counting)
    together(patch, codes.CodeItem, GUESSES)
    told = outcomes([lambda: desk.bind(LIN, guess)] * GUESSES)
    return len(compared), told


def test_a_storm_of_guesses_gets_five_comparisons(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    compared, told = storm(open_desk(clock), monkeypatch)
    assert compared == TRIES
    assert (told.count("code_wrong"), told.count("code_used_up")) == (TRIES, GUESSES - TRIES)
    assert held_accounts() == []


def test_twin_that_counts_what_it_read_compares_them_all(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: without the condition of the counting write every guess of the storm is compared."""
    monkeypatch.setattr(codes, "TRIES", 10**6)
    compared, _ = storm(open_desk(clock), monkeypatch)
    assert compared == GUESSES
