"""An exception from checks: for one registration of one plate, for a few days at most. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Waiver:
    """Which failing checks one registration of a plate may pass, why, and who answers for it."""

    id: str
    plate_number: str
    codes: tuple[str, ...]
    reason: str
    by: str
    by_name: str
    created_at: datetime
    valid_until: datetime
    used_by: str | None = None
    """The registration it was used for."""
    withdrawn: bool = False

    def is_usable(self, now: datetime) -> bool:
        """Whether a registration may still use it."""
        return self.used_by is None and not self.withdrawn and now < self.valid_until


def first_for(waivers: Iterable[Waiver], codes: Collection[str], now: datetime) -> Waiver | None:
    """The exception that passes over all of these checks and over the fewest others."""
    fitting = [waiver for waiver in waivers if waiver.is_usable(now) and set(codes) <= set(waiver.codes)]
    return min(fitting, key=lambda waiver: len(waiver.codes), default=None)
