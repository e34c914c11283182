"""Registrations: the driver."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.logistics.registrations import (
    cancelling,
    changing,
    lists,
    ownership,
    registering,
    signing,
    views,
)
from chalicelib.domains.logistics.registrations.changing import Wish
from chalicelib.domains.logistics.registrations.looking import Form, Ports
from chalicelib.domains.logistics.registrations.patience import wait
from chalicelib.domains.logistics.registrations.registration import Arrival, Kind, Line, Registration, Truck
from chalicelib.domains.logistics.registrations.registration import Waybill as KnownWaybill
from chalicelib.domains.logistics.registrations.schemas import (
    ChangeRegistration,
    NewRegistration,
    OrderLine,
    RegistrationsQuery,
    RegistrationsView,
    RegistrationView,
    SignOff,
    Waybill,
)
from chalicelib.domains.logistics.registrations.texts import TEXTS
from chalicelib.domains.logistics.stock.model import Reading
from chalicelib.domains.logistics.stock.reading import current_reading

api = Api(__name__, "logistics_registrations", TEXTS)


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
    form: NewRegistration = call.body
    asked = Form(
        kind=Kind(form.kind),
        lines=_lines(form.lines),
        truck=Truck(form.plate_number, form.trailer_plate_number),
        driver_no=form.driver_no,
        escort_no=form.escort_no,
        waybill=_waybill(form.waybill),
        arrival=_arrival(form.arrive_from, form.arrive_to),
    )
    return _show(registering.register(call.user, asked, form.request_id, _ports(call), call.now), call)


@api.route(
    "GET",
    "/api/logistics/registrations",
    summary="Own registrations",
    access=PHONE,
    query=RegistrationsQuery,
    answer=RegistrationsView,
)
def list_own(call: Call) -> RegistrationsView:
    query: RegistrationsQuery = call.query
    page = lists.page_of_own(call.user, query.state, query.cursor)
    return RegistrationsView(items=[_show(found, call) for found in page.items], next_cursor=page.next_cursor)


@api.route(
    "GET",
    "/api/logistics/registrations/{registration_id}",
    summary="One registration",
    access=PHONE,
    answer=RegistrationView,
)
def read_own(call: Call) -> RegistrationView:
    return _show(ownership.own(call.user, call.path["registration_id"]), call)


@api.route(
    "POST",
    "/api/logistics/registrations/{registration_id}/cancel",
    summary="Give it up",
    access=PHONE,
    answer=RegistrationView,
)
def cancel(call: Call) -> RegistrationView:
    return _show(cancelling.cancel(call.user, call.path["registration_id"], call.now), call)


@api.route(
    "POST",
    "/api/logistics/registrations/{registration_id}/change",
    summary="Other quantity or arrival",
    access=PHONE,
    body=ChangeRegistration,
    answer=RegistrationView,
)
def change(call: Call) -> RegistrationView:
    form: ChangeRegistration = call.body
    arrival = _arrival(form.arrive_from, form.arrive_to)
    wish = Wish(form.version, _lines(form.lines), _waybill(form.waybill), arrival)
    return _show(changing.change(call.user, call.path["registration_id"], wish, _ports(call), call.now), call)


@api.route(
    "POST",
    "/api/logistics/registrations/{registration_id}/sign-off",
    summary="Sign what was received",
    access=PHONE,
    body=SignOff,
    answer=RegistrationView,
)
def sign_off(call: Call) -> RegistrationView:
    form: SignOff = call.body
    registration_id = call.path["registration_id"]
    signed = signing.sign_off(call.user, registration_id, form.quantity, form.reason, form.photos, call.now)
    return _show(signed, call)


def _show(registration: Registration, call: Call) -> RegistrationView:
    return views.show(registration, call.now)


def _ports(call: Call) -> Ports:
    """The tank farm is asked by whoever holds more only; nobody else loads its adapter."""

    def read_stock(product_code: str) -> Reading | None:
        from chalicelib.domains.logistics import wiring

        return current_reading(wiring.mes(), product_code, call.now)

    return Ports(read_stock, wait)


def _lines(lines: tuple[OrderLine, ...]) -> tuple[Line, ...]:
    return tuple(Line(line.order_no, line.line_no, line.quantity) for line in lines)


def _waybill(waybill: Waybill | None) -> KnownWaybill | None:
    if waybill is None:
        return None
    return KnownWaybill(waybill.number, waybill.plate_number, waybill.product_code, waybill.quantity)


def _arrival(begins_at: datetime, ends_at: datetime) -> Arrival:
    """People mean minutes."""
    return Arrival(_whole_minute(begins_at), _whole_minute(ends_at))


def _whole_minute(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(second=0, microsecond=0)
