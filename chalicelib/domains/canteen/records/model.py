"""What a transaction of the canteen means: its meal, whether it came late, what a month adds up to. Standard library only.

Amounts are whole fen, signed as the canteen posts them: below zero is spent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum


class Kind(StrEnum):
    """Of a transaction."""

    CONSUME = "consume"
    RECHARGE = "recharge"
    SUBSIDY = "subsidy"
    REFUND = "refund"
    """Of a purchase."""
    ADJUST = "adjust"


class Meal(StrEnum):
    """Of a consumption, by when it occurred on the plant's clock."""

    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"
    NIGHT = "night"


BREAKFAST_FROM, LUNCH_FROM, DINNER_FROM, NIGHT_FROM = 5, 10, 15, 21
"""Full hours at which each begins; the night's meal lasts until breakfast."""
SPENDING = frozenset({Kind.CONSUME, Kind.REFUND})
"""What a month's spending is made of: purchases, and what was given back of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A transaction as it is stored; members as in :class:`chalicelib.integrations.canteen.port.Row`."""

    key: str
    account_no: str
    occurred_at: datetime
    posted_at: datetime
    kind: Kind
    amount_fen: int
    balance_after_fen: int
    merchant: str
    terminal: str
    serial_no: str | None
    staff_no: str | None
    name_masked: str | None


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """What a month of one account adds up to; ``spent_fen`` as a positive number, given back purchases taken off."""

    spent_fen: int
    topped_up_fen: int
    subsidy_fen: int
    count: int


def meal_of(row: Row, zone: tzinfo) -> Meal | None:
    """Which meal a consumption was; other rows are none."""
    if row.kind is not Kind.CONSUME:
        return None
    hour = row.occurred_at.astimezone(zone).hour
    if hour >= NIGHT_FROM or hour < BREAKFAST_FROM:
        return Meal.NIGHT
    if hour < LUNCH_FROM:
        return Meal.BREAKFAST
    return Meal.LUNCH if hour < DINNER_FROM else Meal.DINNER


def is_late(row: Row, zone: tzinfo) -> bool:
    """Whether it was posted on a later day than it occurred: a terminal that was offline."""
    return row.posted_at.astimezone(zone).date() > row.occurred_at.astimezone(zone).date()


def totals_of(rows: Iterable[Row]) -> MonthTotals:
    """What rows of a month add up to."""
    fen = dict.fromkeys(Kind, 0)
    count = 0
    for row in rows:
        fen[row.kind] += row.amount_fen
        count += 1
    spent = -sum(fen[kind] for kind in SPENDING)
    return MonthTotals(spent, fen[Kind.RECHARGE], fen[Kind.SUBSIDY], count)
