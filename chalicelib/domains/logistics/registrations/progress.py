"""What LE says of a truck, and what follows: pure decisions, no I/O, no clock.

LE numbers the changes of a registration; what is not newer than the last one known changes nothing, so reports may come
twice, late and in any order. Who wins at the moment a limit ends: a truck that LE saw arrive in time (its clock) and whose
arrival is committed here before the sweep keeps its hold, otherwise the sweep's expiry stands; but a truck that LE has let
in is never thrown out again, because it is there (docs/integrators/le.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domains.logistics.registrations.model import expire
from chalicelib.domains.logistics.registrations.registration import (
    COMING,
    ENDED_BY_US,
    INSIDE,
    PROGRESS,
    Agreed,
    Hold,
    HoldState,
    LeSide,
    LeState,
    Registration,
    Status,
    moved,
    quietly,
)

SIDE_EXITS = (Status.CANCELLED, Status.REJECTED, Status.EMPTY_OUT)


@dataclass(frozen=True, slots=True)
class Report:
    """A registration as LE sees it, as of change ``sequence`` at ``at`` on LE's clock. Unknown members are ``None``."""

    status: Status
    sequence: int
    at: datetime
    registration_no: str | None = None
    card_no: str | None = None
    is_card_returned: bool | None = None
    queue_no: str | None = None
    lane_code: str | None = None
    tare_kg: int | None = None
    gross_kg: int | None = None
    net_kg: int | None = None
    arrived_at: datetime | None = None
    """When it was queued, where LE tells the history."""
    weighed_at: datetime | None = None
    reason: str | None = None


def take(seen: Registration, report: Report, now: datetime) -> Registration | None:
    """The registration after LE's report; ``None`` when it tells nothing new."""
    if report.sequence <= seen.le.sequence:
        return None
    known = replace(seen, le=_le_side(seen.le, report))
    if seen.status in (Status.SIGNED, Status.REJECTED, Status.EMPTY_OUT):
        return quietly(known)
    if seen.status in ENDED_BY_US:
        return _after_our_end(known, report, now)
    if report.status in SIDE_EXITS:
        return _side_exit(known, report, now)
    if _arrived_too_late(seen, report):
        return expire(known, max(now, _arrival_of(report)))
    return _step(known, report, now)


def acknowledged(seen: Registration, report: Report | None, agreed: Agreed | None, now: datetime) -> Registration:
    """LE has what we told it; its answer is a report like any other.

    ``agreed``: what it took by this push; while the driver wants something else already, LE does not have everything.
    """
    known = (take(seen, report, now) if report else None) or quietly(seen)
    is_all = agreed is None or (seen.is_under_way and agreed == Agreed(seen.goods.lines, seen.arrival, seen.waybill))
    state = LeState.DONE if is_all else LeState.WAITING
    return replace(known, le=replace(known.le, state=state, problem=None), agreed=agreed or known.agreed)


def reinstate(seen: Registration, report: Report, now: datetime) -> Registration:
    """The truck is inside though the registration had ended here: hold it again, whatever there is left."""
    hold = replace(seen.hold, state=HoldState.OPEN) if seen.hold else None
    return _at(replace(seen, hold=hold, reason=None), report, "reinstated", now)


def _after_our_end(known: Registration, report: Report, now: datetime) -> Registration:
    if report.status in (*INSIDE, Status.EXITED, Status.SIGNED):
        return reinstate(known, report, now)
    return quietly(known)


def _side_exit(known: Registration, report: Report, now: datetime) -> Registration:
    """Nothing was loaded. Should LE say so of a truck it has weighed, the tanks decide when that hold ends."""
    hold = known.hold
    if hold is not None and hold.state is HoldState.OPEN:
        hold = replace(hold, state=HoldState.RELEASED)
    return moved(
        known, now, f"le_{report.status.value}", report.reason or "",
        status=report.status, hold=hold, limit=None, reason=report.reason,
    )  # fmt: skip


def _step(known: Registration, report: Report, now: datetime) -> Registration:
    if _rank(report.status) < _rank(known.status) and not _is_requeue(known, report):
        return quietly(known)
    if report.status is known.status:
        return quietly(known, hold=_hold_at(known.hold, report))
    return _at(known, report, f"le_{report.status.value}", now)


def _at(known: Registration, report: Report, step: str, now: datetime) -> Registration:
    """The truck is where LE says it is."""
    has_arrived = report.status not in COMING
    return moved(
        known, now, step, report.lane_code or "",
        status=report.status,
        limit=None if has_arrived else known.limit,
        hold=_hold_at(known.hold, report),
    )  # fmt: skip


def _hold_at(hold: Hold | None, report: Report) -> Hold | None:
    """Weighed goods are the net weight, whatever was planned; without one LE means what was planned."""
    if hold is None or hold.state not in (HoldState.OPEN, HoldState.FINAL):
        return hold
    if _rank(report.status) < _rank(Status.WEIGHED):
        return hold
    quantity = hold.quantity_kg if report.net_kg is None else report.net_kg
    weighed_at = hold.weighed_at or report.weighed_at or report.at
    return replace(hold, state=HoldState.FINAL, quantity_kg=quantity, weighed_at=weighed_at)


def _arrived_too_late(seen: Registration, report: Report) -> bool:
    if (
        seen.limit is None
        or report.status in COMING
        or report.status in INSIDE
        or _rank(report.status) > _rank(INSIDE[-1])
    ):
        return False
    return _arrival_of(report) > seen.limit.expires_at


def _arrival_of(report: Report) -> datetime:
    return report.arrived_at or report.at


def _is_requeue(known: Registration, report: Report) -> bool:
    return known.status is Status.CALLED and report.status is Status.QUEUED


def _rank(status: Status) -> int:
    return PROGRESS.index(status)


def _le_side(le: LeSide, report: Report) -> LeSide:
    """What the report tells, and what was known where it is silent."""
    told = {
        name: value
        for name in (
            "registration_no",
            "card_no",
            "is_card_returned",
            "queue_no",
            "lane_code",
            "tare_kg",
            "gross_kg",
            "net_kg",
        )
        if (value := getattr(report, name)) is not None
    }
    state = le.state if le.state is LeState.WAITING else LeState.DONE
    return replace(le, sequence=report.sequence, state=state, **told)
