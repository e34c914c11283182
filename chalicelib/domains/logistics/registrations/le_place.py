"""How LE and we stand: what waits for LE, and when LE answered last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import State
from chalicelib.domains.logistics.registrations.poll import find_place
from chalicelib.domains.logistics.registrations.steps import PEER

COUNTED = 1000
"""More than a day without LE; a board that says “1000” says enough."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts go up to :data:`COUNTED`."""

    pending: int
    failed: int
    oldest_pending_at: datetime | None
    polled_at: datetime | None
    """``None`` before the first time."""


def read() -> Standing:
    """Two queries of what is unfinished only, and one item."""
    pending = outbox.page_by_state(PEER, State.PENDING, None, COUNTED).items
    failed = outbox.page_by_state(PEER, State.FAILED, None, COUNTED).items
    place = find_place()
    oldest = min((entry.created_at for entry in pending), default=None)
    return Standing(len(pending), len(failed), oldest, place.polled_at if place else None)
