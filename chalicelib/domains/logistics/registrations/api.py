"""Registrations: the driver."""

from __future__ import annotations

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.logistics.registrations.schemas import (
    ChangeRegistration,
    NewRegistration,
    RegistrationsQuery,
    RegistrationsView,
    RegistrationView,
    SignOff,
)

api = Api(__name__, "logistics_registrations", {})


@api.route(
    "POST",
    "/api/logistics/registrations",
    summary="Register a pickup or delivery",
    access=PHONE,
    body=NewRegistration,
    answer=RegistrationView,
    status=201,
)
def register(call: Call) -> RegistrationView:
    raise NotImplementedError


@api.route(
    "GET",
    "/api/logistics/registrations",
    summary="Own registrations",
    access=PHONE,
    query=RegistrationsQuery,
    answer=RegistrationsView,
)
def list_own(call: Call) -> RegistrationsView:
    raise NotImplementedError


@api.route(
    "GET",
    "/api/logistics/registrations/{registration_id}",
    summary="One registration",
    access=PHONE,
    answer=RegistrationView,
)
def read_own(call: Call) -> RegistrationView:
    raise NotImplementedError


@api.route(
    "POST",
    "/api/logistics/registrations/{registration_id}/cancel",
    summary="Give it up",
    access=PHONE,
    answer=RegistrationView,
)
def cancel(call: Call) -> RegistrationView:
    raise NotImplementedError


@api.route(
    "POST",
    "/api/logistics/registrations/{registration_id}/change",
    summary="Other quantity or arrival",
    access=PHONE,
    body=ChangeRegistration,
    answer=RegistrationView,
)
def change(call: Call) -> RegistrationView:
    raise NotImplementedError


@api.route(
    "POST",
    "/api/logistics/registrations/{registration_id}/sign-off",
    summary="Sign what was received",
    access=PHONE,
    body=SignOff,
    answer=RegistrationView,
)
def sign_off(call: Call) -> RegistrationView:
    raise NotImplementedError
