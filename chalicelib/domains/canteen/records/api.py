"""The canteen's records: the diner."""

from __future__ import annotations

from chalicelib.core.errors import Conflict
from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.canteen.records import lists, views
from chalicelib.domains.canteen.records.looking import find_own
from chalicelib.domains.canteen.records.model import SPENDING, Kind
from chalicelib.domains.canteen.records.schemas import RecordsQuery, RecordsView
from chalicelib.domains.canteen.records.texts import TEXTS

KINDS = {"all": frozenset(Kind), "consume": SPENDING, "topup": frozenset({Kind.RECHARGE})}
"""What each filter shows adds up to the sum of its name."""

api = Api(__name__, "canteen_records", TEXTS)


@api.route(
    "GET", "/api/canteen/records", summary="Own records of a month", access=PHONE, query=RecordsQuery, answer=RecordsView
)  # fmt: skip
def list_own(call: Call) -> RecordsView:
    query: RecordsQuery = call.query
    bound, seen = find_own(call.user)
    if bound is None:
        raise Conflict("canteen_not_bound")
    page, totals = lists.page_of_own(bound.account_no, query.month, KINDS[query.kind], query.cursor)
    return RecordsView(
        items=[views.show(row) for row in page.items],
        next_cursor=page.next_cursor,
        sums=views.show_month(totals) if totals else None,
        synced_at=seen.synced_until,
    )
