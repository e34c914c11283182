"""Vehicles, drivers and escorts: their user."""

from __future__ import annotations

import re
from datetime import date

from chalicelib.core.china import normalise_plate, plate_class
from chalicelib.core.errors import NotFound
from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.logistics.archive import forms, photos, service
from chalicelib.domains.logistics.archive.items import PERSON, VEHICLE, person_pk, vehicle_pk
from chalicelib.domains.logistics.archive.schemas import (
    PeopleView,
    PersonView,
    SavePerson,
    SaveVehicle,
    UploadView,
    VehiclesView,
    VehicleView,
)
from chalicelib.domains.logistics.archive.service import Wish, site_date
from chalicelib.domains.logistics.archive.texts import TEXTS
from chalicelib.domains.logistics.archive.views import person_view, vehicle_view

api = Api(__name__, "logistics_archive", TEXTS)
_DRIVER_NO = re.compile(r"[0-9a-f]{32}", re.ASCII)


@api.route("GET", "/api/logistics/vehicles", summary="Own vehicles", access=PHONE, answer=VehiclesView)
def list_vehicles(call: Call) -> VehiclesView:
    return VehiclesView(items=[vehicle_view(own, _today(call)) for own in service.list_own(call.user, VEHICLE)])


@api.route("GET", "/api/logistics/vehicles/{plate_number}", summary="One vehicle", access=PHONE, answer=VehicleView)
def read_vehicle(call: Call) -> VehicleView:
    return vehicle_view(service.find_own(call.user, vehicle_at(call)), _today(call))


@api.route(
    "PUT",
    "/api/logistics/vehicles",
    summary="File or change a vehicle",
    access=PHONE,
    body=SaveVehicle,
    answer=VehicleView,
)
def save_vehicle(call: Call) -> VehicleView:
    form: SaveVehicle = call.body
    wish = Wish(forms.vehicle_of(form, call.now), form.photos, form.version)
    return vehicle_view(service.save(call.user, wish, call.now), _today(call))


@api.route(
    "DELETE",
    "/api/logistics/vehicles/{plate_number}",
    summary="Take a vehicle off the own list",
    access=PHONE,
)
def forget_vehicle(call: Call) -> None:
    service.forget(call.user, vehicle_at(call), call.now)


@api.route("GET", "/api/logistics/people", summary="Own drivers and escorts", access=PHONE, answer=PeopleView)
def list_people(call: Call) -> PeopleView:
    return PeopleView(items=[person_view(own, _today(call)) for own in service.list_own(call.user, PERSON)])


@api.route(
    "GET",
    "/api/logistics/people/{driver_no}",
    summary="One driver or escort",
    access=PHONE,
    answer=PersonView,
)
def read_person(call: Call) -> PersonView:
    return person_view(service.find_own(call.user, person_at(call)), _today(call))


@api.route(
    "PUT",
    "/api/logistics/people",
    summary="File or change a driver or escort",
    access=PHONE,
    body=SavePerson,
    answer=PersonView,
)
def save_person(call: Call) -> PersonView:
    form: SavePerson = call.body
    wish = Wish(forms.person_of(form, call.now), form.photos, form.version)
    return person_view(service.save(call.user, wish, call.now), _today(call))


@api.route("DELETE", "/api/logistics/people/{driver_no}", summary="Take a person off the own list", access=PHONE)
def forget_person(call: Call) -> None:
    service.forget(call.user, person_at(call), call.now)


@api.route("POST", "/api/logistics/photos", summary="Upload one picture", access=PHONE, answer=UploadView, status=201)
def begin_upload(call: Call) -> UploadView:
    begun = photos.begin_upload(call.user, call.now)
    return UploadView(photo_id=begun.photo_id, url=begun.form.url, fields=begun.form.fields, until=begun.until)


def vehicle_at(call: Call) -> str:
    """The vehicle an address names; what is no number plate names none."""
    plate = normalise_plate(call.path["plate_number"])
    if plate_class(plate) is None:
        raise NotFound
    return vehicle_pk(plate)


def person_at(call: Call) -> str:
    """The person an address names."""
    driver_no = call.path["driver_no"]
    if _DRIVER_NO.fullmatch(driver_no) is None:
        raise NotFound
    return person_pk(driver_no)


def _today(call: Call) -> date:
    return site_date(call.now)
