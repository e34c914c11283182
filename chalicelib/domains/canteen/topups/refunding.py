"""Giving money back: the handler of ``topup.refund`` in WeChat Pay's queue.

A refund has one number an attempt, and WeChat Pay refunds a number once, however often it is told. Before it is told for
the first time the canteen is asked once more, after any credit that was under way has ended: what turns out to be credited
is not refunded.

| it dies | then |
|---|---|
| before the call | due again after the lease: asked, told |
| after WeChat Pay accepted it, the answer lost | told again with the same number, answered alike |
| before the result is recorded | the same; a settled refund is found by its number |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalicelib.core.outbox.model import Entry, PushError
from chalicelib.core.outbox.worker import Done, Effect, Failed, Handler, Later, Outcome
from chalicelib.domains.canteen.topups import model, store
from chalicelib.domains.canteen.topups.consequences import Push
from chalicelib.domains.canteen.topups.crediting import Change, credited_by, effect_on, in_trouble
from chalicelib.domains.canteen.topups.top_up import BY_CANTEEN, Refund, Status, TopUp
from chalicelib.integrations.canteen.port import CanteenPort, RechargeStatus
from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.wechat_pay.port import PayPort, RefundOrder, RefundStatus
from chalicelib.integrations.wechat_pay.port import Refund as PayRefund

SETTLING_PAUSE = timedelta(seconds=5)
QUICK_ATTEMPTS = 6
STUCK_PAUSE = timedelta(minutes=15)
SETTLING = PushError("refund_settling", "WeChat Pay works on it")
ABNORMAL = PushError("refund_abnormal", "the user's bank did not take it: to be settled in WeChat Pay's console")
STILL_CREDITING = PushError("refund_waits_for_canteen", "a credit may still be under way")
CLOSED = PushError(model.REFUND_CLOSED, "WeChat Pay has closed the refund more than once")
REASONS = {BY_CANTEEN: "餐卡充值未能入账"}
NEEDS_PEOPLE = ("pay_balance_insufficient", "pay_user_account_abnormal")
"""WeChat Pay's refusals that end when somebody has done something about them."""


class Refunding:
    """WeChat Pay's side of refunds."""

    def __init__(self, pay: PayPort, canteen: CanteenPort, clock: Callable[[], datetime]) -> None:
        self._pay = pay
        self._canteen = canteen
        self._clock = clock

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Kind of entry → handler."""
        return {Push.REFUND.value: self.refund}

    def refund(self, entry: Entry) -> Outcome:
        """One attempt."""
        top_up = store.find_top_up(entry.payload["top_up_id"])
        if top_up is None:
            return Failed(PushError("top_up_missing", "the top-up of this push does not exist"))
        if top_up.refund is None or top_up.status not in (Status.REJECTED, Status.REFUNDING):
            return Done()
        try:
            return self._attempt(entry, top_up, top_up.refund)
        except Refused as refusal:
            return self._refused(entry, top_up, refusal)
        except PeerError as trouble:
            return Later(_error(trouble), sent=entry.maybe_sent or not isinstance(trouble, Retryable) or trouble.sent)

    def _attempt(self, entry: Entry, top_up: TopUp, refund: Refund) -> Outcome:
        """What WeChat Pay may have been told it is asked about; there is no way back once it has it."""
        if top_up.status is Status.REFUNDING or entry.maybe_sent:
            known = self._pay.find_refund(top_up.refund_number)
            if known is not None:
                return self._outcome(entry, top_up, known)
        return self._obstacle(top_up, refund) or self._outcome(entry, top_up, self._pay.refund(_order(top_up, refund)))

    def _obstacle(self, top_up: TopUp, refund: Refund) -> Outcome | None:
        """Why it cannot be refunded (yet): a credit may be under way, or the canteen has it after all."""
        if top_up.status is Status.REFUNDING:
            return None
        wait = refund.not_before - self._clock()
        if wait > timedelta():
            return Later(STILL_CREDITING if refund.attempt == 1 else CLOSED, sent=False, after=wait)
        if not self._canteen.can_ask_recharge:
            return None
        found = self._canteen.find_recharge(top_up.id)
        if found.status is RechargeStatus.CREDITED:
            return Done(self._effect(top_up, credited_by(found)))
        if found.status is RechargeStatus.PROCESSING:
            return Later(STILL_CREDITING, sent=False)
        return None

    def _outcome(self, entry: Entry, top_up: TopUp, refund: PayRefund) -> Outcome:
        if refund.status is RefundStatus.SUCCESS:
            settled = refund.settled_at
            return Done(
                self._effect(top_up, lambda seen, now: model.refunded(seen, refund.refund_id, settled or now, now))
            )
        if refund.status is RefundStatus.CLOSED:
            return Done(self._effect(top_up, model.refund_closed))
        accepted = self._effect(top_up, _accepted(refund))
        if refund.status is RefundStatus.ABNORMAL:
            return Later(ABNORMAL, sent=True, after=STUCK_PAUSE, effect=accepted)
        pause = SETTLING_PAUSE if entry.attempts < QUICK_ATTEMPTS else None
        return Later(SETTLING, sent=True, after=pause, effect=accepted)

    def _refused(self, entry: Entry, top_up: TopUp, refusal: Refused) -> Outcome:
        """Visible as the top-up's problem; what people can mend is tried again by itself."""
        effect = self._effect(top_up, in_trouble(refusal.code))
        if refusal.code in NEEDS_PEOPLE:
            return Later(_error(refusal), sent=entry.maybe_sent, after=STUCK_PAUSE, effect=effect)
        return Failed(_error(refusal), effect)

    def _effect(self, top_up: TopUp, change: Change) -> Effect:
        return effect_on(top_up.id, change, self._clock)


def _accepted(refund: PayRefund) -> Change:
    """WeChat Pay works on it; a refund the bank did not take needs people."""

    def change(seen: TopUp, now: datetime) -> TopUp | None:
        accepted = model.refund_accepted(seen, refund.refund_id, now)
        problem = ABNORMAL.code if refund.status is RefundStatus.ABNORMAL else ""
        return model.trouble(accepted or seen, problem) or accepted

    return change


def _order(top_up: TopUp, refund: Refund) -> RefundOrder:
    return RefundOrder(
        out_refund_no=top_up.refund_number,
        out_trade_no=top_up.id,
        amount_fen=top_up.amount_fen,
        total_fen=top_up.amount_fen,
        reason=REASONS.get(refund.asked_by, "餐卡充值退款"),
    )


def _error(cause: PeerError) -> PushError:
    return PushError(cause.code, cause.message)
