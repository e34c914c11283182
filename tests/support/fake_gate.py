"""A gate platform in memory behind the gate port: one registration a visitor and window, asynchronous rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.integrations.errors import Refused, Retryable, UnknownOutcome
from chalicelib.integrations.gate.passage_port import Passage
from chalicelib.integrations.gate.port import (
    AlreadyRegistered,
    DeviceRight,
    Employee,
    GateVisit,
    Host,
    Registration,
    RightsResult,
    Window,
)

HOSTS = {"13900001111": "person-wang", "13900002222": "person-chen"}


@dataclass
class Order:
    """What the platform holds."""

    order_id: str
    visit: GateVisit
    live: bool = True
    signed_out_there: bool = False
    """By reception, not by us."""


@dataclass
class FakeGate:
    """``trouble`` is called with (operation, "before" | "after") and may raise: the fault wrapper's hook."""

    orders: list[Order] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    down: bool = False
    rights_state: str = "ready"
    passed: list[Passage] = field(default_factory=list)
    """What the platform lists; a test appends in any order, twice, or late."""
    page_size: int = 1000
    refuse_with: str | None = None
    refuse_faces: bool = False
    """No face is good enough: the whole registration is refused, in words that do not say why."""
    trouble: Callable[[str, str], None] = lambda operation, moment: None

    def find_host(self, *, phone: str = "", job_number: str = "") -> Host:
        """By phone; 13900003333 is shared by two people."""
        self._enter("find_host")
        if phone == "13900003333" and not job_number:
            raise Refused("host_ambiguous", "2 persons", "gate")
        if phone not in HOSTS:
            raise Refused("host_unknown", "none", "gate")
        self.trouble("find_host", "after")
        return Host(HOSTS[phone], "host")

    def find_people(self, *, phone: str = "", name: str = "") -> tuple[Employee, ...]:
        """王海峰 only."""
        self._enter("find_people")
        wang = Employee("王海峰", "13900001111", "A1001", "生产技术部")
        self.trouble("find_people", "after")
        return (wang,) if wang.phone == phone or wang.name == name else ()

    def register(self, visit: GateVisit) -> str:
        """A visitor has at most one live visit in a window."""
        self._enter("register")
        if self.refuse_with:
            raise Refused(self.refuse_with, "refused", "gate")
        if self.refuse_faces and visit.photo:
            raise Refused("gate_request_invalid", "a parameter is out of range", "gate")
        if any(
            order.live and order.visit.phone == visit.phone and overlaps(order.visit, visit) for order in self.orders
        ):
            raise AlreadyRegistered("already_registered", "clash", "gate", peer_code="0x0531401d")
        order = Order(f"order-{len(self.orders) + 1}", visit)
        self.orders.append(order)
        self.trouble("register", "after")
        return order.order_id

    def find_registration(self, *, phone: str, host_id: str, window: Window) -> Registration | None:
        """Exactly this visitor, host and window."""
        self._enter("find_registration")
        for order in self.orders:
            if order.live and (order.visit.phone, order.visit.host_id, order.visit.window) == (phone, host_id, window):
                qr_content, purpose = f"QR-{order.order_id}", order.visit.purpose
                return Registration(order.order_id, "", host_id, window, True, qr_content, "1234", purpose)
        self.trouble("find_registration", "after")
        return None

    def rights(self, order_id: str) -> RightsResult:
        """One device."""
        self._enter("rights")
        self.trouble("rights", "after")
        return RightsResult((DeviceRight("d1", "1 号闸机", self.rights_state),))  # type: ignore[arg-type]

    def send_rights_again(self, order_id: str) -> None:
        """Devices that failed are tried once more."""
        self._enter("send_rights_again")
        self.trouble("send_rights_again", "after")

    def passages(self, since: datetime, until: datetime) -> Iterator[Passage | None]:
        """Page by page, one call each."""
        found = [passage for passage in self.passed if since <= passage.at <= until]
        for first in range(0, max(len(found), 1), self.page_size):
            self._enter("passages")
            self.trouble("passages", "after")
            yield from found[first : first + self.page_size]

    def is_signed_out(self, order_id: str) -> bool:
        """Whether reception did it."""
        self._enter("is_signed_out")
        self.trouble("is_signed_out", "after")
        return any(order.order_id == order_id and order.signed_out_there for order in self.orders)

    def qr_content(self, order_id: str) -> str:
        """Content of the pass."""
        self._enter("qr_content")
        self.trouble("qr_content", "after")
        return f"QR-{order_id}"

    def revoke(self, order_id: str) -> None:
        """Safe to repeat."""
        self._enter("revoke")
        for order in self.orders:
            if order.order_id == order_id:
                order.live = False
        self.trouble("revoke", "after")

    def opens(self, phone: str, at: datetime) -> bool:
        """Whether a visitor would get through."""
        return any(
            order.live
            and order.visit.phone == phone
            and order.visit.window.starts_at <= at < order.visit.window.ends_at
            for order in self.orders
        )

    def _enter(self, operation: str) -> None:
        self.calls.append(operation)
        if self.down:
            raise Retryable("gate_down", "connection refused", "gate", sent=False)
        self.trouble(operation, "before")


def overlaps(one: GateVisit, other: GateVisit) -> bool:
    """Whether two windows share a moment."""
    return one.window.starts_at < other.window.ends_at and other.window.starts_at < one.window.ends_at


def lost(operation: str) -> Callable[[str, str], None]:
    """Trouble: the answer of ``operation`` is lost once, after the platform did it."""
    remaining = [1]

    def trouble(called: str, moment: str) -> None:
        if called == operation and moment == "after" and remaining:
            remaining.pop()
            raise UnknownOutcome("answer_lost", "read timeout", "gate")

    return trouble
