"""Entry reports: the office."""

from __future__ import annotations

from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.logistics.reports.schemas import OfficeReportsQuery, ReportsView

STAFF = office(Role.LOGISTICS)

api = Api(__name__, "logistics_office_reports", {})


@api.route(
    "GET",
    "/api/office/logistics/reports",
    summary="Reports",
    access=STAFF,
    query=OfficeReportsQuery,
    answer=ReportsView,
)
def list_all(call: Call) -> ReportsView:
    raise NotImplementedError
