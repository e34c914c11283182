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


def masked(phone: str) -> str:
    """A phone number as logs may hold it: ``138****0000``."""
    return f"{phone[:3]}****{phone[-4:]}"
