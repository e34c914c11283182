"""Taking back: a user's decision, then everything it concerns, and a schedule that finishes what a dying process left.

The decision and the order to erase are one transaction; from then on nothing new can be taken. The order is carried out at
once, and once more by the schedule: lists of visits are read from an index that may be a moment behind.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.audit import record
from chalicelib.core.clock import to_text
from chalicelib.core.logs import log_exception
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, Item, RaceLost, TableMeta, Transaction
from chalicelib.domains.visitor import saved, store
from chalicelib.domains.visitor.gate_push import add_change
from chalicelib.domains.visitor.park.entries import with_park
from chalicelib.domains.visitor.privacy import store as consents
from chalicelib.domains.visitor.privacy.consent_texts import CONSENT_TEXTS
from chalicelib.domains.visitor.privacy.faces import sweep
from chalicelib.domains.visitor.privacy.forgetting import stripped, withdrawn
from chalicelib.domains.visitor.privacy.model import Consent, ConsentKind, Decision, Erasure
from chalicelib.domains.visitor.visit import Visit

ERASURE_KIND = "erasure"
SECOND_PASS = timedelta(minutes=5)
REQUEST_TIME = timedelta(seconds=5)
"""What a person waits for; the rest is the schedule's."""
COMMIT_TRIES = 3
PAGE = 100
CONCERNED = {ConsentKind.ID_NUMBER: Erasure.ID_NUMBER, ConsentKind.FACE: Erasure.FACE}
"""Consent → what its withdrawal erases. Nothing is kept under the park's consent: it is asked before each push."""


class ErasureIncomplete(Exception):
    """Something could not be erased in this run; the order stands and the next run goes on."""


class ErasureItem(Item):
    """The order to erase: ``USER#<id>`` / ``ERASURE#<what>``; it stays until everything it concerns is gone."""

    class Meta(TableMeta):
        domain = "visitor"

    purge_kind = UnicodeAttribute(default=ERASURE_KIND)
    purge_after = UnicodeAttribute()


def withdraw(user: Principal, kind: ConsentKind, clock: Callable[[], datetime]) -> Consent:
    """Take a consent back and erase what was given under it. Withdrawing again only erases again."""
    now = clock()
    said = Consent(kind, CONSENT_TEXTS[kind].version, Decision.WITHDRAWN, now)
    transaction = Transaction()
    what = CONCERNED.get(kind)
    for owner_id in user.owner_ids:
        consents.add_decision(transaction, owner_id, said)
        if what is not None:
            _add_order(transaction, owner_id, what, now)
    transaction.commit()
    if what is not None:
        _erase_now(user.owner_ids, what, clock)
    return said


def erase_everything(user: Principal, clock: Callable[[], datetime]) -> None:
    """Delete what a user gave: every consent is withdrawn, visits to come are cancelled, saved visitors forgotten.

    Past visits keep name and phone until the retention limit, because a plant must be able to say who was on its ground.
    """
    now = clock()
    transaction = Transaction()
    for owner_id in user.owner_ids:
        for kind in ConsentKind:
            said = Consent(kind, CONSENT_TEXTS[kind].version, Decision.WITHDRAWN, now)
            consents.add_decision(transaction, owner_id, said)
        _add_order(transaction, owner_id, Erasure.EVERYTHING, now)
    transaction.commit()
    _erase_now(user.owner_ids, Erasure.EVERYTHING, clock)


def carry_out(user_id: str, what: Erasure, clock: Callable[[], datetime], deadline: datetime) -> int:
    """Erase what an order concerns; returns how many things. Raises :class:`ErasureIncomplete` when time runs out."""
    done = _erase_saved(user_id, what) + _erase_visits(user_id, what, clock, deadline)
    return done if what is Erasure.ID_NUMBER else done + sweep.delete_all_of(user_id, clock)


def _erase_now(owner_ids: tuple[str, ...], what: Erasure, clock: Callable[[], datetime]) -> None:
    """The orders are stored: whatever goes wrong here, the schedule does it again."""
    deadline = clock() + REQUEST_TIME
    try:
        for owner_id in owner_ids:
            carry_out(owner_id, what, clock, deadline)
    except Exception as error:
        log_exception("erasure_left_to_schedule", error)


def _erase_visits(user_id: str, what: Erasure, clock: Callable[[], datetime], deadline: datetime) -> int:
    done = 0
    for item in store.VisitItem.by_owner.query(user_id, page_size=PAGE):
        if clock() >= deadline:
            raise ErasureIncomplete
        visit = store.to_visit(item)
        if withdrawn(visit, what, clock()) is not None:
            done += _erase_visit(visit.id, what, user_id, clock)
    return done


def _erase_saved(user_id: str, what: Erasure) -> int:
    done = 0
    for known in saved.list_saved(user_id):
        left = stripped(known.person, what)
        if what is not Erasure.EVERYTHING and left == known.person:
            continue
        transaction = Transaction()
        if what is Erasure.EVERYTHING:
            saved.add_removal(transaction, user_id, known)
        else:
            saved.add_stripped(transaction, user_id, known, left)
        try:
            transaction.commit()
        except RaceLost:  # used or changed this moment, before the withdrawal: the second pass finds it
            continue
        done += 1
    return done


def _erase_visit(visit_id: str, what: Erasure, user_id: str, clock: Callable[[], datetime]) -> int:
    for _ in range(COMMIT_TRIES):
        now, visit = clock(), store.find_visit(visit_id)
        change = withdrawn(visit, what, now) if visit else None
        if visit is None or change is None:
            return 0
        change = with_park(visit, change)
        transaction = Transaction()
        add_change(transaction, visit, change, now)
        _audit(transaction, visit, change.visit, user_id, now)
        try:
            transaction.commit()
            return 1
        except (RaceLost, Contention):
            continue
    raise ErasureIncomplete


def _add_order(transaction: Transaction, user_id: str, what: Erasure, now: datetime) -> None:
    order = ErasureItem(f"USER#{user_id}", f"ERASURE#{what.value}", purge_after=to_text(now + SECOND_PASS))
    transaction.put("erasure", order)


def _audit(transaction: Transaction, seen: Visit, changed: Visit, actor: str, now: datetime) -> None:
    record(
        transaction,
        subject=f"visit:{seen.id}",
        actor=actor,
        action="visit_data_withdrawn",
        now=now,
        before={"status": seen.status.value, "version": seen.version},
        after={"status": changed.status.value, "version": changed.version},
    )
