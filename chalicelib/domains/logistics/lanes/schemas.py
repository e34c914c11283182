"""Answers about lanes and the queue."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from chalicelib.core.validation import Answer

LaneState = Literal["open", "paused", "closed"]


class LaneView(Answer):
    """A lane."""

    lane_code: str
    name: str
    product_codes: list[str]
    state: LaneState
    loading: int
    waiting: int
    max_queue: int


class PositionView(Answer):
    """Where one of the user's trucks stands."""

    registration_id: str
    plate_number: str
    lane_code: str
    lane_name: str
    position: int
    """1 is next; trucks that load are before it."""
    state: Literal["waiting", "called", "loading"]
    eta_minutes: int | None
    joined_at: datetime


class LanesView(Answer):
    """The board for phones."""

    items: list[LaneView]
    mine: list[PositionView]
    as_of: datetime | None
    """When LE was read; ``None`` before the first time."""
    poll_seconds: int


class QueueEntryView(Answer):
    """A truck in a queue, plate masked."""

    position: int
    plate_masked: str
    state: Literal["waiting", "called", "loading"]
    joined_at: datetime
    eta_minutes: int | None


class BoardLaneView(LaneView):
    """A lane with its queue."""

    queue: list[QueueEntryView]


class BoardView(Answer):
    """The board for the office and the wall."""

    items: list[BoardLaneView]
    as_of: datetime | None
    poll_seconds: int


class ThroughputView(Answer):
    """Trucks a lane loaded a day, from our registrations."""

    items: list[LaneDay]


class LaneDay(Answer):
    """One lane and day."""

    day: str
    lane_code: str
    trucks: int
    net: str
