"""Two approvers at the same moment, in threads on locked moto. Each race has a twin without the guard that shows it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.core.errors import Conflict
from chalicelib.domains.visitor import gate_push, service, store
from chalicelib.domains.visitor.store import VisitItem
from chalicelib.domains.visitor.visit import Status, Visit
from tests.support.clock import FakeClock
from tests.support.visits import APPROVER, SECOND_APPROVER, VISITOR, stored

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both threads load the visit before either of them commits: the race is certain, not lucky."""
    barrier = Barrier(2, timeout=10)
    load = service.any_visit
    waited: set[int] = set()

    def load_then_wait(visit_id: str) -> Visit:
        import threading

        visit = load(visit_id)
        if threading.get_ident() not in waited:
            waited.add(threading.get_ident())
            barrier.wait()
        return visit

    monkeypatch.setattr(service, "any_visit", load_then_wait)


def at_once(*actions: Callable[[], Visit]) -> list[Any]:
    """Results or errors of actions run side by side."""

    def outcome(action: Callable[[], Visit]) -> Any:
        try:
            return action()
        except Conflict as problem:
            return problem.code

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(outcome, actions))


def approve_and_refuse(visit: Visit, clock: FakeClock) -> list[Any]:
    return at_once(
        lambda: service.approve_visit(APPROVER, visit.id, 1, clock()),
        lambda: service.refuse_visit(SECOND_APPROVER, visit.id, 1, "资料不全", clock()),
    )


@pytest.mark.usefixtures("together")
def test_one_wins_and_the_other_is_told(clock: FakeClock) -> None:
    visit = stored(clock())
    outcomes = approve_and_refuse(visit, clock)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Visit", "str"]
    assert "visit_already_decided" in outcomes
    ended = store.find_visit(visit.id)
    assert ended is not None
    winner = next(outcome for outcome in outcomes if isinstance(outcome, Visit))
    assert (ended.status, ended.version) == (winner.status, 2)


@pytest.mark.usefixtures("together")
def test_twin_without_the_version_condition_both_win(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the guard is what decides the race, not luck."""
    guarded = VisitItem.get_save_kwargs_from_instance

    def unguarded(self: VisitItem, condition: Condition | None = None, **named: Any) -> Any:
        return guarded(self, condition=None, **named)

    visit = stored(clock())
    # a second guard by itself: both changes would tell the visitor of version 2, and an entry is written once
    monkeypatch.setattr(gate_push, "add_visit_notice", lambda *_: None)
    monkeypatch.setattr(VisitItem, "get_save_kwargs_from_instance", unguarded)
    outcomes = approve_and_refuse(visit, clock)
    assert [type(outcome).__name__ for outcome in outcomes] == ["Visit", "Visit"], "both believe they decided"


@pytest.mark.usefixtures("together")
def test_approval_against_cancellation(clock: FakeClock) -> None:
    visit = stored(clock())
    outcomes = at_once(
        lambda: service.approve_visit(APPROVER, visit.id, 1, clock()),
        lambda: service.cancel_visit(VISITOR, visit.id, clock()),
    )
    ended = store.find_visit(visit.id)
    assert ended is not None
    # a cancellation that loses to the approval is carried out on the approved visit; an approval that loses is refused
    assert ended.status is Status.CANCELLED
    assert isinstance(outcomes[1], Visit)
    assert outcomes[0] == "visit_already_decided" or ended.gate.status.value == "revoking"
