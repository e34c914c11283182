"""Blocked phone numbers in DynamoDB; every condition stands here with the race it closes."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.visitor.blocked.model import Blocked

PARTITION = "BLOCKED"
PAGE_SIZE = 20


class BlockedItem(Item):
    """Stored form of an entry: ``BLOCKED`` / ``PHONE#<phone>``. One partition: the list is a query, a check one read."""

    class Meta(TableMeta):
        domain = "visitor"

    block_id = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    reason = UnicodeAttribute()
    blocked_by = UnicodeAttribute()
    blocked_by_name = UnicodeAttribute()
    blocked_at = UnicodeAttribute()


def add_not_blocked(transaction: Transaction, phone: str, name: str = "blocked") -> None:
    """*Closes*: a visit accepted or approved between reading the list and the commit, while somebody blocks the phone."""
    transaction.check(name, BlockedItem, PARTITION, _sort_key(phone), BlockedItem.pk.does_not_exist())


def add_new_block(transaction: Transaction, blocked: Blocked) -> None:
    """*Closes*: two people blocking one phone at once, the second overwriting the first one's reason."""
    transaction.create("block", _to_item(blocked))


def add_release(transaction: Transaction, blocked: Blocked) -> None:
    """*Closes*: releasing an entry that somebody released and made anew meanwhile."""
    transaction.delete("block", _to_item(blocked), BlockedItem.block_id == blocked.id)


def find_blocked(phone: str) -> Blocked | None:
    """The entry of a phone number."""
    item = BlockedItem.find(PARTITION, _sort_key(phone))
    return _to_blocked(item) if item else None


def page_of_blocked(cursor: str | None) -> Page[Blocked]:
    """The list, by phone number."""
    results = BlockedItem.query(
        PARTITION,
        consistent_read=True,
        limit=PAGE_SIZE,
        page_size=PAGE_SIZE,
        last_evaluated_key=decode_cursor(cursor, {"pk": PARTITION}),
    )
    page = read_page(results, PAGE_SIZE)
    return Page([_to_blocked(item) for item in page.items], page.next_cursor)


def _sort_key(phone: str) -> str:
    return f"PHONE#{phone}"


def _to_item(blocked: Blocked) -> BlockedItem:
    return BlockedItem(
        PARTITION,
        _sort_key(blocked.phone),
        block_id=blocked.id,
        name=blocked.name,
        reason=blocked.reason,
        blocked_by=blocked.by,
        blocked_by_name=blocked.by_name,
        blocked_at=to_text(blocked.at),
    )


def _to_blocked(item: BlockedItem) -> Blocked:
    at: datetime = from_text(item.blocked_at)
    phone = item.sk.removeprefix("PHONE#")
    return Blocked(item.block_id, phone, item.name, item.reason, item.blocked_by, item.blocked_by_name, at)
