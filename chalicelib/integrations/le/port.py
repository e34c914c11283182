"""What the product wants from the plant's logistics system.

Quantities are whole kilograms, times aware datetimes, days dates. Every operation may raise the errors of
:mod:`chalicelib.integrations.errors`. All of them may be repeated: what creates or moves something carries a key, the rest
is the same done twice. So a lost answer is :class:`~chalicelib.integrations.errors.Retryable`, never an unknown outcome.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from chalicelib.integrations.errors import Refused
from chalicelib.integrations.le.sent import (
    CardReason,
    Kind,
    LeChange,
    LeCrew,
    LeDriver,
    LeLine,
    LePerson,
    LeRegistration,
    LeReport,
    LeSignature,
    LeTank,
    LeVehicle,
    PlateColour,
    Role,
    VehicleKind,
)
from chalicelib.integrations.le.told import (
    LaneState,
    LeLane,
    LeOrder,
    LeOrderLine,
    LePage,
    LeQueueEntry,
    LeSigned,
    LeState,
    LeStep,
    OrderStatus,
    QueueState,
    Status,
)

__all__ = [
    "CardReason",
    "Kind",
    "LaneState",
    "LeChange",
    "LeCrew",
    "LeDeclined",
    "LeDriver",
    "LeLane",
    "LeLine",
    "LeOrder",
    "LeOrderLine",
    "LePage",
    "LePerson",
    "LePort",
    "LeQueueEntry",
    "LeRegistration",
    "LeReport",
    "LeSignature",
    "LeSigned",
    "LeState",
    "LeStateConflict",
    "LeStep",
    "LeTank",
    "LeVehicle",
    "OrderStatus",
    "PlateColour",
    "QueueState",
    "Role",
    "Status",
    "VehicleKind",
]


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
