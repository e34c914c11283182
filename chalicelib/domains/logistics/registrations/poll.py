"""The question that repairs lost events: what has changed at LE since the last time.

The place moves only over what has been applied, so a run that dies is done again; what was applied already is known by LE's
count of changes. What a run reads depends on what changed, not on how much there is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.errors import NotFound
from chalicelib.core.logs import log_event
from chalicelib.core.table import Item, TableMeta
from chalicelib.domains.logistics.registrations.le_words import report_of
from chalicelib.domains.logistics.registrations.reporting import Recheck, take_report
from chalicelib.integrations.errors import PeerError
from chalicelib.integrations.le.port import LePage, LePort

FIRST_LOOK_BACK = timedelta(days=2)
OVERLAP = timedelta(seconds=2)
"""Two changes in one moment may lie on both sides of the place."""
PAGES_PER_RUN = 20
STOP_AFTER = timedelta(seconds=35)
"""The function lives for fifty seconds; the next run is a minute away."""


class PlaceItem(Item):
    """How far LE has been read: ``LE`` / ``PLACE``."""

    class Meta(TableMeta):
        domain = "logistics"

    since = UnicodeAttribute()
    polled_at = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Place:
    """LE's changes up to ``since`` (its clock) are applied; ``polled_at``: when it last answered."""

    since: datetime
    polled_at: datetime


def find_place() -> Place | None:
    """How far LE has been read; ``None`` before the first time."""
    item = PlaceItem.find("LE", "PLACE")
    return Place(from_text(item.since), from_text(item.polled_at)) if item else None


def poll(le: LePort, recheck: Recheck, clock: Callable[[], datetime]) -> dict[str, int]:
    """Apply what changed; how many registrations LE told of and how many were ours. LE being down changes nothing."""
    began = clock()
    known = find_place()
    since = known.since if known else began - FIRST_LOOK_BACK
    told = ours = 0
    cursor: str | None = None
    for _ in range(PAGES_PER_RUN):
        try:
            page = le.changed_since(since - OVERLAP, cursor)
        except PeerError as trouble:
            log_event("le_poll_failed", code=trouble.code)
            break
        applied, reached = _apply(page, recheck, clock)
        told, ours = told + len(page.items), ours + applied
        _keep(max(reached or since, since), clock())
        cursor = page.next_cursor
        if cursor is None or clock() >= began + STOP_AFTER:
            break
    return {"told": told, "ours": ours}


def _apply(page: LePage, recheck: Recheck, clock: Callable[[], datetime]) -> tuple[int, datetime | None]:
    """How many were ours, and the moment of the last change."""
    applied, reached = 0, None
    for state in page.items:
        try:
            take_report(state.external_no, report_of(state), recheck, clock())
            applied += 1
        except NotFound:  # made by LE's own people
            pass
        reached = state.at
    return applied, reached


def _keep(since: datetime, now: datetime) -> None:
    """*Closes* nothing: a run that overwrites a later place makes the next one read some changes again."""
    PlaceItem("LE", "PLACE", since=to_text(since), polled_at=to_text(now)).save()
