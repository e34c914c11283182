"""The board: lanes and their queues as LE told them at one moment. Pure.

A truck that waits stands in the queue of every lane it may be called to; a called one at its own lane only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

LaneState = Literal["open", "paused", "closed"]
QueueState = Literal["waiting", "called", "loading"]

STALE_AFTER = timedelta(seconds=3)
"""Whoever looks at an older board has it read anew; also the length of a bucket, in which that is asked for once."""
FRESH = timedelta(seconds=2)
"""A younger board is not read again."""
POLL_SECONDS = 5
SOON_SECONDS = 2
CATCHING_UP = (timedelta(seconds=10), timedelta(seconds=75))
"""A board this old was looked at by nobody for a while, and is being read now: look again soon. One that is older still
stays so, because LE does not answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """A truck in a queue."""

    position: int
    """1 is next; trucks that load are before it."""
    plate_masked: str
    registration_no: str
    state: QueueState
    joined_at: datetime
    eta_minutes: int | None


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane with its queue in order."""

    lane_code: str
    name: str
    product_codes: tuple[str, ...]
    max_queue: int
    state: LaneState
    loading: int
    waiting: int
    queue: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Truck:
    """Whose a registration of LE's is here."""

    registration_id: str
    owner_id: str
    plate_number: str


@dataclass(frozen=True, slots=True)
class Board:
    """``trucks``: LE's registration number → whose it is, ``None`` for one that LE's own people made."""

    as_of: datetime
    lanes: tuple[Lane, ...] = ()
    trucks: Mapping[str, Truck | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Own:
    """Where one of a user's trucks stands."""

    truck: Truck
    lane: Lane
    place: Place


def numbers_on(lanes: Iterable[Lane]) -> list[str]:
    """LE's numbers of all registrations in a queue, each once, in the order of the board."""
    return list(dict.fromkeys(place.registration_no for lane in lanes for place in lane.queue))


def own_places(board: Board, owner_ids: Collection[str]) -> list[Own]:
    """One place a truck, the one where it will be served first; the trucks in the order in which they joined."""
    best: dict[str, Own] = {}
    for own in sorted(_all_own(board, owner_ids), key=_urgency):
        best.setdefault(own.truck.registration_id, own)
    return sorted(best.values(), key=lambda own: own.place.joined_at)


def is_stale(board: Board | None, now: datetime) -> bool:
    """Whether it is to be read anew."""
    return board is None or now - board.as_of > STALE_AFTER


def is_fresh(board: Board | None, now: datetime) -> bool:
    """Whether reading it anew tells nothing."""
    return board is not None and now - board.as_of < FRESH


def bucket_of(now: datetime) -> int:
    """In each bucket the board is asked for once, however many look at it."""
    return int(now.timestamp() // STALE_AFTER.total_seconds())


def poll_seconds(board: Board | None, now: datetime) -> int:
    """When a screen should look again."""
    first, last = CATCHING_UP
    return SOON_SECONDS if board is not None and first < now - board.as_of <= last else POLL_SECONDS


def _all_own(board: Board, owner_ids: Collection[str]) -> Iterable[Own]:
    for lane in board.lanes:
        for place in lane.queue:
            truck = board.trucks.get(place.registration_no)
            if truck is not None and truck.owner_id in owner_ids:
                yield Own(truck, lane, place)


def _urgency(own: Own) -> tuple[bool, bool, int, int]:
    """A lane that is not open calls nobody, whatever it promises."""
    eta = own.place.eta_minutes
    is_waiting = own.place.state == "waiting"
    return (
        is_waiting,
        is_waiting and own.lane.state != "open",
        own.place.position if eta is None else eta,
        own.place.position,
    )
