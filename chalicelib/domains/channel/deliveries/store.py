"""Notices and WeChat's numbers in the channel table; every condition stands here with the race it closes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core.clock import from_text, site_month, to_epoch, to_text
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.channel.deliveries.model import (
    REPORT_CODES,
    Delivery,
    NoticeKey,
    Record,
    Report,
    Result,
    Slot,
)

KEEP = timedelta(days=90)
"""As long as the outbox entry they belong to."""


class ByResult(GlobalSecondaryIndex["NoticeItem"]):
    """Notices that stand alike, in the order they were asked for."""

    class Meta:
        index_name = "by_result"
        projection = AllProjection()

    notice_result = UnicodeAttribute(hash_key=True)
    asked_at = UnicodeAttribute(range_key=True)


class NoticeItem(Item):
    """A notice: ``NOTICES#<month>`` / when it was asked for, object, sequence."""

    class Meta(TableMeta):
        domain = "channel"

    object_key = UnicodeAttribute()
    sequence = NumberAttribute()
    kind = UnicodeAttribute()
    user_id = UnicodeAttribute()
    notice_result = UnicodeAttribute()
    asked_at = UnicodeAttribute()
    error_code = UnicodeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    tried_at = UnicodeAttribute(null=True)
    reported_at = UnicodeAttribute(null=True)
    by_result = ByResult()


class SlotItem(Item):
    """What is known of a number of WeChat's: ``DELIVERY#<number>`` / ``DELIVERY``."""

    class Meta(TableMeta):
        domain = "channel"

    result = UnicodeAttribute(null=True)
    at = UnicodeAttribute(null=True)
    object_key = UnicodeAttribute(null=True)
    sequence = NumberAttribute(null=True)
    asked_at = UnicodeAttribute(null=True)


def find_slot(message_id: str) -> Slot:
    """What is known of a number; nothing for one that nobody has named yet."""
    item = SlotItem.find(_slot_key(message_id), "DELIVERY")
    return _to_slot(item) if item else Slot()


def add_slot(transaction: Transaction, message_id: str, seen: Slot, changed: Slot, now: datetime) -> None:
    """Write what has become known.

    *Closes*: report and notice passing each other, each believing to be the first; and a second, different report
    replacing the first.
    """
    reported = SlotItem.result.exists() if seen.report else SlotItem.result.does_not_exist()
    noticed = SlotItem.object_key.exists() if seen.notice else SlotItem.object_key.does_not_exist()
    report, notice = changed.report, changed.notice
    item = SlotItem(
        _slot_key(message_id),
        "DELIVERY",
        result=report.delivery.value if report else None,
        at=to_text(report.at) if report else None,
        object_key=notice.object_key if notice else None,
        sequence=notice.sequence if notice else None,
        asked_at=to_text(notice.created_at) if notice else None,
        expires_at=to_epoch(now + KEEP),
    )
    transaction.put("slot", item, reported & noticed)


def add_record(transaction: Transaction, record: Record) -> None:
    """Write where a notice stands. The outbox entry's own condition lets only the attempt that counts do so."""
    transaction.put("notice", _to_item(record))


def add_report(transaction: Transaction, key: NoticeKey, message_id: str, report: Report) -> None:
    """Write what WeChat reported.

    *Closes*: a report changing a notice that was sent again under another number, or one that has been forgotten.
    """
    code = REPORT_CODES.get(report.delivery)
    actions: list[Action] = [
        NoticeItem.notice_result.set(report.delivery.value),
        NoticeItem.reported_at.set(to_text(report.at)),
        NoticeItem.error_code.set(code) if code else NoticeItem.error_code.remove(),
    ]
    transaction.update("notice", NoticeItem(*_key(key)), actions, NoticeItem.message_id == message_id)


def find_record(key: NoticeKey) -> Record | None:
    """One notice."""
    item = NoticeItem.find(*_key(key))
    return _to_record(item) if item else None


def page_of_month(month: str, cursor: str | None, limit: int) -> Page[Record]:
    """Everything asked for in a month of the plant's calendar, newest first."""
    return _page(NoticeItem, _month_key(month), decode_cursor(cursor, {"pk": _month_key(month)}), limit)


def page_of_result(result: Result, cursor: str | None, limit: int) -> Page[Record]:
    """Everything that stands alike, newest first."""
    start = decode_cursor(cursor, {"notice_result": result.value})
    return _page(NoticeItem.by_result, result.value, start, limit)


def _page(source: Any, key: str, start: dict[str, Any] | None, limit: int) -> Page[Record]:
    results = source.query(key, scan_index_forward=False, limit=limit, page_size=limit, last_evaluated_key=start)
    page = read_page(results, limit)
    return Page([_to_record(item) for item in page.items], page.next_cursor)


def _slot_key(message_id: str) -> str:
    return f"DELIVERY#{message_id}"


def _month_key(month: str) -> str:
    return f"NOTICES#{month}"


def _key(key: NoticeKey) -> tuple[str, str]:
    place = f"{to_text(key.created_at)}#{key.object_key}#{key.sequence:010d}"
    return _month_key(site_month(key.created_at)), place


def _to_item(record: Record) -> NoticeItem:
    key = record.key
    return NoticeItem(
        *_key(key),
        object_key=key.object_key,
        sequence=key.sequence,
        kind=record.kind,
        user_id=record.user_id,
        notice_result=record.result.value,
        asked_at=to_text(key.created_at),
        error_code=record.error_code or None,
        message_id=record.message_id or None,
        tried_at=to_text(record.tried_at) if record.tried_at else None,
        reported_at=to_text(record.reported_at) if record.reported_at else None,
        expires_at=to_epoch(key.created_at + KEEP),
    )


def _to_record(item: NoticeItem) -> Record:
    return Record(
        key=NoticeKey(item.object_key, int(item.sequence), from_text(item.asked_at)),
        kind=item.kind,
        user_id=item.user_id,
        result=Result(item.notice_result),
        error_code=item.error_code or "",
        message_id=item.message_id or "",
        tried_at=from_text(item.tried_at) if item.tried_at else None,
        reported_at=from_text(item.reported_at) if item.reported_at else None,
    )


def _to_slot(item: SlotItem) -> Slot:
    report = Report(Delivery(item.result), from_text(item.at)) if item.result and item.at else None
    has_notice = item.object_key and item.sequence is not None and item.asked_at
    notice = NoticeKey(item.object_key, int(item.sequence), from_text(item.asked_at)) if has_notice else None
    return Slot(report, notice)
