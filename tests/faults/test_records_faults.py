"""The copying with every single call broken, before and after, by an error and by death: the next runs bring exactly the rest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core import batches
from chalicelib.core.table import is_store_error
from chalicelib.domains.canteen.records import copying, resyncing, syncing
from chalicelib.domains.canteen.records.shelf import Table
from chalicelib.integrations.errors import PeerError, Refused
from tests.support.clock import FakeClock
from tests.support.fake_canteen import FakeCanteen
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.records import Inline, as_stored, bound, run, stored_rows

ACCOUNTS = ("60010001", "60010002")
BEGIN, PAGE, BATCH, MOVE, FETCH, WRITE = "GetItem", 3, 2, "PutItem", "canteen.rows", "BatchWriteItem"


class World:
    """A canteen with two bound diners, and the copy of its rows."""

    def __init__(self, clock: FakeClock, reads_all: bool) -> None:
        self.clock, self.canteen = clock, FakeCanteen(clock, reads_all=reads_all)
        for number, account_no in enumerate(ACCOUNTS):
            self.canteen.open_account(account_no, f"1380000000{number}", 10**7)
            bound(f"USER{number}", account_no, datetime(2026, 11, number + 1, tzinfo=UTC))

    def posts(self, count: int = 2 * PAGE + 1) -> None:
        """Meals of both, some of them long ago."""
        for number in range(count):
            late = timedelta(days=30) if number % 7 == 0 else timedelta()
            self.canteen.eat(ACCOUNTS[number % 2], 100 + number, self.clock() - late)

    def run(self) -> None:
        run(self.canteen, self.clock, at_once=True)

    def broken(self, fault: Fault, patch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
        """Only what a lost answer looks like may come out."""
        with injected(fault, self.canteen, patch), suppress(ProcessDied, PeerError):
            try:
                act()
            except Exception as error:
                if not is_store_error(error):
                    raise

    def recovers(self) -> None:
        """The schedule's next minutes."""
        for _ in range(2):
            self.clock.advance(seconds=60)
            self.run()


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "PAGE_ROWS", PAGE)
    monkeypatch.setattr(batches, "BATCH_ITEMS", BATCH)


@pytest.mark.parametrize("reads_all", [True, False])
def test_a_run_with_every_call_broken(
    cloud: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, reads_all: bool
) -> None:
    world = World(clock, reads_all)
    world.posts()
    count = Fault()
    world.broken(count, monkeypatch, world.run)
    if reads_all:  # rows are written in batches only; a page has one conditional write
        pages = (FETCH, FETCH, WRITE, WRITE, MOVE, FETCH, WRITE, WRITE, MOVE, WRITE, MOVE)
        assert tuple(count.calls) == (BEGIN, MOVE, *pages)
    assert stored_rows() == as_stored(world.canteen.posted)
    for fault in every_fault(len(count.calls)):
        world.clock.advance(minutes=2)
        world.posts()
        world.broken(fault, monkeypatch, world.run)
        world.recovers()
        assert stored_rows() == as_stored(world.canteen.posted), fault
        state = ended_run(world)
        assert (state.error, state.ended_at is not None) == ("", True), fault


def ended_run(world: World) -> Any:
    found = Table(Inline()).find()
    assert found.run is not None
    began = found.round.began_at if found.round else found.run.started_at
    assert found.synced_until == began
    return found.run


def test_an_account_read_again_with_every_call_broken(
    cloud: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked once more it is whole, and the place of the schedule has not moved."""
    world = World(clock, True)
    world.posts(3 * PAGE)
    account_no = ACCOUNTS[0]
    wanted = as_stored([row for row in world.canteen.posted if row.account_no == account_no])

    def again() -> None:
        read = resyncing.resync(world.canteen, Table(Inline()), account_no, None, clock, clock() + timedelta(seconds=4))
        assert read == resyncing.Read(5, None)

    count = Fault()
    world.broken(count, monkeypatch, again)
    assert stored_rows() == wanted
    for fault in every_fault(len(count.calls)):
        with suppress(Exception):  # Unavailable: the office is told to ask again
            world.broken(fault, monkeypatch, again)
        again()
        assert stored_rows() == wanted, fault
    assert Table(Inline()).find().version == 0


def test_the_schedule_tells_when_people_have_to_look(
    cloud: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A canteen that is down for a while is its own affair; a refusal, and half an hour of silence, are ours."""
    world = World(clock, True)
    world.posts(100)
    assert syncing.sync(world.canteen, clock) == {"rows": 100, "behind": 0}
    assert stored_rows() == as_stored(world.canteen.posted), "side by side, too"
    clock.advance(seconds=1)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(syncing.progress, "begin", lambda *_: None)
        assert syncing.sync(world.canteen, clock) == {"rows": 0, "behind": 0}, "another run is at it"
    world.canteen.down = True
    clock.advance(minutes=29)
    assert syncing.sync(world.canteen, clock) == {"failed": 1}
    clock.advance(minutes=1)
    with pytest.raises(syncing.SyncIncomplete, match="peer_unreachable"):
        syncing.sync(world.canteen, clock)
    world.canteen.down = False
    clock.advance(minutes=1)
    assert syncing.sync(world.canteen, clock) == {"rows": 0, "behind": 0}

    def refuse(operation: str, moment: str) -> None:
        raise Refused("canteen_credentials_refused", "no", "canteen")

    monkeypatch.setattr(world.canteen, "trouble", refuse)
    clock.advance(minutes=1)
    with pytest.raises(syncing.SyncIncomplete, match="canteen_credentials_refused"):
        syncing.sync(world.canteen, clock)
    assert Table(Inline()).find().run.error == "canteen_credentials_refused"  # type: ignore[union-attr]


def test_a_page_that_holds_a_row_twice_is_kept(cloud: Any, clock: FakeClock) -> None:
    """DynamoDB refuses a batch with one key twice; iSecure Center's log may list a line twice."""
    world = World(clock, True)
    row = world.canteen.eat(ACCOUNTS[0], 100)
    world.canteen.posted.append(row)
    world.run()
    assert stored_rows() == as_stored([row])
