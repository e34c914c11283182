"""Time as a parameter: epoch seconds in, Asia/Shanghai text out."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

Clock = Callable[[], float]
"""Returns seconds since 1970 (UTC)."""

SHANGHAI = timezone(timedelta(hours=8))
system_clock: Clock = time.time


def iso(seconds: float) -> str:
    """ISO 8601 with milliseconds and the +08:00 offset, the form the security platform answers with."""
    return datetime.fromtimestamp(seconds, SHANGHAI).isoformat(timespec="milliseconds")


def parse_iso(text: str) -> float:
    """Epoch seconds of an ISO 8601 text with an offset; ValueError when it is malformed or has no offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or "T" not in text:
        raise ValueError("time without T or without offset")
    return moment.timestamp()


def day_of(seconds: float) -> str:
    """The calendar day in Asia/Shanghai, YYYY-MM-DD: daily quotas turn over at local midnight."""
    return datetime.fromtimestamp(seconds, SHANGHAI).date().isoformat()


def midnight(seconds: float) -> float:
    """When the day in Asia/Shanghai began."""
    return datetime.fromtimestamp(seconds, SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
