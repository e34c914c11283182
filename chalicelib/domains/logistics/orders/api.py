"""Orders of LE that a driver may register against."""

from __future__ import annotations

from datetime import date

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.logistics.archive.service import site_date
from chalicelib.domains.logistics.orders import service
from chalicelib.domains.logistics.orders.model import Order, problem_of
from chalicelib.domains.logistics.orders.schemas import OrderLineView, OrdersView, OrderView
from chalicelib.domains.logistics.orders.texts import PROBLEMS, TEXTS
from chalicelib.integrations.le.port import LePort

api = Api(__name__, "logistics_orders", TEXTS)


@api.route("GET", "/api/logistics/orders", summary="Own orders", access=PHONE, answer=OrdersView)
def list_orders(call: Call) -> OrdersView:
    found = service.list_orders(call.user, le, call.now)
    today = site_date(call.now)
    items = [order_view(order, today) for order in found.items]
    return OrdersView(items=items, as_of=found.as_of, stale=found.is_stale)


def le() -> LePort:
    """LE, loaded when it is asked."""
    from chalicelib.domains.logistics.wiring import impatient_le

    return impatient_le()


def order_view(order: Order, today: date) -> OrderView:
    """With what stands in its way, in words."""
    problem = problem_of(order, today)
    days = {"valid_from": order.valid_from.isoformat(), "valid_to": order.valid_to.isoformat()}
    return OrderView(
        order_no=order.order_no,
        kind=order.kind.value,
        customer_name=order.customer_name,
        status=order.status,
        valid_from=order.valid_from,
        valid_to=order.valid_to,
        can_register=problem is None,
        problem=PROBLEMS[problem].format(**days) if problem else None,
        lines=[
            OrderLineView(
                line_no=line.line_no,
                product_code=line.product_code,
                product_name=line.product_name,
                hazardous=line.hazardous,
                ordered=line.ordered_kg,
                open=line.open_kg,
            )
            for line in order.lines
        ],
    )
