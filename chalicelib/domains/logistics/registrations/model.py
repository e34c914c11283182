"""What drivers, the office and the clock may do with a registration: pure decisions, no I/O, no clock.

Every decision takes the registration as it was seen and returns it as it will be. What that means for the product's counter,
for truck and crew, for LE and for the driver follows from the two (``consequences.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domains.logistics.registrations.registration import (
    BEFORE_INSIDE,
    COMING,
    Arrival,
    Crew,
    Event,
    Goods,
    Hold,
    HoldState,
    Kind,
    LeSide,
    LeState,
    Limit,
    Registration,
    Signature,
    Status,
    Truck,
    Waybill,
    moved,
    quietly,
)


class Reason(StrEnum):
    """Why a decision is refused; the value is the stable code."""

    CHANGED = "registration_changed"
    NOT_CANCELLABLE = "registration_not_cancellable"
    NOT_CHANGEABLE = "registration_not_changeable"
    TRUCK_INSIDE = "registration_truck_inside"
    ENDED = "registration_ended"
    TIME_OVER = "registration_time_over"
    ARRIVAL_TOO_LATE = "registration_arrival_too_late"
    NOT_SIGNABLE = "registration_not_signable"
    ALREADY_SIGNED = "registration_already_signed"
    DIFFERENCE_REASON = "sign_off_reason_required"


class RegistrationProblem(Exception):
    """The decision is refused."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a driver asks for, looked up and checked."""

    kind: Kind
    goods: Goods
    truck: Truck
    driver: Crew
    escort: Crew | None
    waybill: Waybill | None
    arrival: Arrival
    keeps_stock: bool
    hold_for: timedelta
    warn_before: timedelta
    waived: tuple[str, ...] = ()


def register(registration_id: str, owner_id: str, wanted: Wanted, now: datetime) -> Registration:
    """A new registration; a pickup holds its quantity from now on. Raises :class:`RegistrationProblem`."""
    limit = Limit(now + wanted.hold_for, now + wanted.hold_for - wanted.warn_before)
    _require_in_time(wanted.arrival, limit, now)
    holds = wanted.kind is Kind.PICKUP and wanted.keeps_stock
    return Registration(
        id=registration_id,
        owner_id=owner_id,
        kind=wanted.kind,
        goods=wanted.goods,
        truck=wanted.truck,
        driver=wanted.driver,
        escort=wanted.escort,
        waybill=wanted.waybill,
        arrival=wanted.arrival,
        hold=Hold(wanted.goods.product_code, wanted.goods.quantity_kg) if holds else None,
        limit=limit,
        created_at=now,
        waived=wanted.waived,
        events=(Event(now, "registered"),),
    )


def require_changeable(seen: Registration, version: int) -> None:
    """Raises :class:`RegistrationProblem` unless it is what the driver saw and the truck is still on its way."""
    if seen.version != version:
        raise RegistrationProblem(Reason.CHANGED)
    if seen.status not in COMING:
        raise RegistrationProblem(Reason.NOT_CHANGEABLE)


def change(
    seen: Registration, goods: Goods, waybill: Waybill | None, arrival: Arrival, version: int, now: datetime,
    waived: tuple[str, ...] = (),
) -> Registration:  # fmt: skip
    """Other quantities or another arrival. The time limit stays: changing must not be a way to hold for ever.

    ``waived``: codes of all checks that exceptions pass over now.
    """
    require_changeable(seen, version)
    if seen.limit is not None:
        _require_alive(seen.limit, now)
        _require_in_time(arrival, seen.limit, now)
    hold = replace(seen.hold, quantity_kg=goods.quantity_kg) if seen.hold else None
    return moved(
        seen, now, "changed",
        goods=goods, waybill=waybill, arrival=arrival, hold=hold, waived=waived or seen.waived, le=_to_tell(seen),
    )  # fmt: skip


def cancel(seen: Registration, now: datetime) -> Registration:
    """The driver gives it up. A truck that is inside is LE's; a limit that has passed is not a cancellation any more."""
    if seen.status not in BEFORE_INSIDE:
        raise RegistrationProblem(Reason.TRUCK_INSIDE if seen.is_under_way else Reason.NOT_CANCELLABLE)
    return _end(_told_again(seen), Status.CANCELLED, HoldState.RELEASED, "cancelled", None, now)


def release(seen: Registration, reason: str, version: int, now: datetime) -> Registration:
    """The office ends it."""
    if seen.version != version:
        raise RegistrationProblem(Reason.CHANGED)
    if seen.status not in BEFORE_INSIDE:
        raise RegistrationProblem(Reason.TRUCK_INSIDE if seen.is_under_way else Reason.ENDED)
    return _end(_told_again(seen), Status.RELEASED, HoldState.RELEASED, "released", reason, now)


def is_over(seen: Registration, now: datetime) -> bool:
    """Whether the truck has not arrived and its time has passed."""
    return seen.limit is not None and seen.status in COMING and seen.limit.expires_at <= now


def expire(seen: Registration, now: datetime) -> Registration | None:
    """The time limit has passed: card back, stock free. ``None`` when it has not, or something else was faster."""
    if not is_over(seen, now):
        return None
    return _end(_told_again(seen), Status.EXPIRED, HoldState.EXPIRED, "expired", None, now)


def warn(seen: Registration, now: datetime) -> Registration | None:
    """The limit comes near. ``None`` when there is nothing to warn of."""
    limit = seen.limit
    if limit is None or limit.is_warned or seen.status not in COMING or not limit.warn_at <= now < limit.expires_at:
        return None
    return moved(seen, now, "warned", limit=replace(limit, is_warned=True))


def settle(seen: Registration, now: datetime) -> Registration | None:
    """The tanks show that the goods are gone. ``None`` when the hold is not final."""
    if seen.hold is None or seen.hold.state is not HoldState.FINAL:
        return None
    return moved(seen, now, "settled", hold=replace(seen.hold, state=HoldState.SETTLED))


def allowed_difference_kg(net_kg: int | None, tolerance: int) -> int | None:
    """How much a signature may differ from the net weight without a reason; ``tolerance`` in thousandths of it."""
    return None if net_kg is None else net_kg * tolerance // 1000


def sign(
    seen: Registration, quantity_kg: int, reason: str, photos: tuple[str, ...], tolerance: int, by: str, now: datetime
) -> Registration:
    """The driver signs what was received; ``tolerance`` in thousandths of the net weight.

    Raises :class:`RegistrationProblem`; whoever signs a second time is shown the first signature.
    """
    if seen.signature is not None:
        raise RegistrationProblem(Reason.ALREADY_SIGNED)
    if seen.status is not Status.EXITED:
        raise RegistrationProblem(Reason.NOT_SIGNABLE)
    net, allowed = seen.le.net_kg, allowed_difference_kg(seen.le.net_kg, tolerance)
    difference = None if net is None else quantity_kg - net
    if difference is not None and allowed is not None and abs(difference) > allowed and not reason:
        raise RegistrationProblem(Reason.DIFFERENCE_REASON)
    signature = Signature(quantity_kg, difference, reason, photos, now, by)
    return moved(seen, now, "signed", status=Status.SIGNED, signature=signature)


def change_refused(seen: Registration, problem: str, now: datetime) -> Registration | None:
    """LE keeps what it had: so do we, and hold what LE will load. ``None`` when there is nothing to go back to."""
    if seen.agreed is None or not seen.is_under_way:
        return None
    goods = replace(seen.goods, lines=seen.agreed.lines)
    is_open = seen.hold is not None and seen.hold.state is HoldState.OPEN
    hold = replace(seen.hold, quantity_kg=goods.quantity_kg) if seen.hold and is_open else seen.hold
    le = replace(seen.le, state=LeState.FAILED, problem=problem)
    agreed = {"goods": goods, "arrival": seen.agreed.arrival, "waybill": seen.agreed.waybill}
    return moved(seen, now, "change_refused", problem, hold=hold, le=le, **agreed)


def push_failed(seen: Registration, problem: str) -> Registration:
    """LE does not take what we told it last; the office sees why and may send it again."""
    if seen.signature is not None:
        signature = replace(seen.signature, le=LeState.FAILED)
        return quietly(seen, signature=signature, le=replace(seen.le, problem=problem))
    return quietly(seen, le=replace(seen.le, state=LeState.FAILED, problem=problem))


def sign_off_taken(seen: Registration, document_no: str | None) -> Registration | None:
    """LE has the signature."""
    if seen.signature is None:
        return None
    signature = replace(seen.signature, le=LeState.DONE, document_no=document_no)
    return quietly(seen, signature=signature, le=replace(seen.le, problem=None))


def refused(seen: Registration, problem: str, now: datetime) -> Registration:
    """LE does not take the registration: it is over."""
    le = replace(seen.le, state=LeState.FAILED, problem=problem)
    return _end(replace(seen, le=le), Status.REJECTED, HoldState.RELEASED, "refused", problem, now)


def _end(
    seen: Registration, status: Status, hold: HoldState, step: str, reason: str | None, now: datetime
) -> Registration:
    ended = replace(seen.hold, state=hold) if seen.hold else None
    return moved(seen, now, step, reason or "", status=status, hold=ended, limit=None, reason=reason)


def _to_tell(seen: Registration) -> LeSide:
    """LE does not have it yet."""
    return replace(seen.le, state=LeState.WAITING, problem=None)


def _told_again(seen: Registration) -> Registration:
    """LE still has a truck that we have ended."""
    return replace(seen, le=_to_tell(seen))


def _require_in_time(arrival: Arrival, limit: Limit, now: datetime) -> None:
    if not arrival.begins_at < arrival.ends_at or arrival.ends_at <= now:
        raise RegistrationProblem(Reason.TIME_OVER)
    if arrival.ends_at > limit.expires_at:
        raise RegistrationProblem(Reason.ARRIVAL_TOO_LATE)


def _require_alive(limit: Limit, now: datetime) -> None:
    """A hold that is over is not there, whether or not the sweep has come by."""
    if limit.expires_at <= now:
        raise RegistrationProblem(Reason.TIME_OVER)
