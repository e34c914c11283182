"""Any interleaving of pages, deaths, lost answers, late rows and runs beside each other: exactly the canteen's rows are copied.

Between any two calls of a run anything may happen, another whole run included, and that one may be interrupted likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.table import OutcomeUnknown
from chalicelib.domains.canteen.bindings.binding import Binding
from chalicelib.domains.canteen.records import copying, syncing
from chalicelib.domains.canteen.records.progress import AccountPlace, Progress
from chalicelib.domains.canteen.records.shelf import Overtaken
from chalicelib.integrations.canteen.port import Row, RowPage
from chalicelib.integrations.errors import PeerError, Refused, Retryable
from tests.support.clock import FakeClock
from tests.support.fake_canteen import FakeCanteen
from tests.support.faults import ProcessDied
from tests.support.records import Inline

ACCOUNTS = ("60010001", "60010002", "60010003")


@dataclass
class Memory:
    """What DynamoDB would hold, with the same conditions; ``happens`` is called before and after everything."""

    happens: Callable[[], None] = lambda: None
    progress: Progress = field(default_factory=Progress)
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    places: dict[str, AccountPlace] = field(default_factory=dict)
    writes: int = 0

    def find(self) -> Progress:
        self.happens()
        return self.progress

    def replace(self, seen: Progress, changed: Progress) -> None:
        self.happens()
        if self.progress.version != seen.version:
            raise Overtaken
        assert int(changed.place or "0") >= int(self.progress.place or "0"), "the place went back"
        assert not self.progress.synced_until or changed.synced_until >= self.progress.synced_until  # type: ignore[operator]
        self.progress = changed
        self.happens()

    def keep(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self.happens()
            self.writes += 1
            self.rows[row.account_no, row.key] = row
        self.happens()

    def find_account(self, account_no: str) -> AccountPlace:
        self.happens()
        return self.places.get(account_no, AccountPlace(account_no))

    def replace_account(self, seen: AccountPlace, changed: AccountPlace) -> None:
        self.happens()
        if self.find_account(seen.account_no).version != seen.version:
            raise Overtaken
        self.places[seen.account_no] = changed
        self.happens()

    def bound(self, place: str) -> Iterator[tuple[Binding, str]]:
        for account_no in ACCOUNTS:
            if account_no > place:
                self.happens()
                yield Binding("U", account_no, f"S{account_no}", "陈**", "138", FakeClock().now, 1), account_no


class World:
    """A canteen, what is copied of it, and a script of what happens between any two calls."""

    def __init__(self, reads_all: bool, script: list[str]) -> None:
        self.clock = FakeClock()
        self.canteen = FakeCanteen(self.clock, reads_all=reads_all)
        for number, account_no in enumerate(ACCOUNTS):
            self.canteen.open_account(account_no, f"1380000000{number}", 10**6)
        self.script, self.memory = script, Memory(self.happens)
        self.canteen.trouble = lambda _operation, _moment: self.happens()

    def run(self) -> None:
        with suppress(ProcessDied, PeerError, OutcomeUnknown):
            syncing.run(self.canteen, self.memory, Inline(), self.clock, syncing.SCHEDULED, at_once=True)

    def happens(self) -> None:
        self.holds()
        match self.script.pop() if self.script else "":
            case "posted":
                self.canteen.eat(ACCOUNTS[len(self.script) % 3], 100)
            case "late":
                self.canteen.eat(ACCOUNTS[len(self.script) % 3], 100, self.clock() - timedelta(days=40))
            case "died":
                raise ProcessDied
            case "lost":
                raise OutcomeUnknown("the answer was lost")
            case "down":
                raise Retryable("peer_unreachable", "no", "canteen")
            case "another run":
                self.clock.advance(seconds=60)  # its lease is over: whoever is at it is slow, not dead
                self.run()

    def holds(self) -> None:
        """At any moment: what lies before a place is there, and nothing is there that was not posted."""
        posted = {(row.account_no, row.key): row for row in self.canteen.posted}
        kept = self.memory.rows
        assert kept.keys() <= posted.keys()
        reached = {account_no: place.place for account_no, place in self.memory.places.items()}
        for key, row in posted.items():
            place = self.memory.progress.place if self.canteen.reads_all else reached.get(row.account_no, "")
            assert int(row.key) > int(place or "0") or key in kept, "a row was passed over"

    def is_copied(self) -> None:
        self.script.clear()
        for _ in range(30):
            self.clock.advance(seconds=60)
            self.run()
            if self.memory.progress.synced_until == self._began():
                break
        named = {(row.account_no, row.key): self._named(row) for row in self.canteen.posted}
        assert self.memory.rows == named
        assert self.memory.progress.run is not None and not self.memory.progress.run.error

    def _began(self) -> object:
        seen = self.memory.progress
        started = seen.round if not self.canteen.reads_all else None
        return started.began_at if started else seen.run and seen.run.started_at

    def _named(self, row: Row) -> Row:
        return row if self.canteen.reads_all else replace(row, staff_no=row.staff_no or f"S{row.account_no}")


EVENTS = ["", "", "", "", "posted", "late", "died", "lost", "down", "another run"]


@pytest.fixture(autouse=True)
def _small_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copying, "PAGE_ROWS", 2)
        patch.setattr(syncing, "log_event", lambda *_, **__: None)
        yield


@settings(max_examples=150, deadline=None)
@given(st.booleans(), st.integers(0, 9), st.lists(st.sampled_from(EVENTS), max_size=60), st.integers(1, 4))
def test_whatever_happens_exactly_the_canteens_rows_are_copied(
    reads_all: bool, before: int, script: list[str], runs: int
) -> None:
    world = World(reads_all, [])
    for number in range(before):
        world.canteen.eat(ACCOUNTS[number % 3], 100)
    world.script[:] = script
    for _ in range(runs):
        with suppress(ProcessDied, PeerError, OutcomeUnknown):
            world.run()
        world.clock.advance(seconds=60)
    world.is_copied()


def test_a_place_that_moves_before_its_rows_are_kept_is_noticed() -> None:
    """The negative control: rows kept behind the place are lost with the process."""
    world = World(True, [])
    world.canteen.eat(ACCOUNTS[0], 100)
    kept: list[Sequence[Row]] = []
    world.memory.keep = kept.append  # type: ignore[method-assign]  # they would be written later
    with pytest.raises(AssertionError, match="passed over"):
        world.run()
        world.run()


@pytest.mark.parametrize("reads_all", [True, False])
def test_a_quiet_minute_writes_no_rows(reads_all: bool) -> None:
    """What was read just the same the last time is there already, and a round of accounts is not begun every minute."""
    world = World(reads_all, [])
    world.canteen.eat(ACCOUNTS[0], 100)
    world.run()
    assert world.memory.writes == 1
    world.canteen.calls.clear()
    world.clock.advance(seconds=60)
    syncing.run(world.canteen, world.memory, Inline(), world.clock, syncing.SCHEDULED)
    assert (world.memory.writes, len(world.canteen.calls)) == (1, 1 if reads_all else 0)


def test_rows_read_again_unchanged_are_not_written_again() -> None:
    """As iSecure Center's log is read: each reading begins a week before the last one ended."""
    world = World(False, [])
    world.canteen.eat(ACCOUNTS[0], 100)
    again = lambda cursor, limit, account_no=None: RowPage(  # noqa: E731
        tuple(row for row in world.canteen.posted if row.account_no == account_no), "week", False, None
    )
    world.canteen.rows = again  # type: ignore[method-assign]
    world.memory.happens = lambda: None  # its cursor is no number; only accounts have one here
    for _ in range(3):
        world.run()
        world.clock.advance(minutes=11)
    assert world.memory.writes == 1
    world.canteen.eat(ACCOUNTS[0], 200)
    world.run()
    assert world.memory.writes == 3 and len(world.memory.rows) == 2


def test_a_canteen_that_says_more_from_the_same_place_does_not_hold_the_reader() -> None:
    world = World(True, [])
    asked = []

    def stale(cursor: str, limit: int, account_no: str | None = None) -> RowPage:
        asked.append(cursor)
        return RowPage((), cursor, True, 5)

    world.canteen.rows = stale  # type: ignore[method-assign]
    world.run()
    seen = world.memory.progress
    assert seen.run is not None
    assert (asked, seen.run.error, seen.place, seen.synced_until) == ([""], "answer_unreadable", "", None)


def test_a_run_begins_no_page_when_its_time_is_over() -> None:
    """The next one goes on; until then the copy is said to be behind."""
    world = World(True, [])
    for _ in range(9):
        world.canteen.eat(ACCOUNTS[0], 100)
    world.canteen.trouble = lambda _operation, moment: world.clock.advance(seconds=12 if moment == "after" else 0)
    world.run()
    seen = world.memory.progress
    assert seen.run is not None
    assert (seen.run.rows, seen.run.error, seen.behind, seen.synced_until) == (6, "", 3, None)
    world.is_copied()


def test_an_account_the_canteen_does_not_know_any_more_holds_up_nobody() -> None:
    world = World(False, [])
    for account_no in ACCOUNTS:
        world.canteen.eat(account_no, 100)
    answer = world.canteen.rows

    def some(cursor: str, limit: int, account_no: str | None = None) -> RowPage:
        if account_no == ACCOUNTS[1]:
            raise Refused("canteen_not_found", "left the plant", "canteen")
        return answer(cursor, limit, account_no)

    world.canteen.rows = some  # type: ignore[method-assign]
    world.run()
    assert {account_no for account_no, _ in world.memory.rows} == {ACCOUNTS[0], ACCOUNTS[2]}
    assert world.memory.progress.synced_until == FakeClock().now
