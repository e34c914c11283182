"""What LE is told of (see :mod:`~chalicelib.integrations.le.port`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Kind = Literal["pickup", "delivery"]
CardReason = Literal["cancelled", "finished", "damaged"]
VehicleKind = Literal["tractor", "trailer", "rigid"]
PlateColour = Literal["blue", "yellow", "green", "yellow_green"]
Role = Literal["driver", "escort", "both"]


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
