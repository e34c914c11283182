"""How fast the canteen's rows are copied, against bare batch writes of the same items by the same client in the same run."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.httpsession
import pytest
from botocore.awsrequest import AWSResponse

from bench.report import Table
from chalicelib.core.batches import BATCH_ITEMS
from chalicelib.core.clock import utc_now
from chalicelib.domains.canteen.records import shelf, store, syncing
from chalicelib.integrations.canteen.port import Row, RowKind, RowPage
from tests.support.environment import apply_environment, fake_cloud

ROWS = 100_000
FEWER_ROWS, ROUNDS = 20_000, 3
"""Of the lines without tables: the best of several rounds in turn, on a machine that does other things, too."""
ACCOUNTS = 1000
BUDGET = 0.70
AWAY = timedelta(milliseconds=5)
"""A call to DynamoDB, waited for."""
FAR = timedelta(milliseconds=30)
"""A page of the canteen, waited for."""
Timer = Callable[[], float]
"""Seconds: of the processor where nothing is waited for, of the clock where something is."""


@dataclass
class Canteen:
    """As many rows as are asked for, delivered by their number; ``far``: how long a page takes."""

    rows_posted: list[Row]
    far: timedelta = timedelta()
    reads_all: bool = True

    def rows(self, cursor: str, limit: int, account_no: str | None = None) -> RowPage:  # noqa: ARG002 - the port has it
        """See the port."""
        time.sleep(self.far.total_seconds())
        first = int(cursor or "0")
        shown = tuple(self.rows_posted[first : first + limit])
        behind = len(self.rows_posted) - first - len(shown)
        return RowPage(shown, str(first + len(shown)), behind > 0, behind)


def posted(count: int) -> list[Row]:
    """Meals and top-ups of a month, as the adapter hands them over."""
    began = datetime(2026, 11, 1, tzinfo=UTC)
    return [_row(number, began + timedelta(seconds=25 * number)) for number in range(1, count + 1)]


def _row(number: int, at: datetime) -> Row:
    account = f"6001{number % ACCOUNTS:04d}"
    kind = RowKind.CONSUME if number % 20 else RowKind.RECHARGE
    amount = -1250 if kind is RowKind.CONSUME else 5000
    serial = None if kind is RowKind.CONSUME else f"01KAY{number:021d}"
    return Row(
        f"{number:012d}", account, at, at, kind, amount, 8750, "一食堂", "POS-03", serial, f"A{number % ACCOUNTS}", "陈**"
    )  # fmt: skip


def bare(rows: list[Row], timer: Timer) -> float:
    """Seconds of writing the same items, ready made, with nothing round it."""
    items = [store.attributes_of(row) for row in rows]
    connection = store.RowItem._get_connection()
    client, table = connection.connection.client, connection.table_name

    began = timer()
    for first in range(0, len(items), BATCH_ITEMS):
        batch = [{"PutRequest": {"Item": item}} for item in items[first : first + BATCH_ITEMS]]
        if client.batch_write_item(RequestItems={table: batch}).get("UnprocessedItems"):
            raise AssertionError("every item is taken here")
    return timer() - began


def copied(canteen: Canteen, rows: int, timer: Timer) -> float:
    """Seconds of the product's runs until nothing is left."""
    began = timer()
    patience = syncing.Patience(timedelta(hours=1), timedelta(hours=2))
    with ThreadPoolExecutor(syncing.WRITERS + 1) as pool:
        seen = syncing.run(canteen, shelf.Table(pool), pool, utc_now, patience)  # type: ignore[arg-type]  # of the port only what a copy asks
    seconds = timer() - began
    if seen.run is None or seen.run.rows != rows or seen.behind:
        raise AssertionError(f"not everything was copied: {seen}")
    return seconds


def measure(rows: int = ROWS) -> Table:
    """The table."""
    table = Table(
        "Copying the canteen's rows against bare batch writes of the same items, rows a second",
        ("rows", "bare", "copied", "ratio", "budget"),
    )
    _add(table, f"{rows}, into moto's tables", rows, _moto, time.process_time, 1)
    no_network = f"{FEWER_ROWS}, transport stubbed"
    _add(table, no_network, FEWER_ROWS, _nothing, time.process_time, ROUNDS)
    name = f"{FEWER_ROWS}, a call {AWAY.microseconds // 1000} ms, a page {FAR.microseconds // 1000} ms away"
    _add(table, name, FEWER_ROWS, lambda patch: _stubbed(patch, AWAY), time.perf_counter, ROUNDS, FAR)
    table.notes.append(
        f"bare: {BATCH_ITEMS} ready made items a call, one call after the other; the product writes {syncing.WRITERS} side by side"
    )
    return table


Behind = Callable[[pytest.MonkeyPatch], AbstractContextManager[None]]
"""What the client talks to."""


def _add(
    table: Table, name: str, rows: int, behind: Behind, timer: Timer, rounds: int, far: timedelta = timedelta()
) -> None:
    canteen = Canteen(posted(rows), far)
    pairs = [
        (_apart(lambda: bare(canteen.rows_posted, timer), behind), _apart(lambda: copied(canteen, rows, timer), behind))
        for _ in range(rounds)
    ]
    plain, product = (min(times) for times in zip(*pairs, strict=True))
    ratio = plain / product
    budget = f">= {BUDGET:.2f}" if behind is not _nothing else "-"
    figures = (f"{rows / plain:.0f}", f"{rows / product:.0f}", f"{ratio:.2f}", budget)
    table.add(name, *figures, ok=ratio >= BUDGET if behind is not _nothing else None)


def _apart(work: Callable[[], float], behind: Behind) -> float:
    """In an environment of its own, the posted rows out of the garbage collector's way: no function holds so many."""
    gc.collect()
    gc.freeze()
    with pytest.MonkeyPatch.context() as patch:
        apply_environment(patch)
        with behind(patch):
            _ = store.RowItem._get_connection().connection.client  # made before anything is measured
            return work()


@contextmanager
def _moto(patch: pytest.MonkeyPatch) -> Iterator[None]:
    with fake_cloud(patch):
        yield


@contextmanager
def _stubbed(patch: pytest.MonkeyPatch, away: timedelta) -> Iterator[None]:
    """Whatever is sent is answered as a table that has nothing and takes everything."""

    def send(_session: Any, request: Any) -> AWSResponse:
        time.sleep(away.total_seconds())
        return AWSResponse(request.url, 200, {"Content-Type": "application/x-amz-json-1.0"}, _Nothing())

    patch.setattr(botocore.httpsession.URLLib3Session, "send", send)
    yield


def _nothing(patch: pytest.MonkeyPatch) -> AbstractContextManager[None]:
    """No table and no way to it: what is left is the client's own work, and ours beside it. No budget."""
    return _stubbed(patch, timedelta())


class _Nothing:
    """The body of an empty answer."""

    def stream(self, **_options: Any) -> Iterator[bytes]:
        """All of it."""
        yield b"{}"
