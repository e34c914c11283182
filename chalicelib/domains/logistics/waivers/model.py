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


def covering(waivers: Iterable[Waiver], failing: Collection[str]) -> tuple[Waiver, ...] | None:
    """The fewest exceptions, as far as it is easy to see, that pass over everything that fails; ``None``: they do not.

    What covers most is taken first, so that no exception is spent without need.
    """
    left, chosen = set(failing), list[Waiver]()
    for waiver in sorted(waivers, key=lambda waiver: (-len(left & set(waiver.codes)), waiver.valid_until)):
        if left & set(waiver.codes):
            chosen.append(waiver)
            left -= set(waiver.codes)
    return None if left else tuple(chosen)
