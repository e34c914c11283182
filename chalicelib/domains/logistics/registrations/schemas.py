"""Requests and answers about registrations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.core.validation import Answer, Instant, Line, OptionalPlate, Plate, Request
from chalicelib.domains.logistics.schemas import (
    Cursor,
    DriverNo,
    Id,
    OrderNo,
    ProductCode,
    RequestId,
    Tonnes,
    TonnesText,
)

Kind = Literal["pickup", "delivery"]
StatusName = Literal[
    "registered", "card_issued", "queued", "called", "entered", "tared", "loading", "weighed", "exited", "signed",
    "cancelled", "released", "expired", "rejected", "empty_out",
]  # fmt: skip
Step = Literal["registered", "held", "queued", "loading", "left", "signed"]
"""The step bar 登记→占用→排队→装车→出厂→签收; a delivery has no 占用."""
HoldName = Literal["open", "arrived", "final", "settled", "released", "expired"]
LeState = Literal["waiting", "done", "failed"]


class OrderLine(Request):
    """How much of an order's line."""

    order_no: OrderNo
    line_no: Annotated[str, Field(max_length=16)]
    quantity: Tonnes


class Waybill(Request):
    """What the e-waybill says; compared with the registration."""

    number: Annotated[Line, Field(min_length=1, max_length=40)]
    plate_number: Plate
    product_code: ProductCode
    quantity: Tonnes


class NewRegistration(Request):
    """A pickup or delivery. Quantities of lines of one product are summed; a truck carries one product."""

    request_id: RequestId
    kind: Kind
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1, max_length=5)]
    plate_number: Plate
    trailer_plate_number: OptionalPlate = None
    driver_no: DriverNo
    escort_no: DriverNo | None = None
    waybill: Waybill | None = None
    arrive_from: Instant
    arrive_to: Instant


class ChangeRegistration(Request):
    """Other quantities or another arrival; ``version`` is the one the driver saw."""

    version: Annotated[int, Field(ge=1)]
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1, max_length=5)]
    waybill: Waybill | None = None
    arrive_from: Instant
    arrive_to: Instant


class OfficeRelease(Request):
    """The office ends a registration; the reason is shown to the driver."""

    version: Annotated[int, Field(ge=1)]
    reason: Annotated[Line, Field(min_length=2, max_length=100)]


class SignOff(Request):
    """What was received. ``photos``: ids of uploaded pictures."""

    request_id: RequestId
    quantity: Tonnes
    reason: Annotated[Line, Field(max_length=100)] = ""
    photos: Annotated[tuple[Id, ...], Field(max_length=6)] = ()


class LineView(Answer):
    """A line of the order."""

    order_no: str
    line_no: str
    quantity: TonnesText


class HoldView(Answer):
    """The hold on stock."""

    state: HoldName
    quantity: TonnesText
    expires_at: datetime | None
    """While it can expire."""
    warn_at: datetime | None


class PersonBrief(Answer):
    """A driver or escort as registered."""

    driver_no: str
    name: str
    phone: str


class EventView(Answer):
    """A line of the time line."""

    at: datetime
    name: str
    text: str


class CheckView(Answer):
    """A failing check."""

    code: str
    subject: str
    message: str


class SignOffView(Answer):
    """The signature."""

    quantity: TonnesText
    net: TonnesText | None
    difference: TonnesText | None
    reason: str
    signed_at: datetime
    photos: list[str]
    """Addresses of the pictures, valid for some minutes."""
    document_no: str | None
    """LE's, once it has taken the signature."""
    le: LeState


class RegistrationView(Answer):
    """A registration as its driver sees it."""

    id: str
    kind: Kind
    status: StatusName
    step: Step | None
    """``None`` once it ended without goods."""
    product_code: str
    product_name: str
    customer_name: str
    lines: list[LineView]
    quantity: TonnesText
    net: TonnesText | None
    plate_number: str
    trailer_plate_number: str | None
    driver: PersonBrief
    escort: PersonBrief | None
    waybill_no: str | None
    arrive_from: datetime
    arrive_to: datetime
    expires_at: datetime | None
    """When the time limit ends, of deliveries, too; ``None`` once the truck has arrived or it is over."""
    warn_at: datetime | None
    hold: HoldView | None
    le: LeState
    """Whether LE has it."""
    le_problem: str | None
    """LE's own sentence when it refused."""
    registration_no: str | None
    card_no: str | None
    card_returned: bool
    queue_no: str | None
    lane_code: str | None
    reason: str | None
    """Why it ended (refusal, office's reason)."""
    recheck: list[CheckView]
    """Checks that failed when the truck was called."""
    can_cancel: bool
    can_change: bool
    can_sign_off: bool
    allowed_difference: TonnesText | None
    """How much the signature may differ from the net weight without a reason; absent without a net weight."""
    created_at: datetime
    version: int
    events: list[EventView]
    sign_off: SignOffView | None


class OfficeRegistrationView(RegistrationView):
    """The same for the office."""

    owner_name: str
    can_release: bool
    waived: list[str]
    """Checks an exception of the office passed over."""


class RegistrationsQuery(Request):
    """The driver's own, newest first. ``state``: ``open`` (default all)."""

    state: Literal["all", "open", "signed", "ended"] = "all"
    cursor: Cursor | None = None


class RegistrationsView(Answer):
    """A page of registrations."""

    items: list[RegistrationView]
    next_cursor: str | None


class OfficeRegistrationsQuery(Request):
    """Newest first; days are those of the registration, both included."""

    status: StatusName | None = None
    plate_number: Annotated[str, Field(max_length=16)] | None = None
    product_code: ProductCode | None = None
    kind: Kind | None = None
    first: date | None = None
    last: date | None = None
    cursor: Cursor | None = None


class OfficeRegistrationsView(Answer):
    """A page of registrations. A narrow filter's page may hold fewer rows, even none, and still have a next one."""

    items: list[OfficeRegistrationView]
    next_cursor: str | None
    quantity: TonnesText
    """Sum of this page's rows."""
    net: TonnesText


class ExportQuery(OfficeRegistrationsQuery):
    """The list's filter; ``cursor`` is not looked at: a file holds everything that is filtered, newest first."""

    format: Literal["xlsx", "csv"] = "xlsx"


class Export(Answer):
    """A file to fetch from ``url`` at once: the link lives for minutes. ``cut_at``: it holds the newest rows only."""

    url: str
    name: str
    cut_at: int | None


class LePlaceView(Answer):
    """How LE and we stand: for the office's board."""

    pending: int
    """Pushes that wait, up to 1000."""
    failed: int
    oldest_pending_at: datetime | None
    polled_at: datetime | None
    """When LE last answered the question for changes."""
