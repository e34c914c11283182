"""Vehicles, drivers and escorts: the office."""

from __future__ import annotations

from chalicelib.core.http import Api, Call, office
from chalicelib.core.paging import Page
from chalicelib.core.session import Role
from chalicelib.core.table import BATCH_KEYS
from chalicelib.domains.account.store import find_nicknames
from chalicelib.domains.logistics.archive import office as office_service
from chalicelib.domains.logistics.archive.api import person_at, vehicle_at
from chalicelib.domains.logistics.archive.items import PERSON, VEHICLE
from chalicelib.domains.logistics.archive.model import Filed
from chalicelib.domains.logistics.archive.schemas import (
    ArchiveQuery,
    OfficePeopleView,
    OfficePersonView,
    OfficeVehiclesView,
    OfficeVehicleView,
    Suspend,
)
from chalicelib.domains.logistics.archive.service import site_date
from chalicelib.domains.logistics.archive.texts import TEXTS
from chalicelib.domains.logistics.archive.views import office_person_view, office_vehicle_view

STAFF = office(Role.LOGISTICS)

api = Api(__name__, "logistics_office_archive", TEXTS)


@api.route(
    "GET",
    "/api/office/logistics/vehicles",
    summary="Vehicles",
    access=STAFF,
    query=ArchiveQuery,
    answer=OfficeVehiclesView,
)
def list_vehicles(call: Call) -> OfficeVehiclesView:
    page, today = _page(VEHICLE, call), site_date(call.now)
    names = _names_of(page.items)
    items = [office_vehicle_view(vehicle, today, names) for vehicle in page.items]
    return OfficeVehiclesView(items=items, next_cursor=page.next_cursor)


@api.route(
    "POST",
    "/api/office/logistics/vehicles/{plate_number}/suspend",
    summary="Suspend a vehicle or lift it",
    access=STAFF,
    body=Suspend,
    answer=OfficeVehicleView,
)
def suspend_vehicle(call: Call) -> OfficeVehicleView:
    body: Suspend = call.body
    changed = office_service.suspend(call.user, vehicle_at(call), body.reason or None, body.version, call.now)
    return office_vehicle_view(changed, site_date(call.now), _names_of([changed]))


@api.route(
    "GET",
    "/api/office/logistics/people",
    summary="Drivers and escorts",
    access=STAFF,
    query=ArchiveQuery,
    answer=OfficePeopleView,
)
def list_people(call: Call) -> OfficePeopleView:
    page, today = _page(PERSON, call), site_date(call.now)
    names = _names_of(page.items)
    items = [office_person_view(person, today, names) for person in page.items]
    return OfficePeopleView(items=items, next_cursor=page.next_cursor)


@api.route(
    "POST",
    "/api/office/logistics/people/{driver_no}/suspend",
    summary="Suspend a person or lift it",
    access=STAFF,
    body=Suspend,
    answer=OfficePersonView,
)
def suspend_person(call: Call) -> OfficePersonView:
    body: Suspend = call.body
    changed = office_service.suspend(call.user, person_at(call), body.reason or None, body.version, call.now)
    return office_person_view(changed, site_date(call.now), _names_of([changed]))


def _page(kind: str, call: Call) -> Page[Filed]:
    query: ArchiveQuery = call.query
    if query.search:
        return office_service.find_exactly(kind, query.search, query.cursor)
    if query.filter == "expiring":
        return office_service.page_of_expiring(kind, site_date(call.now), query.cursor)
    return office_service.page_of_all(kind, query.cursor)


def _names_of(items: list[Filed]) -> dict[str, str]:
    """Who keeps them, by id; a page seldom has more than a hundred keepers."""
    ids = sorted({keeper for filed in items for keeper in filed.keepers})
    batches = (set(ids[first : first + BATCH_KEYS]) for first in range(0, len(ids), BATCH_KEYS))
    return {user_id: name for batch in batches for user_id, name in find_nicknames(batch).items()}
