"""Requests and answers about what the canteen has posted, and how far the copy has come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.core.validation import Answer, Line, Request
from chalicelib.domains.canteen.schemas import AccountNo, Cursor, Days, MealName, Month, RowKindName

MerchantPart = Annotated[Line, Field(min_length=1, max_length=64)]
"""Part of a merchant's name."""


class RecordsQuery(Request):
    """Own records of a month, newest first."""

    month: Month
    kind: Literal["all", "consume", "topup"] = "all"
    cursor: Cursor | None = None


class RowView(Answer):
    """A transaction as the canteen posted it."""

    key: str
    occurred_at: datetime
    posted_at: datetime
    is_late: bool
    """Posted on a later day than it occurred: an offline terminal."""
    kind: RowKindName
    amount_fen: int
    """Signed: below zero is spent."""
    balance_after_fen: int
    merchant: str
    meal: MealName | None
    """Of a consumption."""
    top_up_id: str | None


class MonthSums(Answer):
    """Of the whole month, whatever is shown."""

    spent_fen: int
    """As a positive number, refunds of purchases subtracted."""
    topped_up_fen: int
    subsidy_fen: int
    count: int


class RecordsView(Answer):
    """A page of own records. ``sums`` comes with the first page only."""

    items: list[RowView]
    next_cursor: str | None
    sums: MonthSums | None
    synced_at: datetime | None
    """Until when the canteen's records are copied."""


class OfficeRecordsQuery(Days):
    """Everybody's, by the day it occurred, newest first."""

    kind: RowKindName | None = None
    meal: MealName | None = None
    account_no: AccountNo | None = None
    merchant: MerchantPart | None = None
    cursor: Cursor | None = None


class OfficeRowView(RowView):
    """With whose it is."""

    account_no: str
    staff_no: str | None
    name_masked: str | None
    terminal: str


class OfficeRecordsView(Answer):
    """A page of the office's list."""

    items: list[OfficeRowView]
    next_cursor: str | None


class DayMealSum(Answer):
    """Consumption of a day and meal, as positive numbers."""

    day: date
    meal: MealName
    count: int
    spent_fen: int


class RecordSums(Answer):
    """What a slice of the filter adds up to: ask with ``next_cursor`` until it is null, and add the slices up."""

    count: int
    spent_fen: int
    topped_up_fen: int
    subsidy_fen: int
    other_fen: int
    """Refunds and adjustments, signed."""
    days: list[DayMealSum]
    next_cursor: str | None


class RunView(Answer):
    """One run of a synchronisation."""

    started_at: datetime
    ended_at: datetime | None
    rows: int
    state: Literal["running", "done", "failed"]
    error_code: str | None
    error_text: str | None


class SyncView(Answer):
    """How every synchronisation with the canteen stands."""

    rows_synced_at: datetime | None
    """Everything posted before is copied."""
    rows_behind: int | None
    """Rows that are still to come, if the canteen says."""
    is_caught_up: bool
    last_run: RunView | None
    last_success_at: datetime | None
    credits_pending: int
    credits_failed: int
    losses_pending: int
    losses_failed: int
    refunds_pending: int
    refunds_failed: int
    counted_up_to: int
    """Of unfinished pushes at most so many are counted: as many stand for “at least”."""
    balance_live: bool
    """Whether the canteen answers now."""


class ResyncView(Answer):
    """A whole account was read again."""

    account_no: str
    rows: int
    is_complete: bool
    next_cursor: str | None
    """Go on with it when there is more than one request can read."""


class ResyncQuery(Request):
    """Where to go on."""

    cursor: Cursor | None = None
