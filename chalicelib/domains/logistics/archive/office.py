"""Use cases of the office: every vehicle and person, those whose certificates end, and stopping one from being used."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.core.china import normalise_mobile, normalise_plate
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.core.session import Principal
from chalicelib.core.table import Transaction
from chalicelib.domains.logistics.archive import life, store
from chalicelib.domains.logistics.archive.conversion import to_filed
from chalicelib.domains.logistics.archive.entries import add_audit, add_push
from chalicelib.domains.logistics.archive.items import (
    PERSON,
    VEHICLE,
    ExpiryItem,
    PersonItem,
    VehicleItem,
    expiry_due,
    phone_key,
)
from chalicelib.domains.logistics.archive.model import EXPIRING_DAYS, Filed, Person
from chalicelib.domains.logistics.archive.service import until_won

PAGE_SIZE = 20


def page_of_all(kind: str, cursor: str | None) -> Page[Filed]:
    """The last filed first."""
    model: Any = VehicleItem if kind == VEHICLE else PersonItem
    start = decode_cursor(cursor, {"kind_key": kind})
    return _filed(read_page(model.by_kind.query(kind, **_bounds(start), scan_index_forward=False), PAGE_SIZE))


def page_of_expiring(kind: str, today: date, cursor: str | None) -> Page[Filed]:
    """What has ended or ends within thirty days, the first to end first: one query for the places, one read of them."""
    due = expiry_due(kind)
    until = ExpiryItem.due_at <= (today + timedelta(days=EXPIRING_DAYS)).isoformat()
    start = decode_cursor(cursor, {"due_key": due})
    page = read_page(ExpiryItem.by_due.query(due, until, **_bounds(start)), PAGE_SIZE)
    known = store.find_all(item.pk for item in page.items)
    return Page([known[item.pk] for item in page.items if item.pk in known], page.next_cursor)


def find_exactly(kind: str, text: str, cursor: str | None) -> Page[Filed]:
    """A vehicle by its plate, or everybody who has a phone."""
    if kind == PERSON:
        owner = phone_key(normalise_mobile(text))
        start = decode_cursor(cursor, {"owner_key": owner})
        return _filed(read_page(PersonItem.by_owner.query(owner, **_bounds(start)), PAGE_SIZE))
    found = store.find_vehicle(normalise_plate(text))
    return Page([found] if found else [], None)


def suspend(staff: Principal, pk: str, reason: str | None, version: int, now: datetime) -> Filed:
    """Stop it from being registered, or lift that (``None``); LE is told. What is so already stays as it is."""
    return until_won(lambda: _suspend(staff, pk, reason, version, now))


def _suspend(staff: Principal, pk: str, reason: str | None, version: int, now: datetime) -> Filed:
    seen = store.find_filed(pk)
    if seen is None or (isinstance(seen, Person) and seen.forgotten):
        raise NotFound
    if seen.suspended_reason == reason:
        return seen
    if seen.version != version:
        raise Conflict("archive_changed")
    changed = life.suspend(seen, reason, now)
    transaction = Transaction()
    store.add_edit(transaction, seen, changed)
    action = "suspended" if reason else "lifted"
    add_audit(transaction, seen, changed, actor=staff.user_id, action=action, now=now)
    add_push(transaction, changed, now)
    transaction.commit()
    return changed


def _bounds(start: dict[str, Any] | None) -> dict[str, Any]:
    return {"limit": PAGE_SIZE, "page_size": PAGE_SIZE, "last_evaluated_key": start}


def _filed(page: Page[Any]) -> Page[Filed]:
    return Page([to_filed(item) for item in page.items], page.next_cursor)
