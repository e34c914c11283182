"""Use cases: a binding ends, by its user or by canteen staff."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.errors import Conflict, NotFound, Unavailable
from chalicelib.core.notices.entries import add_notice
from chalicelib.core.notices.model import Notice
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, OutcomeUnknown, RaceLost, Transaction, find_many
from chalicelib.domains.canteen.bindings import history, model, store
from chalicelib.domains.canteen.bindings.binding import HowEnded, Record
from chalicelib.domains.canteen.bindings.history import History, subject_of
from chalicelib.domains.canteen.bindings.model import BindingProblem

COMMIT_TRIES = 6


def end_own(user: Principal, now: datetime) -> bool:
    """Nothing is bound to this person any more; whether something was."""
    for _ in range(COMMIT_TRIES):
        records = store.records_of(user, find_many(store.record_keys(user)))
        bound = [record for record in records if record.is_bound]
        if not bound:
            return False
        transaction = Transaction()
        for record in bound:
            _add_end(transaction, record, HowEnded.USER, user.user_id, "", now)
        try:
            transaction.commit()
            return True
        except (RaceLost, Contention):  # bound anew, moved or unbound at this moment
            continue
    raise Unavailable


def unbind(actor: Principal, user_id: str, reason: str, version: int, now: datetime) -> History:
    """End somebody's binding for a reason, which they are told. Repeating a request whose answer was lost is harmless.

    Raises ``NotFound``, ``Conflict`` when it has changed since it was seen.
    """
    known = _known(user_id)
    if _is_done(known.record, actor, reason, version):
        return known
    if known.record.binding.version != version:
        raise Conflict("binding_changed")
    transaction = Transaction()
    ended = _end(transaction, known.record, actor, reason, now)
    try:
        transaction.commit()
    except (RaceLost, Contention):
        raise Conflict("binding_changed") from None
    except OutcomeUnknown:
        if not _is_done(_known(user_id).record, actor, reason, version):
            raise
    return History(ended, (history.event_of(ended), *known.events))


def _known(user_id: str) -> History:
    known = history.find_history(user_id)
    if known is None:
        raise NotFound
    return known


def _end(transaction: Transaction, seen: Record, actor: Principal, reason: str, now: datetime) -> Record:
    try:
        ended = _add_end(transaction, seen, HowEnded.OFFICE, actor.user_id, reason, now)
    except BindingProblem as problem:
        raise Conflict(problem.code) from None
    user_id, version = ended.binding.user_id, ended.binding.version
    subject = subject_of(user_id)
    add_notice(transaction, Notice.BINDING_MOVED, subject=subject, sequence=version, user_id=user_id, now=now)
    return ended


def _add_end(transaction: Transaction, seen: Record, how: HowEnded, by: str, reason: str, now: datetime) -> Record:
    ended = model.end(seen, how, by, reason, now)
    store.add_end(transaction, ended)
    store.add_release(transaction, seen)
    history.add_record_event(transaction, ended)
    return ended


def _is_done(record: Record, actor: Principal, reason: str, version: int) -> bool:
    """This very request has ended it."""
    ending = record.ending
    return (
        ending is not None
        and (ending.how, ending.by, ending.reason) == (HowEnded.OFFICE, actor.user_id, reason)
        and record.binding.version == version + 1
    )
