"""Which time a visitor may ask for. Pure; the opening hours are a parameter."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.domains.visitor.visit import Window

MAX_DURATION = timedelta(days=7)
MIN_DURATION = timedelta(minutes=30)
MAX_AHEAD = timedelta(days=60)
START_GRACE = timedelta(minutes=10)
"""A form filled in slowly may start a little in the past."""


class WindowProblem(StrEnum):
    """What is wrong with the wished time."""

    START_PASSED = "start_passed"
    END_BEFORE_START = "end_before_start"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_FAR_AHEAD = "too_far_ahead"
    START_DAY_CLOSED = "start_day_closed"
    START_OUTSIDE_HOURS = "start_outside_hours"
    END_DAY_CLOSED = "end_day_closed"
    END_OUTSIDE_HOURS = "end_outside_hours"
    END_PASSED = "end_passed"


class Opening(Protocol):
    """When the plant receives visitors."""

    def admits_start(self, instant: datetime) -> bool:
        """Whether a visit may begin then."""
        ...

    def admits_end(self, instant: datetime) -> bool:
        """Whether a visit may end then."""
        ...

    def is_closed_on(self, instant: datetime) -> bool:
        """Whether nobody is received on that day."""
        ...


def check_window(
    window: Window, opening: Opening, now: datetime, kept_start: datetime | None = None
) -> WindowProblem | None:
    """The first thing wrong with a wished time window. A change may keep the start of a visit that has begun."""
    if window.ends_at <= window.starts_at:
        return WindowProblem.END_BEFORE_START
    if window.starts_at < now - START_GRACE and window.starts_at != kept_start:
        return WindowProblem.START_PASSED
    if window.ends_at <= now:
        return WindowProblem.END_PASSED
    duration = window.ends_at - window.starts_at
    if duration < MIN_DURATION:
        return WindowProblem.TOO_SHORT
    if duration > MAX_DURATION:
        return WindowProblem.TOO_LONG
    if window.starts_at > now + MAX_AHEAD:
        return WindowProblem.TOO_FAR_AHEAD
    return _check_hours(window, opening)


def _check_hours(window: Window, opening: Opening) -> WindowProblem | None:
    """Both ends must lie within hours; what lies between need not: whoever stays for days sleeps elsewhere."""
    if not opening.admits_start(window.starts_at):
        closed = opening.is_closed_on(window.starts_at)
        return WindowProblem.START_DAY_CLOSED if closed else WindowProblem.START_OUTSIDE_HOURS
    if not opening.admits_end(window.ends_at):
        closed = opening.is_closed_on(window.ends_at)
        return WindowProblem.END_DAY_CLOSED if closed else WindowProblem.END_OUTSIDE_HOURS
    return None
