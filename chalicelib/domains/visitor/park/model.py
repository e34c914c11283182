"""The park's side of a visit: pure decisions, no I/O, no clock.

::

    none ─approved─▶ waiting ─▶ accepted ◀─▶ rejected      approved with other times or plate: waiting again
                        └─the platform refuses─▶ failed      any of them ─cancel, close─▶ cancelling ─▶ cancelled

Independent of the gate: neither waits for the other's answer. Whether the visitor may come before the park has accepted is
stamped into the visit when it is approved (``required``), so that a change of the setting does not rewrite promises.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domains.visitor.model import Change
from chalicelib.domains.visitor.visit import Event, Park, ParkStatus, Status, Visit

MAX_EVENTS = 60
"""Passages of the park beyond this are not kept in a visit's time line."""


class ParkPush(StrEnum):
    """What the park must be told or asked."""

    REGISTER = "park.register"
    CHANGE = "park.change"
    CANCEL = "park.cancel"
    READ = "park.read"


@dataclass(frozen=True, slots=True)
class Policy:
    """The deployment's rule: is there a park, and must it have accepted."""

    on: bool
    required: bool


@dataclass(frozen=True, slots=True)
class Report:
    """How the park sees a visit, from an answer or an event; ``at`` is on the park's clock."""

    status: ParkStatus
    at: datetime
    visit_no: str | None = None
    reason: str | None = None


def follow(seen: Visit, change: Change, policy: Policy) -> Change:
    """What people or the end of the window decided, with the park's part of it."""
    visit = change.visit
    if not policy.on:
        return change
    if visit.status is Status.APPROVED:
        if seen.status is Status.APPROVED and _facts(seen) == _facts(visit):
            return change
        is_known = seen.park.status not in (ParkStatus.NONE, ParkStatus.CANCELLED)
        park = Park(ParkStatus.WAITING, policy.required, seen.park.visit_no, reported_at=seen.park.reported_at)
        push = ParkPush.CHANGE if is_known else ParkPush.REGISTER
        return replace(change, visit=replace(visit, park=park), park_push=push.value)
    over = visit.status is not Status.SUBMITTED and seen.status is not visit.status
    if not over or seen.park.status in (ParkStatus.NONE, ParkStatus.CANCELLING, ParkStatus.CANCELLED):
        return change
    park = replace(seen.park, status=ParkStatus.CANCELLING)
    return replace(change, visit=replace(visit, park=park), park_push=ParkPush.CANCEL.value)


def _facts(visit: Visit) -> object:
    return visit.window, visit.visitor.plate_number, visit.host, visit.purpose


def reported(visit: Visit, report: Report, now: datetime) -> Visit | None:
    """The park's word on an approved visit; ``None`` when it is older than what is known, or of no use any more."""
    park = visit.park
    if visit.status is not Status.APPROVED or park.status in (ParkStatus.NONE, ParkStatus.CANCELLED):
        return None
    number = report.visit_no or park.visit_no
    if _is_stale(park, report):
        return None if number == park.visit_no else _kept(visit, replace(park, visit_no=number))
    told = Park(report.status, park.required, number, reason=report.reason, reported_at=report.at)
    if told == park:
        return None
    changed = _kept(visit, told)
    if report.status is park.status or report.status is ParkStatus.WAITING:
        return changed
    return _with_event(changed, f"park_{report.status.value}", now)


def failed(visit: Visit, problem: str, reason: str | None, now: datetime) -> Visit | None:
    """The platform did not take it: a refusal with the park's sentence is a rejection, anything else a failure of ours."""
    if visit.status is not Status.APPROVED or visit.park.status is ParkStatus.NONE:
        return None
    status = ParkStatus.REJECTED if reason else ParkStatus.FAILED
    park = replace(visit.park, status=status, problem=problem, reason=reason)
    return _with_event(_kept(visit, park), f"park_{status.value}", now)


def cancelled(visit: Visit, now: datetime) -> Visit | None:
    """The park does not expect the visitor any more."""
    if visit.park.status is not ParkStatus.CANCELLING:
        return None
    return _with_event(_kept(visit, replace(visit.park, status=ParkStatus.CANCELLED)), "park_cancelled", now)


def passed(visit: Visit, direction: str, at: datetime) -> Visit | None:
    """The visitor passed a gate of the park (``entered`` or ``left``): a line in the time line, nothing else."""
    event = Event(at, f"park_{direction}")
    if event in visit.events or len(visit.events) >= MAX_EVENTS:
        return None
    return replace(visit, version=visit.version + 1, events=(*visit.events, event))


def switched_off(visit: Visit) -> Visit | None:
    """There is no park any more: nothing waits for it."""
    if visit.park == Park():
        return None
    return _kept(visit, Park())


def _is_stale(park: Park, report: Report) -> bool:
    """The park's clock may tick in seconds: within one, a decision is younger than "pending"."""
    known = park.reported_at
    if known is None or report.at > known:
        return False
    is_decided = park.status in (ParkStatus.ACCEPTED, ParkStatus.REJECTED)
    return report.at < known or (report.status is ParkStatus.WAITING and is_decided)


def _kept(visit: Visit, park: Park) -> Visit:
    return replace(visit, park=park, version=visit.version + 1)


def _with_event(visit: Visit, event: str, now: datetime) -> Visit:
    return replace(visit, events=(*visit.events, Event(now, event)))
