"""Routes of visitor reservation: parse, call one use case, answer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from chalicelib.core import downloads, runtime, tables
from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.http import PHONE, PUBLIC, Api, Call, Reply, office, phone
from chalicelib.core.paging import Page
from chalicelib.core.session import Role
from chalicelib.core.validation import Answer
from chalicelib.domains.visitor import export, lists, ownership, saved, search, service
from chalicelib.domains.visitor.intake import Reservation
from chalicelib.domains.visitor.lists import Period
from chalicelib.domains.visitor.ownership import as_own
from chalicelib.domains.visitor.people import take_host, take_people
from chalicelib.domains.visitor.schemas import (
    ApprovalsQuery,
    ApproveVisit,
    ExportView,
    OfficeFilter,
    OfficeVisitsQuery,
    OpeningHoursView,
    PageQuery,
    RefuseVisit,
    SavedVisitorsView,
    SavedVisitorView,
    SendRightsAgain,
    SubmitVisit,
    VisitorPerson,
    VisitsView,
    VisitView,
)
from chalicelib.domains.visitor.search import Wanted
from chalicelib.domains.visitor.texts import TEXTS
from chalicelib.domains.visitor.views import show_opening_hours, show_saved, show_visit, show_visits
from chalicelib.domains.visitor.visit import Status, Visit, Window

api = Api(__name__, "visitor", TEXTS)

APPROVER = phone(Role.VISITOR_APPROVER)
OFFICE = office(Role.VISITOR_APPROVER)


@api.route(
    "GET",
    "/api/visitor/opening-hours",
    summary="When the plant receives visitors",
    access=PUBLIC,
    answer=OpeningHoursView,
)
def show_hours(call: Call) -> OpeningHoursView:
    return show_opening_hours(runtime.settings().visiting_hours, call.now.astimezone(SITE_ZONE).date())


@api.route("GET", "/api/visitor/saved", summary="My saved visitors", access=PHONE, answer=SavedVisitorsView)
def list_saved(call: Call) -> SavedVisitorsView:
    return SavedVisitorsView(items=[show_saved(visitor) for visitor in ownership.list_saved(call.user)])


@api.route(
    "POST",
    "/api/visitor/saved",
    summary="Save a visitor",
    access=PHONE,
    body=VisitorPerson,
    answer=SavedVisitorView,
    status=201,
)
def save_visitor(call: Call) -> Answer:
    person = take_people(call.user, [call.body])[0]
    return show_saved(saved.save(call.user.user_id, person, call.now))


@api.route(
    "PUT",
    "/api/visitor/saved/{visitor_id}",
    summary="Change a saved visitor",
    access=PHONE,
    body=VisitorPerson,
    answer=SavedVisitorView,
)
def change_saved(call: Call) -> Answer:
    person = take_people(call.user, [call.body])[0]
    return show_saved(ownership.change_saved(call.user, call.path["visitor_id"], person, call.now))


@api.route("DELETE", "/api/visitor/saved/{visitor_id}", summary="Forget a saved visitor", access=PHONE, status=204)
def remove_saved(call: Call) -> Reply:
    ownership.remove_saved(call.user, call.path["visitor_id"])
    return Reply(status=204)


@api.route(
    "POST",
    "/api/visitor/visits",
    summary="Submit a reservation",
    access=PHONE,
    body=SubmitVisit,
    answer=VisitView,
    status=201,
)
def submit_visit(call: Call) -> Answer:
    body: SubmitVisit = call.body
    visitor, *companions = take_people(call.user, [body.visitor, *body.companions])
    wanted = Reservation(
        request_id=body.request_id,
        visitor=visitor,
        companions=tuple(companions),
        host=take_host(call.user, body.host, call.now),
        window=Window(body.starts_at, body.ends_at),
        purpose=body.purpose,
        remember=body.remember,
    )
    return _show(service.submit_visit(call.user, wanted, call.now), call)


@api.route("GET", "/api/visitor/visits", summary="My reservations", access=PHONE, query=PageQuery, answer=VisitsView)
def list_own_visits(call: Call) -> VisitsView:
    return show_visits(ownership.page_of_own(call.user, call.query.cursor), call.user.user_id, call.now)


@api.route("GET", "/api/visitor/visits/{visit_id}", summary="One of my reservations", access=PHONE, answer=VisitView)
def show_own_visit(call: Call) -> Answer:
    return _show(service.own_visit(call.user, call.path["visit_id"]), call)


@api.route(
    "POST", "/api/visitor/visits/{visit_id}/cancel", summary="Cancel my reservation", access=PHONE, answer=VisitView
)
def cancel_visit(call: Call) -> Answer:
    return _show(service.cancel_visit(call.user, call.path["visit_id"], call.now), call)


@api.route(
    "GET",
    "/api/visitor/approvals",
    summary="Reservations to decide",
    access=APPROVER,
    query=ApprovalsQuery,
    answer=VisitsView,
)
def list_approvals(call: Call) -> VisitsView:
    period = Period(None, call.now + timedelta(seconds=1))
    if call.query.view == "waiting":
        page = lists.page_of_status(Status.SUBMITTED, period, call.query.cursor, oldest_first=True)
    else:
        every = lists.page_of_all(period, call.query.cursor)
        page = Page([visit for visit in every.items if visit.decided_by], every.next_cursor)
    return _show_page(page, call)


@api.route(
    "GET", "/api/visitor/approvals/{visit_id}", summary="A reservation to decide", access=APPROVER, answer=VisitView
)
def show_approval(call: Call) -> Answer:
    return _show(service.any_visit(call.path["visit_id"]), call)


@api.route(
    "POST",
    "/api/visitor/approvals/{visit_id}/approve",
    summary="Approve",
    access=APPROVER,
    body=ApproveVisit,
    answer=VisitView,
)
def approve(call: Call) -> Answer:
    return _show(service.approve_visit(call.user, call.path["visit_id"], call.body.version, call.now), call)


@api.route(
    "POST",
    "/api/visitor/approvals/{visit_id}/refuse",
    summary="Refuse with a reason",
    access=APPROVER,
    body=RefuseVisit,
    answer=VisitView,
)
def refuse(call: Call) -> Answer:
    body: RefuseVisit = call.body
    return _show(service.refuse_visit(call.user, call.path["visit_id"], body.version, body.reason, call.now), call)


@api.route(
    "GET",
    "/api/office/visits",
    summary="All reservations, filtered",
    access=OFFICE,
    query=OfficeVisitsQuery,
    answer=VisitsView,
)
def list_office_visits(call: Call) -> VisitsView:
    found = search.page_of(_wanted(call.query, call.now), call.query.cursor)
    return _show_page(found.page, call, office=True, examined=found.examined)


@api.route(
    "GET",
    "/api/office/visits.csv",
    summary="Reservations of the filter as a text file",
    access=OFFICE,
    query=OfficeFilter,
)
def export_office_visits(call: Call) -> Reply:
    found = export.take_out(call.user, _wanted(call.query, call.now), call.now)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}.csv"'}
    if found.cut_at:
        headers["X-Export-Cut"] = str(found.cut_at)
    return Reply(body=tables.to_csv(found), content_type=tables.CSV_TYPE, headers=headers)


@api.route(
    "POST",
    "/api/office/visits/exports",
    summary="Reservations of the filter as a workbook for Excel, behind a link for a few minutes",
    access=OFFICE,
    body=OfficeFilter,
    answer=ExportView,
    status=201,
)
def make_workbook(call: Call) -> ExportView:
    from chalicelib.core.workbook import MEDIA_TYPE
    from chalicelib.domains.visitor.workbook import to_workbook

    found = export.take_out(call.user, _wanted(call.body, call.now), call.now)
    name = f"{found.name}.xlsx"
    url = downloads.offer("visits", name, to_workbook(found), MEDIA_TYPE)
    return ExportView(url=url, name=name, rows=len(found.rows), cut_at=found.cut_at)


@api.route("GET", "/api/office/visits/{visit_id}", summary="A reservation", access=OFFICE, answer=VisitView)
def show_office_visit(call: Call) -> Answer:
    return _show(service.any_visit(call.path["visit_id"]), call, office=True)


@api.route(
    "POST",
    "/api/office/visits/{visit_id}/approve",
    summary="Approve",
    access=OFFICE,
    body=ApproveVisit,
    answer=VisitView,
)
def approve_in_office(call: Call) -> Answer:
    visit = service.approve_visit(call.user, call.path["visit_id"], call.body.version, call.now)
    return _show(visit, call, office=True)


@api.route(
    "POST",
    "/api/office/visits/{visit_id}/refuse",
    summary="Refuse with a reason",
    access=OFFICE,
    body=RefuseVisit,
    answer=VisitView,
)
def refuse_in_office(call: Call) -> Answer:
    body: RefuseVisit = call.body
    visit = service.refuse_visit(call.user, call.path["visit_id"], body.version, body.reason, call.now)
    return _show(visit, call, office=True)


@api.route(
    "POST",
    "/api/office/visits/{visit_id}/send-rights-again",
    summary="Send the right again to the devices that did not take it",
    access=OFFICE,
    body=SendRightsAgain,
    answer=VisitView,
)
def send_rights_again(call: Call) -> Answer:
    visit = service.send_rights_again(call.user, call.path["visit_id"], call.body.version, call.now)
    return _show(visit, call, office=True)


def _show(visit: Visit, call: Call, *, office: bool = False) -> VisitView:
    return show_visit(as_own(visit, call.user), call.user.user_id, call.now, office=office)


def _show_page(page: Page[Visit], call: Call, *, office: bool = False, examined: int | None = None) -> VisitsView:
    seen = Page([as_own(visit, call.user) for visit in page.items], page.next_cursor)
    return show_visits(seen, call.user.user_id, call.now, office=office, examined=examined)


def _wanted(query: OfficeFilter, now: datetime) -> Wanted:
    until = _day_start(query.until) + timedelta(days=1) if query.until else now + timedelta(seconds=1)
    period = Period(_day_start(query.since) if query.since else None, until)
    day = _day_start(query.day) if query.day else None
    overdue_at = now if query.presence == "overstayed" else None
    return Wanted(period, query.status, query.text or "", day, query.presence is not None, overdue_at)


def _day_start(day: date) -> datetime:
    return datetime.combine(day, time.min, SITE_ZONE)
