"""What the product wants from the system at the gates, without any vendor's words.

Times are aware datetimes. Every operation may raise the errors of :mod:`chalicelib.integrations.errors`; what an
operation adds is said at it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from chalicelib.integrations.errors import Refused


class AlreadyRegistered(Refused):
    """The platform holds a valid record of this visitor overlapping the window: find it, adopt it if it is ours."""


@dataclass(frozen=True, slots=True)
class Host:
    """The person visited, as the platform knows them."""

    person_id: str
    name: str
    job_number: str = ""


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody of the plant's register. ``phone`` may be masked with ``*``, or empty when the platform shows none."""

    name: str
    phone: str
    job_number: str
    department: str


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when the visitor may pass."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class GateVisit:
    """One visitor for one window. ``host_id`` is the ``person_id`` of a :class:`Host`; ``phone`` has 11 digits."""

    visitor_name: str
    gender: Literal["male", "female"]
    phone: str
    host_id: str
    window: Window
    purpose: str = ""
    plate_number: str = ""
    id_number: str = field(default="", repr=False)
    """Resident ID number; the card then opens the gate as well."""
    photo: bytes = field(default=b"", repr=False)
    """Face photo as JPEG; the face then opens the gate as well. A bad one makes the platform refuse the whole visit."""
    privilege_group_ids: tuple[str, ...] = ()
    """Which gates open; empty means the groups the adapter was configured with."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A visit as the platform holds it."""

    order_id: str
    appointment_id: str
    host_id: str
    window: Window
    live: bool
    """Not cancelled, not signed out."""
    qr_content: str
    """What the visitor's QR code has to contain; empty when the platform gave none."""
    verification_code: str
    purpose: str = ""
    """As registered; it ends with our number of the visit."""


RightsState = Literal["ready", "pending", "failed"]


@dataclass(frozen=True, slots=True)
class DeviceRight:
    """Whether one device at a gate knows the visitor."""

    device_id: str
    device_name: str
    state: RightsState
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class RightsResult:
    """How far the visitor's rights have come to the devices."""

    devices: tuple[DeviceRight, ...]

    @property
    def state(self) -> RightsState:
        """``pending`` until every device has answered (so too without any device), then ``failed`` if one failed."""
        states = {device.state for device in self.devices}
        if not states or "pending" in states:
            return "pending"
        return "failed" if "failed" in states else "ready"

    @property
    def failed_devices(self) -> tuple[str, ...]:
        """Names of the devices that refused the rights."""
        return tuple(device.device_name for device in self.devices if device.state == "failed")


class PeoplePort(Protocol):
    """The plant's register of people."""

    def find_people(self, *, phone: str = "", name: str = "") -> tuple[Employee, ...]:
        """Whoever works here and has exactly this phone number, or exactly this name; nobody is an empty answer."""
        ...


class GatePort(Protocol):
    """The system that opens the gates."""

    def find_host(self, *, phone: str = "", job_number: str = "") -> Host:
        """The person visited; refused with ``host_unknown`` or ``host_ambiguous`` (then ask for the job number)."""
        ...

    def register(self, visit: GateVisit) -> str:
        """Let the visitor in for the window; returns the platform's order id.

        There is no idempotency key. After :class:`~chalicelib.integrations.errors.UnknownOutcome` and
        :class:`AlreadyRegistered` ask :meth:`find_registration` before anything else.
        """
        ...

    def find_registration(self, *, phone: str, host_id: str, window: Window) -> Registration | None:
        """The live record of exactly this visitor, host and window, or ``None``."""
        ...

    def rights(self, order_id: str) -> RightsResult:
        """Whether the devices have got the rights; success of :meth:`register` does not mean that a gate opens."""
        ...

    def send_rights_again(self, order_id: str) -> None:
        """Have the rights sent once more to the devices that did not take them; asking twice does no harm."""
        ...

    def qr_content(self, order_id: str) -> str:
        """What the visitor's QR code has to contain; empty when the platform has none (yet)."""
        ...

    def revoke(self, order_id: str) -> None:
        """Take the rights back. Safe to repeat: a visit that is no longer there counts as done."""
        ...
