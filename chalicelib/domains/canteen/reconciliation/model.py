"""What a comparison finds and what becomes of it: pure; standard library only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What does not fit."""

    UNPAID_HERE = "unpaid_here"
    """WeChat Pay has the money; here it is not paid."""
    UNKNOWN_ORDER = "unknown_order"
    """In the bill, and no order of ours."""
    NOT_IN_BILL = "not_in_bill"
    AMOUNT_DIFFERS = "amount_differs"
    PAID_TWICE = "paid_twice"
    NOT_CREDITED = "not_credited"
    """Paid, and the canteen's records do not have it; or they have it and we do not know."""
    CREDITED_UNPAID = "credited_unpaid"
    """The canteen has credited what was never paid."""
    CREDIT_AMOUNT_DIFFERS = "credit_amount_differs"
    CREDITED_TWICE = "credited_twice"
    CREDITED_AND_REFUNDED = "credited_and_refunded"
    REFUND_NOT_IN_BILL = "refund_not_in_bill"
    REFUND_UNKNOWN = "refund_unknown"
    """In the bill, and no refund of ours."""
    REFUND_AMOUNT_DIFFERS = "refund_amount_differs"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not fit. ``key`` makes it the same one whenever the day is compared again."""

    kind: Kind
    key: str
    number: str | None = None
    transaction_id: str | None = None
    account_no: str | None = None
    bill_fen: int | None = None
    ours_fen: int | None = None
    canteen_fen: int | None = None


class State(StrEnum):
    """Of a difference."""

    OPEN = "open"
    SETTLED = "settled"
    """A person has said why it is all right."""
    GONE = "gone"
    """A later comparison did not find it any more."""


@dataclass(frozen=True, slots=True)
class Known:
    """A difference as it is kept."""

    id: str
    day: str
    difference: Difference
    state: State
    found_at: datetime
    version: int = 1
    settled_at: datetime | None = None
    settled_by: str | None = None
    reason: str | None = None


def seen_again(known: Known, difference: Difference, now: datetime) -> Known | None:
    """The comparison finds it (still, or again). What a person settled stays settled while nothing of it changes."""
    if known.difference == difference and known.state is not State.GONE:
        return None
    return replace(
        known, difference=difference, state=State.OPEN, found_at=now, version=known.version + 1, settled_at=None,
        settled_by=None, reason=None,
    )  # fmt: skip


def not_seen(known: Known) -> Known | None:
    """The comparison does not find it any more."""
    if known.state is not State.OPEN:
        return None
    return replace(known, state=State.GONE, version=known.version + 1)


def settle(known: Known, by: str, reason: str, now: datetime) -> Known | None:
    """A person says why it is all right."""
    if known.state is not State.OPEN:
        return None
    return replace(
        known, state=State.SETTLED, settled_at=now, settled_by=by, reason=reason, version=known.version + 1
    )  # fmt: skip


class RunState(StrEnum):
    """Of a day."""

    WAITING = "waiting"
    MATCHED = "matched"
    DIFFERENT = "different"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sums:
    """What the three sides add up to."""

    bill_count: int = 0
    bill_fen: int = 0
    bill_refund_fen: int = 0
    ours_count: int = 0
    ours_fen: int = 0
    ours_refund_fen: int = 0
    canteen_count: int = 0
    canteen_fen: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """The last comparison of a day."""

    day: str
    state: RunState
    ran_at: datetime
    message: str = ""
    """Why it waits or failed: a code of the domain's texts."""
    sums: Sums = Sums()
    open_differences: int = 0
