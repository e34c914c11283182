"""The office: products, stock against holds, exceptions from checks."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

from chalicelib.core.china import normalise_plate
from chalicelib.core.errors import InvalidInput
from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.account.store import find_nicknames
from chalicelib.domains.logistics.stock import history, reading, samples, service, store, views
from chalicelib.domains.logistics.stock.holds import SHOWN, counting
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
from chalicelib.domains.logistics.stock.settings_form import read_rules
from chalicelib.domains.logistics.stock.texts import TEXTS
from chalicelib.domains.logistics.waivers import service as waivers
from chalicelib.domains.logistics.waivers import store as waiver_store
from chalicelib.integrations.mes.port import MesPort

STAFF = office(Role.LOGISTICS)
LONGEST_DAYS = 31

api = Api(__name__, "logistics_office_stock", TEXTS)


def _mes() -> MesPort:
    """The adapter is loaded by whoever looks at a product first."""
    from chalicelib.domains.logistics import wiring

    return wiring.mes()


@api.route(
    "GET",
    "/api/office/logistics/stock",
    summary="Stock against holds of every product",
    access=STAFF,
    answer=StocksView,
)
def list_stock(call: Call) -> StocksView:
    return StocksView(items=[views.glanced(product, call.now) for product in store.all_products()])


@api.route(
    "GET",
    "/api/office/logistics/stock/{code}",
    summary="One product with tanks, holds and history",
    access=STAFF,
    answer=StockDetail,
)
def read_stock(call: Call) -> StockDetail:
    product = service.the_product(call.path["code"])
    seen = reading.look(_mes(), product.code, call.now) if product.rules.keeps_stock else None
    held = islice(counting(product.code), SHOWN)
    return views.detail(product, seen, held, history.changes_of(product.code, find_nicknames), call.now)


@api.route(
    "GET",
    "/api/office/logistics/stock/{code}/series",
    summary="Stock and holds over time",
    access=STAFF,
    query=SeriesQuery,
    answer=SeriesView,
)
def read_series(call: Call) -> SeriesView:
    query: SeriesQuery = call.query
    if not query.first <= query.last < query.first + timedelta(days=LONGEST_DAYS):
        raise InvalidInput.of_field("last", f"请选择不超过 {LONGEST_DAYS} 天的日期范围")
    product = service.the_product(call.path["code"])
    points = samples.series(product.code, query.first, query.last, call.now)
    return SeriesView(items=[views.point(sample) for sample in points])


@api.route(
    "PUT",
    "/api/office/logistics/products/{code}",
    summary="A product's rules",
    access=STAFF,
    body=ProductSettings,
    answer=StockView,
)
def save_product(call: Call) -> StockView:
    form: ProductSettings = call.body
    if form.code != call.path["code"]:
        raise InvalidInput.of_field("code", "产品代码不能修改")
    saved = service.save_product(form.code, read_rules(form), form.reason, call.user.user_id, call.now)
    return views.glanced(saved, call.now)


@api.route(
    "GET",
    "/api/office/logistics/waivers",
    summary="Exceptions from checks",
    access=STAFF,
    query=WaiversQuery,
    answer=WaiversView,
)
def list_waivers(call: Call) -> WaiversView:
    query: WaiversQuery = call.query
    plate = normalise_plate(query.plate_number) if query.plate_number else None
    page = waiver_store.page_of_waivers(plate, query.cursor)
    return WaiversView(items=[views.waiver(found) for found in page.items], next_cursor=page.next_cursor)


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
    form: NewWaiver = call.body
    added = waivers.add(call.user, form.plate_number, form.codes, form.reason, form.valid_until, call.now)
    return views.waiver(added)


@api.route(
    "POST",
    "/api/office/logistics/waivers/{waiver_id}/withdraw",
    summary="Take an unused exception back",
    access=STAFF,
    answer=WaiverView,
)
def withdraw_waiver(call: Call) -> WaiverView:
    return views.waiver(waivers.withdraw(call.user, call.path["waiver_id"], call.now))
