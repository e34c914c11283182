"""Several runs of the copying at once, none of which waits for the lease: nothing is lost, doubled or moved back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Lock
from typing import Any

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.domains.canteen.records import copying, shelf, syncing
from chalicelib.domains.canteen.records.shelf import ProgressItem, Table
from tests.support.fake_canteen import FakeCanteen
from tests.support.records import as_stored, stored_rows

RUNS, ROWS = 6, 120
NO_LEASE = syncing.Patience(timedelta(seconds=30), timedelta(0))


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Where the place was moved to, in the order DynamoDB took it."""
    moved, in_order, save = list[int](), Lock(), ProgressItem.save

    def kept(item: Any, *arguments: Any, **named: Any) -> Any:
        with in_order:
            answer = save(item, *arguments, **named)
            moved.append(int(item.place or "0"))
        return answer

    monkeypatch.setattr(ProgressItem, "save", kept)
    monkeypatch.setattr(copying, "PAGE_ROWS", 10)
    return moved


def all_at_once() -> FakeCanteen:
    canteen = FakeCanteen(utc_now)
    canteen.open_account("60010001", "13800001111", 10**7)
    for number in range(ROWS):
        canteen.eat("60010001", 100 + number)
    begin = Barrier(RUNS)

    def one(_number: int) -> None:
        with ThreadPoolExecutor(3) as pool:
            begin.wait()
            syncing.run(canteen, Table(pool), pool, utc_now, NO_LEASE)

    with ThreadPoolExecutor(RUNS) as runs:
        list(runs.map(one, range(RUNS)))
    return canteen


def test_runs_beside_each_other(cloud: Any, places: list[int]) -> None:
    canteen = all_at_once()
    with ThreadPoolExecutor(3) as pool:
        syncing.run(canteen, Table(pool), pool, utc_now, NO_LEASE)
    assert stored_rows() == as_stored(canteen.posted)
    assert places == sorted(places) and places[-1] == ROWS


def test_without_the_fence_the_place_goes_back(cloud: Any, places: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.setattr(shelf, "_replace", lambda item, version, is_ours: item.save())
    for _ in range(5):
        all_at_once()
        if places != sorted(places):
            return
        ProgressItem.get(*shelf.PROGRESS_KEY).delete()
        places.clear()
    raise AssertionError("the race does not show without its guard")
