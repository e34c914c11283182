"""Passages and the place up to which they were read, in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core import runtime
from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.visitor.passages.model import Direction, Remark

PASSAGE_KIND = "passage"
PAGE_SIZE = 20


class ByTime(GlobalSecondaryIndex["PassageItem"]):
    """All passages by their moment: a partition of their own in the index that lists visits by submission."""

    class Meta:
        index_name = "by_time"
        projection = AllProjection()

    visit_kind = UnicodeAttribute(hash_key=True)
    submitted_at = UnicodeAttribute(range_key=True)


class PassageItem(Item):
    """One passage: ``PASSAGE#<the platform's event id>`` / ``PASSAGE``. Who passed stands in the visit, not here."""

    class Meta(TableMeta):
        domain = "visitor"

    visit_kind = UnicodeAttribute(default=PASSAGE_KIND)
    submitted_at = UnicodeAttribute()
    """When it happened, on the platform's clock."""
    order_id = UnicodeAttribute()
    visit_id = UnicodeAttribute(null=True)
    device_name = UnicodeAttribute()
    credential = UnicodeAttribute()
    direction = UnicodeAttribute()
    remark = UnicodeAttribute(null=True)
    by_time = ByTime()


class CursorItem(Item):
    """Up to when passages were read: ``GATE_PASSAGES`` / ``CURSOR``."""

    class Meta(TableMeta):
        domain = "visitor"

    read_until = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class KnownPassage:
    """A passage as it is kept; without ``visit_id`` the order was none of ours."""

    event_id: str
    at: datetime
    order_id: str
    visit_id: str | None
    device_name: str
    credential: str
    direction: Direction
    remark: Remark | None


def add_passage(transaction: Transaction, passage: KnownPassage, now: datetime) -> None:
    """*Closes*: one passage counted twice — reported again, read twice, by two readers at once, after a lost answer."""
    keep_until = max(passage.at, now) + timedelta(days=runtime.settings().personal_data_days)
    item = PassageItem(
        f"PASSAGE#{passage.event_id}",
        "PASSAGE",
        submitted_at=to_text(passage.at),
        order_id=passage.order_id,
        visit_id=passage.visit_id,
        device_name=passage.device_name,
        credential=passage.credential,
        direction=passage.direction.value,
        remark=passage.remark.value if passage.remark else None,
        expires_at=to_epoch(keep_until),
    )
    transaction.create("passage", item)


def known_events(event_ids: Iterable[str]) -> set[str]:
    """Which of these passages are kept already; a hundred a call."""
    keys = [(f"PASSAGE#{event_id}", "PASSAGE") for event_id in sorted(set(event_ids))]
    found = PassageItem.batch_get(keys, consistent_read=True, attributes_to_get=["pk", "sk"]) if keys else ()
    return {item.pk.removeprefix("PASSAGE#") for item in found}


def find_read_until() -> datetime | None:
    """Up to when passages were read; ``None`` before the first time."""
    item = CursorItem.find("GATE_PASSAGES", "CURSOR")
    return from_text(item.read_until) if item else None


def add_read_until(transaction: Transaction, until: datetime) -> None:
    """*Closes*: of two readers the slower one setting the place back."""
    item = CursorItem("GATE_PASSAGES", "CURSOR", read_until=to_text(until))
    transaction.put("cursor", item, CursorItem.pk.does_not_exist() | (CursorItem.read_until < to_text(until)))


def page_of_passages(cursor: str | None) -> Page[KnownPassage]:
    """The log, the newest passage first."""
    results = PassageItem.by_time.query(
        PASSAGE_KIND,
        scan_index_forward=False,
        limit=PAGE_SIZE,
        page_size=PAGE_SIZE,
        last_evaluated_key=decode_cursor(cursor, {"visit_kind": PASSAGE_KIND}),
    )
    page = read_page(results, PAGE_SIZE)
    return Page([_to_passage(item) for item in page.items], page.next_cursor)


def _to_passage(item: PassageItem) -> KnownPassage:
    return KnownPassage(
        event_id=item.pk.removeprefix("PASSAGE#"),
        at=from_text(item.submitted_at),
        order_id=item.order_id,
        visit_id=item.visit_id,
        device_name=item.device_name,
        credential=item.credential,
        direction=Direction(item.direction),
        remark=Remark(item.remark) if item.remark else None,
    )
