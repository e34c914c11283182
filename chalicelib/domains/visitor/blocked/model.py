"""A blocked phone number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Blocked:
    """Whose visits are refused, why, since when and by whom. ``phone`` has 11 digits."""

    id: str
    phone: str
    name: str | None
    reason: str
    by: str
    by_name: str
    at: datetime
