"""Lists of the canteen's rows, newest first: a month of one account, and the office's with its filter and what it adds up to.

Everybody's rows have a partition a month, an account's have one: a page looks at a bounded number of rows of one partition,
and the cursor of the office's list names the month it goes on in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from chalicelib.core.clock import SITE_ZONE, day_begins, month_bounds, site_day, site_month
from chalicelib.core.errors import InvalidInput
from chalicelib.core.narrowing import Source, page_of
from chalicelib.core.paging import Page
from chalicelib.domains.canteen.records import model, store
from chalicelib.domains.canteen.records.model import Kind, Meal, MonthTotals, Row
from chalicelib.domains.canteen.records.store import RowItem

OWN_PAGE = 30
PAGE_SIZE = 20
EXAMINED_AT_MOST = 500
"""Rows a page looks at: half a megabyte at most, one call."""
SUMMED_AT_ONCE = 5000
"""Rows a slice of the sums looks at: some two megabytes, a second or two."""
MONTH_ROWS = 1000
"""Rows of a person's month read in a call; a call ends at a megabyte anyway."""
BORDER = "~"
"""Between the month a cursor goes on in and the place in it."""
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Filter:
    """What the office's list is narrowed to; days are those it occurred, both included."""

    first: date
    last: date
    kind: Kind | None = None
    meal: Meal | None = None
    account_no: str | None = None
    merchant: str | None = None
    """Part of its name."""

    def fits(self, row: Row) -> bool:
        """Whether a row of the chosen partition and days belongs to the list."""
        return (
            (self.kind is None or row.kind is self.kind)
            and (self.meal is None or model.meal_of(row, SITE_ZONE) is self.meal)
            and (self.account_no is None or row.account_no == self.account_no)
            and (self.merchant is None or self.merchant in row.merchant)
        )

    @property
    def is_narrow(self) -> bool:
        """Whether more is asked than an index answers by itself."""
        return any((self.kind, self.meal, self.merchant))


@dataclass(slots=True)
class Sums:
    """What a slice of a filter adds up to; spending as positive numbers, ``other_fen`` signed."""

    count: int = 0
    spent_fen: int = 0
    topped_up_fen: int = 0
    subsidy_fen: int = 0
    other_fen: int = 0
    meals: dict[tuple[str, Meal], tuple[int, int]] = field(default_factory=lambda: defaultdict(lambda: (0, 0)))
    """Day and meal → how many consumptions, and how much."""

    def add(self, row: Row) -> None:
        """Count one more."""
        self.count += 1
        if row.kind is Kind.CONSUME:
            self._add_meal(row)
        elif row.kind is Kind.RECHARGE:
            self.topped_up_fen += row.amount_fen
        elif row.kind is Kind.SUBSIDY:
            self.subsidy_fen += row.amount_fen
        else:
            self.other_fen += row.amount_fen

    def _add_meal(self, row: Row) -> None:
        meal = model.meal_of(row, SITE_ZONE) or Meal.NIGHT
        place = site_day(row.occurred_at), meal
        count, spent = self.meals[place]
        self.meals[place] = count + 1, spent - row.amount_fen
        self.spent_fen -= row.amount_fen


def page_of_own(
    account_no: str, month: str, kinds: frozenset[Kind], cursor: str | None
) -> tuple[Page[Row], MonthTotals | None]:
    """A page of an account's month, and with the first one what the whole month adds up to: one query either way."""
    source = _source("account_key", store.account_key(account_no), store.own_month(account_no, month, EXAMINED_AT_MOST))
    totals, examined = None, EXAMINED_AT_MOST
    if cursor is None:
        items = list(store.own_month(account_no, month, MONTH_ROWS)(None))
        totals, examined = model.totals_of(map(store.to_row, items)), len(items)
        source.query = lambda _start: iter(items)
    page = page_of([source], cursor, store.to_row, lambda row: row.kind in kinds, OWN_PAGE, examined)
    return page, totals


def page_of_all(wanted: Filter, cursor: str | None) -> Page[Row]:
    """A page of the office's list. One that reaches the beginning of a month goes on in the month before, once."""
    page = _slice(wanted, cursor, PAGE_SIZE, EXAMINED_AT_MOST)
    if len(page.items) == PAGE_SIZE or not (page.next_cursor or "").endswith(BORDER):
        return page
    rest = _slice(wanted, page.next_cursor, PAGE_SIZE - len(page.items), EXAMINED_AT_MOST)
    return Page(page.items + rest.items, rest.next_cursor)


def sums_of(wanted: Filter, cursor: str | None) -> tuple[Sums, str | None]:
    """The next slice of what the filter adds up to, and where to go on."""
    page = _slice(wanted, cursor, SUMMED_AT_ONCE, SUMMED_AT_ONCE)
    sums = Sums()
    for row in page.items:
        sums.add(row)
    return sums, page.next_cursor


def slice_of(wanted: Filter, cursor: str | None, rows: int) -> Page[Row]:
    """What fits among the next ``rows`` of the list, for a file; go on with the cursor until it is ``None``."""
    return _slice(wanted, cursor, rows, rows)


def _slice(wanted: Filter, cursor: str | None, size: int, examined: int) -> Page[Row]:
    """What fits among the next ``examined`` rows of one partition."""
    begins, ends = day_begins(wanted.first), day_begins(wanted.last + timedelta(days=1))
    rows_a_call = (examined if wanted.is_narrow or size > PAGE_SIZE else size) + 1  # whether more follow needs no call
    if wanted.account_no is not None:
        key = store.account_key(wanted.account_no)
        source = _source("account_key", key, store.between(RowItem.by_account, key, begins, ends, rows_a_call))
        return page_of([source], cursor, store.to_row, wanted.fits, size, examined)
    month, place = _place_of(wanted, cursor)
    key, (first, behind) = store.month_key(month), month_bounds(month)
    days = store.between(RowItem.by_kind, key, max(begins, first), min(ends, behind), rows_a_call)
    page = page_of([_source("kind_key", key, days)], place, store.to_row, wanted.fits, size, examined)
    return Page(page.items, _behind(wanted, month, page.next_cursor))


def _place_of(wanted: Filter, cursor: str | None) -> tuple[str, str | None]:
    """The month a cursor goes on in, and where in it; the filter's last month at the beginning."""
    if not cursor:
        return f"{wanted.last:%Y-%m}", None
    month, border, place = cursor.partition(BORDER)
    inside = f"{wanted.first:%Y-%m}" <= month <= f"{wanted.last:%Y-%m}"
    if not border or not _MONTH.fullmatch(month) or not inside:
        raise InvalidInput("invalid_cursor")
    return month, place or None


def _behind(wanted: Filter, month: str, place: str | None) -> str | None:
    """Where the list goes on: in the month, in the month before, or nowhere."""
    if place:
        return f"{month}{BORDER}{place}"
    before = site_month(month_bounds(month)[0] - timedelta(days=1))
    return f"{before}{BORDER}" if before >= f"{wanted.first:%Y-%m}" else None


def _source(name: str, key: str, query: Any) -> Source:
    return Source(name, key, "created_at", query)
