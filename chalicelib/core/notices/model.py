"""Which notices there are, and what a domain says of one. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Notice(StrEnum):
    """Something a user waits for has happened; the value is the name in the settings and the kind in the outbox."""

    VISIT_APPROVED = "visit_approved"
    VISIT_REFUSED = "visit_refused"
    VISIT_READY = "visit_ready"
    VISIT_GATE_FAILED = "visit_gate_failed"
    VISIT_ARRIVED = "visit_arrived"
    """For the host."""
    HOLD_EXPIRING = "hold_expiring"
    HOLD_EXPIRED = "hold_expired"
    TRUCK_CALLED = "truck_called"
    REGISTRATION_ENDED = "registration_ended"
    """LE refused it, or the office released it."""
    CERTIFICATE_EXPIRING = "certificate_expiring"
    TOP_UP_CREDITED = "top_up_credited"
    TOP_UP_REFUNDED = "top_up_refunded"
    CARD_LOST = "card_lost"
    """The canteen has blocked it, or taken the report back."""
    BINDING_MOVED = "binding_moved"
    """For whoever had the meal card until now."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The words of a notice, loaded when it is sent."""

    page: str
    """Path of the page that 详情 opens."""
    values: Mapping[str, str]
    """What a keyword of the template can say: meaning (``visitor``, ``window``, ``result`` …) → text."""
