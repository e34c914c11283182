"""Use cases of a visit: load, decide, commit.

Every one of them may run twice at once or be repeated after a lost answer: a repeated request that already had its effect
answers like the first one, a competing one is told that somebody else was faster.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.errors import NotFound, Problem
from chalicelib.core.session import Principal
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.visitor import intake, model, saved, store
from chalicelib.domains.visitor.deciding import Decide, approval, decide_together, refusal
from chalicelib.domains.visitor.intake import Reservation
from chalicelib.domains.visitor.model import Change
from chalicelib.domains.visitor.ownership import owns
from chalicelib.domains.visitor.visit import Status, Visit
from chalicelib.domains.visitor.window import check_window


def submit_visit(owner: Principal, wanted: Reservation, now: datetime) -> Visit:
    """Store a new request, a visit for each person in one transaction; answers with the first one's.

    The same form sent again answers with the visit it made.
    """
    visits = intake.requested(owner, wanted, now)
    problem = check_window(visits[0].window, runtime.settings().visiting_hours, now)
    if problem is not None:
        return (intake.made_before(visits) or intake.refuse_window(problem))[0]
    try:
        intake.require_photos(visits)
    except Problem:
        if made := intake.made_before(visits):  # the photo has done its work since
            return made[0]
        raise
    transaction = Transaction()
    remembered = {
        visit.id: saved.add_remembered(transaction, owner.user_id, visit.visitor, now)
        for visit in visits
        if wanted.remember
    }
    intake.add_requests(transaction, visits, now, remembered)
    try:
        transaction.commit()
    except RaceLost as race:
        if "new_visit" in race.names:
            return (intake.made_before(visits) or visits)[0]
        intake.refuse_requests(race, visits)
    return visits[0]


def own_visit(owner: Principal, visit_id: str) -> Visit:
    """One of the user's own visits; anybody else's does not exist."""
    visit = store.find_visit(visit_id)
    if visit is None or not owns(owner, visit):
        raise NotFound
    return visit


def any_visit(visit_id: str) -> Visit:
    """A visit for staff."""
    visit = store.find_visit(visit_id)
    if visit is None:
        raise NotFound
    return visit


def cancel_visit(owner: Principal, visit_id: str, now: datetime) -> Visit:
    """Take a request back; cancelling again changes nothing."""

    def decide(visit: Visit) -> Change | None:
        if not owns(owner, visit):
            raise NotFound
        is_done = visit.status is Status.CANCELLED and visit.replaced_by is None
        return None if is_done else model.cancel(visit, now)

    return _decide(visit_id, decide, owner.user_id, "visit_cancelled", now)


def approve_visit(approver: Principal, visit_id: str, seen_version: int, now: datetime) -> Visit:
    """Let a visitor in. The approver's own repeated request is answered alike; another approver is told."""
    return _decide(visit_id, approval(approver, lambda _: seen_version, now), approver.user_id, "visit_approved", now)


def refuse_visit(approver: Principal, visit_id: str, seen_version: int, reason: str, now: datetime) -> Visit:
    """Turn a visitor down with a reason."""
    decide = refusal(approver, lambda _: seen_version, reason, now)
    return _decide(visit_id, decide, approver.user_id, "visit_refused", now)


def send_rights_again(staff: Principal, visit_id: str, seen_version: int, now: datetime) -> Visit:
    """Send the right again to the devices that did not take it; pressed twice on one view, it is sent once."""

    def decide(visit: Visit) -> Change | None:
        is_repeated = visit.version == seen_version + 1 and visit.events[-1].name == "gate_sent_again"
        return None if is_repeated else model.send_rights_again(visit, seen_version, now)

    return _decide(visit_id, decide, staff.user_id, "visit_rights_sent_again", now)


def _decide(visit_id: str, decide: Decide, actor: str, action: str, now: datetime) -> Visit:
    return decide_together(lambda: [any_visit(visit_id)], decide, actor=actor, action=action, now=now)[0]
