"""Use case: bind with a code.

A try is counted in a transaction of its own before the code is compared, so that a storm of guesses, and a process that dies
between both, costs tries and never gains one. A right code then binds in one transaction that also uses it up; it stays good
while the canteen is silent or the staff number is still missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.errors import Conflict, RateLimited, Unavailable
from chalicelib.core.notices.entries import add_notice
from chalicelib.core.notices.model import Notice
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, Item, Key, OutcomeUnknown, RaceLost, Transaction, find_many
from chalicelib.domains.canteen.bindings import accounts, codes, history, limits, model, store
from chalicelib.domains.canteen.bindings.binding import Binding, Candidate, Code, HowEnded
from chalicelib.domains.canteen.bindings.history import Event, subject_of
from chalicelib.domains.canteen.bindings.model import BindingProblem, Move
from chalicelib.integrations.canteen.port import CanteenPort

COMMIT_TRIES = 6


def bind(canteen: CanteenPort, user: Principal, phone: str, presented: str, staff_no: str, now: datetime) -> Binding:
    """The account that has ``phone`` on file is the user's from now on; whoever had it is told.

    Raises ``Conflict`` with what to do, ``RateLimited`` after too many tries, ``Unavailable``.
    """
    found = _read(user, codes.code_key(user.user_id), codes.CodeItem)
    known = codes.code_of(user.user_id, found)
    repeated = _repeated(user, found, phone, now) if known is None else None
    if repeated:
        return repeated
    left = 0
    try:
        seen = model.require_live(known, phone, now)
        left = _count_try(seen, now)
        if not codes.is_right(seen, presented):
            raise Conflict("code_wrong", left=left)
        candidate = model.choose(accounts.candidates(canteen, phone), staff_no)
    except BindingProblem as problem:
        raise Conflict(problem.code, left=left, contact=runtime.settings().canteen_contact) from None
    return _commit(user, seen, candidate, now)


def _read(user: Principal, key: Key, kind: type[Item]) -> dict[Key, Item]:
    """One item, and the person's records, in one consistent read."""
    wanted: dict[Key, type[Item]] = {key: kind, **store.record_keys(user)}
    return find_many(wanted)


def _repeated(user: Principal, found: Mapping[Key, Item], phone: str, now: datetime) -> Binding | None:
    """What the same form bound a moment ago, when its answer was lost: its code is used up."""
    bound = store.first_of(user, found)
    return bound if bound and bound.phone == phone and bound.bound_at > now - model.LIFETIME else None


def _count_try(seen: Code, now: datetime) -> int:
    """How many tries are left after this one, which is counted from here on whatever happens."""
    for _ in range(COMMIT_TRIES):
        transaction = Transaction()
        codes.add_try(transaction, seen, now)
        try:
            transaction.commit()
            return max(0, model.TRIES - seen.tries - 1)
        except RaceLost as lost:
            if limits.for_trying("", "").name in lost.names:
                raise RateLimited("code_tries_limit", contact=runtime.settings().canteen_contact) from None
            raise BindingProblem("code_used_up") from None
        except Contention:  # another try at this moment
            continue
    raise Unavailable


def _commit(user: Principal, code: Code, candidate: Candidate, now: datetime) -> Binding:
    """Decide on what is read now, and write it all at once; who loses a race decides again."""
    for _ in range(COMMIT_TRIES):
        move = _decide(user, candidate, code.phone, now)
        transaction = Transaction()
        codes.add_use(transaction, code)
        _add_move(transaction, move)
        try:
            transaction.commit()
            return move.record.binding
        except (RaceLost, OutcomeUnknown) as doubt:
            done = _done_already(user, code, candidate)
            if done:
                return done
            if isinstance(doubt, OutcomeUnknown):
                raise
            if "code" in doubt.names:
                raise Conflict("code_expired") from None
        except Contention:  # somebody binds the same account at this moment
            continue
    raise Unavailable("binding_changed")


def _decide(user: Principal, candidate: Candidate, phone: str, now: datetime) -> Move:
    key = store.holding_key(candidate.account_no)
    found = _read(user, key, store.HoldingItem)
    holding = store.holding_of(candidate.account_no, found)
    return model.bind(user.user_id, store.records_of(user, found), holding, candidate, phone, now)


def _add_move(transaction: Transaction, move: Move) -> None:
    store.add_move(transaction, move)
    history.add_record_event(transaction, move.record)
    for ended in move.superseded:
        history.add_record_event(transaction, ended)
    _add_change_event(transaction, move)
    if move.displaced and move.seen_holding:
        _add_displacing(transaction, move, move.displaced, move.seen_holding.binding_version + 1)


def _add_change_event(transaction: Transaction, move: Move) -> None:
    """That the user's own record was another account's until now."""
    seen, bound = move.seen, move.record.binding
    if seen and seen.is_bound and seen.binding.account_no != bound.account_no:
        left = history.event_of(model.end(seen, HowEnded.CHANGED, bound.user_id, "", bound.bound_at))
        history.add_event(transaction, bound.user_id, left)


def _add_displacing(transaction: Transaction, move: Move, user_id: str, version: int) -> None:
    bound = move.record.binding
    moved = Event(bound.bound_at, HowEnded.MOVED.value, bound.account_no, "", bound.user_id)
    history.add_event(transaction, user_id, moved)
    add_notice(
        transaction, Notice.BINDING_MOVED, subject=subject_of(user_id), sequence=version, user_id=user_id,
        now=bound.bound_at,
    )  # fmt: skip


def _done_already(user: Principal, code: Code, candidate: Candidate) -> Binding | None:
    """This very request has bound it: an answer was lost, or it came twice at once. Its code is gone then."""
    found = _read(user, codes.code_key(user.user_id), codes.CodeItem)
    kept = codes.code_of(user.user_id, found)
    if kept and kept.id == code.id:
        return None
    bound = store.first_of(user, found)
    same = bound and (bound.account_no, bound.phone) == (candidate.account_no, code.phone)
    return bound if same and bound and bound.bound_at >= code.sent_at else None
