"""Registrations: the office."""

from __future__ import annotations

from chalicelib.core import downloads, tables
from chalicelib.core.china import normalise_plate
from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.account.store import find_nicknames
from chalicelib.domains.logistics.registrations import cancelling, export, le_place, lists, ownership, views
from chalicelib.domains.logistics.registrations.lists import Filter
from chalicelib.domains.logistics.registrations.registration import Kind, Registration, Status
from chalicelib.domains.logistics.registrations.schemas import (
    Export,
    ExportQuery,
    LePlaceView,
    OfficeRegistrationsQuery,
    OfficeRegistrationsView,
    OfficeRegistrationView,
    OfficeRelease,
)
from chalicelib.domains.logistics.registrations.texts import TEXTS

STAFF = office(Role.LOGISTICS)

api = Api(__name__, "logistics_office_registrations", TEXTS)


@api.route(
    "GET",
    "/api/office/logistics/registrations",
    summary="Registrations by state, plate and day",
    access=STAFF,
    query=OfficeRegistrationsQuery,
    answer=OfficeRegistrationsView,
)
def list_all(call: Call) -> OfficeRegistrationsView:
    query: OfficeRegistrationsQuery = call.query
    page = lists.page_of_all(_wanted(query), query.cursor)
    names = find_nicknames({found.owner_id for found in page.items})
    return OfficeRegistrationsView(
        items=[views.show_to_office(found, names.get(found.owner_id, ""), call.now) for found in page.items],
        next_cursor=page.next_cursor,
        quantity=sum(found.goods.quantity_kg for found in page.items),
        net=sum(found.le.net_kg or 0 for found in page.items),
    )


@api.route(
    "GET",
    "/api/office/logistics/registrations/{registration_id}",
    summary="One registration",
    access=STAFF,
    answer=OfficeRegistrationView,
)
def read_any(call: Call) -> OfficeRegistrationView:
    return _show(ownership.any_registration(call.path["registration_id"]), call)


@api.route(
    "POST",
    "/api/office/logistics/registrations/{registration_id}/release",
    summary="End a registration by hand",
    access=STAFF,
    body=OfficeRelease,
    answer=OfficeRegistrationView,
)
def release(call: Call) -> OfficeRegistrationView:
    body: OfficeRelease = call.body
    return _show(cancelling.release(call.user, call.path["registration_id"], body.reason, body.version, call.now), call)


@api.route(
    "GET",
    "/api/office/logistics/registrations-export",
    summary="What the filter shows as CSV or XLSX",
    access=STAFF,
    query=ExportQuery,
    answer=Export,
)
def export_all(call: Call) -> Export:
    query: ExportQuery = call.query
    table = export.take_out(call.user, _wanted(query), call.now)
    if query.format == "csv":
        media_type, content = tables.CSV_TYPE, tables.to_csv(table).encode()
    else:
        from chalicelib.core.workbook import MEDIA_TYPE
        from chalicelib.domains.logistics.registrations.workbook import to_workbook

        media_type, content = MEDIA_TYPE, to_workbook(table)
    name = f"{table.name}.{query.format}"
    return Export(url=downloads.offer("registrations", name, content, media_type), name=name, cut_at=table.cut_at)


@api.route("GET", "/api/office/logistics/le", summary="How LE and we stand", access=STAFF, answer=LePlaceView)
def read_le_place(_call: Call) -> LePlaceView:
    place = le_place.read()
    return LePlaceView(
        pending=place.pending,
        failed=place.failed,
        oldest_pending_at=place.oldest_pending_at,
        polled_at=place.polled_at,
    )


def _show(registration: Registration, call: Call) -> OfficeRegistrationView:
    names = find_nicknames({registration.owner_id})
    return views.show_to_office(registration, names.get(registration.owner_id, ""), call.now)


def _wanted(query: OfficeRegistrationsQuery) -> Filter:
    return Filter(
        status=Status(query.status) if query.status else None,
        plate_number=normalise_plate(query.plate_number) if query.plate_number else None,
        product_code=query.product_code,
        kind=Kind(query.kind) if query.kind else None,
        first=query.first,
        last=query.last,
    )
