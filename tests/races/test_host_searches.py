"""Many searches at once get no more than the day's limit. The twin without the condition lets all of them through."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.errors import Problem
from chalicelib.core.table import Transaction
from chalicelib.domains.visitor.hosts import service, store
from chalicelib.domains.visitor.hosts.store import SearchesItem
from tests.support.clock import FakeClock
from tests.support.fake_gate import FakeGate
from tests.support.visits import VISITOR

LIMIT, CALLERS = 3, 12


@pytest.fixture
def limited(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few searches a day."""
    monkeypatch.setenv("HOST_SEARCHES_PER_DAY", str(LIMIT))
    runtime.settings.cache_clear()


def at_once(clock: FakeClock) -> tuple[list[str], FakeGate]:
    """What each of the callers got, and the platform they asked."""
    gate = FakeGate()

    def search(_number: int) -> str:
        try:
            return service.find_hosts(VISITOR, "王海峰", gate, clock())[0].employee.name
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(search, range(CALLERS))), gate


@pytest.mark.usefixtures("limited")
def test_no_more_than_the_limit_reach_the_platform(clock: FakeClock) -> None:
    outcomes, gate = at_once(clock)
    assert sorted(outcomes) == sorted(["host_search_limit"] * (CALLERS - LIMIT) + ["王海峰"] * LIMIT)
    assert gate.calls == ["find_people"] * LIMIT


@pytest.mark.usefixtures("limited")
def test_twin_without_the_condition_everybody_gets_through(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the condition is what limits, not luck."""

    def unguarded(transaction: Transaction, user_id: str, _limit: int, _now: datetime) -> None:
        item = SearchesItem(f"USER#{user_id}", "SEARCHED#unguarded")
        transaction.update("searches", item, [SearchesItem.used.set((SearchesItem.used | 0) + 1)])

    monkeypatch.setattr(store, "add_search", unguarded)
    outcomes, gate = at_once(clock)
    assert outcomes == ["王海峰"] * CALLERS
    assert len(gate.calls) == CALLERS
