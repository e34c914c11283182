"""Telling the canteen that a card is lost, or found again: handlers of the canteen's queue.

Lost twice is lost once, so every call may be repeated; the key of an attempt follows from card and sequence. Reports of one
card go out in the order they were made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib.core.notices.entries import add_notice
from chalicelib.core.notices.model import Notice
from chalicelib.core.outbox.model import Entry, PushError
from chalicelib.core.outbox.worker import Done, Effect, Failed, Handler, Later, Outcome
from chalicelib.core.table import Transaction
from chalicelib.domains.canteen.cards import model, store
from chalicelib.domains.canteen.cards.model import Progress, Report, Wanted
from chalicelib.domains.canteen.cards.reporting import PUSHES, subject
from chalicelib.integrations.canteen.codes import Declined
from chalicelib.integrations.canteen.port import CanteenPort, CardStatus
from chalicelib.integrations.errors import PeerError, Refused

REASON = "持卡人挂失"
CANCELLED = "canteen_card_cancelled"

Change = Callable[[Report, datetime], Report | None]


class CardReporting:
    """The canteen's side of reports."""

    def __init__(self, canteen: CanteenPort, clock: Callable[[], datetime]) -> None:
        self._canteen = canteen
        self._clock = clock

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Kind of entry → handler."""
        return {PUSHES[Wanted.LOST]: self.push, PUSHES[Wanted.NORMAL]: self.push}

    def push(self, entry: Entry) -> Outcome:
        """One attempt."""
        try:
            status = self._tell(entry)
        except Refused as refusal:
            reason = refusal.reason if isinstance(refusal, Declined) else refusal.code
            return Failed(PushError(refusal.code, refusal.message), self._effect(entry, _refused(entry, reason)))
        except PeerError as trouble:
            return Later(PushError(trouble.code, trouble.message), sent=True)
        if status is CardStatus.CANCELLED and entry.kind == PUSHES[Wanted.NORMAL]:
            return Done(self._effect(entry, _refused(entry, CANCELLED)))
        return Done(self._effect(entry, lambda seen, now: model.done(seen, entry.sequence, now)))

    def _tell(self, entry: Entry) -> CardStatus:
        card_no, key = entry.payload["card_no"], f"{entry.object_key}~{entry.sequence}"
        if entry.kind == PUSHES[Wanted.LOST]:
            return self._canteen.report_loss(card_no, key, REASON)
        return self._canteen.report_found(card_no, key)

    def _effect(self, entry: Entry, change: Change) -> Effect:
        """What the answer means for the report as it is when it is recorded, and who is told."""

        def effect(transaction: Transaction) -> None:
            seen, now = store.find_report(entry.payload["account_no"], entry.payload["card_no"]), self._clock()
            changed = change(seen, now) if seen else None
            if seen is None or changed is None:
                return
            store.add_report(transaction, seen, changed)
            if changed.progress is Progress.DONE:
                add_notice(
                    transaction, Notice.CARD_LOST, subject=f"{subject(changed.card_no)}@{changed.account_no}",
                    sequence=changed.version, user_id=changed.owner_id, now=now,
                )  # fmt: skip

        return effect


def _refused(entry: Entry, reason: str) -> Change:
    return lambda seen, now: model.refused(seen, entry.sequence, reason, now)
