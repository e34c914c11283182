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
        trucks = _trucks(le, numbers_on(lanes), known.trucks if known else {})
    except PeerError as trouble:
        log_event("lanes_not_read", code=trouble.code)
        return False
    return store.keep_board(Board(began, lanes, trucks))


def _trucks(le: LePort, numbers: Iterable[str], known: Mapping[str, Truck | None]) -> dict[str, Truck | None]:
    """Whose each registration is: what was found out stays true, so only new ones are asked for."""
    wanted = list(numbers)
    new = [number for number in wanted if number not in known][:NEW_AT_ONCE]
    ours = {number: state.external_no for number in new if (state := le.find(number))}
    found = {**known, **dict.fromkeys(new), **store.trucks_of(ours)}
    return {number: found[number] for number in wanted if number in found}


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
