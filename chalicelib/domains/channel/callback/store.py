"""What the callback remembers in the channel table; every condition stands here with the race it closes."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib.core.clock import to_epoch, to_text
from chalicelib.core.table import Item, TableMeta, Transaction

KEEP_RECEIPT = timedelta(days=1)
"""Far longer than a message stays fresh."""
KEEP_LEFT = timedelta(days=180)
"""That somebody stopped following is forgotten after half a year."""


class ReceiptItem(Item):
    """A message that has had its effect: ``MESSAGE#<identity>`` / ``RECEIPT``."""

    class Meta(TableMeta):
        domain = "channel"


class FollowerItem(Item):
    """Whether a person follows: ``FOLLOWER#<appid>#<openid>`` / ``FOLLOWER``. Absent: WeChat has told nothing."""

    class Meta(TableMeta):
        domain = "channel"

    follows = BooleanAttribute()
    since = UnicodeAttribute()


def add_receipt(transaction: Transaction, identity: str, now: datetime) -> None:
    """Take a message. *Closes*: WeChat's second delivery of it having a second effect."""
    expires_at = to_epoch(now + KEEP_RECEIPT)
    transaction.create("receipt", ReceiptItem(f"MESSAGE#{identity}", "RECEIPT", expires_at=expires_at))


def add_follower(transaction: Transaction, app_id: str, openid: str, *, follows: bool, since: datetime) -> None:
    """Record a follow or its end. *Closes*: an older event that arrives later overwriting a younger one."""
    item = FollowerItem(
        _follower_key(app_id, openid),
        "FOLLOWER",
        follows=follows,
        since=to_text(since),
        expires_at=None if follows else to_epoch(since + KEEP_LEFT),
    )
    newer = FollowerItem.pk.does_not_exist() | (FollowerItem.since <= to_text(since))
    transaction.put("follower", item, newer)


def find_follower(app_id: str, openid: str) -> FollowerItem | None:
    """What is known of a person's following."""
    return FollowerItem.find(_follower_key(app_id, openid), "FOLLOWER")


def _follower_key(app_id: str, openid: str) -> str:
    return f"FOLLOWER#{app_id}#{openid}"
