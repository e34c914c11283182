"""Entry reports: the office."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.core.china import normalise_plate
from chalicelib.core.clock import day_begins
from chalicelib.core.errors import InvalidInput
from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.logistics.reports import store
from chalicelib.domains.logistics.reports.schemas import OfficeReportsQuery, ReportsView
from chalicelib.domains.logistics.reports.texts import TEXTS
from chalicelib.domains.logistics.reports.views import page_view

STAFF = office(Role.LOGISTICS)

api = Api(__name__, "logistics_office_reports", TEXTS)


@api.route(
    "GET",
    "/api/office/logistics/reports",
    summary="Reports",
    access=STAFF,
    query=OfficeReportsQuery,
    answer=ReportsView,
)
def list_all(call: Call) -> ReportsView:
    query: OfficeReportsQuery = call.query
    if query.first and query.last and query.last < query.first:
        raise InvalidInput.of_field("last", "结束日期不能早于开始日期")
    since = day_begins(query.first) if query.first else None
    until = day_begins(query.last + timedelta(days=1)) if query.last else None
    if query.plate_number:
        return page_view(store.page_of_plate(normalise_plate(query.plate_number), since, until, query.cursor))
    return page_view(store.page_of_all(since, until, query.cursor))
