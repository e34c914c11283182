"""Use cases of a visit: load, decide, commit.

Every one of them may run twice at once or be repeated after a lost answer: a repeated request that already had its effect
answers like the first one, a competing one is told that somebody else was faster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pynamodb.attributes import NumberAttribute

from chalicelib.core import runtime
from chalicelib.core.audit import record
from chalicelib.core.clock import site_day, to_epoch
from chalicelib.core.errors import Conflict, InvalidInput, NotFound, RateLimited
from chalicelib.core.ids import derived_id
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, Item, RaceLost, TableMeta, Transaction
from chalicelib.domains.visitor import model, saved, store
from chalicelib.domains.visitor.blocked.store import add_not_blocked
from chalicelib.domains.visitor.gate_push import add_change
from chalicelib.domains.visitor.model import Change, Host, Person, Reason, Status, Visit, VisitProblem, Window
from chalicelib.domains.visitor.ownership import owns, refuse_own
from chalicelib.domains.visitor.park.entries import with_park
from chalicelib.domains.visitor.privacy.identity import refuse_without_consent
from chalicelib.domains.visitor.privacy.store import add_consents_for
from chalicelib.domains.visitor.texts import WINDOW_TEXTS

COMMIT_TRIES = 3


class QuotaItem(Item):
    """How often a user submitted on a day: ``USER#<id>`` / ``SUBMITTED#<day>``."""

    class Meta(TableMeta):
        domain = "visitor"

    used = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a visitor asks for. ``request_id`` identifies the form, not the request on the wire."""

    request_id: str
    visitor: Person
    host: Host
    window: Window
    purpose: str
    remember: bool


def submit_visit(owner: Principal, wanted: Reservation, now: datetime) -> Visit:
    """Store a new request; the same form sent again answers with the visit it made."""
    window = Window(_whole_minute(wanted.window.starts_at), _whole_minute(wanted.window.ends_at))
    visit = model.submit(
        visit_id=derived_id("visit", owner.user_id, wanted.request_id),
        owner_id=owner.user_id,
        visitor=wanted.visitor,
        host=wanted.host,
        window=window,
        purpose=wanted.purpose,
        now=now,
    )
    problem = model.check_window(window, runtime.settings().visiting_hours, now)
    if problem is not None:
        return _submitted_before(visit) or _refuse_window(problem)
    transaction = Transaction()
    store.add_new_visit(transaction, visit)
    add_not_blocked(transaction, visit.visitor.phone)
    add_consents_for(transaction, owner.user_id, visit.visitor)
    _count(transaction, owner.user_id, now)
    if wanted.remember:
        saved.add_saved(transaction, owner.user_id, wanted.visitor, now)
    try:
        transaction.commit()
    except RaceLost as race:
        if "visit" in race.names:
            return _submitted_before(visit) or visit
        if "blocked" in race.names:
            raise Conflict("visit_not_accepted") from None
        refuse_without_consent(race)
        raise RateLimited("visit_daily_limit", limit=runtime.settings().visits_per_day) from None
    return visit


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
        return None if visit.status is Status.CANCELLED else model.cancel(visit, now)

    return _decide(visit_id, decide, owner.user_id, "visit_cancelled", now)


def approve_visit(approver: Principal, visit_id: str, seen_version: int, now: datetime) -> Visit:
    """Let a visitor in. The approver's own repeated request is answered alike; another approver is told."""

    def decide(visit: Visit) -> Change | None:
        if _decided_by_me(visit, approver, seen_version, Status.APPROVED):
            return None
        refuse_own(visit, approver)
        return model.approve(visit, approver.user_id, approver.nickname, seen_version, now)

    return _decide(visit_id, decide, approver.user_id, "visit_approved", now)


def refuse_visit(approver: Principal, visit_id: str, seen_version: int, reason: str, now: datetime) -> Visit:
    """Turn a visitor down with a reason."""

    def decide(visit: Visit) -> Change | None:
        if _decided_by_me(visit, approver, seen_version, Status.REFUSED):
            return None
        refuse_own(visit, approver)
        return model.refuse(visit, approver.user_id, approver.nickname, reason, seen_version, now)

    return _decide(visit_id, decide, approver.user_id, "visit_refused", now)


def _decide(visit_id: str, decide: Callable[[Visit], Change | None], actor: str, action: str, now: datetime) -> Visit:
    """Load, decide, commit; a lost race loads and decides again, so that the loser learns why."""
    for _ in range(COMMIT_TRIES):
        visit = any_visit(visit_id)
        try:
            change = decide(visit)
        except VisitProblem as problem:
            raise Conflict(problem.reason.value) from None
        if change is None:
            return visit
        change = with_park(visit, change)
        try:
            _commit(visit, change, actor, action, now)
            return change.visit
        except RaceLost as race:
            if race.names == ("blocked",):
                raise Conflict("visit_visitor_blocked") from None
        except Contention:
            pass
    raise Conflict(Reason.CHANGED.value)


def _commit(visit: Visit, change: Change, actor: str, action: str, now: datetime) -> None:
    transaction = Transaction()
    add_change(transaction, visit, change, now)
    if change.visit.status is Status.APPROVED:
        add_not_blocked(transaction, visit.visitor.phone)
    record(
        transaction,
        subject=f"visit:{visit.id}",
        actor=actor,
        action=action,
        now=now,
        before={"status": visit.status.value, "version": visit.version},
        after={"status": change.visit.status.value, "version": change.visit.version},
    )
    transaction.commit()


def _decided_by_me(visit: Visit, approver: Principal, seen_version: int, status: Status) -> bool:
    """The answer to my first request was lost and I pressed again."""
    return visit.status is status and visit.decided_by == approver.user_id and visit.version > seen_version


def _submitted_before(visit: Visit) -> Visit | None:
    """The visit this form made earlier; a form that was changed meanwhile must not pass for it."""
    known = store.find_visit(visit.id)
    if known is None:
        return None
    same = (known.visitor, known.host, known.window, known.purpose) == (
        visit.visitor,
        visit.host,
        visit.window,
        visit.purpose,
    )
    if not same:
        raise Conflict("visit_request_reused")
    return known


def _refuse_window(problem: model.WindowProblem) -> Visit:
    raise InvalidInput.of_field(*WINDOW_TEXTS[problem.value], code=problem.value)


def _count(transaction: Transaction, owner_id: str, now: datetime) -> None:
    """Count a submission of the day; never without the visit that is its unique entry."""
    item = QuotaItem(f"USER#{owner_id}", f"SUBMITTED#{site_day(now)}")
    transaction.update(
        "quota",
        item,
        [QuotaItem.used.set((QuotaItem.used | 0) + 1), QuotaItem.expires_at.set(to_epoch(now) + 3 * 86400)],
        QuotaItem.used.does_not_exist() | (QuotaItem.used < runtime.settings().visits_per_day),
    )


def _whole_minute(instant: datetime) -> datetime:
    """People mean minutes; the gate platform compares seconds."""
    return instant.astimezone(UTC).replace(second=0, microsecond=0)
