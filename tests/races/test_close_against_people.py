"""The end of the window against people in its last moment, in threads on locked moto; with a twin without the guard."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.core.errors import Conflict
from chalicelib.domains.visitor import closing, service, store
from chalicelib.domains.visitor.store import VisitItem
from chalicelib.domains.visitor.visit import GateStatus, Status, Visit
from tests.support.clock import FakeClock
from tests.support.visits import APPROVER, VISITOR, stored

pytestmark = pytest.mark.usefixtures("cloud")
Person = Callable[[datetime], Any]


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The schedule and the person have both read the visit before either commits."""
    barrier = threading.Barrier(2, timeout=10)
    load, over = service.any_visit, closing.over_visits
    waited: set[int] = set()

    def wait_once() -> None:
        if threading.get_ident() not in waited:
            waited.add(threading.get_ident())
            barrier.wait()

    def load_then_wait(visit_id: str) -> Visit:
        visit = load(visit_id)
        wait_once()
        return visit

    def over_then_wait(now: datetime) -> Iterator[Visit]:
        visits = list(over(now))
        wait_once()
        return iter(visits)

    monkeypatch.setattr(service, "any_visit", load_then_wait)
    monkeypatch.setattr(closing, "over_visits", over_then_wait)


def last_moment(visit: Visit, act: Person) -> tuple[dict[str, int], Any]:
    """The schedule at the window's end, and a person whose request came in a second before."""

    def person() -> Any:
        try:
            return act(visit.window.ends_at - timedelta(seconds=1))
        except Conflict as problem:
            return problem.code

    with ThreadPoolExecutor(2) as pool:
        closed = pool.submit(closing.close_visits, lambda: visit.window.ends_at)
        acted = pool.submit(person)
        return closed.result(), acted.result()


def approve(visit: Visit) -> Person:
    return lambda now: service.approve_visit(APPROVER, visit.id, 1, now)


@pytest.mark.usefixtures("together")
@pytest.mark.parametrize("action", ["approve", "cancel", "refuse"])
def test_one_wins_and_the_other_gives_way(clock: FakeClock, action: str) -> None:
    visit = stored(clock())
    actions: dict[str, Person] = {
        "approve": approve(visit),
        "cancel": lambda now: service.cancel_visit(VISITOR, visit.id, now),
        "refuse": lambda now: service.refuse_visit(APPROVER, visit.id, 1, "资料不全", now),
    }
    closed, acted = last_moment(visit, actions[action])
    ended = store.find_visit(visit.id)
    assert ended is not None and ended.version == 2, "exactly one of the two happened"
    if isinstance(acted, Visit):
        assert (closed, ended.status) == ({"changed": 1}, acted.status)
    else:
        assert (closed, ended.status) == ({"expired": 1}, Status.EXPIRED)
        assert acted in ("visit_window_over", "visit_not_cancellable")


@pytest.mark.usefixtures("together")
def test_twin_without_the_version_condition_both_win(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: without the guard a request is approved and expired, with a push to the gate under way."""
    guarded = VisitItem.get_save_kwargs_from_instance

    def unguarded(self: VisitItem, condition: Condition | None = None, **named: Any) -> Any:
        return guarded(self, condition=None, **named)

    visit = stored(clock())
    monkeypatch.setattr(VisitItem, "get_save_kwargs_from_instance", unguarded)
    closed, acted = last_moment(visit, approve(visit))
    assert closed == {"expired": 1}
    assert isinstance(acted, Visit)


def test_an_approval_that_was_first_is_ended_by_the_next_run(clock: FakeClock) -> None:
    visit = stored(clock())
    approve(visit)(visit.window.ends_at - timedelta(seconds=1))
    assert closing.close_visits(lambda: visit.window.ends_at) == {"ended": 1}
    ended = store.find_visit(visit.id)
    assert ended is not None
    assert (ended.status, ended.gate.status) == (Status.ENDED, GateStatus.REVOKING)
