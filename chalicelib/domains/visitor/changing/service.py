"""Changing visits: in one transaction the old ones are taken back and the new requests made, or nothing happens.

::

    approve ─┐                      the version condition on the old visit lets exactly one through; the other reads again
    close   ─┼─ against a change:   and is told. A change that was first answers alike when it is sent again.
    change  ─┘

The old right at the gate goes first: its revocation and the new registration stand in one order of the outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.visitor import intake, model, store
from chalicelib.domains.visitor.changing.model import Wish, is_unchanged, kept_face, kept_start
from chalicelib.domains.visitor.deciding import COMMIT_TRIES, record_change
from chalicelib.domains.visitor.gate_push import add_change
from chalicelib.domains.visitor.intake import Reservation
from chalicelib.domains.visitor.model import Change, Reason, VisitProblem
from chalicelib.domains.visitor.ownership import owns, person_for
from chalicelib.domains.visitor.park.entries import with_park
from chalicelib.domains.visitor.visit import Host, Visit, Window
from chalicelib.domains.visitor.window import check_window


def change_visits(
    owner: Principal, request_id: str, wishes: Sequence[Wish], host: Host, window: Window, purpose: str, now: datetime
) -> Visit:
    """Replace visits by new requests, which form a party of their own; answers with the first one.

    The same form sent again answers with the visit it made. Raises ``NotFound`` and ``Conflict``.
    """
    ids = intake.requested_ids(owner, request_id, len(wishes))
    for _ in range(COMMIT_TRIES):
        found = {visit.id: visit for visit in store.find_visits([*(wish.visit_id for wish in wishes), *ids])}
        olds = _own_visits(owner, wishes, found)
        people = [
            wish.person_after(person_for(owner, old), kept_face(old) if old.owner_id == owner.user_id else None)
            for wish, old in zip(wishes, olds, strict=True)
        ]
        form = Reservation(request_id, people[0], host, window, purpose, remember=False, companions=tuple(people[1:]))
        wanted = intake.requested(owner, form, now)
        made = [found[visit_id] for visit_id in ids if visit_id in found]
        if made:
            return intake.same_as_before(made, _replacing(olds, wanted))[0]
        changes = _changes(olds, wanted, wishes, now)
        intake.require_photos(wanted)
        try:
            _commit(olds, changes, owner, now)
            return changes[0][1]
        except RaceLost as race:
            if not {"visit", "new_visit"} & set(race.names):
                intake.refuse_requests(race, wanted)
        except Contention:
            pass
    raise Conflict(Reason.CHANGED.value)


def _own_visits(owner: Principal, wishes: Sequence[Wish], found: dict[str, Visit]) -> list[Visit]:
    visits = [found.get(wish.visit_id) for wish in wishes]
    own = [visit for visit in visits if visit is not None and owns(owner, visit)]
    if len(own) != len(wishes):
        raise NotFound
    return own


def _changes(
    olds: Sequence[Visit], wanted: Sequence[Visit], wishes: Sequence[Wish], now: datetime
) -> list[tuple[Change, Visit]]:
    """Each old visit's end with what replaces it. Whether a visit may be changed at all is told before what is wrong."""
    try:
        changes = [model.change(old, new, wish.seen, now) for old, new, wish in zip(olds, wanted, wishes, strict=True)]
    except VisitProblem as problem:
        raise Conflict(problem.reason.value) from None
    if is_unchanged(olds, wanted):
        raise Conflict("visit_unchanged")
    mistake = check_window(wanted[0].window, runtime.settings().visiting_hours, now, kept_start(olds))
    if mistake is not None:
        intake.refuse_window(mistake)
    return changes


def _commit(olds: Sequence[Visit], changes: Sequence[tuple[Change, Visit]], owner: Principal, now: datetime) -> None:
    transaction = Transaction()
    for old, (change, _) in zip(olds, changes, strict=True):
        add_change(transaction, old, with_park(old, change), now)
        record_change(transaction, old, change.visit, owner.user_id, "visit_changed", now)
    intake.add_requests(transaction, [new for _, new in changes], now)
    transaction.commit()


def _replacing(olds: Sequence[Visit], wanted: Sequence[Visit]) -> list[Visit]:
    return [replace(new, replaces=old.id) for old, new in zip(olds, wanted, strict=True)]
