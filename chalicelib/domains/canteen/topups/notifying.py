"""What WeChat Pay tells us by itself: a hint that is believed only when its signature is right, and stored before it is answered.

The order of things: signature over the raw bytes, age, form, then the order it speaks of. Whatever is not genuine, not ours
or not as we ordered it changes nothing and is answered so that WeChat Pay tells it again; what is known already is answered
like the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib.core.errors import NotFound
from chalicelib.core.logs import log_event
from chalicelib.core.table import RaceLost
from chalicelib.domains.canteen.topups import model
from chalicelib.domains.canteen.topups.model import Mismatch
from chalicelib.domains.canteen.topups.ownership import existing
from chalicelib.domains.canteen.topups.paying import record_payment
from chalicelib.domains.canteen.topups.steps import commit_step
from chalicelib.domains.canteen.topups.top_up import TopUp
from chalicelib.integrations.wechat_pay.notifications import NotGenuine, Notification
from chalicelib.integrations.wechat_pay.port import Refund, RefundStatus, TradeState

ReadNotification = Callable[[Mapping[str, str], bytes, datetime], Notification]
"""Verifies and reads. Raises ``NotGenuine``."""
OK, NOT_GENUINE, UNKNOWN, MISMATCH = 204, 401, 404, 400


def take(read: ReadNotification, headers: Mapping[str, str], body: bytes, now: datetime) -> int:
    """Store what a notification says; the status to answer with. Raises what storing raises: it is told again then."""
    try:
        notification = read(headers, body, now)
    except NotGenuine as error:
        log_event("pay_notification_not_genuine", why=str(error))
        return NOT_GENUINE
    try:
        _take(notification, now)
        return OK
    except NotFound:
        return _refuse(notification, UNKNOWN, "unknown_order")
    except Mismatch as mismatch:
        return _refuse(notification, MISMATCH, str(mismatch))
    except RaceLost as race:
        if set(race.names) == {"nonce"}:  # this very notification was stored a moment ago
            return OK
        raise


def _take(notification: Notification, now: datetime) -> None:
    payment, refund = notification.payment, notification.refund
    if payment is not None and payment.state is TradeState.SUCCESS:
        record_payment(payment, now, f"{notification.id}#{notification.nonce}")
    elif refund is not None:
        _record_refund(refund, now)


def _record_refund(refund: Refund, now: datetime) -> None:
    """A settled refund, heard of before its next question. The others are left to the questions."""

    def decide(top_up: TopUp) -> TopUp | None:
        if refund.status is not RefundStatus.SUCCESS:
            return None
        if refund.out_refund_no != top_up.refund_number or refund.amount_fen != top_up.amount_fen:
            raise Mismatch("refund")
        return model.refunded(top_up, refund.refund_id, refund.settled_at or now, now)

    commit_step(lambda: existing(refund.out_trade_no), decide, now)


def _refuse(notification: Notification, status: int, why: str) -> int:
    log_event("pay_notification_refused", notification=notification.id, why=why)
    return status
