"""Exceptions in DynamoDB; every condition stands here with the race it closes."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib.core.audit import record
from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.core.table import Transaction
from chalicelib.domains.logistics.table import LogisticsItem
from chalicelib.domains.logistics.waivers.model import LONGEST, Waiver, first_for

KIND = "waiver"
USE = "waiver"
"""Name, in a lost race, of the condition on an exception."""
PAGE_SIZE = 20
LOOKED_AT = 50
KEPT = timedelta(days=400)


class WaiverItem(LogisticsItem):
    """Stored form of an exception: ``WAIVER#<id>`` / ``WAIVER``."""

    plate_number = UnicodeAttribute()
    codes = UnicodeAttribute()
    reason = UnicodeAttribute()
    by = UnicodeAttribute()
    by_name = UnicodeAttribute()
    valid_until = UnicodeAttribute()
    used_by = UnicodeAttribute(null=True)
    withdrawn = BooleanAttribute()


def waiver_key(waiver_id: str) -> tuple[str, str]:
    """Key of an exception's item."""
    return f"WAIVER#{waiver_id}", "WAIVER"


def find_waiver(waiver_id: str) -> Waiver | None:
    """An exception by id, consistently read."""
    item = WaiverItem.find(*waiver_key(waiver_id))
    return _to_waiver(item) if item else None


def find_for(plate_number: str, codes: Collection[str], now: datetime) -> Waiver | None:
    """An exception by which a registration of this plate passes over these checks: one query.

    Out of an index: one that was spent a moment ago may still be found; :func:`add_use` is what decides.
    """
    since = WaiverItem.created_at >= to_text(now - LONGEST)
    found: Any = WaiverItem.by_plate.query(
        _plate_key(plate_number), since, scan_index_forward=False, limit=LOOKED_AT, page_size=LOOKED_AT
    )
    return first_for(map(_to_waiver, found), codes, now)


def page_of_waivers(plate_number: str | None, cursor: str | None) -> Page[Waiver]:
    """All exceptions, or those of a plate, newest first."""
    index = WaiverItem.by_plate if plate_number else WaiverItem.by_kind
    name, key = ("plate_key", _plate_key(plate_number)) if plate_number else ("kind_key", KIND)
    results = index.query(
        key,
        scan_index_forward=False,
        limit=PAGE_SIZE,
        page_size=PAGE_SIZE,
        last_evaluated_key=decode_cursor(cursor, {name: key}),
    )
    page = read_page(results, PAGE_SIZE)
    return Page([_to_waiver(item) for item in page.items], page.next_cursor)


def add_new_waiver(transaction: Transaction, waiver: Waiver) -> None:
    """*Closes*: one form sent twice making two exceptions."""
    transaction.create("new_waiver", _to_item(waiver))


def add_use(transaction: Transaction, waiver: Waiver, registration_id: str, now: datetime) -> None:
    """A registration uses it up, in the transaction that makes the registration; audited.

    *Closes*: two registrations using one exception; one using what the office has just taken back, or what ran out.
    """
    usable = (
        WaiverItem.used_by.does_not_exist() & (WaiverItem.withdrawn == False)  # noqa: E712  # an expression, not a test
    ) & (WaiverItem.valid_until > to_text(now))
    item = WaiverItem(*waiver_key(waiver.id))
    transaction.update(USE, item, [WaiverItem.used_by.set(registration_id)], usable)
    add_audit(transaction, waiver, "waiver_used", f"registration:{registration_id}", now)


def add_withdrawal(transaction: Transaction, waiver: Waiver) -> None:
    """*Closes*: taking back what a registration uses at this moment."""
    unused = WaiverItem.used_by.does_not_exist() & (WaiverItem.withdrawn == False)  # noqa: E712  # see above
    transaction.update(USE, WaiverItem(*waiver_key(waiver.id)), [WaiverItem.withdrawn.set(True)], unused)


def add_audit(transaction: Transaction, waiver: Waiver, action: str, actor: str, now: datetime) -> None:
    """What was done with it. Plates are personal data: the log names the exception only."""
    after = {"codes": list(waiver.codes), "valid_until": to_text(waiver.valid_until)}
    record(transaction, subject=f"waiver:{waiver.id}", actor=actor, action=action, now=now, after=after)


def _plate_key(plate_number: str) -> str:
    return f"{KIND}#{plate_number}"


def _to_item(waiver: Waiver) -> WaiverItem:
    return WaiverItem(
        *waiver_key(waiver.id),
        plate_number=waiver.plate_number,
        codes=json.dumps(waiver.codes),
        reason=waiver.reason,
        by=waiver.by,
        by_name=waiver.by_name,
        created_at=to_text(waiver.created_at),
        valid_until=to_text(waiver.valid_until),
        used_by=waiver.used_by,
        withdrawn=waiver.withdrawn,
        kind_key=KIND,
        plate_key=_plate_key(waiver.plate_number),
        expires_at=to_epoch(waiver.created_at + KEPT),
    )


def _to_waiver(item: WaiverItem) -> Waiver:
    return Waiver(
        id=item.pk.removeprefix("WAIVER#"),
        plate_number=item.plate_number,
        codes=tuple(json.loads(item.codes)),
        reason=item.reason,
        by=item.by,
        by_name=item.by_name,
        created_at=from_text(item.created_at or ""),
        valid_until=from_text(item.valid_until),
        used_by=item.used_by,
        withdrawn=item.withdrawn,
    )
