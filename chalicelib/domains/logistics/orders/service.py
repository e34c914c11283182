"""A user's orders: asked of LE each time, remembered for when LE does not answer and for registering."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.errors import Unavailable
from chalicelib.core.logs import log_event
from chalicelib.core.sealing import sealer
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, Transaction
from chalicelib.domains.logistics.archive import service as archive
from chalicelib.domains.logistics.archive.items import PERSON
from chalicelib.domains.logistics.archive.model import Person, PersonRole
from chalicelib.domains.logistics.orders import store
from chalicelib.domains.logistics.orders.model import Listing, Order, OrderLine, in_order
from chalicelib.domains.logistics.registrations.registration import Kind
from chalicelib.integrations.errors import PeerError
from chalicelib.integrations.le.port import LeOrder, LePort

TRIES = 3


@dataclass(frozen=True, slots=True)
class Orders:
    """Those that can be registered for first. ``is_stale``: LE did not answer, this is what it said at ``as_of``."""

    items: list[Order]
    as_of: datetime
    is_stale: bool


def list_orders(user: Principal, le: Callable[[], LePort], now: datetime) -> Orders:
    """Orders that name the phone of one of the user's drivers. Without a driver there is nothing to ask."""
    phones = drivers_phones(user)
    if not phones:
        return Orders([], now, is_stale=False)
    try:
        told = le().orders(phones)
    except PeerError as trouble:
        log_event("orders_not_read", code=trouble.code)
        return _remembered(user, now)
    listing = Listing(now, named_digests(told))
    orders = in_order(map(order_of, told), archive.site_date(now))[: store.MOST]
    _remember(user.user_id, orders, listing)
    return Orders(orders, now, is_stale=False)


def drivers_phones(user: Principal) -> list[str]:
    """Phones of everybody the user keeps who drives, each once."""
    people = (own.filed for own in archive.list_own(user, PERSON))
    drivers = (person for person in people if isinstance(person, Person) and person.role is not PersonRole.ESCORT)
    return sorted({driver.phone for driver in drivers})


def digest_of(phone: str) -> str:
    """A phone as listings hold it: the same for the same phone, worthless to whoever has not the key."""
    return sealer().digest(f"phone:{phone}")


def named_digests(told: Iterable[LeOrder]) -> Mapping[str, tuple[str, ...]]:
    """Which of the phones that were asked for each order names."""
    return {order.order_no: tuple(map(digest_of, order.driver_phones)) for order in told}


def order_of(told: LeOrder) -> Order:
    """As it is kept here."""
    lines = (
        OrderLine(line.line_no, line.product_code, line.product_name, line.hazardous, line.ordered_kg, line.open_kg)
        for line in told.lines
    )
    kind, days = Kind(told.kind), (told.valid_from, told.valid_to)
    return Order(told.order_no, kind, told.customer_name, told.status, *days, tuple(lines))


def _remember(user_id: str, orders: list[Order], listing: Listing) -> None:
    """Two users of one order may meet here; whoever meets nobody writes, and a look that is not kept is repeated."""
    for _ in range(TRIES):
        transaction = Transaction()
        store.add_told(transaction, user_id, orders, listing)
        try:
            return transaction.commit()
        except Contention:
            continue
    raise Unavailable


def _remembered(user: Principal, now: datetime) -> Orders:
    listing = store.find_listing(user.owner_ids)
    if listing is None:
        raise Unavailable("orders_unavailable", contact=runtime.settings().logistics_contact)
    known = store.find_orders(list(listing.named))
    return Orders(in_order(known.values(), archive.site_date(now)), listing.as_of, is_stale=True)
