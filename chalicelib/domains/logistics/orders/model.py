"""Orders as LE told of them last, and whether a truck can be registered for one: pure.

LE decides in the end (its answer to the push); this says what it would say, at once and in our words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from chalicelib.domains.logistics.registrations.registration import Kind

OrderStatus = Literal["open", "partly", "closed", "blocked"]
USABLE = ("open", "partly")
"""States of an order that has something to take or bring."""
AHEAD = timedelta(days=1)
"""A truck for tomorrow morning is registered the evening before."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line; ``open_kg`` is what no truck has planned yet."""

    line_no: str
    product_code: str
    product_name: str
    hazardous: bool
    ordered_kg: int
    open_kg: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order."""

    order_no: str
    kind: Kind
    customer_name: str
    status: OrderStatus
    valid_from: date
    valid_to: date
    """The last day counts."""
    lines: tuple[OrderLine, ...]

    @property
    def open_kg(self) -> int:
        """What can still be planned of all lines."""
        return sum(line.open_kg for line in self.lines)


@dataclass(frozen=True, slots=True)
class Listing:
    """Which orders LE named for a user's drivers at ``as_of``: order number → digests of the phones it names."""

    as_of: datetime
    named: Mapping[str, tuple[str, ...]]


def problem_of(order: Order, today: date) -> str | None:
    """Code of why no truck can be registered for it today; ``None`` when one can."""
    if order.status not in USABLE:
        return f"order_{order.status}"
    if order.valid_to < today:
        return "order_over"
    if order.valid_from > today + AHEAD:
        return "order_not_yet"
    return None if order.open_kg else "order_planned"


def names_phone(listing: Listing, order_no: str, digests: Collection[str]) -> bool:
    """Whether the order names one of these phones. One that does not can never be registered for."""
    return bool(set(listing.named.get(order_no, ())) & set(digests))


def newest(listings: Iterable[Listing]) -> Listing | None:
    """What a person who had several accounts was told last."""
    return max(listings, key=lambda listing: listing.as_of, default=None)


def in_order(orders: Iterable[Order], today: date) -> list[Order]:
    """Those that can be registered for first, among them those that end first."""
    return sorted(orders, key=lambda order: (problem_of(order, today) is not None, order.valid_to, order.order_no))
