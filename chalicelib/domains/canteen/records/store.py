"""The canteen's transactions in DynamoDB: written as plain attributes in batches, read through the model of the item.

A row has one key, whoever delivers it and however often, so no write needs a condition and a page written twice is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core import batches
from chalicelib.core.batches import RawItem
from chalicelib.core.clock import from_text, month_bounds, site_day, site_month, to_text
from chalicelib.core.narrowing import Query, newest_first
from chalicelib.core.table import Key
from chalicelib.domains.canteen.bindings.binding import Binding
from chalicelib.domains.canteen.bindings.store import HoldingItem, find_record, holding_key
from chalicelib.domains.canteen.records.model import Kind, Row
from chalicelib.domains.canteen.table import CanteenItem
from chalicelib.integrations.canteen import port

KIND = "row"
ROW = "ROW#"


class RowItem(CanteenItem):
    """Stored form of a transaction: ``ACCOUNT#<no>`` / ``ROW#<key>``; ``created_at`` is when it occurred."""

    posted_at = UnicodeAttribute()
    kind = UnicodeAttribute()
    amount_fen = NumberAttribute()
    balance_after_fen = NumberAttribute()
    merchant = UnicodeAttribute()
    terminal = UnicodeAttribute()
    serial_no = UnicodeAttribute(null=True)
    staff_no = UnicodeAttribute(null=True)
    name_masked = UnicodeAttribute(null=True)


OPTIONAL = ("serial_no", "staff_no", "name_masked")


def row_key(account_no: str, key: str) -> Key:
    """Key of a row's item."""
    return f"ACCOUNT#{account_no}", f"{ROW}{key}"


def account_key(account_no: str) -> str:
    """Partition of an account's rows."""
    return f"{KIND}#{account_no}"


def month_key(month: str) -> str:
    """Partition of everybody's rows of a month (``YYYY-MM``)."""
    return f"{KIND}#{month}"


def recharge_key(day: str) -> str:
    """Partition of the top-ups the canteen posted on a day (``YYYY-MM-DD``)."""
    return f"recharge#{day}"


def put_rows(rows: Iterable[port.Row], pool: Executor, pause: batches.Pause) -> None:
    """Write rows, in batches only. One that a page holds twice is written once: DynamoDB refuses a batch with two."""
    items = {row_key(row.account_no, row.key): row for row in rows}
    batches.put_all(RowItem, [attributes_of(row) for row in items.values()], pool, pause)


def attributes_of(row: port.Row) -> RawItem:
    """The stored form as DynamoDB takes it: a hundred thousand rows are no hundred thousand model objects."""
    pk, sk = row_key(row.account_no, row.key)
    attributes = {
        "pk": {"S": pk},
        "sk": {"S": sk},
        "created_at": {"S": to_text(row.occurred_at)},
        "posted_at": {"S": to_text(row.posted_at)},
        "kind": {"S": row.kind.value},
        "amount_fen": {"N": str(row.amount_fen)},
        "balance_after_fen": {"N": str(row.balance_after_fen)},
        "merchant": {"S": row.merchant},
        "terminal": {"S": row.terminal},
        "account_key": {"S": account_key(row.account_no)},
        "kind_key": {"S": month_key(site_month(row.occurred_at))},
    }
    for name in OPTIONAL:
        if (value := getattr(row, name)) is not None:
            attributes[name] = {"S": value}
    if row.kind is port.RowKind.RECHARGE:
        attributes["day_key"] = {"S": recharge_key(site_day(row.posted_at))}
    return attributes


def to_row(item: Any) -> Row:
    """The domain's form."""
    return Row(
        key=item.sk.removeprefix(ROW),
        account_no=item.pk.removeprefix("ACCOUNT#"),
        occurred_at=from_text(item.created_at),
        posted_at=from_text(item.posted_at),
        kind=Kind(item.kind),
        amount_fen=int(item.amount_fen),
        balance_after_fen=int(item.balance_after_fen),
        merchant=item.merchant,
        terminal=item.terminal,
        serial_no=item.serial_no,
        staff_no=item.staff_no,
        name_masked=item.name_masked,
    )


def own_month(account_no: str, month: str, rows: int) -> Query:
    """An account's rows of a month, newest first, ``rows`` a call."""
    return between(RowItem.by_account, account_key(account_no), *month_bounds(month), rows)


def between(index: Any, partition: str, since: datetime, until: datetime, rows: int) -> Query:
    """Rows of an index partition that occurred from ``since`` to before ``until``, newest first, ``rows`` a call."""
    days = RowItem.created_at.between(to_text(since), to_text(until - timedelta(milliseconds=1)))
    return newest_first(index, partition, days, rows)


def recharges_posted_on(day: str) -> Iterator[Row]:
    """The top-ups the canteen posted on a day (``YYYY-MM-DD``, the plant's), whoever sent them, by when they occurred."""
    return (to_row(item) for item in RowItem.by_day.query(recharge_key(day)))


def holder_of(account_no: str) -> Binding | None:
    """Whose account it is; a canteen that is read account by account does not say so in its rows."""
    holding = HoldingItem.find(*holding_key(account_no))
    record = find_record(holding.user_id) if holding and holding.is_held else None
    return record.binding if record else None
