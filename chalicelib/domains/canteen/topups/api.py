"""Top-ups: the diner."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.errors import Unavailable
from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.account.notices import find_openid
from chalicelib.domains.canteen import wiring
from chalicelib.domains.canteen.topups import creating, lists, paying, store, views
from chalicelib.domains.canteen.topups.ownership import own
from chalicelib.domains.canteen.topups.schemas import (
    NewTopUp,
    OrderedView,
    PaySheet,
    TopUpsQuery,
    TopUpsView,
    TopUpView,
)
from chalicelib.domains.canteen.topups.texts import TEXTS
from chalicelib.domains.canteen.topups.top_up import Status, TopUp

api = Api(__name__, "canteen_topups", TEXTS)


@api.route(
    "POST",
    "/api/canteen/topups",
    summary="Order a top-up and open its pay sheet",
    access=PHONE,
    body=NewTopUp,
    answer=OrderedView,
    status=201,
)
def create(call: Call) -> OrderedView:
    """Ordered is ordered: when WeChat Pay does not answer, the page asks for the sheet again."""
    form: NewTopUp = call.body
    top_up = creating.create(call.user, form.amount_fen, form.request_id, find_openid, call.now)
    sheet = None
    if top_up.status is Status.CREATED:
        with suppress(Unavailable):
            sheet = _sheet(top_up, call.now)
    return OrderedView(top_up=views.show(top_up, call.now), pay_sheet=sheet)


@api.route(
    "GET", "/api/canteen/topups", summary="Own top-ups", access=PHONE, query=TopUpsQuery, answer=TopUpsView
)  # fmt: skip
def list_own(call: Call) -> TopUpsView:
    query: TopUpsQuery = call.query
    page = lists.page_of_own(call.user, query.open, query.cursor)
    settings = runtime.settings()
    used = store.find_day(call.user.user_id, call.now).total_fen
    return TopUpsView(
        items=[views.show(found, call.now) for found in page.items],
        next_cursor=page.next_cursor,
        minimum_fen=settings.top_up_minimum,
        maximum_fen=settings.top_up_maximum,
        left_today_fen=max(0, settings.top_up_daily - used),
    )


@api.route("GET", "/api/canteen/topups/{top_up_id}", summary="One top-up", access=PHONE, answer=TopUpView)
def read_own(call: Call) -> TopUpView:
    return views.show(own(call.user, call.path["top_up_id"]), call.now)


@api.route(
    "POST", "/api/canteen/topups/{top_up_id}/pay", summary="Open the pay sheet again", access=PHONE, answer=OrderedView
)  # fmt: skip
def pay(call: Call) -> OrderedView:
    top_up = own(call.user, call.path["top_up_id"])
    return OrderedView(top_up=views.show(top_up, call.now), pay_sheet=_sheet(top_up, call.now))


@api.route(
    "POST", "/api/canteen/topups/{top_up_id}/check", summary="Ask WeChat Pay now", access=PHONE, answer=TopUpView
)  # fmt: skip
def check(call: Call) -> TopUpView:
    top_up = own(call.user, call.path["top_up_id"])
    return views.show(paying.check(wiring.impatient_pay(), top_up, call.now), call.now)


@api.route("POST", "/api/canteen/topups/{top_up_id}/cancel", summary="Give it up", access=PHONE, answer=TopUpView)
def cancel(call: Call) -> TopUpView:
    top_up = own(call.user, call.path["top_up_id"])
    given_up = paying.cancel(wiring.impatient_pay(), top_up, call.user.user_id, call.now)
    return views.show(given_up, call.now)


def _sheet(top_up: TopUp, now: datetime) -> PaySheet:
    return PaySheet(**paying.pay_sheet(wiring.impatient_pay(), top_up, now))
