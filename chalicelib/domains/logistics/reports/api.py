"""Entry reports: the driver."""

from __future__ import annotations

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.logistics.reports.schemas import NewReport, ReportsQuery, ReportsView, ReportView

api = Api(__name__, "logistics_reports", {})


@api.route(
    "POST",
    "/api/logistics/reports",
    summary="Report a truck",
    access=PHONE,
    body=NewReport,
    answer=ReportView,
    status=201,
)
def report(call: Call) -> ReportView:
    raise NotImplementedError


@api.route(
    "GET",
    "/api/logistics/reports",
    summary="Own reports",
    access=PHONE,
    query=ReportsQuery,
    answer=ReportsView,
)
def list_own(call: Call) -> ReportsView:
    raise NotImplementedError
