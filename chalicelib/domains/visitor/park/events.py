"""Status messages of the park's platform: at least once, in any order, signed.

A message is stored with its effect in one transaction: its id makes it count once, its nonce makes a copied request
useless, and what is older than the visit's last word changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.errors import NotFound, Unavailable
from chalicelib.core.inbox import add_message, was_taken
from chalicelib.core.table import Contention, Item, RaceLost, TableMeta, Transaction
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.park import model
from chalicelib.domains.visitor.park.model import Report
from chalicelib.domains.visitor.park.push import add_decision
from chalicelib.domains.visitor.visit import ParkStatus, Visit

COMMIT_TRIES = 4
REASON_LENGTH = 100
EXPIRED_REASON = "园区登记已过期"


class SeenItem(Item):
    """That a message or nonce of the park was taken."""

    class Meta(TableMeta):
        domain = "visitor"


@dataclass(frozen=True, slots=True)
class Message:
    """A genuine message; ``at`` is on the park's clock."""

    event_id: str
    visit_no: str
    status: str
    at: datetime
    reason: str | None


def take(message: Message, nonce: str, now: datetime) -> bool:
    """Store a message with its effect; ``False`` for one that was stored before.

    Raises :class:`NotFound` for a visit the park was never told about and
    :class:`~chalicelib.core.inbox.Replayed`; then nothing is stored.
    """
    for _ in range(COMMIT_TRIES):
        visit = store.find_visit(message.visit_no)
        if visit is None or visit.park.status is ParkStatus.NONE:
            raise NotFound
        transaction = Transaction()
        add_message(transaction, SeenItem, "PARK", message.event_id, nonce, now)
        add_decision(transaction, visit.id, lambda seen, moment: _effect(seen, message, moment), now)
        try:
            transaction.commit()
            return True
        except RaceLost as race:
            if was_taken(race):
                return False
        except Contention:
            pass
    raise Unavailable


def _effect(visit: Visit, message: Message, now: datetime) -> Visit | None:
    if message.status in ("entered", "left"):
        return model.passed(visit, message.status, min(message.at, now))
    reason = " ".join((message.reason or "").split())[:REASON_LENGTH] or None
    if message.status == "expired":
        reason = reason or EXPIRED_REASON
    status = ParkStatus.ACCEPTED if message.status == "accepted" else ParkStatus.REJECTED
    return model.reported(visit, Report(status, message.at, reason=reason), now)
