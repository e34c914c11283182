"""Use cases of the office: give a stuck top-up back, confirm or decline that, push a credit again.

A refund takes the credit's outbox entry out of the queue in its own transaction, fenced by the attempts that were seen: from
then on no attempt begins, and one that is under way has ended before WeChat Pay is told (``refunding.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.audit import record
from chalicelib.core.errors import Conflict, Unavailable
from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import Entry, PushError, State, fail
from chalicelib.core.outbox.redelivery import retry_now
from chalicelib.core.table import Transaction
from chalicelib.domains.canteen.topups import model
from chalicelib.domains.canteen.topups.consequences import Push
from chalicelib.domains.canteen.topups.model import TopUpProblem
from chalicelib.domains.canteen.topups.money import to_yuan
from chalicelib.domains.canteen.topups.ownership import existing
from chalicelib.domains.canteen.topups.steps import PEERS, commit_step, subject
from chalicelib.domains.canteen.topups.top_up import UNCREDITED, Status, TopUp
from chalicelib.integrations.canteen.port import CanteenPort, RechargeStatus
from chalicelib.integrations.errors import PeerError

TAKEN_BACK = PushError("refund_decided", "the office gives the money back")


def ask_refund(canteen: CanteenPort, top_up_id: str, by: str, reason: str, now: datetime) -> TopUp:
    """Give it back, or above the limit ask a second administrator to. Raises ``Conflict`` and ``Unavailable``.

    Only when the canteen says that it does not have the money.
    """
    top_up = existing(top_up_id)
    if top_up.status in UNCREDITED:
        _require_not_credited(canteen, top_up)
    return _commit(top_up_id, lambda seen: model.ask_refund(seen, by, reason, _alone(), now), now)


def confirm_refund(canteen: CanteenPort, top_up_id: str, by: str, now: datetime) -> TopUp:
    """A second administrator agrees. Raises ``Conflict`` and ``Unavailable``."""
    top_up = existing(top_up_id)
    if top_up.status in UNCREDITED and top_up.wish is not None and top_up.wish.by != by:
        _require_not_credited(canteen, top_up)
    return _commit(top_up_id, lambda seen: model.confirm_refund(seen, by, now), now)


def decline_refund(top_up_id: str, by: str, reason: str, now: datetime) -> TopUp:
    """It is not given back (yet). Raises ``Conflict``."""
    return _commit(top_up_id, lambda seen: model.decline_refund(seen, by, reason, now), now)


def push_again(top_up_id: str, by: str, now: datetime) -> TopUp:
    """Try the credit, or the refund, again at once. Raises ``Conflict`` when nothing is left to push."""
    top_up = existing(top_up_id)
    entry = _unfinished(top_up)
    if entry is None:
        raise Conflict("top_up_not_retryable")
    transaction = Transaction()
    record(transaction, subject=subject(top_up_id), actor=by, action="top_up_pushed_again", now=now)
    try:
        retry_now(entry.object_key, entry.sequence, transaction, now)
    except Conflict:
        raise Conflict("top_up_not_retryable") from None
    return top_up


def _commit(top_up_id: str, decide: Callable[[TopUp], TopUp], now: datetime) -> TopUp:
    def take_back(transaction: Transaction, seen: TopUp) -> None:
        if decide(seen).status is Status.REJECTED:
            _add_credit_taken_back(transaction, seen, now)

    try:
        return commit_step(lambda: existing(top_up_id), decide, now, extra=take_back)
    except TopUpProblem as problem:
        raise Conflict(problem.code, limit=to_yuan(_alone())) from None


def _add_credit_taken_back(transaction: Transaction, seen: TopUp, now: datetime) -> None:
    """*Closes*: an attempt to credit that begins after the refund was decided."""
    entry = _entry(seen, Push.CREDIT)
    if entry is not None and entry.state is State.PENDING:
        outbox.add_result(transaction, entry, fail(entry, now, TAKEN_BACK, maybe_sent=entry.maybe_sent))


def _require_not_credited(canteen: CanteenPort, top_up: TopUp) -> None:
    """An administrator refunds only what the canteen says is not there."""
    if not canteen.can_ask_recharge:
        return
    try:
        found = canteen.find_recharge(top_up.id)
    except PeerError:
        raise Unavailable("canteen_unavailable") from None
    if found.status is RechargeStatus.CREDITED:
        raise Conflict("refund_credited_there")
    if found.status is RechargeStatus.PROCESSING:
        raise Conflict("refund_under_way")


def _entry(top_up: TopUp, push: Push) -> Entry | None:
    """The latest entry of a push; a top-up has one credit and rarely more than one refund."""
    found = outbox.entries_of(f"{PEERS[push]}:{subject(top_up.id)}")
    return found[-1] if found else None


def _unfinished(top_up: TopUp) -> Entry | None:
    push = Push.CREDIT if top_up.status in UNCREDITED else Push.REFUND
    entry = _entry(top_up, push)
    return entry if entry is not None and entry.state is not State.DONE else None


def _alone() -> int:
    return runtime.settings().refund_alone
