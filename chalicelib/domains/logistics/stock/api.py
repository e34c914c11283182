"""Which products there are, in words: what drivers may know of the stock."""

from __future__ import annotations

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.logistics.stock import store, views
from chalicelib.domains.logistics.stock.schemas import ProductsWords
from chalicelib.domains.logistics.stock.texts import TEXTS

api = Api(__name__, "logistics_products", TEXTS)


@api.route(
    "GET", "/api/logistics/products", summary="Products and whether they can be had", access=PHONE, answer=ProductsWords
)
def list_products(call: Call) -> ProductsWords:
    offered = [product for product in store.all_products() if product.rules.in_use]
    return ProductsWords(items=[views.words(product, call.now) for product in offered])
