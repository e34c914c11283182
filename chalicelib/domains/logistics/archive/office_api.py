"""Vehicles, drivers and escorts: the office."""

from __future__ import annotations

from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.logistics.archive.schemas import (
    ArchiveQuery,
    OfficePeopleView,
    OfficePersonView,
    OfficeVehiclesView,
    OfficeVehicleView,
    Suspend,
)

STAFF = office(Role.LOGISTICS)

api = Api(__name__, "logistics_office_archive", {})


@api.route(
    "GET",
    "/api/office/logistics/vehicles",
    summary="Vehicles",
    access=STAFF,
    query=ArchiveQuery,
    answer=OfficeVehiclesView,
)
def list_vehicles(call: Call) -> OfficeVehiclesView:
    raise NotImplementedError


@api.route(
    "POST",
    "/api/office/logistics/vehicles/{plate_number}/suspend",
    summary="Suspend a vehicle or lift it",
    access=STAFF,
    body=Suspend,
    answer=OfficeVehicleView,
)
def suspend_vehicle(call: Call) -> OfficeVehicleView:
    raise NotImplementedError


@api.route(
    "GET",
    "/api/office/logistics/people",
    summary="Drivers and escorts",
    access=STAFF,
    query=ArchiveQuery,
    answer=OfficePeopleView,
)
def list_people(call: Call) -> OfficePeopleView:
    raise NotImplementedError


@api.route(
    "POST",
    "/api/office/logistics/people/{driver_no}/suspend",
    summary="Suspend a person or lift it",
    access=STAFF,
    body=Suspend,
    answer=OfficePersonView,
)
def suspend_person(call: Call) -> OfficePersonView:
    raise NotImplementedError
