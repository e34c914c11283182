"""What the product wants from the plant's logistics system.

Quantities are whole kilograms, times aware datetimes, days dates. Every operation may raise the errors of
:mod:`chalicelib.integrations.errors`. All of them may be repeated: what creates or moves something carries a key, the rest
is the same done twice. So a lost answer is :class:`~chalicelib.integrations.errors.Retryable`, never an unknown outcome.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from chalicelib.integrations.errors import Refused

Kind = Literal["pickup", "delivery"]
Status = Literal[
    "registered", "card_issued", "queued", "called", "entered", "tared", "loading", "weighed", "exited", "signed",
    "cancelled", "rejected", "empty_out",
]  # fmt: skip
CardReason = Literal["cancelled", "finished", "damaged"]
LaneState = Literal["open", "paused", "closed"]
QueueState = Literal["waiting", "called", "loading"]
OrderStatus = Literal["open", "partly", "closed", "blocked"]
VehicleKind = Literal["tractor", "trailer", "rigid"]
PlateColour = Literal["blue", "yellow", "green", "yellow_green"]
Role = Literal["driver", "escort", "both"]


class LeDeclined(Refused):
    """LE's own no (422): the rules of its business, not of the interface.

    ``code`` is ours, one for each known ``reason`` (``le_order_closed``, ``le_vehicle_unknown``, …), else ``le_declined``.
    """

    def __init__(self, code: str, message: str, peer: str, reason: str, sentence: str) -> None:
        super().__init__(code, message, peer, peer_code=reason or "http_422")
        self.reason = reason
        """LE's word: ``ORDER_CLOSED``, ``QTY_EXCEEDS_OPEN``, ``VEHICLE_UNKNOWN``, …; empty when it gave none."""
        self.sentence = sentence
        """LE's own sentence, for people; may be empty."""


class LeStateConflict(Refused):
    """``le_state_conflict``: the registration is in another state than the call needs. Read it, then decide again."""

    def __init__(self, message: str, peer: str, status: str) -> None:
        super().__init__("le_state_conflict", message, peer, peer_code="STATE_CONFLICT")
        self.status = status
        """The state it is in, as LE named it (or the number LE holds already); empty when it did not."""


@dataclass(frozen=True, slots=True)
class LeTank:
    """The tank on a trailer or rigid vehicle."""

    tank_no: str
    volume_m3: str
    """Decimal text."""
    inspection_expiry: date
    permitted_media: tuple[str, ...]
    """Codes of the products it may carry."""


@dataclass(frozen=True, slots=True)
class LeVehicle:
    """A vehicle as filed. A certificate is good on its last day."""

    plate_number: str
    plate_colour: PlateColour
    kind: VehicleKind
    road_permit_no: str
    road_permit_expiry: date
    road_permit_classes: tuple[str, ...]
    inspection_expiry: date
    approved_load_kg: int
    suspended: bool
    version: int
    """Rises with every change of the archive."""
    tank: LeTank | None = None


@dataclass(frozen=True, slots=True)
class LePerson:
    """A driver or escort as filed."""

    driver_no: str
    """Keyed hash of the ID number."""
    name: str
    phone: str
    role: Role
    id_number: str = field(repr=False)
    """In clear; the adapter encrypts it."""
    qualification_no: str
    qualification_expiry: date
    qualification_classes: tuple[str, ...]
    suspended: bool
    version: int
    licence_class: str = ""
    licence_expiry: date | None = None


@dataclass(frozen=True, slots=True)
class LeCrew:
    """Who comes, in an entry report."""

    driver_no: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class LeReport:
    """A truck that is going to come for the first time."""

    external_no: str
    """Our number of the report."""
    plate_number: str
    driver: LeCrew
    product_code: str
    expected_arrival: datetime
    trailer_plate_number: str | None = None
    tank_no: str | None = None
    escort: LeCrew | None = None


@dataclass(frozen=True, slots=True)
class LeDriver:
    """Who comes, in a registration."""

    driver_no: str
    name: str
    phone: str
    qualification_no: str
    qualification_expiry: date


@dataclass(frozen=True, slots=True)
class LeLine:
    """How much of a line of an order."""

    order_no: str
    line_no: str
    quantity_kg: int


@dataclass(frozen=True, slots=True)
class LeRegistration:
    """A pickup or delivery: one product, of one line or several."""

    external_no: str
    """Our number of the registration."""
    kind: Kind
    product_code: str
    lines: tuple[LeLine, ...]
    """At least one; their sum is what is planned."""
    plate_number: str
    driver: LeDriver
    arrive_from: datetime
    arrive_to: datetime
    trailer_plate_number: str | None = None
    escort: LeDriver | None = None
    waybill_no: str | None = None


@dataclass(frozen=True, slots=True)
class LeChange:
    """Other quantities or another arrival; possible until ``queued``."""

    expected_status: str
    lines: tuple[LeLine, ...]
    arrive_from: datetime
    arrive_to: datetime


@dataclass(frozen=True, slots=True)
class LeSignature:
    """What was received. ``signed_at`` and everything else is part of the content: a repetition must be the same."""

    quantity_kg: int
    net_kg: int | None
    abnormal: bool
    """Signed with a difference."""
    difference_reason: str
    """Empty for none."""
    signer: str
    signed_at: datetime
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeSigned:
    """LE has taken the signature."""

    registration_no: str
    quantity_kg: int
    delivered_kg: int
    difference_kg: int
    """Signed minus delivered; negative when less arrived."""
    document_no: str | None
    """Of the goods issue in the ERP."""
    signed_at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class LeStep:
    """One line of a registration's history."""

    status: Status
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LeState:
    """A registration as LE has it now."""

    registration_no: str
    external_no: str
    kind: Kind
    status: Status
    seq: int
    """Rises by one with every change."""
    at: datetime
    """When it came into this state, on LE's clock."""
    product_code: str
    planned_kg: int
    plate_number: str
    card_no: str | None = None
    card_returned: bool = False
    queue_no: str | None = None
    lane_code: str | None = None
    tare_kg: int | None = None
    gross_kg: int | None = None
    net_kg: int | None = None
    signed_kg: int | None = None
    issue_no: str | None = None
    reason: str | None = None
    """Why it was rejected or cancelled."""
    history: tuple[LeStep, ...] = ()


@dataclass(frozen=True, slots=True)
class LePage:
    """Some registrations in the order of their last change, and where to go on (``None`` at the end)."""

    items: tuple[LeState, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class LeOrderLine:
    """A line of an order."""

    line_no: str
    product_code: str
    product_name: str
    hazardous: bool
    hazard_class: str
    un_no: str
    ordered_kg: int
    open_kg: int
    """Ordered minus issued minus planned by open registrations."""


@dataclass(frozen=True, slots=True)
class LeOrder:
    """An order a truck may be registered against."""

    order_no: str
    kind: Kind
    customer_no: str
    customer_name: str
    status: OrderStatus
    valid_from: date
    valid_to: date
    """The last day is included."""
    lines: tuple[LeOrderLine, ...]
    driver_phones: tuple[str, ...] = field(default=(), repr=False)
    """Which of the phones that were asked for it names; empty when it was asked for by its number."""


@dataclass(frozen=True, slots=True)
class LeQueueEntry:
    """A truck at a lane."""

    position: int
    """From 1, trucks that load first."""
    plate_masked: str
    registration_no: str
    state: QueueState
    joined_at: datetime
    eta_minutes: int | None


@dataclass(frozen=True, slots=True)
class LeLane:
    """A lane with its queue in order."""

    lane_code: str
    name: str
    product_codes: tuple[str, ...]
    max_queue: int
    state: LaneState
    loading: int
    waiting: int
    queue: tuple[LeQueueEntry, ...]


class LePort(Protocol):
    """The plant's logistics system."""

    def put_vehicle(self, vehicle: LeVehicle) -> None:
        """Make LE hold this version. A newer one that it holds already counts as done."""
        ...

    def put_person(self, person: LePerson) -> None:
        """Make LE hold this version. A newer one that it holds already counts as done."""
        ...

    def report_entry(self, report: LeReport, key: str) -> str:
        """LE's number of the report. Declined with ``le_vehicle_unknown`` or ``le_driver_unknown`` before their ``put``."""
        ...

    def register(self, registration: LeRegistration, key: str) -> LeState:
        """Make LE hold the registration. The same ``key`` sent again gets the first answer again."""
        ...

    def change(self, registration_no: str, change: LeChange, key: str) -> LeState:
        """Until ``queued``; :class:`LeStateConflict` otherwise."""
        ...

    def find(self, registration_no: str) -> LeState | None:
        """The registration now, ``None`` when LE has none of this number."""
        ...

    def find_by_external_no(self, external_no: str) -> LeState | None:
        """The same by our number."""
        ...

    def changed_since(self, instant: datetime, cursor: str | None) -> LePage:
        """Registrations that changed after ``instant``, in the order of their last change."""
        ...

    def cancel(self, registration_no: str, expected_status: str, reason: str, key: str) -> LeState:
        """Before ``entered``; :class:`LeStateConflict` when it is in another state than expected. Cancelled already: done."""
        ...

    def return_card(self, registration_no: str, card_no: str, reason: CardReason, key: str) -> LeState:
        """The card is free again. Returned already: done. ``le_card_mismatch`` when it is not this registration's."""
        ...

    def sign_off(self, registration_no: str, signature: LeSignature, key: str) -> LeSigned:
        """Once ``exited``. Signed already with this quantity: done; with another: ``le_signed_otherwise``."""
        ...

    def orders(self, driver_phones: Collection[str]) -> list[LeOrder]:
        """Every order that names one of these phones, each once."""
        ...

    def order(self, order_no: str) -> LeOrder | None:
        """One order by its number, whomever it names."""
        ...

    def lanes(self) -> list[LeLane]:
        """All lanes with their queues."""
        ...
