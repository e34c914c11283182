"""The office: products, stock against holds, exceptions from checks."""

from __future__ import annotations

from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.logistics.stock.schemas import (
    NewWaiver,
    ProductSettings,
    SeriesQuery,
    SeriesView,
    StockDetail,
    StocksView,
    StockView,
    WaiversQuery,
    WaiversView,
    WaiverView,
)

STAFF = office(Role.LOGISTICS)

api = Api(__name__, "logistics_office_stock", {})


@api.route(
    "GET",
    "/api/office/logistics/stock",
    summary="Stock against holds of every product",
    access=STAFF,
    answer=StocksView,
)
def list_stock(call: Call) -> StocksView:
    raise NotImplementedError


@api.route(
    "GET",
    "/api/office/logistics/stock/{code}",
    summary="One product with tanks, holds and history",
    access=STAFF,
    answer=StockDetail,
)
def read_stock(call: Call) -> StockDetail:
    raise NotImplementedError


@api.route(
    "GET",
    "/api/office/logistics/stock/{code}/series",
    summary="Stock and holds over time",
    access=STAFF,
    query=SeriesQuery,
    answer=SeriesView,
)
def read_series(call: Call) -> SeriesView:
    raise NotImplementedError


@api.route(
    "PUT",
    "/api/office/logistics/products/{code}",
    summary="A product's rules",
    access=STAFF,
    body=ProductSettings,
    answer=StockView,
)
def save_product(call: Call) -> StockView:
    raise NotImplementedError


@api.route(
    "GET",
    "/api/office/logistics/waivers",
    summary="Exceptions from checks",
    access=STAFF,
    query=WaiversQuery,
    answer=WaiversView,
)
def list_waivers(call: Call) -> WaiversView:
    raise NotImplementedError


@api.route(
    "POST",
    "/api/office/logistics/waivers",
    summary="Allow an exception",
    access=STAFF,
    body=NewWaiver,
    answer=WaiverView,
    status=201,
)
def add_waiver(call: Call) -> WaiverView:
    raise NotImplementedError


@api.route(
    "POST",
    "/api/office/logistics/waivers/{waiver_id}/withdraw",
    summary="Take an unused exception back",
    access=STAFF,
    answer=WaiverView,
)
def withdraw_waiver(call: Call) -> WaiverView:
    raise NotImplementedError
