"""Top-ups: the office."""

from __future__ import annotations

from datetime import date

from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.account.store import find_nicknames
from chalicelib.domains.canteen import wiring
from chalicelib.domains.canteen.topups import deciding, lists, views
from chalicelib.domains.canteen.topups.lists import Filter
from chalicelib.domains.canteen.topups.ownership import existing
from chalicelib.domains.canteen.topups.schemas import (
    AskRefund,
    DaySum,
    DeclineRefund,
    OfficeTopUpsQuery,
    OfficeTopUpsView,
    OfficeTopUpView,
    TopUpSums,
)
from chalicelib.domains.canteen.topups.texts import TEXTS
from chalicelib.domains.canteen.topups.top_up import Status, TopUp

STAFF = office(Role.CANTEEN)
ROOT = "/api/office/canteen/topups"

api = Api(__name__, "canteen_office_topups", TEXTS)


@api.route(
    "GET", ROOT, summary="Top-ups by day, state and number", access=STAFF, query=OfficeTopUpsQuery, answer=OfficeTopUpsView
)  # fmt: skip
def list_all(call: Call) -> OfficeTopUpsView:
    query: OfficeTopUpsQuery = call.query
    page = lists.page_of_all(_wanted(query), query.cursor)
    names = find_nicknames({person for found in page.items for person in views.people_in(found)})
    return OfficeTopUpsView(
        items=[views.show_to_office(found, names, call.user.user_id, call.now) for found in page.items],
        next_cursor=page.next_cursor,
    )


@api.route(
    "GET", f"{ROOT}/sums", summary="What a slice of them adds up to", access=STAFF, query=OfficeTopUpsQuery, answer=TopUpSums
)  # fmt: skip
def sum_up(call: Call) -> TopUpSums:
    query: OfficeTopUpsQuery = call.query
    sums, next_cursor = lists.sums_of(_wanted(query), query.cursor)
    days = [
        DaySum(day=date.fromisoformat(day), count=count, amount_fen=paid) for day, (count, paid) in sums.days.items()
    ]
    return TopUpSums(
        count=sums.count,
        ordered_fen=sums.ordered_fen,
        paid_fen=sums.paid_fen,
        credited_fen=sums.credited_fen,
        refunded_fen=sums.refunded_fen,
        open_fen=sums.open_fen,
        days=sorted(days, key=lambda found: found.day),
        next_cursor=next_cursor,
    )


@api.route("GET", f"{ROOT}/{{top_up_id}}", summary="One top-up", access=STAFF, answer=OfficeTopUpView)
def read_any(call: Call) -> OfficeTopUpView:
    return _show(existing(call.path["top_up_id"]), call)


@api.route("POST", f"{ROOT}/{{top_up_id}}/retry", summary="Push it again", access=STAFF, answer=OfficeTopUpView)
def push_again(call: Call) -> OfficeTopUpView:
    return _show(deciding.push_again(call.path["top_up_id"], call.user.user_id, call.now), call)


@api.route(
    "POST", f"{ROOT}/{{top_up_id}}/refund", summary="Give it back", access=STAFF, body=AskRefund, answer=OfficeTopUpView
)  # fmt: skip
def ask_refund(call: Call) -> OfficeTopUpView:
    reason, canteen = call.body.reason, wiring.impatient_canteen()
    return _show(deciding.ask_refund(canteen, call.path["top_up_id"], call.user.user_id, reason, call.now), call)


@api.route(
    "POST", f"{ROOT}/{{top_up_id}}/refund/confirm", summary="Agree to a refund", access=STAFF, answer=OfficeTopUpView
)  # fmt: skip
def confirm_refund(call: Call) -> OfficeTopUpView:
    canteen = wiring.impatient_canteen()
    return _show(deciding.confirm_refund(canteen, call.path["top_up_id"], call.user.user_id, call.now), call)


@api.route(
    "POST",
    f"{ROOT}/{{top_up_id}}/refund/decline",
    summary="Turn a refund down",
    access=STAFF,
    body=DeclineRefund,
    answer=OfficeTopUpView,
)
def decline_refund(call: Call) -> OfficeTopUpView:
    reason = call.body.reason
    return _show(deciding.decline_refund(call.path["top_up_id"], call.user.user_id, reason, call.now), call)


def _show(top_up: TopUp, call: Call) -> OfficeTopUpView:
    return views.show_to_office(top_up, find_nicknames(views.people_in(top_up)), call.user.user_id, call.now)


def _wanted(query: OfficeTopUpsQuery) -> Filter:
    return Filter(
        first=query.first,
        last=query.last,
        status=Status(query.status) if query.status else None,
        account_no=query.account_no,
        number=query.number,
        needs_people=query.needs_people,
    )
