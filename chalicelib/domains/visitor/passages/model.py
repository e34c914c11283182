"""Where a visitor is: pure decisions about passages, no I/O, no clock.

::

    expected ──in──▶ inside ──out, signed out there──▶ left ──in──▶ inside
                        └──night, no exit known──▶ checked_out ──(late) out──▶ left

The latest passage decides, whatever the order in which passages become known: the same passages, in any order and any
number of times, lead to the same presence. Independent of what people decided and of the right at the gate: whoever passes
is inside, also after a cancellation or after the end.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from chalicelib.domains.visitor.model import Change, Push, is_inside
from chalicelib.domains.visitor.visit import Event, GateStatus, Presence, PresenceStatus, Status, Visit

MAX_EVENTS = 60
"""Passages beyond this are not kept in a visit's time line; the log has them all."""
_NOT_TAKEN_BACK = (GateStatus.WAITING, GateStatus.READY, GateStatus.FAILED)


class Direction(StrEnum):
    """Which way somebody passed."""

    IN = "in"
    OUT = "out"


class Remark(StrEnum):
    """What is odd about a passage."""

    UNKNOWN_ORDER = "unknown_order"
    AFTER_CANCELLATION = "after_cancellation"
    OUTSIDE_WINDOW = "outside_window"


def remark(visit: Visit | None, direction: Direction, at: datetime) -> Remark | None:
    """What the office should notice; leaving is never odd."""
    if visit is None:
        return Remark.UNKNOWN_ORDER
    if direction is Direction.OUT:
        return None
    if visit.status is Status.CANCELLED:
        return Remark.AFTER_CANCELLATION
    in_window = visit.window.starts_at <= at < visit.window.ends_at
    return None if in_window else Remark.OUTSIDE_WINDOW


def passed(visit: Visit, direction: Direction, at: datetime) -> Change | None:
    """The visitor passed a gate at ``at``; ``None`` when that is known or changes nothing."""
    name = "entered" if direction is Direction.IN else "left"
    return _moved(visit, _after(visit.presence, direction, at), Event(at, name))


def signed_out(visit: Visit, now: datetime) -> Change | None:
    """The platform says that reception signed the visitor out. Nothing can be told from our own signing out."""
    if not is_inside(visit) or visit.gate.status not in _NOT_TAKEN_BACK:
        return None
    presence = replace(visit.presence, status=PresenceStatus.LEFT, left_at=now, passed_at=now)
    return _moved(visit, presence, Event(now, "signed_out"))


def check_out(visit: Visit, now: datetime, hour: int, zone: tzinfo) -> Change | None:
    """At night: whoever should be gone and is not known to be is signed out."""
    if not is_inside(visit) or now < check_out_at(visit, hour, zone):
        return None
    presence = replace(visit.presence, status=PresenceStatus.CHECKED_OUT, checked_out_at=now)
    return _moved(visit, presence, Event(now, "checked_out"))


def check_out_at(visit: Visit, hour: int, zone: tzinfo) -> datetime:
    """The first ``hour`` o'clock at the plant after the window has ended and the last passage is over."""
    over = max(visit.window.ends_at, visit.presence.passed_at or visit.window.ends_at).astimezone(zone)
    at = datetime.combine(over.date(), time(hour), zone)
    return at if at >= over else at + timedelta(days=1)


def is_arrival(seen: Visit, changed: Visit) -> bool:
    """Whether this change is the visitor's first coming."""
    return seen.presence.entered_at is None and is_inside(changed)


def _after(presence: Presence, direction: Direction, at: datetime) -> Presence:
    if direction is Direction.IN:
        presence = replace(presence, entered_at=min(at, presence.entered_at or at))
    if presence.passed_at is not None and _rank(direction, at) < _known_rank(presence, presence.passed_at):
        return presence
    if direction is Direction.OUT:
        return replace(presence, status=PresenceStatus.LEFT, left_at=at, passed_at=at)
    is_over = presence.checked_out_at is not None and at <= presence.checked_out_at
    status = PresenceStatus.CHECKED_OUT if is_over else PresenceStatus.INSIDE
    return replace(presence, status=status, left_at=None, passed_at=at)


def _rank(direction: Direction, at: datetime) -> tuple[datetime, bool]:
    """Of an entry and an exit in the same second the exit counts."""
    return at, direction is Direction.OUT


def _known_rank(presence: Presence, passed_at: datetime) -> tuple[datetime, bool]:
    return passed_at, presence.left_at == passed_at


def _moved(visit: Visit, presence: Presence, event: Event) -> Change | None:
    is_new = event not in visit.events and len(visit.events) < MAX_EVENTS
    if presence == visit.presence and not is_new:
        return None
    events = (*visit.events, event) if is_new else visit.events
    moved = replace(visit, presence=presence, events=events, version=visit.version + 1)
    if visit.status is not Status.ENDED or is_inside(moved) or visit.gate.status not in _NOT_TAKEN_BACK:
        return Change(moved)
    return Change(replace(moved, gate=replace(visit.gate, status=GateStatus.REVOKING)), Push.REVOKE)
