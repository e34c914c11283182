"""Vehicles, drivers and escorts: their user."""

from __future__ import annotations

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.logistics.archive.schemas import (
    PeopleView,
    PersonView,
    SavePerson,
    SaveVehicle,
    UploadView,
    VehiclesView,
    VehicleView,
)

api = Api(__name__, "logistics_archive", {})


@api.route("GET", "/api/logistics/vehicles", summary="Own vehicles", access=PHONE, answer=VehiclesView)
def list_vehicles(call: Call) -> VehiclesView:
    raise NotImplementedError


@api.route("GET", "/api/logistics/vehicles/{plate_number}", summary="One vehicle", access=PHONE, answer=VehicleView)
def read_vehicle(call: Call) -> VehicleView:
    raise NotImplementedError


@api.route(
    "PUT",
    "/api/logistics/vehicles",
    summary="File or change a vehicle",
    access=PHONE,
    body=SaveVehicle,
    answer=VehicleView,
)
def save_vehicle(call: Call) -> VehicleView:
    raise NotImplementedError


@api.route(
    "DELETE",
    "/api/logistics/vehicles/{plate_number}",
    summary="Take a vehicle off the own list",
    access=PHONE,
)
def forget_vehicle(call: Call) -> None:
    raise NotImplementedError


@api.route("GET", "/api/logistics/people", summary="Own drivers and escorts", access=PHONE, answer=PeopleView)
def list_people(call: Call) -> PeopleView:
    raise NotImplementedError


@api.route(
    "GET",
    "/api/logistics/people/{driver_no}",
    summary="One driver or escort",
    access=PHONE,
    answer=PersonView,
)
def read_person(call: Call) -> PersonView:
    raise NotImplementedError


@api.route(
    "PUT",
    "/api/logistics/people",
    summary="File or change a driver or escort",
    access=PHONE,
    body=SavePerson,
    answer=PersonView,
)
def save_person(call: Call) -> PersonView:
    raise NotImplementedError


@api.route("DELETE", "/api/logistics/people/{driver_no}", summary="Take a person off the own list", access=PHONE)
def forget_person(call: Call) -> None:
    raise NotImplementedError


@api.route("POST", "/api/logistics/photos", summary="Upload one picture", access=PHONE, answer=UploadView, status=201)
def begin_upload(call: Call) -> UploadView:
    raise NotImplementedError
