"""What a visit is: who comes to whom and when, and where it stands with people, gate, park and on the ground. Facts only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domains.visitor.privacy.faces.model import Face


class Status(StrEnum):
    """What people decided, or what the end of the window decided for them."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    ENDED = "ended"


OPEN = (Status.SUBMITTED, Status.APPROVED)
"""Something may still happen to these."""


class GateStatus(StrEnum):
    """What the gate platform has."""

    NONE = "none"
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    REVOKING = "revoking"
    REVOKED = "revoked"


class ParkStatus(StrEnum):
    """What the park committee's platform has and says (V7); decisions stand in ``park/model.py``."""

    NONE = "none"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


class PresenceStatus(StrEnum):
    """Where the visitor is, as far as the passages at the gates tell (V8); decisions stand in ``passages/model.py``."""

    EXPECTED = "expected"
    INSIDE = "inside"
    LEFT = "left"
    CHECKED_OUT = "checked_out"
    """No exit is known; signed out at night."""


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A resident ID number as it is kept: sealed, its hash for look-up and comparing, and what people may read of it."""

    sealed: str = field(compare=False, repr=False)
    digest: str = field(repr=False)
    masked: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who comes."""

    name: str
    gender: str
    phone: str
    plate_number: str | None
    id_number: IdNumber | None = None
    face: Face | None = None


class Found(StrEnum):
    """How the visitor came to the host: typed by hand, or found in the plant's register by phone or by name."""

    TYPED = "typed"
    BY_PHONE = "phone"
    BY_NAME = "name"


@dataclass(frozen=True, slots=True)
class Host:
    """Whom they visit. What the register added is for the plant; the visitor gets to read only what they knew."""

    name: str
    phone: str
    job_number: str | None
    found: Found = Found.TYPED


@dataclass(frozen=True, slots=True)
class Window:
    """When the gate may open: from ``starts_at`` until before ``ends_at``."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceRight:
    """Whether one device at a gate took the visitor's right: ``ready``, ``pending`` or ``failed``."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate platform's side of the visit."""

    status: GateStatus = GateStatus.NONE
    order_id: str | None = None
    qr_content: str | None = None
    problem: str | None = None
    devices: tuple[DeviceRight, ...] = ()
    """The devices' answers to the last download of the right; empty until they have answered, and once it is taken back."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Where the visitor is. Moments are those of the passages, on the platform's clock."""

    status: PresenceStatus = PresenceStatus.EXPECTED
    entered_at: datetime | None = None
    """The first time."""
    left_at: datetime | None = None
    """The last time, while nothing later is known."""
    passed_at: datetime | None = None
    """The latest passage: anything older changes nothing about where the visitor is."""
    checked_out_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Park:
    """The park platform's side of the visit."""

    status: ParkStatus = ParkStatus.NONE
    required: bool = False
    """The visitor may come only once the park has accepted."""
    visit_no: str | None = None
    """The park's own number."""
    problem: str | None = None
    reason: str | None = None
    """The park's sentence when it rejected."""
    reported_at: datetime | None = None
    """The moment, on the park's clock, of what is known: anything older is not believed."""


@dataclass(frozen=True, slots=True)
class Party:
    """People reserved for in one form, who come together; each has a visit of their own."""

    id: str
    """Id of the visit at position 0."""
    position: int
    size: int


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the visit's time line."""

    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A reservation of one visitor for one time window."""

    id: str
    owner_id: str
    visitor: Person
    host: Host
    window: Window
    purpose: str
    submitted_at: datetime
    status: Status = Status.SUBMITTED
    gate: Gate = field(default_factory=Gate)
    decided_at: datetime | None = None
    decided_by: str | None = None
    decided_by_name: str | None = None
    refusal_reason: str | None = None
    events: tuple[Event, ...] = ()
    version: int = 1
    park: Park = field(default_factory=Park)
    presence: Presence = field(default_factory=Presence)
    forgotten_at: datetime | None = None
    """When its personal data were taken out after the retention limit; what happened and when stays."""
    party: Party | None = None
    """Absent when somebody comes alone."""
    root_id: str | None = None
    """The first visit of a chain of changes, absent in that one; versions go on along the chain."""
    replaces: str | None = None
    replaced_by: str | None = None

    @property
    def chain_id(self) -> str:
        """What the gate hears of in one order: this visit and everything that was changed into it."""
        return self.root_id or self.id
