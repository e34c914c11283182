"""Registrations: the office."""

from __future__ import annotations

from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.logistics.registrations.schemas import (
    Export,
    ExportQuery,
    LePlaceView,
    OfficeRegistrationsQuery,
    OfficeRegistrationsView,
    OfficeRegistrationView,
    OfficeRelease,
)

STAFF = office(Role.LOGISTICS)

api = Api(__name__, "logistics_office_registrations", {})


@api.route(
    "GET",
    "/api/office/logistics/registrations",
    summary="Registrations by state, plate and day",
    access=STAFF,
    query=OfficeRegistrationsQuery,
    answer=OfficeRegistrationsView,
)
def list_all(call: Call) -> OfficeRegistrationsView:
    raise NotImplementedError


@api.route(
    "GET",
    "/api/office/logistics/registrations/{registration_id}",
    summary="One registration",
    access=STAFF,
    answer=OfficeRegistrationView,
)
def read_any(call: Call) -> OfficeRegistrationView:
    raise NotImplementedError


@api.route(
    "POST",
    "/api/office/logistics/registrations/{registration_id}/release",
    summary="End a registration by hand",
    access=STAFF,
    body=OfficeRelease,
    answer=OfficeRegistrationView,
)
def release(call: Call) -> OfficeRegistrationView:
    raise NotImplementedError


@api.route(
    "GET",
    "/api/office/logistics/registrations-export",
    summary="What the filter shows as CSV or XLSX",
    access=STAFF,
    query=ExportQuery,
    answer=Export,
)
def export(call: Call) -> Export:
    raise NotImplementedError


@api.route("GET", "/api/office/logistics/le", summary="How LE and we stand", access=STAFF, answer=LePlaceView)
def read_le_place(call: Call) -> LePlaceView:
    raise NotImplementedError
