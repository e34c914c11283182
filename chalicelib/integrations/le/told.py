"""What LE tells (see :mod:`~chalicelib.integrations.le.port`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from chalicelib.integrations.le.sent import Kind

Status = Literal[
    "registered", "card_issued", "queued", "called", "entered", "tared", "loading", "weighed", "exited", "signed",
    "cancelled", "rejected", "empty_out",
]  # fmt: skip
LaneState = Literal["open", "paused", "closed"]
QueueState = Literal["waiting", "called", "loading"]
OrderStatus = Literal["open", "partly", "closed", "blocked"]


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
