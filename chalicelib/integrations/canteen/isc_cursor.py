"""Where the reading of one account's consumption log stands on iSecure Center, as the port's opaque cursor.

The log has no numbers, only times, and a row of an offline terminal appears late at its own old time. So a reading
begins a week before the last one ended. A range of the log is at most a month; a page that ends a range opens the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

HISTORY = timedelta(days=1096)
LATE = timedelta(days=7)
RANGE = timedelta(days=31)
OVERLAP = timedelta(minutes=1)
"""Whether the platform's bounds belong to a range is not known."""
CLOSE_ENOUGH = timedelta(minutes=1)
"""A range that ended that shortly ago was the last one: the next reading begins before it."""


@dataclass(frozen=True, slots=True)
class Place:
    """The page of a range that is read next. All pages of a range have one size."""

    since: datetime
    until: datetime
    page: int
    size: int

    def after_page(self, rows: int, total: int, now: datetime) -> tuple[str, bool]:
        """The cursor after this page, and whether there is more to read now."""
        if rows and self.page * self.size < total:
            return replace(self, page=self.page + 1).text(), True
        if now - self.until <= CLOSE_ENOUGH:
            return _text(self.until), False
        return _range(self.until - OVERLAP, now, self.size).text(), True

    def text(self) -> str:
        """As a cursor."""
        return f"{_text(self.since)}/{_text(self.until)}/{self.page}/{self.size}"


def end_of_second(instant: datetime) -> datetime:
    """Ranges are told in whole seconds: without the running one, a row of this moment would come a reading later."""
    return instant.replace(microsecond=0) + timedelta(seconds=1)


def place(cursor: str, limit: int, now: datetime) -> Place:
    """What a cursor stands for: nothing read yet, a reading that is over, or one that goes on."""
    if not cursor:
        return _range(now - HISTORY, now, limit)
    first, *rest = cursor.split("/")
    if not rest:
        return _range(_instant(first) - LATE, now, limit)
    until, page, size = rest
    return Place(_instant(first), _instant(until), int(page), int(size))


def _range(since: datetime, now: datetime, size: int) -> Place:
    return Place(since, min(since + RANGE, max(now, since)), 1, size)


def _text(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
