"""Deciding about visits that exist, one or several at once: load, decide, commit all of it in one transaction.

A lost race loads and decides again, so that the loser learns why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.errors import Conflict
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.visitor import model
from chalicelib.domains.visitor.blocked.store import add_not_blocked
from chalicelib.domains.visitor.gate_push import add_change
from chalicelib.domains.visitor.model import Change, Reason, VisitProblem
from chalicelib.domains.visitor.ownership import refuse_own
from chalicelib.domains.visitor.park.entries import with_park
from chalicelib.domains.visitor.visit import Status, Visit

COMMIT_TRIES = 3

Decide = Callable[[Visit], Change | None]
"""The change of a visit, ``None`` when there is nothing to do; raises :class:`VisitProblem`."""


def decide_together(
    load: Callable[[], list[Visit]], decide: Decide, *, actor: str, action: str, now: datetime
) -> list[Visit]:
    """The loaded visits as they are afterwards: every change or none."""
    for _ in range(COMMIT_TRIES):
        visits = load()
        changes = _changes(visits, decide)
        if not changes:
            return visits
        try:
            _commit(changes, actor, action, now)
        except RaceLost as race:
            _refuse_blocked(race, visits)
        except Contention:
            pass
        else:
            changed = {change.visit.id: change.visit for _, change in changes}
            return [changed.get(visit.id, visit) for visit in visits]
    raise Conflict(Reason.CHANGED.value)


def approval(approver: Principal, seen: Callable[[Visit], int], now: datetime) -> Decide:
    """Let visitors in. The approver's own repeated request changes nothing; another approver is told."""

    def decide(visit: Visit) -> Change | None:
        if _decided_by_me(visit, approver, seen(visit), Status.APPROVED):
            return None
        refuse_own(visit, approver)
        return model.approve(visit, approver.user_id, approver.nickname, seen(visit), now)

    return decide


def refusal(approver: Principal, seen: Callable[[Visit], int], reason: str, now: datetime) -> Decide:
    """Turn visitors down with a reason."""

    def decide(visit: Visit) -> Change | None:
        if _decided_by_me(visit, approver, seen(visit), Status.REFUSED):
            return None
        refuse_own(visit, approver)
        return model.refuse(visit, approver.user_id, approver.nickname, reason, seen(visit), now)

    return decide


def record_change(
    transaction: Transaction, seen: Visit, changed: Visit, actor: str, action: str, now: datetime
) -> None:
    """Who changed a visit, from what to what."""
    record(
        transaction,
        subject=f"visit:{seen.id}",
        actor=actor,
        action=action,
        now=now,
        before={"status": seen.status.value, "version": seen.version},
        after={"status": changed.status.value, "version": changed.version},
    )


def _changes(visits: Sequence[Visit], decide: Decide) -> list[tuple[Visit, Change]]:
    try:
        decided = [(visit, decide(visit)) for visit in visits]
    except VisitProblem as problem:
        raise Conflict(problem.reason.value) from None
    return [(visit, with_park(visit, change)) for visit, change in decided if change is not None]


def _commit(changes: Sequence[tuple[Visit, Change]], actor: str, action: str, now: datetime) -> None:
    transaction = Transaction()
    for visit, change in changes:
        add_change(transaction, visit, change, now)
        if change.visit.status is Status.APPROVED and visit.status is not Status.APPROVED:
            add_not_blocked(transaction, visit.visitor.phone, _blocked_name(visit))
        record_change(transaction, visit, change.visit, actor, action, now)
    transaction.commit()


def _refuse_blocked(race: RaceLost, visits: Sequence[Visit]) -> None:
    """Only the block list stands in the way: trying again would not help."""
    blocked = {_blocked_name(visit): visit for visit in visits}
    if any(name not in blocked for name in race.names):
        return
    if len(visits) == 1:
        raise Conflict("visit_visitor_blocked")
    raise Conflict("visit_companion_blocked", name=blocked[race.names[0]].visitor.name)


def _blocked_name(visit: Visit) -> str:
    return f"blocked {visit.id}"


def _decided_by_me(visit: Visit, approver: Principal, seen_version: int, status: Status) -> bool:
    """The answer to my first request was lost and I pressed again."""
    return visit.status is status and visit.decided_by == approver.user_id and visit.version > seen_version
