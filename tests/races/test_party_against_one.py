"""A party decided together while one of its people is cancelled, in threads on locked moto; with a twin without the guard."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident
from typing import Any

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.core.errors import Conflict
from chalicelib.domains.visitor import gate_push, service, store
from chalicelib.domains.visitor.party import service as parties
from chalicelib.domains.visitor.party.store import find_party
from chalicelib.domains.visitor.store import VisitItem
from chalicelib.domains.visitor.visit import Status, Visit
from tests.support.clock import FakeClock
from tests.support.visits import APPROVER, VISITOR, reservation_of_two

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Approver and owner have both read before either commits."""
    barrier, waited = Barrier(2, timeout=10), set[int]()
    load_one, load_many = service.any_visit, store.find_visits

    def wait_once() -> None:
        if get_ident() not in waited:
            waited.add(get_ident())
            barrier.wait()

    def one(visit_id: str) -> Visit:
        visit = load_one(visit_id)
        wait_once()
        return visit

    def many(visit_ids: Any) -> list[Visit]:
        visits = load_many(visit_ids)
        wait_once()
        return visits

    monkeypatch.setattr(service, "any_visit", one)
    monkeypatch.setattr(store, "find_visits", many)


def at_once(clock: FakeClock) -> tuple[Any, Visit, list[Visit]]:
    """The approval's outcome, the cancelled visit, and the party afterwards."""
    first = service.submit_visit(VISITOR, reservation_of_two(clock()), clock())
    ids = [visit.id for visit in find_party(first.id)]

    def approve() -> Any:
        try:
            return parties.approve_people(APPROVER, first.id, dict.fromkeys(ids, 1), clock())
        except Conflict as problem:
            return problem.code

    with ThreadPoolExecutor(2) as pool:
        approved = pool.submit(approve)
        cancelled = pool.submit(service.cancel_visit, VISITOR, ids[1], clock())
        return approved.result(), cancelled.result(), find_party(first.id)


@pytest.mark.usefixtures("together")
def test_nobody_is_approved_beside_somebody_who_was_cancelled(clock: FakeClock) -> None:
    approved, _, (first, second) = at_once(clock)
    assert second.status is Status.CANCELLED
    if isinstance(approved, str):
        assert (approved, first.status, first.version) == ("visit_already_decided", Status.SUBMITTED, 1)
    else:  # the approval was first, and the cancellation was carried out on the approved visit
        assert (first.status, second.decided_by) == (Status.APPROVED, APPROVER.user_id)


@pytest.mark.usefixtures("together")
def test_twin_without_the_version_condition_both_win(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the party counts as approved although one of its people was taken back unseen."""
    guarded = VisitItem.get_save_kwargs_from_instance

    def unguarded(self: VisitItem, condition: Condition | None = None, **named: Any) -> Any:
        return guarded(self, condition=None, **named)

    monkeypatch.setattr(gate_push, "add_visit_notice", lambda *_: None)
    monkeypatch.setattr(VisitItem, "get_save_kwargs_from_instance", unguarded)
    approved, cancelled, _ = at_once(clock)
    assert [visit.status for visit in approved] == [Status.APPROVED] * 2
    assert (cancelled.status, cancelled.version) == (Status.CANCELLED, 2), "as if it had never been approved"
