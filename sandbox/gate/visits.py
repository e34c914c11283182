"""A visit on the platform: its life, its rights per device. Pure: time comes in as a parameter."""

from dataclasses import dataclass, field
from typing import Any

NORMAL, LATE, INVALID = 1, 2, 3
SIGNED_OUT_AUTOMATICALLY, SIGNED_OUT, OVERSTAYED, ARRIVED = 5, 6, 7, 8
DONE, PENDING, FAILED = 0, 1, 2
"""Download status of a right (proposal): 0 on the device, 1 under way, 2 failed."""
DEVICE_OFFLINE = "0x0531f0d1"
"""Device-side error of a failed download; the number is ours, public material names none."""


@dataclass
class Right:
    """A right on its way to one device; status and error are those of the last settled download."""

    device: str
    requested_at: float
    ready_at: float
    status: int = PENDING
    error: str = ""

    def settle(self, now: float, failing: list[str]) -> None:
        """When the download time is over it has worked or failed, for good."""
        if self.status == PENDING and now >= self.ready_at:
            self.status, self.error = (FAILED, DEVICE_OFFLINE) if self.device in failing else (DONE, "")


@dataclass
class Visit:
    """An appointment, or a registration (appointment and check-in in one). Times are epoch seconds."""

    order_id: str
    appoint_record_id: str
    visitor: dict[str, Any]
    host_id: str
    start: float
    end: float
    purpose: str
    qr: str
    verification_code: str
    created_at: float
    groups: list[str] = field(default_factory=list)
    rights: list[Right] = field(default_factory=list)
    registered_at: float | None = None
    arrived_at: float | None = None
    out_at: float | None = None
    cancelled_at: float | None = None

    def status(self, now: float, automatic_sign_out: bool) -> int:
        """The platform's number: 1, 2, 3 before arrival, 8, 7, 5, 6 afterwards."""
        if self.out_at is not None:
            return SIGNED_OUT
        if self.cancelled_at is not None:
            return INVALID
        if self.arrived_at is not None:
            if now < self.end:
                return ARRIVED
            return SIGNED_OUT_AUTOMATICALLY if automatic_sign_out else OVERSTAYED
        if now >= self.end:
            return INVALID
        return LATE if now >= self.start else NORMAL

    def blocks(self, start: float, end: float, now: float) -> bool:
        """True when this visit is valid and overlaps the period, so that a second one is refused."""
        is_valid = self.out_at is None and self.cancelled_at is None and now < self.end
        return is_valid and self.start < end and start < self.end

    def is_same_visitor(self, visitor: dict[str, Any]) -> bool:
        """The same phone or the same certificate."""
        names = ("phoneNo", "certificateNo")
        return any(visitor.get(name) and self.visitor.get(name) == visitor[name] for name in names)

    def register(self, now: float, devices: list[str], delay: float) -> None:
        """Check in: the rights start downloading."""
        self.registered_at = now
        self.rights = [Right(device, now, now + delay) for device in devices]

    def revoke(self) -> None:
        """Take the rights back from every device."""
        self.rights = []

    def settle(self, now: float, failing: list[str]) -> None:
        """Bring the downloads up to now."""
        for right in self.rights:
            right.settle(now, failing)

    def download_again(self, now: float, delay: float) -> None:
        """Send the failed rights again."""
        for right in self.rights:
            if right.status == FAILED:
                right.requested_at, right.ready_at, right.status, right.error = now, now + delay, PENDING, ""
