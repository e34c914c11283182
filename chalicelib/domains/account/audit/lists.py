"""Pages of the audit log, newest first: a month by its index, one object's history by its primary key."""

from __future__ import annotations

from typing import Any

from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import month_bounds
from chalicelib.core.ids import id_floor
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.domains.account import store

PAGE_SIZE = 20
PEOPLE = "user:"
"""Subjects that are users; their names are shown."""


def page_of_month(month: str, cursor: str | None) -> Page[AuditEntry]:
    """Everything that happened in a month of the plant's calendar."""
    return _page(AuditEntry.by_time, month, None, decode_cursor(cursor, {"month": month}))


def page_of_subject(subject: str, month: str | None, cursor: str | None) -> Page[AuditEntry]:
    """What happened to one object, ever or in one month: the sort key begins with the time."""
    within = None
    if month is not None:
        begin, end = month_bounds(month)
        within = AuditEntry.sk.between(id_floor(begin), id_floor(end))
    return _page(AuditEntry, subject, within, decode_cursor(cursor, {"pk": subject}))


def nicknames_of(entries: list[AuditEntry]) -> dict[str, str]:
    """Names of the people of a page, acting or changed, in one batch: at most two for each entry."""
    actors = {entry.actor for entry in entries}
    subjects = {entry.pk.removeprefix(PEOPLE) for entry in entries if entry.pk.startswith(PEOPLE)}
    return store.find_nicknames((actors | subjects) - {"command", ""})


def _page(source: Any, key: str, within: Any, start: Any) -> Page[AuditEntry]:
    results = source.query(
        key, within, scan_index_forward=False, limit=PAGE_SIZE, page_size=PAGE_SIZE, last_evaluated_key=start
    )
    return read_page(results, PAGE_SIZE)
