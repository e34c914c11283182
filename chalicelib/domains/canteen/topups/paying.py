"""Use cases between an order and its payment: open the pay sheet, learn that it was paid, give it up.

Nothing here believes the phone: that it was paid is WeChat Pay's word only, told by a notification (a hint that may be lost,
late or twice) or asked for (the truth). Both end in :func:`record_payment`.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.errors import Conflict, Unavailable
from chalicelib.core.logs import log_event
from chalicelib.core.table import Transaction
from chalicelib.domains.canteen.topups import model, store
from chalicelib.domains.canteen.topups.model import Mismatch, TopUpProblem
from chalicelib.domains.canteen.topups.ownership import existing
from chalicelib.domains.canteen.topups.steps import commit_step
from chalicelib.domains.canteen.topups.top_up import Status, TopUp
from chalicelib.integrations.errors import PeerError, Refused
from chalicelib.integrations.wechat_pay.port import Payment, PayPort, Prepay, TradeState

DESCRIPTION = "餐卡充值"


def pay_sheet(pay: PayPort, top_up: TopUp, now: datetime) -> dict[str, str]:
    """What the page hands to WeChat to open the pay sheet; may be asked for again and again.

    The order is told to WeChat Pay each time in the same words, which it takes as the same order. Raises ``Conflict`` when it
    can no longer be paid, ``Unavailable`` when WeChat Pay does not answer (nothing was paid).
    """
    try:
        model.require_payable(top_up, now)
        return pay.page_parameters(pay.prepay(_order(top_up)), now)
    except TopUpProblem as problem:
        raise Conflict(problem.code) from None
    except Refused as refusal:
        log_event("prepay_refused", top_up=top_up.id, code=refusal.code, peer_code=refusal.peer_code)
        code = {"pay_order_paid": "top_up_paid_already", "pay_order_closed": "top_up_closed"}.get(refusal.code)
        raise Conflict(code or "pay_refused", contact=runtime.settings().canteen_contact) from None
    except PeerError:
        raise Unavailable("pay_unavailable") from None


def record_payment(payment: Payment, now: datetime, nonce: str | None = None) -> TopUp:
    """WeChat Pay's word that an order of ours was paid: stored with the push to the canteen in one transaction.

    ``nonce``: of the notification it comes from. Raises ``NotFound`` for an order that is not ours,
    :class:`~chalicelib.domains.canteen.topups.model.Mismatch` when merchant, account or amount differ, and
    ``RaceLost`` when this very notification is being stored elsewhere.
    """
    settings = runtime.settings()
    if (payment.app_id, payment.merchant_id) != (settings.wechat_app_id, settings.wechat_pay_merchant_id):
        raise Mismatch("merchant")

    def decide(top_up: TopUp) -> TopUp | None:
        if payment.state is TradeState.REFUND and top_up.payment is None:
            return model.refunded_elsewhere(top_up)
        if payment.transaction_id is None or payment.amount_fen is None or payment.paid_at is None:
            raise Mismatch("incomplete")
        return model.mark_paid(top_up, payment.transaction_id, payment.amount_fen, payment.paid_at, now)

    def remember(transaction: Transaction, _: TopUp) -> None:
        if nonce is not None:
            store.add_nonce(transaction, nonce, now)

    return commit_step(lambda: existing(payment.out_trade_no), decide, now, extra=remember)


def ask(pay: PayPort, top_up: TopUp, now: datetime) -> TopUp:
    """Ask WeChat Pay whether it was paid, close it when nobody may pay it any more; the top-up as it is then.

    Raises :class:`~chalicelib.integrations.errors.PeerError` when WeChat Pay does not answer.
    """
    payment = pay.find(top_up.id)
    if payment is not None and payment.state in (TradeState.SUCCESS, TradeState.REFUND):
        return record_payment(payment, now)
    if model.may_be_closed(top_up, now):
        return _close(pay, top_up, payment, now, by=None)
    return ask_later(top_up, now)


def ask_later(top_up: TopUp, now: datetime) -> TopUp:
    """Nothing new: it is asked about again after a pause."""
    return commit_step(lambda: existing(top_up.id), lambda known: model.look_again(known, now), now)


def check(pay: PayPort, top_up: TopUp, now: datetime) -> TopUp:
    """The phone wants to know now. Raises ``Unavailable``."""
    if top_up.status not in (Status.CREATED, Status.CLOSED):
        return top_up
    try:
        payment = pay.find(top_up.id)
    except PeerError:
        raise Unavailable("pay_unavailable") from None
    if payment is None or payment.state is not TradeState.SUCCESS:
        return top_up
    return _as_known(top_up, payment, now)


def cancel(pay: PayPort, top_up: TopUp, by: str, now: datetime) -> TopUp:
    """The user gives it up: WeChat Pay closes it first, so that it cannot be paid afterwards. Raises ``Unavailable``.

    One that was paid in the same moment comes back as paid.
    """
    if top_up.status is not Status.CREATED:
        return top_up
    try:
        payment = pay.find(top_up.id)
        if payment is not None and payment.state in (TradeState.SUCCESS, TradeState.REFUND):
            return _as_known(top_up, payment, now)
        return _close(pay, top_up, payment, now, by)
    except PeerError:
        raise Unavailable("pay_unavailable") from None


def _as_known(top_up: TopUp, payment: Payment, now: datetime) -> TopUp:
    """What a person's question found; a payment that is not what was ordered is left to people, who see it in the log."""
    try:
        return record_payment(payment, now)
    except Mismatch as mismatch:
        log_event("payment_mismatch", top_up=top_up.id, what=str(mismatch))
        return top_up


def _close(pay: PayPort, top_up: TopUp, payment: Payment | None, now: datetime, by: str | None) -> TopUp:
    """An order WeChat Pay never heard of, or has dropped, has nothing to close there."""
    if payment is not None:
        try:
            pay.close(top_up.id)
        except Refused as refusal:
            paid = pay.find(top_up.id) if refusal.code == "pay_order_paid" else None  # in this very moment
            if paid is not None and paid.state is TradeState.SUCCESS:
                return record_payment(paid, now)
            if refusal.code != "pay_record_unknown":
                raise
    return commit_step(lambda: existing(top_up.id), lambda known: model.close(known, now, by), now)


def _order(top_up: TopUp) -> Prepay:
    return Prepay(
        out_trade_no=top_up.id,
        description=DESCRIPTION,
        amount_fen=top_up.amount_fen,
        openid=top_up.openid,
        expires_at=top_up.expires_at,
    )
