"""Requests and answers about the daily three-way reconciliation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from chalicelib.core.validation import Answer, Request
from chalicelib.domains.canteen.schemas import Cursor, Month, Reason

RunState = Literal["waiting", "matched", "different", "failed"]
"""``waiting``: the bill or the canteen's records are not there yet; ``matched``: no difference is open."""
DifferenceKind = Literal[
    "unpaid_here", "unknown_order", "not_in_bill", "amount_differs", "paid_twice",
    "not_credited", "credited_unpaid", "credit_amount_differs", "credited_twice", "credited_and_refunded",
    "refund_not_in_bill", "refund_unknown", "refund_amount_differs",
]  # fmt: skip
DifferenceState = Literal["open", "settled", "gone"]
"""``settled``: a person said why it is all right; ``gone``: a later run did not find it any more."""


class ReconciliationsQuery(Request):
    """A month of days, newest first."""

    month: Month


class ReconciliationView(Answer):
    """A day's comparison. Sums in fen."""

    day: date
    state: RunState
    ran_at: datetime | None
    message: str
    bill_count: int
    bill_fen: int
    bill_refund_fen: int
    ours_count: int
    ours_fen: int
    ours_refund_fen: int
    canteen_count: int
    canteen_fen: int
    open_differences: int


class ReconciliationsView(Answer):
    """Days of a month."""

    items: list[ReconciliationView]


class DifferencesQuery(Request):
    """Differences by state, newest first."""

    state: DifferenceState = "open"
    day: date | None = None
    kind: DifferenceKind | None = None
    cursor: Cursor | None = None


class DifferenceView(Answer):
    """One thing that does not fit."""

    id: str
    day: date
    kind: DifferenceKind
    kind_text: str
    proposal: str
    """What to do, in a sentence."""
    action: Literal["retry_credit", "refund", "query_payment", "look", "none"]
    """What the page offers."""
    top_up_id: str | None
    transaction_id: str | None
    account_no: str | None
    bill_fen: int | None
    ours_fen: int | None
    canteen_fen: int | None
    state: DifferenceState
    found_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    reason: str | None


class DifferencesView(Answer):
    """A page of differences."""

    items: list[DifferenceView]
    next_cursor: str | None


class SettleDifference(Request):
    """Why it is all right."""

    reason: Reason
