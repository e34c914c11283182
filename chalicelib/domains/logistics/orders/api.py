"""Orders of LE that a driver may register against."""

from __future__ import annotations

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.logistics.orders.schemas import OrdersView

api = Api(__name__, "logistics_orders", {})


@api.route("GET", "/api/logistics/orders", summary="Own orders", access=PHONE, answer=OrdersView)
def list_orders(call: Call) -> OrdersView:
    raise NotImplementedError
