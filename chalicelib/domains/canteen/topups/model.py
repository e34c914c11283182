"""The life of a top-up: every decision, pure. ``None`` means that there is nothing to do.

The promise behind it: every fen paid is credited or refunded, exactly once. So money moves on WeChat Pay's and the canteen's
own word only, a refund begins only when no credit can be under way any more, and what is known already changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domains.canteen.topups.top_up import (
    BY_CANTEEN,
    UNCREDITED,
    UNPAID,
    Credit,
    Event,
    Holder,
    Look,
    Payment,
    Refund,
    Status,
    TopUp,
    Wish,
)

PAY_WITHIN = timedelta(minutes=15)
CLOSE_AFTER = timedelta(minutes=1)
"""After the limit: whatever was still on its way to WeChat Pay has arrived, and its clock may differ a little."""
LOOKS = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 240, 480))
"""Pauses between questions about a top-up that is not paid, until it is closed."""
LATE_LOOKS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=24))
"""The same after it was closed: a payment in the last moment must not be lost. Then reconciliation looks."""
ATTEMPT_LIVES = timedelta(seconds=75)
"""An attempt to credit that began before a refund was decided has ended by then (the outbox's lease)."""


CLOSED_PAUSE = timedelta(hours=1)
"""Before the third attempt of a refund, and as much longer before each further one: WeChat Pay takes fifty of an order."""
REFUNDED_ELSEWHERE, REFUND_CLOSED = "payment_refunded_elsewhere", "refund_closed"


class TopUpProblem(Exception):
    """Somebody's wish cannot be fulfilled; ``code`` is stable and says why."""

    def __init__(self, code: str, **context: object) -> None:
        super().__init__(code)
        self.code = code
        self.context = context


class Mismatch(Exception):
    """WeChat Pay speaks of another amount or payment than ours: nothing may be concluded from it."""


def create(
    top_up_id: str, owner_id: str, openid: str, holder: Holder, amount_fen: int, now: datetime
) -> TopUp:  # fmt: skip
    """A new order, to be paid within a quarter of an hour."""
    return TopUp(
        id=top_up_id,
        owner_id=owner_id,
        openid=openid,
        holder=holder,
        amount_fen=amount_fen,
        status=Status.CREATED,
        created_at=now,
        expires_at=now + PAY_WITHIN,
        version=1,
        look=Look(now + LOOKS[0]),
        events=(Event("created", now, owner_id),),
    )


def require_payable(top_up: TopUp, now: datetime) -> None:
    """Whether the pay sheet may open. Raises :class:`TopUpProblem`."""
    if top_up.status is Status.CLOSED or (top_up.status is Status.CREATED and now >= top_up.expires_at):
        raise TopUpProblem("top_up_closed")
    if top_up.status is not Status.CREATED:
        raise TopUpProblem("top_up_paid_already")


def mark_paid(top_up: TopUp, transaction_id: str, amount_fen: int, paid_at: datetime, now: datetime) -> TopUp | None:
    """WeChat Pay says that it was paid; closed here or not. Raises :class:`Mismatch`.

    A notification that comes after the money has gone back elsewhere credits nothing.
    """
    if amount_fen != top_up.amount_fen:
        raise Mismatch("amount")
    if top_up.payment is not None:
        if top_up.payment.transaction_id != transaction_id:
            raise Mismatch("transaction")
        return None
    if top_up.problem == REFUNDED_ELSEWHERE:
        return None
    if top_up.status not in UNPAID:  # cannot be without a payment
        raise Mismatch("status")
    version = top_up.version + 1
    payment = Payment(transaction_id, paid_at, version)
    late = "late" if top_up.status is Status.CLOSED else ""
    return _step(top_up, Status.PAID, Event("paid", now, note=late), payment=payment, look=None)


def look_again(top_up: TopUp, now: datetime) -> TopUp | None:
    """It was not paid when WeChat Pay was asked: when to ask next."""
    if top_up.look is None or top_up.status not in UNPAID:
        return None
    count = top_up.look.count + 1
    pauses = LOOKS if top_up.status is Status.CREATED else LATE_LOOKS
    pause = pauses[min(count, len(pauses) - 1)]
    if top_up.status is Status.CLOSED and count >= len(pauses):
        return replace(top_up, version=top_up.version + 1, look=None)
    due = now + pause
    if top_up.status is Status.CREATED:
        due = max(now, min(due, top_up.expires_at + CLOSE_AFTER))
    return replace(top_up, version=top_up.version + 1, look=Look(due, count))


def may_be_closed(top_up: TopUp, now: datetime) -> bool:
    """Whether nobody may pay it any more."""
    return top_up.status is Status.CREATED and now >= top_up.expires_at + CLOSE_AFTER


def close(top_up: TopUp, now: datetime, by: str | None = None) -> TopUp | None:
    """WeChat Pay has closed it, or never knew it and will not."""
    if top_up.status is not Status.CREATED:
        return None
    return _step(top_up, Status.CLOSED, Event("closed", now, by), look=Look(now + LATE_LOOKS[0]))


def refunded_elsewhere(top_up: TopUp) -> TopUp | None:
    """Somebody gave the money back at WeChat Pay's own console before it was known here: people have to look."""
    if top_up.problem == REFUNDED_ELSEWHERE:
        return None
    return replace(top_up, version=top_up.version + 1, problem=REFUNDED_ELSEWHERE, look=None)


def trouble(top_up: TopUp, problem: str) -> TopUp | None:
    """What keeps it from going on, for people to see; an empty text when it goes on again."""
    if top_up.problem == problem:
        return None
    return replace(top_up, version=top_up.version + 1, problem=problem)


def crediting(top_up: TopUp, now: datetime) -> TopUp | None:
    """The canteen may have it: it has not said so yet."""
    if top_up.status is not Status.PAID:
        return None
    return _step(top_up, Status.CREDITING, Event("crediting", now), problem="")


def credited(top_up: TopUp, credit: Credit, now: datetime) -> TopUp | None:
    """The canteen says that the card has it; also when a refund was decided that WeChat Pay has not heard of."""
    if top_up.status is Status.REJECTED or top_up.status in UNCREDITED:
        return _step(top_up, Status.CREDITED, Event("credited", now), credit=credit, refund=None, wish=None, problem="")
    return None


def rejected(top_up: TopUp, reason: str, now: datetime) -> TopUp | None:
    """The canteen says, and has confirmed, that it will not credit it: back with the money, at once."""
    if top_up.status not in UNCREDITED:
        return None
    refund = Refund(reason, BY_CANTEEN, now, now)
    event = Event("rejected", now, note=reason)
    return _step(top_up, Status.REJECTED, event, refund=refund, wish=None, problem="")


def ask_refund(top_up: TopUp, by: str, reason: str, alone_fen: int, now: datetime) -> TopUp:
    """An administrator gives a stuck top-up back; above ``alone_fen`` it waits for a second one. Raises TopUpProblem."""
    _require_stuck(top_up)
    if top_up.wish is not None:
        raise TopUpProblem("refund_asked_already")
    if top_up.amount_fen > alone_fen:
        event = Event("refund_asked", now, by, reason)
        return _step(top_up, top_up.status, event, wish=Wish(by, reason, now))
    return _decided(top_up, Refund(reason, by, now, now + ATTEMPT_LIVES), by, now)


def confirm_refund(top_up: TopUp, by: str, now: datetime) -> TopUp:
    """A second administrator agrees. Raises :class:`TopUpProblem`, to the first one too."""
    wish = _wish_of(top_up)
    if wish.by == by:
        raise TopUpProblem("refund_needs_another")
    refund = Refund(wish.reason, wish.by, wish.at, now + ATTEMPT_LIVES, confirmed_by=by)
    return _decided(top_up, refund, by, now)


def decline_refund(top_up: TopUp, by: str, reason: str, now: datetime) -> TopUp:
    """It stays where it is; the one who asked may take it back so, too. Raises :class:`TopUpProblem`."""
    _wish_of(top_up)
    return _step(top_up, top_up.status, Event("refund_declined", now, by, reason), wish=None)


def refund_accepted(top_up: TopUp, refund_id: str, now: datetime) -> TopUp | None:
    """WeChat Pay works on it: from here on there is no way back."""
    if top_up.status is not Status.REJECTED or top_up.refund is None:
        return None
    refund = replace(top_up.refund, refund_id=refund_id, accepted_at=now)
    return _step(top_up, Status.REFUNDING, Event("refund_accepted", now), refund=refund, problem="")


def refunded(top_up: TopUp, refund_id: str, settled_at: datetime, now: datetime) -> TopUp | None:
    """The user has the money back."""
    if top_up.refund is None or top_up.status not in (Status.REJECTED, Status.REFUNDING):
        return None
    refund = replace(
        top_up.refund,
        refund_id=refund_id,
        accepted_at=top_up.refund.accepted_at or now,
        settled_at=settled_at,
    )
    return _step(top_up, Status.REFUNDED, Event("refunded", now), refund=refund, problem="")


def refund_closed(top_up: TopUp, now: datetime) -> TopUp | None:
    """WeChat Pay gave the refund up: another one with a number of its own, at once the first time, later each further time."""
    if top_up.refund is None or top_up.status not in (Status.REJECTED, Status.REFUNDING):
        return None
    attempt = top_up.refund.attempt + 1
    wait = CLOSED_PAUSE * (attempt - 2)
    refund = replace(top_up.refund, attempt=attempt, refund_id=None, accepted_at=None, not_before=now + wait)
    problem = REFUND_CLOSED if wait else ""
    return _step(top_up, Status.REJECTED, Event("refund_closed", now), refund=refund, problem=problem)


def _decided(top_up: TopUp, refund: Refund, by: str, now: datetime) -> TopUp:
    event = Event("refund_decided", now, by, refund.reason)
    return _step(top_up, Status.REJECTED, event, refund=refund, wish=None, problem="")


def _require_stuck(top_up: TopUp) -> None:
    if top_up.status is Status.CREDITED:
        raise TopUpProblem("refund_credited")
    if top_up.status in (Status.REJECTED, Status.REFUNDING, Status.REFUNDED):
        raise TopUpProblem("refund_decided_already")
    if top_up.status in UNPAID:
        raise TopUpProblem("refund_unpaid")


def _wish_of(top_up: TopUp) -> Wish:
    if top_up.wish is None:
        raise TopUpProblem("refund_not_asked")
    return top_up.wish


def _step(top_up: TopUp, status: Status, event: Event, **changes: object) -> TopUp:
    changed = replace(top_up, status=status, version=top_up.version + 1, events=(*top_up.events, event))
    return replace(changed, **changes)  # type: ignore[arg-type]  # names are checked by the callers' own fields
