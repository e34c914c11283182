"""How fast the canteen's rows are copied, against bare batch writes of the same items by the same client in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.client
import pytest

from bench.report import Table
from chalicelib.core.batches import BATCH_ITEMS
from chalicelib.core.clock import utc_now
from chalicelib.domains.canteen.records import shelf, store, syncing
from chalicelib.integrations.canteen.port import Row, RowKind, RowPage
from tests.support.environment import apply_environment, fake_cloud

ROWS = 100_000
NETWORK_ROWS = 20_000
ACCOUNTS = 1000
BUDGET = 0.70
AWAY = timedelta(milliseconds=5)
"""A call to DynamoDB, waited for."""
FAR = timedelta(milliseconds=30)
"""A page of the canteen, waited for."""


@dataclass
class Canteen:
    """As many rows as are asked for, delivered by their number; ``far``: how long a page takes."""

    rows_posted: list[Row]
    far: timedelta = timedelta()
    reads_all: bool = field(default=True)

    def rows(self, cursor: str, limit: int, account_no: str | None = None) -> RowPage:
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


def bare(rows: list[Row], writers: int) -> float:
    """Seconds of writing the same items, ready made, with nothing round it."""
    items = [store.attributes_of(row) for row in rows]
    connection = store.RowItem._get_connection()
    client, table = connection.connection.client, connection.table_name

    def put(first: int) -> Any:
        batch = [{"PutRequest": {"Item": item}} for item in items[first : first + BATCH_ITEMS]]
        return client.batch_write_item(RequestItems={table: batch})

    began = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        for answer in pool.map(put, range(0, len(items), BATCH_ITEMS)):
            if answer["UnprocessedItems"]:
                raise AssertionError("moto takes every item")
    return time.perf_counter() - began


def copied(canteen: Canteen, rows: int) -> float:
    """Seconds of the product's runs until nothing is left."""
    began = time.perf_counter()
    patience = syncing.Patience(timedelta(hours=1), timedelta(hours=2))
    with ThreadPoolExecutor(syncing.WRITERS + 1) as pool:
        seen = syncing.run(canteen, shelf.Table(pool), pool, utc_now, patience)  # type: ignore[arg-type]
    seconds = time.perf_counter() - began
    if seen.run is None or seen.run.rows != rows or seen.behind:
        raise AssertionError(f"not everything was copied: {seen}")
    return seconds


def measure(rows: int = ROWS) -> Table:
    """The table."""
    table = Table(
        "Copying the canteen's rows against bare batch writes of the same items, rows a second",
        ("rows", "bare", "copied", "ratio", "budget"),
    )
    _add(table, f"{rows}, one process, no network", rows, 1, timedelta(), timedelta())
    name = f"{NETWORK_ROWS}, a call 5 ms, a page 30 ms away"
    _add(table, name, NETWORK_ROWS, syncing.WRITERS, AWAY, FAR)
    table.notes.append(
        f"bare: 25 items a call, made before; the second line writes {syncing.WRITERS} calls side by side"
    )
    return table


def _add(table: Table, name: str, rows: int, writers: int, away: timedelta, far: timedelta) -> None:
    canteen = Canteen(posted(rows), far)
    plain = _in_new_cloud(lambda: bare(canteen.rows_posted, writers), away)
    product = _in_new_cloud(lambda: copied(canteen, rows), away)
    ratio = plain / product
    figures = (f"{rows / plain:.0f}", f"{rows / product:.0f}", f"{ratio:.2f}", f">= {BUDGET:.2f}")
    table.add(name, *figures, ok=ratio >= BUDGET)


def _in_new_cloud(work: Callable[[], float], away: timedelta) -> float:
    """With an empty table, every AWS call taking ``away`` longer, outside moto's lock."""
    with pytest.MonkeyPatch.context() as patch:
        apply_environment(patch)
        with fake_cloud(patch):
            call = botocore.client.BaseClient._make_api_call

            def slow(client: Any, operation: str, arguments: Any) -> Any:
                time.sleep(away.total_seconds())
                return call(client, operation, arguments)

            patch.setattr(botocore.client.BaseClient, "_make_api_call", slow)
            return work()
