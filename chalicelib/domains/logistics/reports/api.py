"""Entry reports: the driver."""

from __future__ import annotations

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.logistics.reports import service, store
from chalicelib.domains.logistics.reports.schemas import NewReport, ReportsQuery, ReportsView, ReportView
from chalicelib.domains.logistics.reports.service import Announcement
from chalicelib.domains.logistics.reports.texts import TEXTS
from chalicelib.domains.logistics.reports.views import page_view, report_view

api = Api(__name__, "logistics_reports", TEXTS)


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
    body: NewReport = call.body
    return report_view(service.report(call.user, Announcement(**dict(body)), call.now))


@api.route(
    "GET",
    "/api/logistics/reports",
    summary="Own reports",
    access=PHONE,
    query=ReportsQuery,
    answer=ReportsView,
)
def list_own(call: Call) -> ReportsView:
    return page_view(store.page_of_own(call.user.owner_ids, call.query.cursor))
