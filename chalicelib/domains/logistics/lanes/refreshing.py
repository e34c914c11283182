"""Reading the board from LE: the queue's worker when somebody looks, the schedule every minute."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.logs import log_event
from chalicelib.domains.logistics.lanes import store
from chalicelib.domains.logistics.lanes.model import Board, Lane, Place, Truck, is_fresh, numbers_on
from chalicelib.domains.logistics.lanes.watching import MESSAGE
from chalicelib.integrations.errors import PeerError
from chalicelib.integrations.le.port import LeLane, LePort, LeQueueEntry

NEW_AT_ONCE = 20
"""Trucks that are new in a queue are asked for one by one, once each; the rest of a rush comes three seconds later."""


def is_request(record: Mapping[str, Any]) -> bool:
    """Whether a message of the queue asks for the board, and is not a push's wake-up."""
    try:
        return bool(json.loads(record["body"]) == MESSAGE)
    except ValueError:
        return False


def refresh(le: LePort, clock: Callable[[], datetime]) -> bool:
    """Read LE and keep the board; ``False`` when it was fresh or LE did not answer: then the old one stays, with its time."""
    began, known = clock(), store.find_board()
    if is_fresh(known, began):
        return False
    try:
        lanes = tuple(map(_lane, le.lanes()))
    except PeerError as trouble:
        log_event("lanes_not_read", code=trouble.code)
        return False
    return store.keep_board(Board(began, lanes, _trucks(le, numbers_on(lanes), known.trucks if known else {})))


def _trucks(le: LePort, numbers: list[str], known: Mapping[str, Truck | None]) -> dict[str, Truck | None]:
    """Whose each registration is: what was found out stays true, so only new ones are asked for."""
    new = [number for number in numbers if number not in known][:NEW_AT_ONCE]
    found = {**known, **_found_out(le, new)}
    return {number: found[number] for number in numbers if number in found}


def _found_out(le: LePort, new: Iterable[str]) -> dict[str, Truck | None]:
    """As many as LE tells of: a board without an own place is better than none, and is asked again in three seconds."""
    ours: dict[str, str] = {}
    strangers: list[str] = []
    try:
        for number in new:
            state = le.find(number)
            if state is None:
                strangers.append(number)
            else:
                ours[number] = state.external_no
    except PeerError as trouble:
        log_event("lane_trucks_not_read", code=trouble.code)
    return {**dict.fromkeys(strangers), **store.trucks_of(ours)}


def _lane(told: LeLane) -> Lane:
    return Lane(
        told.lane_code,
        told.name,
        told.product_codes,
        told.max_queue,
        told.state,
        told.loading,
        told.waiting,
        tuple(map(_place, told.queue)),
    )


def _place(told: LeQueueEntry) -> Place:
    return Place(told.position, told.plate_masked, told.registration_no, told.state, told.joined_at, told.eta_minutes)
