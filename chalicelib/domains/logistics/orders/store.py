"""Copies of LE's orders, and which of them LE named for a user's drivers.

Copies are shared: an order is the same whoever looks. Whose it is stands with the user alone, so that an order LE takes
away from a driver is gone with the next look; phones are there as keyed digests only. Everything is forgotten after a week.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.table import Item, Key, TableMeta, Transaction, find_many
from chalicelib.domains.logistics.orders.model import Listing, Order, OrderLine, newest
from chalicelib.domains.logistics.registrations.registration import Kind

KEPT_FOR = timedelta(days=7)
MOST = 99
"""Orders of one user; with the listing they fit one transaction."""


class OrderItem(Item):
    """``ORDER#<order no>`` / ``ORDER``."""

    class Meta(TableMeta):
        domain = "logistics"

    facts = UnicodeAttribute()
    as_of = UnicodeAttribute()


class ListingItem(Item):
    """``KEEPER#<user>`` / ``ORDERS``."""

    class Meta(TableMeta):
        domain = "logistics"

    named = UnicodeAttribute()
    as_of = UnicodeAttribute()


def order_key(order_no: str) -> Key:
    """Where an order's copy stands."""
    return f"ORDER#{order_no}", "ORDER"


def listing_key(user_id: str) -> Key:
    """Where it stands which orders are a user's."""
    return f"KEEPER#{user_id}", "ORDERS"


def keys(owner_ids: Collection[str], order_nos: Iterable[str]) -> dict[Key, type[Item]]:
    """What :func:`orders_in` and :func:`listing_in` need, to be read together with other things by ``find_many``."""
    copies: dict[Key, type[Item]] = {order_key(order_no): OrderItem for order_no in order_nos}
    return {**copies, **{listing_key(owner_id): ListingItem for owner_id in owner_ids}}


def orders_in(found: Mapping[Key, Item]) -> dict[str, Order]:
    """The orders among some items, by their numbers."""
    orders = (to_order(item) for item in found.values() if isinstance(item, OrderItem))
    return {order.order_no: order for order in orders}


def listing_in(found: Mapping[Key, Item]) -> Listing | None:
    """What the user was told last, if it is known."""
    return newest(to_listing(item) for item in found.values() if isinstance(item, ListingItem))


def find_listing(owner_ids: Collection[str]) -> Listing | None:
    """The same, read."""
    return listing_in(find_many(keys(owner_ids, ())))


def find_orders(order_nos: Collection[str]) -> dict[str, Order]:
    """The copies of some orders that are there, in one call."""
    return orders_in(find_many(keys((), order_nos))) if order_nos else {}


def add_told(transaction: Transaction, user_id: str, orders: Iterable[Order], listing: Listing) -> None:
    """What LE has just told. No condition: what was told a moment earlier or later is as good, and goes with the next look."""
    until = to_epoch(listing.as_of + KEPT_FOR)
    as_of = to_text(listing.as_of)
    for order in orders:
        transaction.put(
            "order", OrderItem(*order_key(order.order_no), facts=_text(order), as_of=as_of, expires_at=until)
        )
    named = json.dumps({order_no: list(digests) for order_no, digests in listing.named.items()})
    transaction.put("listing", ListingItem(*listing_key(user_id), named=named, as_of=as_of, expires_at=until))


def to_order(item: OrderItem) -> Order:
    """The order of a stored item."""
    facts: dict[str, Any] = json.loads(item.facts)
    return Order(
        order_no=item.pk.removeprefix("ORDER#"),
        kind=Kind(facts["kind"]),
        customer_name=facts["customer_name"],
        status=facts["status"],
        valid_from=date.fromisoformat(facts["valid_from"]),
        valid_to=date.fromisoformat(facts["valid_to"]),
        lines=tuple(OrderLine(**line) for line in facts["lines"]),
    )


def to_listing(item: ListingItem) -> Listing:
    """The listing of a stored item."""
    named: dict[str, list[str]] = json.loads(item.named)
    return Listing(from_text(item.as_of), {order_no: tuple(digests) for order_no, digests in named.items()})


def _text(order: Order) -> str:
    return json.dumps(asdict(order), default=date.isoformat, ensure_ascii=False)
