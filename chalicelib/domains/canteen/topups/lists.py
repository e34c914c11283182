"""Lists of top-ups, newest first: a user's own, and the office's with its filter and what it adds up to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from chalicelib.core.clock import day_begins, site_day, to_text
from chalicelib.core.narrowing import Source, newest_first, page_of
from chalicelib.core.paging import Page
from chalicelib.core.session import Principal
from chalicelib.domains.canteen.topups import store
from chalicelib.domains.canteen.topups.store import TopUpItem
from chalicelib.domains.canteen.topups.top_up import Status, TopUp

PAGE_SIZE = 20
EXAMINED_AT_MOST = 300
SUMMED_AT_ONCE = 3000
"""Rows a slice of the sums looks at: some three megabytes, a second or two."""
ONE_MORE = 1
"""Row a call brings beyond those a page looks at: whether there is more shows without a second call."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the office's list is narrowed to; days are those of the order, both included."""

    first: date
    last: date
    status: Status | None = None
    account_no: str | None = None
    number: str | None = None
    needs_people: bool = False

    def fits(self, top_up: TopUp) -> bool:
        """Whether a top-up of the chosen index partition and days belongs to the list."""
        return (
            (self.status is None or top_up.status is self.status)
            and (self.account_no is None or top_up.holder.account_no == self.account_no)
            and (self.number is None or self.number in numbers_of(top_up))
            and (not self.needs_people or bool(top_up.problem or top_up.wish))
        )

    @property
    def is_narrow(self) -> bool:
        """Whether more is asked than an index answers by itself."""
        return bool(self.number or self.needs_people or (self.status and self.account_no))


@dataclass(slots=True)
class Sums:
    """What a slice of a filter adds up to."""

    count: int = 0
    ordered_fen: int = 0
    paid_fen: int = 0
    credited_fen: int = 0
    refunded_fen: int = 0
    open_fen: int = 0
    days: dict[str, tuple[int, int]] = field(default_factory=lambda: defaultdict(lambda: (0, 0)))
    """Day of the order → how many were paid, and how much."""

    def add(self, top_up: TopUp) -> None:
        """Count one more."""
        amount = top_up.amount_fen
        self.count += 1
        self.ordered_fen += amount
        self.credited_fen += amount if top_up.status is Status.CREDITED else 0
        self.refunded_fen += amount if top_up.status is Status.REFUNDED else 0
        self.open_fen += amount if top_up.is_on_the_way else 0
        if top_up.payment is not None:
            self.paid_fen += amount
            count, paid = self.days[site_day(top_up.created_at)]
            self.days[site_day(top_up.created_at)] = count + 1, paid + amount


def page_of_own(owner: Principal, only_open: bool, cursor: str | None) -> Page[TopUp]:
    """The user's own, under whichever id."""
    rows = (EXAMINED_AT_MOST if only_open else PAGE_SIZE) + ONE_MORE
    sources = [_own(owner_id, rows) for owner_id in owner.owner_ids]

    def fits(top_up: TopUp) -> bool:
        return not only_open or top_up.status is Status.CREATED or top_up.is_on_the_way

    return page_of(sources, cursor, store.to_top_up, fits, PAGE_SIZE, EXAMINED_AT_MOST)


def page_of_all(wanted: Filter, cursor: str | None) -> Page[TopUp]:
    """A page of the office's list. Our own number needs no list."""
    if wanted.number is not None and (known := _by_number(wanted)) is not None:
        return Page([known], None)
    rows = (EXAMINED_AT_MOST if wanted.is_narrow else PAGE_SIZE) + ONE_MORE
    return page_of(
        [_filtered(wanted, rows)], cursor, store.to_top_up, wanted.fits, PAGE_SIZE, EXAMINED_AT_MOST
    )  # fmt: skip


def sums_of(wanted: Filter, cursor: str | None) -> tuple[Sums, str | None]:
    """The next slice of what the filter adds up to, and where to go on."""
    page = slice_of(wanted, cursor, SUMMED_AT_ONCE)
    sums = Sums()
    for top_up in page.items:
        sums.add(top_up)
    return sums, page.next_cursor


def slice_of(wanted: Filter, cursor: str | None, rows: int) -> Page[TopUp]:
    """What fits among the next ``rows`` of the list, for a sum or a file; go on with the cursor until it is ``None``."""
    return page_of([_filtered(wanted, rows + ONE_MORE)], cursor, store.to_top_up, wanted.fits, rows, rows)


def numbers_of(top_up: TopUp) -> tuple[str, ...]:
    """By which a top-up can be looked up: ours, WeChat Pay's, the refund's with those that came to nothing before it."""
    payment, refund = top_up.payment, top_up.refund
    return (
        top_up.id,
        payment.transaction_id if payment else "",
        (refund.refund_id or "") if refund else "",
        *top_up.refund_numbers,
    )


def _by_number(wanted: Filter) -> TopUp | None:
    number = (wanted.number or "").upper()
    known = store.find_top_up(number.removeprefix("R").partition("-")[0]) or store.find_top_up(number)
    return known if known is not None and number in numbers_of(known) else None


def _own(owner_id: str, rows: int) -> Source:
    key = store.owner_key(owner_id)
    return Source("owner_key", key, "created_at", newest_first(TopUpItem.by_owner, key, None, rows))


def _filtered(wanted: Filter, rows: int) -> Source:
    """The index that narrows most."""
    name, key, index = _partition(wanted)
    return Source(name, key, "created_at", newest_first(index, key, _days(wanted), rows))


def _partition(wanted: Filter) -> tuple[str, str, Any]:
    if wanted.account_no is not None:
        return "account_key", store.account_key(wanted.account_no), TopUpItem.by_account
    if wanted.status is not None:
        return "status_key", store.status_key(wanted.status), TopUpItem.by_status
    return "kind_key", store.KIND, TopUpItem.by_kind


def _days(wanted: Filter) -> Any:
    until = day_begins(wanted.last + timedelta(days=1)) - timedelta(milliseconds=1)
    return TopUpItem.created_at.between(to_text(day_begins(wanted.first)), to_text(until))
