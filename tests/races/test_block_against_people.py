"""A phone is blocked between reading and committing: nothing slips through. Each race has a twin that shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.core.errors import Conflict
from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import State
from chalicelib.core.table import Transaction
from chalicelib.domains.visitor import deciding, intake, lists, service, store
from chalicelib.domains.visitor.blocked import service as blocked
from chalicelib.domains.visitor.blocked import store as blocked_store
from chalicelib.domains.visitor.visit import Status
from tests.support.clock import FakeClock
from tests.support.visits import APPROVER, PERSON, SECOND_APPROVER, VISITOR, stored

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def blocked_before_commit(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody blocks the visitor after everything was read and before it is written: the race is certain, not lucky."""
    commit: Callable[[Transaction], None] = Transaction.commit
    done: list[bool] = []

    def block_then_commit(transaction: Transaction) -> None:
        if not done:
            done.append(True)
            assert blocked_store.find_blocked(PERSON.phone) is None, "whoever looked now would find nothing"
            blocked.block(SECOND_APPROVER, PERSON.phone, PERSON.name, "多次未遵守安全规定", clock())
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", block_then_commit)


def without_guard(patch: pytest.MonkeyPatch) -> None:
    """The twin looks at the list like everybody would, only not in the transaction."""

    def looked_up(_transaction: Any, phone: str, _name: str) -> None:
        if blocked_store.find_blocked(phone) is not None:
            raise Conflict("visit_not_accepted")

    patch.setattr(intake, "add_not_blocked", looked_up)
    patch.setattr(deciding, "add_not_blocked", looked_up)


def approve_after_submission(clock: FakeClock, patch: pytest.MonkeyPatch, arm: Callable[[], None]) -> str:
    visit = stored(clock())
    arm()
    try:
        return service.approve_visit(APPROVER, visit.id, 1, clock()).status.value
    except Conflict as problem:
        return problem.code


def pushes() -> int:
    return len(outbox.page_by_state("gate", State.PENDING, None, 10).items)


def test_an_approval_does_not_slip_past_the_block(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    outcome = approve_after_submission(clock, monkeypatch, lambda: request.getfixturevalue("blocked_before_commit"))
    assert (outcome, pushes()) == ("visit_visitor_blocked", 0)
    (visit,) = lists.page_of_owner(VISITOR.user_id, None).items
    assert (visit.status, visit.version) == (Status.SUBMITTED, 1)


def test_twin_with_a_look_instead_of_a_condition_approves_a_blocked_visitor(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    without_guard(monkeypatch)
    outcome = approve_after_submission(clock, monkeypatch, lambda: request.getfixturevalue("blocked_before_commit"))
    assert (outcome, pushes()) == ("approved", 1)
    assert blocked_store.find_blocked(PERSON.phone) is not None


@pytest.mark.usefixtures("blocked_before_commit")
def test_a_submission_does_not_slip_past_the_block(clock: FakeClock) -> None:
    with pytest.raises(Conflict) as refused:
        stored(clock())
    assert refused.value.code == "visit_not_accepted"
    assert lists.page_of_owner(VISITOR.user_id, None).items == []


@pytest.mark.usefixtures("blocked_before_commit")
def test_twin_with_a_look_instead_of_a_condition_accepts_a_blocked_visitor(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_guard(monkeypatch)
    visit = stored(clock())
    assert store.find_visit(visit.id) is not None
