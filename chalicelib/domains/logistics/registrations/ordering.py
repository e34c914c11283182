"""What of orders a truck may be registered for: pure rules on LE's orders as last read.

LE decides in the end (its answer to the push); these rules say what it would say, at once and in our words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from chalicelib.domains.logistics.orders.model import USABLE, Order, OrderLine
from chalicelib.domains.logistics.registrations.registration import Goods, Kind, Line

NOTHING: Mapping[tuple[str, str], int] = {}


class OrderProblem(Exception):
    """The order does not allow it; ``values`` fill the text of ``code``."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def goods_of(
    kind: Kind,
    lines: Iterable[Line],
    orders: Mapping[str, Order],
    named: Collection[str],
    days: tuple[date, date],
    own: Mapping[tuple[str, str], int] = NOTHING,
) -> Goods:
    """What is taken or brought: lines of orders, good on both ``days``, of one product and customer.

    ``days``: first and last one of the arrival. ``named``: numbers of the orders that name a driver of the user. ``own``:
    what a registration that is changed has planned already, by order and line, and LE counts as no longer open. Raises
    :class:`OrderProblem`.
    """
    wanted = summed(lines)
    found = [(line, _line_of(kind, line, orders, named, days)) for line in wanted]
    products = {known.product_code: known.product_name for _, (_, known) in found}
    if len(products) > 1:
        raise OrderProblem("registration_products_mixed")
    if len({order.customer_name for _, (order, _) in found}) > 1:
        raise OrderProblem("registration_customers_mixed")
    for line, (_, known) in found:
        room_kg = known.open_kg + own.get((line.order_no, line.line_no), 0)
        if line.quantity_kg > room_kg:
            raise OrderProblem(
                "registration_quantity_exceeds", order=line.order_no, line=line.line_no, open_kg=max(room_kg, 0)
            )
    (code, name), order = next(iter(products.items())), found[0][1][0]
    return Goods(code, name, order.customer_name, tuple(wanted))


def summed(lines: Iterable[Line]) -> list[Line]:
    """A line named twice is one line with the sum; in the order of the form."""
    sums: Counter[tuple[str, str]] = Counter()
    for line in lines:
        sums[line.order_no, line.line_no] += line.quantity_kg
    return [Line(order_no, line_no, quantity) for (order_no, line_no), quantity in sums.items()]


def _line_of(
    kind: Kind, line: Line, orders: Mapping[str, Order], named: Collection[str], days: tuple[date, date]
) -> tuple[Order, OrderLine]:
    order = orders.get(line.order_no)
    if order is None or line.order_no not in named:
        raise OrderProblem("registration_order_unknown", order=line.order_no)
    if order.kind is not kind:
        raise OrderProblem("registration_order_kind_differs", order=line.order_no, kind=order.kind.value)
    if order.status not in USABLE:
        raise OrderProblem("registration_order_closed", order=line.order_no)
    if days[0] < order.valid_from or days[1] > order.valid_to:
        raise OrderProblem(
            "registration_order_not_valid",
            order=line.order_no,
            first=order.valid_from.isoformat(),
            last=order.valid_to.isoformat(),
        )
    known = next((known for known in order.lines if known.line_no == line.line_no), None)
    if known is None:
        raise OrderProblem("registration_order_line_unknown", order=line.order_no, line=line.line_no)
    return order, known
