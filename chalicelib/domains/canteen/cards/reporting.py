"""Use case: report a card lost, or found again.

The report, its push and its audit entry are one transaction: from then on the canteen is told as soon as it can be reached,
day or night. Whoever's tap was second finds the first one's report.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.errors import Conflict, NotFound, Unavailable
from chalicelib.core.outbox.model import new_entry
from chalicelib.core.outbox.wake import enqueue
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.canteen.bindings.binding import Binding
from chalicelib.domains.canteen.bindings.store import find_binding
from chalicelib.domains.canteen.cards import model, store
from chalicelib.domains.canteen.cards.model import OwnCard, Report, Wanted
from chalicelib.domains.canteen.cards.store import Known
from chalicelib.integrations.canteen.port import CardStatus

PEER = "canteen"
PUSHES = {Wanted.LOST: "card.loss", Wanted.NORMAL: "card.found"}
ACTIONS = {Wanted.LOST: "card_reported_lost", Wanted.NORMAL: "card_reported_found"}
TOLD = {CardStatus.LOST: Wanted.LOST, CardStatus.NORMAL: Wanted.NORMAL}
COMMIT_TRIES = 4


def report(
    owner: Principal, card_no: str, wanted: Wanted, request_id: str, now: datetime
) -> tuple[Binding, Known]:  # fmt: skip
    """Whose account it is, and what is known of it with the report as it stands.

    Raises ``Conflict`` without a binding, ``NotFound`` for a card that is not one's own.
    """
    bound = find_binding(owner)
    if bound is None:
        raise Conflict("canteen_not_bound")
    for _ in range(COMMIT_TRIES):
        known = store.find_known(bound.account_no)
        seen = known.reports.get(card_no)
        changed = model.report(seen, _card(bound, owner, known, card_no), wanted, request_id, now)
        if changed is None:
            return bound, known
        if _commit(seen, changed, owner.user_id, now):
            return bound, Known(known.balance, {**known.reports, card_no: changed})
    raise Unavailable


def _card(bound: Binding, owner: Principal, known: Known, card_no: str) -> OwnCard:
    """Cards are those the canteen told us of, on the page where the number was read."""
    balance = known.balance
    told = next((card for card in balance.cards if card.card_no == card_no), None) if balance else None
    if balance is None or told is None:
        raise NotFound
    return OwnCard(card_no, bound.account_no, owner.user_id, TOLD.get(told.status), balance.as_of)


def _commit(seen: Report | None, changed: Report, actor: str, now: datetime) -> bool:
    transaction = Transaction()
    store.add_report(transaction, seen, changed)
    entry = new_entry(
        peer=PEER, subject=subject(changed.card_no), sequence=changed.version, kind=PUSHES[changed.wanted], now=now,
        payload={"account_no": changed.account_no, "card_no": changed.card_no},
    )  # fmt: skip
    enqueue(transaction, entry)
    record(
        transaction, subject=subject(changed.card_no), actor=actor, action=ACTIONS[changed.wanted], now=now,
        before={"wanted": seen.wanted.value, "progress": seen.progress.value} if seen else None,
        after={"wanted": changed.wanted.value, "account_no": changed.account_no},
    )  # fmt: skip
    try:
        transaction.commit()
        return True
    except (RaceLost, Contention):
        return False


def subject(card_no: str) -> str:
    """How audit log, outbox and notices name a card."""
    return f"card:{card_no}"
