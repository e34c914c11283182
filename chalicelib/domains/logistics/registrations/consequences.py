"""What a step of a registration means for everything else: the product's counter, truck and crew, LE, the driver. Pure.

It follows from the registration as it was and as it will be, so that no use case can forget it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domains.logistics.registrations.registration import Registration


class Push(StrEnum):
    """What LE must be told: kind of the outbox entry."""

    REGISTER = "le.register"
    CHANGE = "le.change"
    GIVE_BACK = "le.give_back"
    SIGN_OFF = "le.sign_off"


class News(StrEnum):
    """What the driver must be told; the value is the notice."""

    EXPIRING = "hold_expiring"
    EXPIRED = "hold_expired"
    CALLED = "truck_called"
    ENDED = "registration_ended"


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a step means outside the registration."""

    delta_kg: int
    """How the product's counter moves."""
    takes_claims: bool
    frees_claims: bool
    push: Push | None
    news: News | None


def consequences(seen: Registration | None, changed: Registration) -> Consequences:
    """What the step from ``seen`` (``None``: it is new) to ``changed`` means for everything else."""
    before = seen.counted_kg if seen else 0
    step = _step(seen, changed)
    was_under_way = seen.is_under_way if seen else False
    return Consequences(
        delta_kg=changed.counted_kg - before,
        takes_claims=changed.is_under_way and not was_under_way,
        frees_claims=was_under_way and not changed.is_under_way,
        push=_PUSHES.get(step),
        news=_NEWS.get(step),
    )


_PUSHES = {
    "registered": Push.REGISTER,
    "changed": Push.CHANGE,
    "cancelled": Push.GIVE_BACK,
    "released": Push.GIVE_BACK,
    "expired": Push.GIVE_BACK,
    "signed": Push.SIGN_OFF,
}
"""What people and clock decided is told; LE's own news need no telling."""
_NEWS = {
    "warned": News.EXPIRING,
    "expired": News.EXPIRED,
    "released": News.ENDED,
    "refused": News.ENDED,
    "le_called": News.CALLED,
    "le_rejected": News.ENDED,
    "le_cancelled": News.ENDED,
}


def _step(seen: Registration | None, changed: Registration) -> str:
    """Name of what happened; empty for a quiet step."""
    known = len(seen.events) if seen else 0
    return changed.events[-1].name if len(changed.events) > known else ""
