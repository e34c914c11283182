"""Telling the canteen that money has come: the handler of ``topup.credit`` in the canteen's queue.

The serial number is the top-up's id, and the same serial with the same content is credited once; whoever does not know
whether it was, asks. What the canteen says and what it means for the top-up are recorded in one transaction, decided afresh
when the top-up has changed meanwhile.

| it dies | then |
|---|---|
| before the call | due again after the lease; the canteen is asked, has nothing, is called |
| after the canteen credited, the answer lost | due again; the canteen is asked, says so |
| before the result is recorded | the same |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalicelib.core.outbox.model import Entry, PushError
from chalicelib.core.outbox.worker import Done, Effect, Failed, Handler, Later, Outcome
from chalicelib.core.table import Transaction
from chalicelib.domains.canteen.topups import model, store
from chalicelib.domains.canteen.topups.consequences import Push
from chalicelib.domains.canteen.topups.steps import add_step
from chalicelib.domains.canteen.topups.top_up import UNCREDITED, Credit, TopUp
from chalicelib.integrations.canteen.port import CanteenPort, Recharge, RechargeResult, RechargeStatus
from chalicelib.integrations.errors import PeerError, Refused, Retryable

PROCESSING_PAUSE = timedelta(seconds=5)
QUICK_ATTEMPTS = 5
PROCESSING = PushError("canteen_processing", "the canteen has not finished it yet")

Change = Callable[[TopUp, datetime], TopUp | None]


class Crediting:
    """The canteen's side of top-ups."""

    def __init__(self, canteen: CanteenPort, clock: Callable[[], datetime]) -> None:
        self._canteen = canteen
        self._clock = clock

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Kind of entry → handler."""
        return {Push.CREDIT.value: self.credit}

    def credit(self, entry: Entry) -> Outcome:
        """One attempt. A top-up that is to be refunded is not credited any more."""
        top_up = store.find_top_up(entry.payload["top_up_id"])
        if top_up is None:
            return Failed(PushError("top_up_missing", "the top-up of this push does not exist"))
        if top_up.status not in UNCREDITED or top_up.payment is None:
            return Done()
        try:
            return self._outcome(entry, top_up, self._told(entry, top_up))
        except Refused as refusal:
            return Failed(_error(refusal), self._effect(top_up.id, in_trouble(refusal.code)))
        except PeerError as trouble:
            sent = entry.maybe_sent or not isinstance(trouble, Retryable) or trouble.sent
            return Later(_error(trouble), sent=sent, effect=self._effect(top_up.id, _sent) if sent else None)

    def _told(self, entry: Entry, top_up: TopUp) -> RechargeResult:
        """Asked first when it may have been told before. A refusal is believed only when it is repeated on asking."""
        if entry.maybe_sent and self._canteen.can_ask_recharge:
            known = self._canteen.find_recharge(top_up.id)
            if known.status is not RechargeStatus.NOT_FOUND:
                return known
        result = self._canteen.recharge(recharge_of(top_up))
        if result.status is RechargeStatus.REJECTED and self._canteen.can_ask_recharge:
            asked = self._canteen.find_recharge(top_up.id)
            return asked if asked.status is not RechargeStatus.NOT_FOUND else result
        return result

    def _outcome(self, entry: Entry, top_up: TopUp, result: RechargeResult) -> Outcome:
        if result.status is RechargeStatus.CREDITED:
            return Done(self._effect(top_up.id, credited_by(result)))
        if result.status is RechargeStatus.REJECTED:
            reason = result.reason or "canteen_rejected"
            return Done(self._effect(top_up.id, lambda seen, now: model.rejected(seen, reason, now)))
        pause = PROCESSING_PAUSE if entry.attempts < QUICK_ATTEMPTS else None
        return Later(PROCESSING, sent=True, after=pause, effect=self._effect(top_up.id, _sent))

    def _effect(self, top_up_id: str, change: Change) -> Effect:
        return effect_on(top_up_id, change, self._clock)


def effect_on(top_up_id: str, change: Change, clock: Callable[[], datetime]) -> Effect:
    """What a result means for the top-up as it is when the result is recorded."""

    def effect(transaction: Transaction) -> None:
        seen, now = store.find_top_up(top_up_id), clock()
        changed = change(seen, now) if seen else None
        if seen is not None and changed is not None:
            add_step(transaction, seen, changed, now)

    return effect


def credited_by(result: RechargeResult) -> Change:
    """The canteen's word that the card has it."""

    def change(seen: TopUp, now: datetime) -> TopUp | None:
        return model.credited(seen, Credit(result.credited_at or now, result.balance_after_fen), now)

    return change


def in_trouble(problem: str) -> Change:
    """It does not go on by itself."""
    return lambda seen, _: model.trouble(seen, problem)


def _sent(seen: TopUp, now: datetime) -> TopUp | None:
    return model.crediting(seen, now)


def recharge_of(top_up: TopUp) -> Recharge:
    """How the canteen is told: the same to the letter whenever it is told."""
    payment = top_up.payment
    if payment is None:
        raise LookupError(top_up.id)  # the caller has looked
    return Recharge(
        serial_no=top_up.id,
        account_no=top_up.holder.account_no,
        amount_fen=top_up.amount_fen,
        paid_at=payment.at,
        channel_transaction_id=payment.transaction_id,
    )


def _error(cause: PeerError) -> PushError:
    return PushError(cause.code, cause.message)
