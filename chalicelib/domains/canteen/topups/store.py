"""Top-ups in DynamoDB; every condition stands here with the race it closes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.clock import day_begins, from_text, site_day, to_epoch, to_text
from chalicelib.core.table import Item, Key, TableMeta, Transaction, find_many
from chalicelib.domains.canteen.table import CanteenItem
from chalicelib.domains.canteen.topups import facts
from chalicelib.domains.canteen.topups.top_up import Day, Look, Status, TopUp

KIND = "topup"
KEEP_DAYS = timedelta(days=40)
"""How long a day's list is kept: a payment may turn up late, a list is needed on its own day."""
KEEP_NONCES = timedelta(seconds=600)
"""Twice the window of WeChat Pay's signature, so that no copy fits between."""


class TopUpItem(CanteenItem):
    """Stored form of a top-up: ``TOPUP#<id>`` / ``TOPUP``."""

    owner_id = UnicodeAttribute()
    amount_fen = NumberAttribute()
    status = UnicodeAttribute()
    expires = UnicodeAttribute()
    transaction_id = UnicodeAttribute(null=True)
    facts = UnicodeAttribute()
    version = NumberAttribute()


class DayItem(Item):
    """What counts towards a user's limit of a day: ``USER#<id>`` / ``TOPUPS#<day>``."""

    class Meta(TableMeta):
        domain = "canteen"

    amounts = UnicodeAttribute()
    version = NumberAttribute()


class NonceItem(Item):
    """A notification that was believed: ``PAY_NONCE#<nonce>`` / ``SEEN``."""

    class Meta(TableMeta):
        domain = "canteen"


class RefundItem(CanteenItem):
    """That WeChat Pay accepted a refund on a day: ``TOPUP#<id>`` / ``REFUND#<number>``; the top-up holds the rest."""

    amount_fen = NumberAttribute()


def top_up_key(top_up_id: str) -> Key:
    """Key of a top-up's item."""
    return f"TOPUP#{top_up_id}", "TOPUP"


def day_key(owner_id: str, day: str) -> Key:
    """Key of a day's list."""
    return f"USER#{owner_id}", f"TOPUPS#{day}"


def find_top_up(top_up_id: str) -> TopUp | None:
    """A top-up by id, consistently read."""
    item = TopUpItem.find(*top_up_key(top_up_id))
    return to_top_up(item) if item else None


def find_day(owner_id: str, instant: datetime) -> Day:
    """What counts on the day of ``instant``, consistently read."""
    day = site_day(instant)
    return to_day(DayItem.find(*day_key(owner_id, day)), owner_id, day)


def due(now: datetime, limit: int) -> list[TopUp]:
    """Unpaid top-ups about which WeChat Pay is to be asked, the longest waiting first: one query."""
    found = TopUpItem.by_due.query(KIND, TopUpItem.due_at <= to_text(now), limit=limit, page_size=limit)
    return [to_top_up(item) for item in found]


def paid_on(day: str) -> Iterator[TopUp]:
    """What WeChat Pay took on a day (``YYYY-MM-DD``, its own clock), in the order it was paid."""
    return (to_top_up(item) for item in TopUpItem.by_day.query(paid_key(day)))


def refunds_on(day: str) -> Iterator[tuple[str, str, int]]:
    """Top-up, refund number and amount of what WeChat Pay accepted on a day (``YYYY-MM-DD``)."""
    found: Iterable[Any] = RefundItem.by_day.query(refund_key(day))
    for item in found:
        yield item.pk.removeprefix("TOPUP#"), item.sk.removeprefix("REFUND#"), int(item.amount_fen)


def find_top_ups(top_up_ids: Iterable[str]) -> dict[str, TopUp]:
    """Those of some top-ups that exist, consistently read: one call a hundred."""
    found = find_many({top_up_key(top_up_id): TopUpItem for top_up_id in sorted(set(top_up_ids))})
    return {known.id: known for known in map(to_top_up, found.values())}


def refund_key(day: str) -> str:
    """Partition of the index ``by_day`` with the refunds accepted on a day."""
    return f"refund#{day}"


def paid_key(day: str) -> str:
    """Partition of the index ``by_day`` with what was paid on a day."""
    return f"paid#{day}"


def owner_key(owner_id: str) -> str:
    """Partition of a user's own."""
    return f"{KIND}#{owner_id}"


def status_key(status: Status) -> str:
    """Partition of those in a state."""
    return f"{KIND}#{status.value}"


def account_key(account_no: str) -> str:
    """Partition of a card account's."""
    return f"{KIND}#{account_no}"


def add_new(transaction: Transaction, top_up: TopUp) -> None:
    """*Closes*: one form sent twice (double tap, retry after a lost answer) making two top-ups."""
    transaction.create("new_top_up", to_item(top_up))


def add_change(transaction: Transaction, seen: TopUp, changed: TopUp) -> None:
    """*Closes*: every race on a top-up - notification, query, credit, refund, office, the user's cancellation."""
    transaction.put("top_up", to_item(changed), TopUpItem.version == seen.version)


def add_accepted_refund(transaction: Transaction, top_up: TopUp, accepted_at: datetime) -> None:
    """The day WeChat Pay accepted it, for reconciliation; written with the step that learned of it."""
    pk, _ = top_up_key(top_up.id)
    at = to_text(accepted_at)
    item = RefundItem(
        pk, f"REFUND#{top_up.refund_number}", amount_fen=top_up.amount_fen, created_at=at,
        day_key=refund_key(site_day(accepted_at)),
    )  # fmt: skip
    transaction.put("refund", item)


def add_day(transaction: Transaction, seen: Day, changed: Day) -> None:
    """*Closes*: two phones that together top up more than a day allows."""
    pk, sk = day_key(changed.owner_id, changed.day)
    item = DayItem(
        pk,
        sk,
        amounts=json.dumps(changed.amounts),
        version=changed.version,
        expires_at=to_epoch(day_begins(datetime.fromisoformat(changed.day).date()) + KEEP_DAYS),
    )
    unchanged = DayItem.version == seen.version if seen.version else DayItem.pk.does_not_exist()
    transaction.put("day", item, unchanged)


def add_nonce(transaction: Transaction, nonce: str, now: datetime) -> None:
    """That a notification was believed. *Closes*: a copy of its request, taken while the first one is.

    ``nonce``: the signature's after the notification's own id, so that no other fact can be taken for a copy of it.
    """
    until = to_epoch(now + KEEP_NONCES)
    transaction.create("nonce", NonceItem(f"PAY_NONCE#{nonce}", "SEEN", expires_at=until))


def to_day(item: DayItem | None, owner_id: str, day: str) -> Day:
    """A day's list, empty when there is none."""
    if item is None:
        return Day(owner_id, day)
    amounts = tuple((str(known), int(amount)) for known, amount in json.loads(item.amounts))
    return Day(owner_id, day, amounts, int(item.version))


def to_item(top_up: TopUp) -> TopUpItem:
    """The stored form, with the indexes it belongs into now."""
    pk, sk = top_up_key(top_up.id)
    payment, look = top_up.payment, top_up.look
    return TopUpItem(
        pk,
        sk,
        owner_id=top_up.owner_id,
        amount_fen=top_up.amount_fen,
        status=top_up.status.value,
        expires=to_text(top_up.expires_at),
        transaction_id=payment.transaction_id if payment else None,
        facts=facts.text_of(top_up),
        version=top_up.version,
        created_at=to_text(top_up.created_at),
        owner_key=owner_key(top_up.owner_id),
        kind_key=KIND,
        status_key=status_key(top_up.status),
        account_key=account_key(top_up.holder.account_no),
        day_key=paid_key(site_day(payment.at)) if payment else None,
        due_key=KIND if look else None,
        due_at=to_text(look.due_at) if look else None,
    )


def to_top_up(item: Any) -> TopUp:
    """The domain's form."""
    known = facts.members_of(item.facts)
    looks = known.pop("looks")
    return TopUp(
        id=item.pk.removeprefix("TOPUP#"),
        owner_id=item.owner_id,
        amount_fen=int(item.amount_fen),
        status=Status(item.status),
        created_at=from_text(item.created_at),
        expires_at=from_text(item.expires),
        version=int(item.version),
        look=Look(from_text(item.due_at), looks) if item.due_at else None,
        **known,
    )
