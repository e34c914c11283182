"""Which products there are, in words: what drivers may know of the stock."""

from __future__ import annotations

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.logistics.stock.schemas import ProductsWords

api = Api(__name__, "logistics_products", {})


@api.route(
    "GET", "/api/logistics/products", summary="Products and whether they can be had", access=PHONE, answer=ProductsWords
)
def list_products(call: Call) -> ProductsWords:
    raise NotImplementedError
