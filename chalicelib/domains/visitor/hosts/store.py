"""How often a user looked somebody up on a day; the condition stands here with the race it closes."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute

from chalicelib.core.clock import site_day, to_epoch
from chalicelib.core.table import Item, TableMeta, Transaction

KEPT_SECONDS = 3 * 86_400


class SearchesItem(Item):
    """``USER#<id>`` / ``SEARCHED#<day>``."""

    class Meta(TableMeta):
        domain = "visitor"

    used = NumberAttribute()


def add_search(transaction: Transaction, user_id: str, limit: int, now: datetime) -> None:
    """*Closes*: many searches at once getting more than the day's ``limit``, and so through a list of guessed names."""
    item = SearchesItem(f"USER#{user_id}", f"SEARCHED#{site_day(now)}")
    transaction.update(
        "searches",
        item,
        [SearchesItem.used.set((SearchesItem.used | 0) + 1), SearchesItem.expires_at.set(to_epoch(now) + KEPT_SECONDS)],
        SearchesItem.used.does_not_exist() | (SearchesItem.used < limit),
    )
