"""Registrations as answers."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core import runtime
from chalicelib.domains.logistics.archive import photos
from chalicelib.domains.logistics.archive.model import Photo
from chalicelib.domains.logistics.registrations import checks, model
from chalicelib.domains.logistics.registrations.refusals import contact
from chalicelib.domains.logistics.registrations.registration import (
    BEFORE_INSIDE,
    COMING,
    Crew,
    Event,
    Hold,
    HoldState,
    Registration,
    Signature,
    Status,
)
from chalicelib.domains.logistics.registrations.schemas import (
    CheckView,
    EventView,
    HoldName,
    HoldView,
    LineView,
    OfficeRegistrationView,
    PersonBrief,
    RegistrationView,
    SignOffView,
    Step,
)
from chalicelib.domains.logistics.registrations.texts import EVENT_TEXTS, check_message, readable

STEPS: dict[Status, Step] = {
    Status.QUEUED: "queued",
    Status.CALLED: "queued",
    Status.ENTERED: "loading",
    Status.TARED: "loading",
    Status.LOADING: "loading",
    Status.WEIGHED: "loading",
    Status.EXITED: "left",
    Status.SIGNED: "signed",
}


def show(registration: Registration, now: datetime) -> RegistrationView:
    """A registration for its driver."""
    goods, le, limit = registration.goods, registration.le, registration.limit
    is_over = model.is_over(registration, now)
    return RegistrationView(
        id=registration.id,
        kind=registration.kind.value,
        status=registration.status.value,
        step=step_of(registration),
        product_code=goods.product_code,
        product_name=goods.product_name,
        customer_name=goods.customer_name,
        lines=[
            LineView(order_no=line.order_no, line_no=line.line_no, quantity=line.quantity_kg) for line in goods.lines
        ],
        quantity=goods.quantity_kg,
        net=le.net_kg,
        plate_number=registration.truck.plate_number,
        trailer_plate_number=registration.truck.trailer_plate_number,
        driver=_person(registration.driver),
        escort=_person(registration.escort) if registration.escort else None,
        waybill_no=registration.waybill.number if registration.waybill else None,
        arrive_from=registration.arrival.begins_at,
        arrive_to=registration.arrival.ends_at,
        expires_at=limit.expires_at if limit else None,
        warn_at=limit.warn_at if limit else None,
        hold=_hold(registration, registration.hold) if registration.hold else None,
        le=le.state.value,
        le_problem=_readable(le.problem),
        registration_no=le.registration_no,
        card_no=le.card_no,
        card_returned=le.is_card_returned,
        queue_no=le.queue_no,
        lane_code=le.lane_code,
        reason=_readable(registration.reason),
        recheck=[_check(text) for text in registration.recheck],
        can_cancel=registration.status in BEFORE_INSIDE and not is_over,
        can_change=registration.status in COMING and not is_over,
        can_sign_off=registration.status is Status.EXITED,
        allowed_difference=model.allowed_difference_kg(le.net_kg, runtime.settings().sign_off_tolerance),
        created_at=registration.created_at,
        version=registration.version,
        events=[_event(event) for event in registration.events],
        sign_off=_signature(registration, registration.signature) if registration.signature else None,
    )


def show_to_office(registration: Registration, owner_name: str, now: datetime) -> OfficeRegistrationView:
    """The same for the office."""
    return OfficeRegistrationView(
        **dict(show(registration, now)),
        owner_name=owner_name,
        can_release=registration.status in BEFORE_INSIDE,
        waived=list(registration.waived),
    )


def step_of(registration: Registration) -> Step | None:
    """Where the step bar stands; ``None`` once it ended without goods."""
    if registration.status in COMING:
        return "held" if registration.hold else "registered"
    return STEPS.get(registration.status)


def _hold(registration: Registration, hold: Hold) -> HoldView:
    limit = registration.limit
    name: HoldName = hold.state.value
    if hold.state is HoldState.OPEN and limit is None:
        name = "arrived"
    return HoldView(
        state=name,
        quantity=hold.quantity_kg,
        expires_at=limit.expires_at if limit else None,
        warn_at=limit.warn_at if limit else None,
    )


def _person(crew: Crew) -> PersonBrief:
    return PersonBrief(driver_no=crew.driver_no, name=crew.name, phone=crew.phone)


def _check(text: str) -> CheckView:
    failure = checks.from_text(text)
    return CheckView(
        code=failure.check.value, subject=failure.subject, message=check_message(failure, contact())
    )  # fmt: skip


def _event(event: Event) -> EventView:
    text = EVENT_TEXTS.get(event.name, event.name)
    return EventView(at=event.at, name=event.name, text=f"{text}：{_readable(event.detail)}" if event.detail else text)


def _readable(problem: str | None) -> str | None:
    return readable(problem, contact()) if problem else None


def _signature(registration: Registration, signature: Signature) -> SignOffView:
    return SignOffView(
        quantity=signature.quantity_kg,
        net=registration.le.net_kg,
        difference=signature.difference_kg,
        reason=signature.reason,
        signed_at=signature.signed_at,
        photos=[photos.address(Photo(photo_id, signature.signed_by)) for photo_id in signature.photos],
        document_no=signature.document_no,
        le=signature.le.value,
    )
