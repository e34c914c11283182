"""The board, pure: where own trucks stand, when to look again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domains.logistics.lanes.model import (
    Board,
    Lane,
    Place,
    Truck,
    bucket_of,
    is_fresh,
    is_stale,
    numbers_on,
    own_places,
    poll_seconds,
)

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
MINE = {number: Truck(f"01J{number}", "U1", f"闽A0000{number[1]}") for number in ("R1", "R2")}


def place(position: int, number: str, eta: int | None = 25, **changed: object) -> Place:
    made = Place(position, "闽A1***5", number, "waiting", NOW - timedelta(minutes=9 - position), eta)
    return replace(made, **changed)  # type: ignore[arg-type]  # names of fields


def lane(code: str, *queue: Place, **changed: object) -> Lane:
    made = Lane(code, f"{code} 鹤位", ("NAOH32",), 2, "open", 0, len(queue), queue)
    return replace(made, **changed)  # type: ignore[arg-type]  # names of fields


def standing(*lanes: Lane, owner: str = "U1") -> list[tuple[str, str, int]]:
    board = Board(NOW, lanes, {**MINE, "R8": None, "R9": Truck("01JR9", "U2", "闽A00009")})
    return [(own.place.registration_no, own.lane.lane_code, own.place.position) for own in own_places(board, [owner])]


def test_only_own_trucks_each_where_it_is_served_first() -> None:
    first = lane("L1", place(1, "R9"), place(2, "R1", 50), place(3, "R7"), place(4, "R8"))
    second = lane("L2", place(1, "R1", 25), place(2, "R2", 50))
    assert standing(first, second) == [("R1", "L2", 1), ("R2", "L2", 2)]
    assert standing(first, second, owner="U2") == [("R9", "L1", 1)]
    assert standing(first, second, owner="U3") == []


def test_a_called_truck_is_where_it_was_called_to() -> None:
    called = lane("L1", place(3, "R1", 50, state="called"))
    assert standing(lane("L2", place(1, "R1", 0)), called) == [("R1", "L1", 3)]


def test_a_lane_that_is_not_open_promises_nothing() -> None:
    paused = lane("L1", place(1, "R1", 5), state="paused")
    assert standing(paused, lane("L2", place(4, "R1", 90))) == [("R1", "L2", 4)]
    assert standing(paused) == [("R1", "L1", 1)], "but it is told when there is no other"


def test_without_an_estimate_the_position_decides() -> None:
    assert standing(lane("L1", place(4, "R1", None)), lane("L2", place(2, "R1", None))) == [("R1", "L2", 2)]


def test_numbers_are_asked_for_once() -> None:
    assert numbers_on([lane("L1", place(1, "R1"), place(2, "R2")), lane("L2", place(1, "R2"), place(2, "R3"))]) == [
        "R1",
        "R2",
        "R3",
    ]


@pytest.mark.parametrize(
    ("age", "stale", "fresh", "poll"),
    [(0, False, True, 5), (1.9, False, True, 5), (2, False, False, 5), (3, False, False, 5), (3.1, True, False, 5),
     (10.1, True, False, 2), (75, True, False, 2), (75.1, True, False, 5)],
)  # fmt: skip
def test_ages(age: float, stale: bool, fresh: bool, poll: int) -> None:
    board, now = Board(NOW), NOW + timedelta(seconds=age)
    assert (is_stale(board, now), is_fresh(board, now), poll_seconds(board, now)) == (stale, fresh, poll)


def test_before_the_first_reading() -> None:
    assert (is_stale(None, NOW), is_fresh(None, NOW), poll_seconds(None, NOW)) == (True, False, 5)


def test_buckets_are_three_seconds_long() -> None:
    buckets = [bucket_of(NOW + timedelta(milliseconds=100 * step)) for step in range(60)]
    assert len(set(buckets)) in (2, 3) and max(map(buckets.count, buckets)) == 30
