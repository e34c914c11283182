"""A registration and everything that is known of it: facts without decisions. Standard library only.

::

    registered ▶ card_issued ▶ queued ▶ called ▶ entered ▶ tared ▶ loading ▶ weighed ▶ exited ▶ signed
        └──────────────┴─────────┴────────┴─▶ cancelled · released · expired · rejected
                                                └──────────┴───────┴─▶ empty_out

The words are LE's (docs/integrators/le.md), except *released* (by our office) and *expired* (its time limit passed), which
are *cancelled* there. Quantities are whole kilograms.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """提货 or 送货."""

    PICKUP = "pickup"
    DELIVERY = "delivery"


class Status(StrEnum):
    """How far the truck is."""

    REGISTERED = "registered"
    CARD_ISSUED = "card_issued"
    QUEUED = "queued"
    CALLED = "called"
    ENTERED = "entered"
    TARED = "tared"
    LOADING = "loading"
    WEIGHED = "weighed"
    EXITED = "exited"
    SIGNED = "signed"
    CANCELLED = "cancelled"
    RELEASED = "released"
    EXPIRED = "expired"
    REJECTED = "rejected"
    EMPTY_OUT = "empty_out"


COMING = (Status.REGISTERED, Status.CARD_ISSUED)
"""The driver is still on the way: the time limit runs."""
BEFORE_INSIDE = (*COMING, Status.QUEUED, Status.CALLED)
INSIDE = (Status.ENTERED, Status.TARED, Status.LOADING, Status.WEIGHED)
UNDER_WAY = (*BEFORE_INSIDE, *INSIDE)
"""The truck has something to do here: no second registration of it, its driver and escort."""
ENDED_BY_US = (Status.CANCELLED, Status.RELEASED, Status.EXPIRED)
ENDED_EMPTY = (*ENDED_BY_US, Status.REJECTED, Status.EMPTY_OUT)
PROGRESS = (*UNDER_WAY, Status.EXITED, Status.SIGNED)
"""In the order of a trip."""


class HoldState(StrEnum):
    """What a pickup's hold on stock is."""

    OPEN = "open"
    """Counts."""
    FINAL = "final"
    """The truck is weighed: its net weight counts until the tanks show that it is gone."""
    SETTLED = "settled"
    """The tanks show it: does not count any more."""
    RELEASED = "released"
    EXPIRED = "expired"


COUNTING = (HoldState.OPEN, HoldState.FINAL)


@dataclass(frozen=True, slots=True)
class Hold:
    """A quantity of a product that nobody else can have."""

    product_code: str
    quantity_kg: int
    state: HoldState = HoldState.OPEN
    weighed_at: datetime | None = None
    """When LE weighed what became of it."""

    @property
    def counted_kg(self) -> int:
        """What it adds to the product's counter."""
        return self.quantity_kg if self.state in COUNTING else 0


@dataclass(frozen=True, slots=True)
class Limit:
    """Until when the truck must have arrived; gone once it has."""

    expires_at: datetime
    warn_at: datetime
    is_warned: bool = False

    @property
    def due_at(self) -> datetime:
        """When the sweep has to do something about it."""
        return self.expires_at if self.is_warned else self.warn_at


@dataclass(frozen=True, slots=True)
class Line:
    """How much of an order's line."""

    order_no: str
    line_no: str
    quantity_kg: int


@dataclass(frozen=True, slots=True)
class Goods:
    """What is taken or brought, as registered or changed since."""

    product_code: str
    product_name: str
    customer_name: str
    lines: tuple[Line, ...]

    @property
    def quantity_kg(self) -> int:
        """Sum of the lines."""
        return sum(line.quantity_kg for line in self.lines)


@dataclass(frozen=True, slots=True)
class Truck:
    """The vehicle as it was registered."""

    plate_number: str
    trailer_plate_number: str | None


@dataclass(frozen=True, slots=True)
class Crew:
    """A driver or escort as registered. ``driver_no`` is the keyed hash of the ID number."""

    driver_no: str
    name: str
    phone: str
    qualification_no: str
    qualification_expiry: date


@dataclass(frozen=True, slots=True)
class Waybill:
    """What the e-waybill says."""

    number: str
    plate_number: str
    product_code: str
    quantity_kg: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """When the driver wants to come."""

    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Agreed:
    """What LE has taken last of what the driver may change."""

    lines: tuple[Line, ...]
    arrival: Arrival
    waybill: Waybill | None = None


class LeState(StrEnum):
    """Whether LE has what we told it last."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LeSide:
    """What LE has made of it. ``sequence`` is LE's count of changes, 0 before it has answered."""

    state: LeState = LeState.WAITING
    problem: str | None = None
    """LE's sentence when it refused."""
    registration_no: str | None = None
    sequence: int = 0
    card_no: str | None = None
    is_card_returned: bool = False
    queue_no: str | None = None
    lane_code: str | None = None
    tare_kg: int | None = None
    gross_kg: int | None = None
    net_kg: int | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """What the driver signed. ``difference_kg`` is signed minus net, ``None`` when the net is not known."""

    quantity_kg: int
    difference_kg: int | None
    reason: str
    photos: tuple[str, ...]
    signed_at: datetime
    signed_by: str
    le: LeState = LeState.WAITING
    document_no: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the time line; ``detail`` is a code or short text."""

    at: datetime
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """One trip of a truck."""

    id: str
    owner_id: str
    kind: Kind
    goods: Goods
    truck: Truck
    driver: Crew
    escort: Crew | None
    waybill: Waybill | None
    arrival: Arrival
    hold: Hold | None
    """Pickups of products whose stock is kept."""
    limit: Limit | None
    created_at: datetime
    status: Status = Status.REGISTERED
    le: LeSide = field(default_factory=LeSide)
    reason: str | None = None
    """Why it ended."""
    recheck: tuple[str, ...] = ()
    """Codes of the checks that failed when the truck was called."""
    waived: tuple[str, ...] = ()
    """Codes of the checks an exception of the office passed over."""
    signature: Signature | None = None
    agreed: Agreed | None = None
    events: tuple[Event, ...] = ()
    version: int = 1

    @property
    def counted_kg(self) -> int:
        """What it adds to the product's counter."""
        return self.hold.counted_kg if self.hold else 0

    @property
    def is_under_way(self) -> bool:
        """Whether truck and crew are taken by it."""
        return self.status in UNDER_WAY


def quietly(seen: Registration, **changes: object) -> Registration:
    """The next version without a line in the time line: nothing happened that anybody waits for."""
    return replace(seen, version=seen.version + 1, **changes)  # type: ignore[arg-type]  # names of fields


def moved(seen: Registration, now: datetime, name: str, detail: str = "", **changes: object) -> Registration:
    """The next version with a line in the time line."""
    events = (*seen.events, Event(now, name, detail))
    return replace(seen, events=events, version=seen.version + 1, **changes)  # type: ignore[arg-type]  # names of fields
