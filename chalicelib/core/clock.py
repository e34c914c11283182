"""Time. Inside the product every instant is an aware UTC ``datetime``; only screens and peers see Asia/Shanghai.

Decisions never read the clock: ``now`` is a parameter, taken once per request or per queue message.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

SITE_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has one zone and no daylight saving since 1991: a fixed offset needs no zone database in the package."""


def utc_now() -> datetime:
    """The current instant, UTC, in the milliseconds that are stored: what was written reads back equal."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def to_text(instant: datetime) -> str:
    """Fixed-width ISO 8601 in UTC with milliseconds, so that text order is time order: ``2026-11-22T21:20:27.000Z``."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_text(text: str) -> datetime:
    """The instant written by :func:`to_text`."""
    return datetime.fromisoformat(text)


def to_epoch(instant: datetime) -> int:
    """Whole seconds since 1970, as DynamoDB's time to live wants them."""
    return int(instant.timestamp())


def site_month(instant: datetime) -> str:
    """``YYYY-MM`` on the plant's calendar."""
    return instant.astimezone(SITE_ZONE).isoformat()[: len("2026-11")]


def site_day(instant: datetime) -> str:
    """``YYYY-MM-DD`` on the plant's calendar."""
    return instant.astimezone(SITE_ZONE).isoformat()[: len("2026-11-25")]


def day_begins(day: date) -> datetime:
    """The first instant of a day on the plant's calendar."""
    return datetime(day.year, day.month, day.day, tzinfo=SITE_ZONE)


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """Beginning (inclusive) and end (exclusive) of a month ``YYYY-MM`` on the plant's calendar."""
    year, number = int(month[:4]), int(month[5:7])
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime(year, number, 1, tzinfo=SITE_ZONE), datetime(*following, 1, tzinfo=SITE_ZONE)
