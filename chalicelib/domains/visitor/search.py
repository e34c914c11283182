"""The office's search: by words of a visit, or by the day of the visit.

DynamoDB cannot look into the middle of a name or number, and an index of all parts of all of them would cost more writes
than an office's searches are worth. So a page examines a bounded number of visits of the filter, the newest first, says
how many, and its cursor goes on behind the last one examined: nothing is scanned, nothing is left out. The day of the
visit has an index of its own; a visit may have begun up to :data:`~.model.MAX_DURATION` before the day it reaches into.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.clock import to_text
from chalicelib.core.errors import InvalidInput
from chalicelib.core.paging import Page, decode_cursor, encode_cursor
from chalicelib.domains.visitor import lists
from chalicelib.domains.visitor.lists import BULK_PAGE_SIZE, PAGE_SIZE, Period
from chalicelib.domains.visitor.model import is_inside
from chalicelib.domains.visitor.store import VISIT_KIND, VisitItem, to_visit
from chalicelib.domains.visitor.visit import Status, Visit
from chalicelib.domains.visitor.window import MAX_DURATION

EXAMINED_AT_MOST = 500
"""Visits a searching page reads: about 60 read units."""
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s-]+(?=\d)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the office's list is narrowed to. ``text`` is part of a name, phone or plate; ``day`` the visit's day's start."""

    period: Period
    status: Status | None = None
    text: str = ""
    day: datetime | None = None
    inside: bool = False
    """Only visitors who are on the ground."""
    overdue_at: datetime | None = None
    """Of these, only those whose window is over at this moment."""

    @property
    def searches(self) -> bool:
        """More is asked than an index answers by itself."""
        return bool(self.text) or self.day is not None or self.inside

    def fits(self, visit: Visit) -> bool:
        """Whether a visit belongs to the list."""
        since, until = self.period.since, self.period.until
        return (
            (self.status is None or visit.status is self.status)
            and (since is None or visit.submitted_at >= since)
            and visit.submitted_at < until
            and self._is_inside(visit)
            and self._is_on_the_day(visit)
            and self._has_the_text(visit)
        )

    def _is_inside(self, visit: Visit) -> bool:
        if not self.inside:
            return True
        return is_inside(visit) and (self.overdue_at is None or visit.window.ends_at <= self.overdue_at)

    def _is_on_the_day(self, visit: Visit) -> bool:
        if self.day is None:
            return True
        return visit.window.starts_at < self.day + timedelta(days=1) and visit.window.ends_at > self.day

    def _has_the_text(self, visit: Visit) -> bool:
        wanted = _BETWEEN_DIGITS.sub("", self.text).casefold()
        known = (
            visit.visitor.name,
            visit.visitor.phone,
            visit.visitor.plate_number or "",
            visit.host.name,
            visit.host.phone,
        )
        return any(wanted in value.casefold() for value in known)


@dataclass(frozen=True, slots=True)
class Found:
    """A page, and how many visits were examined for it; ``None`` when an index answered by itself."""

    page: Page[Visit]
    examined: int | None = None


def page_of(wanted: Wanted, cursor: str | None) -> Found:
    """One page of at most :data:`~.lists.PAGE_SIZE` visits, in one query."""
    if wanted.searches:
        found = _search(wanted, cursor)
        return found if wanted.text or wanted.day else Found(found.page)
    if wanted.status is None:
        return Found(lists.page_of_all(wanted.period, cursor))
    return Found(lists.page_of_status(wanted.status, wanted.period, cursor))


def newest(wanted: Wanted, examined_at_most: int) -> tuple[list[Visit], bool]:
    """The visits of a filter for a file, and whether there may be more than were examined."""
    bounds = {"limit": examined_at_most + 1, "page_size": min(examined_at_most + 1, BULK_PAGE_SIZE)}
    visits = [to_visit(item) for item in _query(wanted, **bounds)]
    return [visit for visit in visits[:examined_at_most] if wanted.fits(visit)], len(visits) > examined_at_most


def _search(wanted: Wanted, cursor: str | None) -> Found:
    names = _key_names(wanted)
    start = decode_cursor(cursor, {})
    if start is not None and set(start) != set(names):
        raise InvalidInput("invalid_cursor")
    results = _query(wanted, limit=EXAMINED_AT_MOST, page_size=EXAMINED_AT_MOST, last_evaluated_key=start)
    items = list(results)
    return _cut(items, wanted, more=results.last_evaluated_key is not None)


def _query(wanted: Wanted, **bounds: Any) -> Any:
    """Those inside by their end, the longest overdue first; those of the day by their beginning, others by submission, the
    newest first."""
    if wanted.inside:
        until = None if wanted.overdue_at is None else VisitItem.inside_until <= to_text(wanted.overdue_at)
        return VisitItem.by_inside.query(VISIT_KIND, until, **bounds)
    if wanted.day is not None:
        last = wanted.day + timedelta(days=1) - timedelta(milliseconds=1)
        starts = VisitItem.starts_at.between(to_text(wanted.day - MAX_DURATION), to_text(last))
        return VisitItem.by_start.query(VISIT_KIND, starts, scan_index_forward=False, **bounds)
    submitted = lists.submitted_in(wanted.period)
    if wanted.status is not None:
        return VisitItem.by_status.query(wanted.status.value, submitted, scan_index_forward=False, **bounds)
    return VisitItem.by_time.query(VISIT_KIND, submitted, scan_index_forward=False, **bounds)


def _key_names(wanted: Wanted) -> tuple[str, ...]:
    """The attributes of a place in the index that :func:`_query` reads."""
    if wanted.inside:
        return ("pk", "sk", "visit_kind", "inside_until")
    if wanted.day is not None:
        return ("pk", "sk", "visit_kind", "starts_at")
    return ("pk", "sk", "visit_kind" if wanted.status is None else "status", "submitted_at")


def _cut(items: list[VisitItem], wanted: Wanted, *, more: bool) -> Found:
    """End the page with its last fitting visit; the next one begins behind it."""
    found: list[Visit] = []
    for examined, item in enumerate(items, start=1):
        visit = to_visit(item)
        if wanted.fits(visit):
            found.append(visit)
        if len(found) == PAGE_SIZE:
            goes_on = more or examined < len(items)
            return Found(Page(found, _cursor_behind(item, wanted) if goes_on else None), examined)
    behind = _cursor_behind(items[-1], wanted) if more and items else None
    return Found(Page(found, behind), len(items))


def _cursor_behind(item: VisitItem, wanted: Wanted) -> str | None:
    """A cursor as DynamoDB would have made it."""
    return encode_cursor({name: {"S": getattr(item, name)} for name in _key_names(wanted)})
