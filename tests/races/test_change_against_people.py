"""A change against an approval, the end of the window and another change, in threads on locked moto; with a twin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, get_ident
from typing import Any

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.core.errors import Conflict
from chalicelib.domains.visitor import closing, gate_push, lists, service, store
from chalicelib.domains.visitor.store import VisitItem
from chalicelib.domains.visitor.visit import GateStatus, Status, Visit
from tests.support.changes import moved
from tests.support.clock import FakeClock
from tests.support.visits import APPROVER, VISITOR, stored

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the visit before either commits."""
    barrier, waited = Barrier(2, timeout=10), set[int]()
    load_one, load_many, over = service.any_visit, store.find_visits, closing.over_visits

    def wait_once() -> None:
        if get_ident() not in waited:
            waited.add(get_ident())
            barrier.wait()

    def one(visit_id: str) -> Visit:
        visit = load_one(visit_id)
        wait_once()
        return visit

    def many(visit_ids: Sequence[str]) -> list[Visit]:
        visits = load_many(visit_ids)
        wait_once()
        return visits

    def closable(now: datetime) -> Iterator[Visit]:
        visits = list(over(now))
        wait_once()
        return iter(visits)

    monkeypatch.setattr(service, "any_visit", one)
    monkeypatch.setattr(store, "find_visits", many)
    monkeypatch.setattr(closing, "over_visits", closable)


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Results or refusals of actions run side by side."""

    def outcome(action: Callable[[], Any]) -> Any:
        try:
            return action()
        except Conflict as problem:
            return problem.code

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(outcome, actions))


def change(visit: Visit, now: datetime, request_id: str = "change-000000001") -> Callable[[], Visit]:
    return lambda: moved(VISITOR, visit, now, request_id=request_id)


def open_visits() -> list[Visit]:
    return [
        visit
        for visit in lists.page_of_owner(VISITOR.user_id, None).items
        if visit.status in (Status.SUBMITTED, Status.APPROVED)
    ]


@pytest.mark.usefixtures("together")
def test_a_change_and_an_approval_one_wins_and_the_other_is_told(clock: FakeClock) -> None:
    visit = stored(clock())
    changed, approved = at_once(change(visit, clock()), lambda: service.approve_visit(APPROVER, visit.id, 1, clock()))
    (left,) = open_visits()
    if isinstance(changed, Visit):
        assert (approved, left.id, left.status) == ("visit_replaced", changed.id, Status.SUBMITTED)
    else:
        assert (changed, left.id, left.status) == ("visit_decided_meanwhile", visit.id, Status.APPROVED)


@pytest.mark.usefixtures("together")
def test_twin_without_the_version_condition_both_win(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the owner has a new request, and the gate will open for the old one all the same."""
    guarded = VisitItem.get_save_kwargs_from_instance

    def unguarded(self: VisitItem, condition: Condition | None = None, **named: Any) -> Any:
        return guarded(self, condition=None, **named)

    visit = stored(clock())
    monkeypatch.setattr(gate_push, "add_visit_notice", lambda *_: None)
    monkeypatch.setattr(VisitItem, "get_save_kwargs_from_instance", unguarded)
    changed, approved = at_once(change(visit, clock()), lambda: service.approve_visit(APPROVER, visit.id, 1, clock()))
    assert (changed.status, approved.status) == (Status.SUBMITTED, Status.APPROVED)
    assert approved.gate.status is GateStatus.WAITING


@pytest.mark.usefixtures("together")
def test_two_changes_one_wins_and_the_other_is_led_to_it(clock: FakeClock) -> None:
    visit = stored(clock())
    outcomes = at_once(change(visit, clock()), change(visit, clock(), "change-000000002"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Visit", "str"]
    assert "visit_replaced" in outcomes
    assert len(open_visits()) == 1


@pytest.mark.usefixtures("together")
def test_a_double_tap_is_one_change(clock: FakeClock) -> None:
    visit = stored(clock())
    first, second = at_once(change(visit, clock()), change(visit, clock()))
    assert first.id == second.id
    assert [left.id for left in open_visits()] == [first.id]


@pytest.mark.usefixtures("together")
def test_a_change_in_the_last_moment_against_the_end_of_the_window(clock: FakeClock) -> None:
    visit = stored(clock())
    closed, changed = at_once(
        lambda: closing.close_visits(lambda: visit.window.ends_at),
        lambda: moved(VISITOR, visit, visit.window.ends_at - timedelta(seconds=1), later=24),
    )
    ended = store.find_visit(visit.id)
    assert ended is not None and ended.version == 2, "exactly one of the two happened"
    if isinstance(changed, Visit):
        assert (closed, ended.replaced_by) == ({"changed": 1}, changed.id)
    else:
        assert (closed, changed, ended.status) == ({"expired": 1}, "visit_not_changeable", Status.EXPIRED)


@pytest.mark.usefixtures("together")
def test_a_change_against_a_cancellation(clock: FakeClock) -> None:
    visit = stored(clock())
    changed, cancelled = at_once(change(visit, clock()), lambda: service.cancel_visit(VISITOR, visit.id, clock()))
    if isinstance(changed, Visit):
        assert (cancelled, [left.id for left in open_visits()]) == ("visit_replaced", [changed.id])
    else:
        assert (changed, open_visits()) == ("visit_not_changeable", [])
