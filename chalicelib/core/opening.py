"""When the plant receives visitors: hours of each weekday on the plant's clock, and days on which it is closed.

Written as one line, parts separated by ``;``::

    mon-fri 08:00-12:00,13:30-17:30; sat 08:30-11:30; closed 2026-10-01..2026-10-07,2027-01-01

A weekday that is not named is closed. An empty line means always open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from chalicelib.core.clock import SITE_ZONE

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?")
_HOURS = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})", re.ASCII)
MINUTES_OF_A_DAY = 24 * 60
LONGEST_CLOSING = 400
"""Days; a longer one is a mistyped year."""


class OpeningError(ValueError):
    """The line cannot be read; the message says which part."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From ``start`` until ``end``, in minutes since midnight; 1440 is the day's end."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """``weekdays`` maps 0 (Monday) to 6 to its hours in order; without any of them it is always open."""

    weekdays: Mapping[int, tuple[Hours, ...]] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()

    @property
    def always(self) -> bool:
        """Nothing is restricted."""
        return not self.weekdays

    def of_day(self, day: date) -> tuple[Hours, ...]:
        """The hours of a day; empty when it is closed."""
        if self.always:
            return (Hours(0, MINUTES_OF_A_DAY),)
        return () if day in self.closed else self.weekdays.get(day.weekday(), ())

    def admits_start(self, instant: datetime) -> bool:
        """Whether a visit may begin at this moment: the last moment of the hours is too late."""
        day, minute = _on_site(instant)
        return any(hours.start <= minute < hours.end for hours in self.of_day(day))

    def admits_end(self, instant: datetime) -> bool:
        """Whether a visit may be over by this moment; midnight belongs to the day before."""
        day, minute = _on_site(instant)
        if minute == 0:
            day, minute = day - timedelta(days=1), MINUTES_OF_A_DAY
        return any(hours.start < minute <= hours.end for hours in self.of_day(day))

    def is_closed_on(self, instant: datetime) -> bool:
        """Whether nobody is received all day."""
        return not self.of_day(instant.astimezone(SITE_ZONE).date())


ALWAYS_OPEN = OpeningHours()


def read_opening_hours(text: str) -> OpeningHours:
    """The hours of a line; raises :class:`OpeningError`."""
    weekdays: dict[int, tuple[Hours, ...]] = {}
    closed: frozenset[date] = frozenset()
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, _, values = part.partition(" ")
        if name == "closed":
            closed |= _closed_days(values)
            continue
        for weekday in _weekdays(name):
            if weekday in weekdays:
                raise OpeningError(f"{WEEKDAYS[weekday]} is named twice")
            weekdays[weekday] = _hours(values)
    if closed and not weekdays:
        raise OpeningError("closed days need weekdays with hours")
    return OpeningHours(weekdays, closed)


def _weekdays(text: str) -> range:
    found = _DAYS.fullmatch(text)
    if not found or not {found[1], found[2] or found[1]} <= set(WEEKDAYS):
        raise OpeningError(f"{text!r} is no weekday like mon or mon-fri")
    first, last = WEEKDAYS.index(found[1]), WEEKDAYS.index(found[2] or found[1])
    if last < first:
        raise OpeningError(f"{text!r} runs backwards")
    return range(first, last + 1)


def _hours(text: str) -> tuple[Hours, ...]:
    found: list[Hours] = []
    for part in (part.strip() for part in text.split(",")):
        match = _HOURS.fullmatch(part)
        numbers = [int(number) for number in match.groups()] if match else []
        if not match or numbers[1] > 59 or numbers[3] > 59:
            raise OpeningError(f"{part!r} are no hours like 08:00-17:30")
        hours = Hours(numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3])
        earliest = found[-1].end if found else 0
        if not earliest <= hours.start < hours.end <= MINUTES_OF_A_DAY:
            raise OpeningError(f"{part!r} must follow the hours before and end the same day")
        found.append(hours)
    return tuple(found)


def _closed_days(text: str) -> frozenset[date]:
    days: set[date] = set()
    for part in (part.strip() for part in text.split(",")):
        first, _, last = part.partition("..")
        try:
            begin = date.fromisoformat(first)
            length = (date.fromisoformat(last or first) - begin).days
        except ValueError:
            raise OpeningError(f"{part!r} is no date like 2026-10-01 or 2026-10-01..2026-10-07") from None
        if not 0 <= length <= LONGEST_CLOSING:
            raise OpeningError(f"{part!r} runs backwards or too long")
        days |= {begin + timedelta(days=number) for number in range(length + 1)}
    return frozenset(days)


def _on_site(instant: datetime) -> tuple[date, int]:
    local = instant.astimezone(SITE_ZONE)
    return local.date(), local.hour * 60 + local.minute


def clock_text(minute: int) -> str:
    """``08:30``; the day's end is ``24:00``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
