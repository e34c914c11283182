"""Lists of visits: each page is one query of one index partition behind an opaque cursor, newest first unless said otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.clock import to_text
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.domains.visitor.store import VISIT_KIND, VisitItem, to_visit
from chalicelib.domains.visitor.visit import Status, Visit

PAGE_SIZE = 20
BULK_PAGE_SIZE = 500
"""A visit has about a kilobyte, and DynamoDB answers with a megabyte at most."""


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


def page_of_status(status: Status, period: Period, cursor: str | None, *, oldest_first: bool = False) -> Page[Visit]:
    """Visits of one status in a period."""
    start = decode_cursor(cursor, {"status": status.value})
    results = VisitItem.by_status.query(
        status.value,
        submitted_in(period),
        scan_index_forward=oldest_first,
        limit=PAGE_SIZE,
        page_size=PAGE_SIZE,
        last_evaluated_key=start,
    )
    return _visits(read_page(results, PAGE_SIZE))


def page_of_all(period: Period, cursor: str | None) -> Page[Visit]:
    """All visits in a period."""
    results = VisitItem.by_time.query(
        VISIT_KIND,
        submitted_in(period),
        scan_index_forward=False,
        limit=PAGE_SIZE,
        page_size=PAGE_SIZE,
        last_evaluated_key=decode_cursor(cursor, {"visit_kind": VISIT_KIND}),
    )
    return _visits(read_page(results, PAGE_SIZE))


def submitted_in(period: Period) -> Any:
    """The sort key's condition of a period."""
    until = to_text(period.until - timedelta(milliseconds=1))
    if period.since is None:
        return VisitItem.submitted_at <= until
    return VisitItem.submitted_at.between(to_text(period.since), until)


def _visits(page: Page[VisitItem]) -> Page[Visit]:
    return Page([to_visit(item) for item in page.items], page.next_cursor)
