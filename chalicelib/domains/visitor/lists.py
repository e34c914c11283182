"""Lists of visits: each is one index partition at a time behind an opaque cursor, newest first."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.clock import site_month, to_text
from chalicelib.core.errors import InvalidInput
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.domains.visitor.model import Status, Visit
from chalicelib.domains.visitor.store import VisitItem, to_visit

PAGE_SIZE = 20
FIRST_MONTH = "2026-01"
"""Nothing was submitted before the product existed."""


@dataclass(frozen=True, slots=True)
class Period:
    """Submitted from (inclusive) until (exclusive)."""

    since: datetime | None
    until: datetime


def page_of_owner(owner_id: str, cursor: str | None) -> Page[Visit]:
    """A person's own visits."""
    start = decode_cursor(cursor, {"owner_id": owner_id})
    results = VisitItem.by_owner.query(
        owner_id, scan_index_forward=False, limit=PAGE_SIZE, page_size=PAGE_SIZE, last_evaluated_key=start
    )
    return _visits(read_page(results, PAGE_SIZE))


def page_of_status(status: Status, period: Period, cursor: str | None) -> Page[Visit]:
    """Visits of one status in a period."""
    start = decode_cursor(cursor, {"status": status.value})
    results = VisitItem.by_status.query(
        status.value,
        _submitted_in(period),
        scan_index_forward=False,
        limit=PAGE_SIZE,
        page_size=PAGE_SIZE,
        last_evaluated_key=start,
    )
    return _visits(read_page(results, PAGE_SIZE))


def page_of_all(period: Period, cursor: str | None) -> Page[Visit]:
    """All visits in a period: walks back month by month until the page is full."""
    month, inner = _open_month_cursor(cursor) if cursor else (site_month(period.until), None)
    visits: list[Visit] = []
    newest = min(month, site_month(period.until))
    oldest = site_month(period.since) if period.since else FIRST_MONTH
    for current in _months_back(newest, oldest):
        wanted = PAGE_SIZE - len(visits)
        results = VisitItem.by_time.query(
            current,
            _submitted_in(period),
            scan_index_forward=False,
            limit=wanted,
            page_size=wanted,
            last_evaluated_key=decode_cursor(inner, {"month": current}),
        )
        page = _visits(read_page(results, wanted))
        visits += page.items
        if page.next_cursor:
            return Page(visits, _month_cursor(current, page.next_cursor))
        inner = None
    return Page(visits, None)


def _submitted_in(period: Period) -> Any:
    until = to_text(period.until - timedelta(milliseconds=1))
    if period.since is None:
        return VisitItem.submitted_at <= until
    return VisitItem.submitted_at.between(to_text(period.since), until)


def _visits(page: Page[VisitItem]) -> Page[Visit]:
    return Page([to_visit(item) for item in page.items], page.next_cursor)


def _months_back(newest: str, oldest: str) -> Iterator[str]:
    year, month = int(newest[:4]), int(newest[5:])
    while f"{year:04d}-{month:02d}" >= oldest:
        yield f"{year:04d}-{month:02d}"
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def _month_cursor(month: str, inner: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([month, inner]).encode()).decode().rstrip("=")


def _open_month_cursor(cursor: str) -> tuple[str, str]:
    try:
        month, inner = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        valid = isinstance(inner, str) and len(month) == 7 and month[:4].isdigit() and 1 <= int(month[5:]) <= 12
    except (ValueError, TypeError):
        raise InvalidInput("invalid_cursor") from None
    if not valid:
        raise InvalidInput("invalid_cursor")
    return month, inner
