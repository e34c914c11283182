"""Life of a visit: pure decisions, no I/O, no clock.

::

    submitted ──approve──▶ approved ──cancel──▶ cancelled       window over: submitted ─close─▶ expired
        │ ├──refuse──▶ refused                     ▲                         approved ──close─▶ ended
        │ └──cancel────────────────────────────────┘
    gate:  none ─approve─▶ waiting ─rights ready─▶ ready        any of them ─cancel, close─▶ revoking ─▶ revoked
                              └─refused / rights failed─▶ failed ─retry, sent again─▶ waiting, ready

    a change: the visit is cancelled, replaced by a new submitted one of the same chain, and what the gate has is revoked

Invariants: a right at the gate exists only for an approved visit or is being revoked; every approved visit becomes ready
or visibly failed; nothing is approved that the approver has not seen (``version``); after its window every visit is closed;
of a chain of changes at most one visit is open, and at most one has a right at the gate.

Whether the visitor is on the ground (``Presence``) is a third thing beside gate and park: ``passages/model.py``. Only one
rule joins them: whoever is inside when the window ends is signed out at the platform when they leave, not before, so that
the platform's own list of people inside stays true; its window keeps the gates shut meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domains.visitor.privacy.faces.model import FaceState, moved_on
from chalicelib.domains.visitor.visit import (
    OPEN,
    DeviceRight,
    Event,
    Gate,
    GateStatus,
    Host,
    Park,
    ParkStatus,
    Party,
    Person,
    PresenceStatus,
    Status,
    Visit,
    Window,
)


class Stage(StrEnum):
    """Status, gate, park and presence in the one word a person is shown."""

    AWAITING_APPROVAL = "awaiting_approval"
    AWAITING_GATE = "awaiting_gate"
    AWAITING_PARK = "awaiting_park"
    READY = "ready"
    GATE_FAILED = "gate_failed"
    PARK_REJECTED = "park_rejected"
    PARK_FAILED = "park_failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    EXPIRED = "expired"
    ENDED = "ended"
    ENTERED = "entered"
    OVERSTAYED = "overstayed"
    LEFT = "left"
    CHECKED_OUT = "checked_out"


class Push(StrEnum):
    """What the gate must be told."""

    REGISTER = "visit.register"
    RIGHTS = "visit.rights"
    DOWNLOAD_AGAIN = "visit.download_again"
    REVOKE = "visit.revoke"


class Reason(StrEnum):
    """Why a command is not possible; each has its own text."""

    ALREADY_DECIDED = "visit_already_decided"
    CHANGED = "visit_changed"
    WINDOW_OVER = "visit_window_over"
    OWN_VISIT = "visit_own_approval"
    NOT_CANCELLABLE = "visit_not_cancellable"
    NOT_CHANGEABLE = "visit_not_changeable"
    DECIDED_MEANWHILE = "visit_decided_meanwhile"
    REPLACED = "visit_replaced"
    RIGHTS_NOT_FAILED = "visit_rights_not_failed"


class VisitProblem(Exception):
    """A command was refused; nothing changed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Change:
    """A changed visit and what the gate and the park must be told about it."""

    visit: Visit
    push: Push | None = None
    park_push: str | None = None


def submit(
    *,
    visit_id: str,
    owner_id: str,
    visitor: Person,
    host: Host,
    window: Window,
    purpose: str,
    now: datetime,
    party: Party | None = None,
) -> Visit:
    """A new request, waiting for approval. The window was checked."""
    events = (Event(now, "submitted"),)
    return Visit(visit_id, owner_id, visitor, host, window, purpose, now, events=events, party=party)


def approve(visit: Visit, approver_id: str, approver_name: str, seen_version: int, now: datetime) -> Change:
    """Let the visitor in: from now on the gate must be told."""
    _require_undecided(visit, approver_id, seen_version, now)
    approved = _decide(visit, Status.APPROVED, approver_id, approver_name, now)
    return Change(replace(approved, gate=Gate(GateStatus.WAITING)), Push.REGISTER)


def refuse(visit: Visit, approver_id: str, approver_name: str, reason: str, seen_version: int, now: datetime) -> Change:
    """Turn the visitor down."""
    _require_undecided(visit, approver_id, seen_version, now)
    refused = _without_photo(_decide(visit, Status.REFUSED, approver_id, approver_name, now))
    return Change(replace(refused, refusal_reason=reason))


def can_cancel(visit: Visit, now: datetime) -> bool:
    """Whether the visitor may still take the request back; not from inside, where the right is needed to get out."""
    return visit.status in OPEN and now < visit.window.ends_at and not is_inside(visit)


def is_inside(visit: Visit) -> bool:
    """Whether the visitor is on the ground, as far as is known."""
    return visit.presence.status is PresenceStatus.INSIDE


def can_decide(visit: Visit, user_id: str, now: datetime) -> bool:
    """Whether this approver may decide the request now."""
    return visit.status is Status.SUBMITTED and visit.owner_id != user_id and now < visit.window.ends_at


def cancel(visit: Visit, now: datetime) -> Change:
    """Take the request back; whatever the gate got or may have got is revoked."""
    if visit.replaced_by is not None:
        raise VisitProblem(Reason.REPLACED)
    if not can_cancel(visit, now):
        raise VisitProblem(Reason.NOT_CANCELLABLE)
    return _take_back(visit, "cancelled", now)


def can_change(visit: Visit, now: datetime) -> bool:
    """Whether the visitor may still change the request."""
    return can_cancel(visit, now)


def change(visit: Visit, wanted: Visit, seen: Status, now: datetime) -> tuple[Change, Visit]:
    """Replace a visit by a new request; whatever the gate got is revoked, and approval starts again.

    ``wanted`` is the new request as it would stand alone; ``seen`` what the owner believes was decided so far, so that
    nobody gives up an approval they do not know of.
    """
    if visit.replaced_by is not None:
        raise VisitProblem(Reason.REPLACED)
    if not can_change(visit, now):
        raise VisitProblem(Reason.NOT_CHANGEABLE)
    if visit.status is not seen:
        raise VisitProblem(Reason.DECIDED_MEANWHILE)
    taken_back = _take_back(_handing_on(visit, wanted), "changed", now)
    old = replace(taken_back.visit, replaced_by=wanted.id)
    events = (Event(now, "change_submitted"),)
    new = replace(wanted, root_id=visit.chain_id, replaces=visit.id, version=old.version + 1, events=events)
    return replace(taken_back, visit=old), new


def close(visit: Visit, now: datetime) -> Change | None:
    """The window is over: an undecided request expires, an approved visit ends and whatever the gate has is revoked.

    Somebody who is still inside stays on the platform's list until they leave; at night at the latest.
    """
    if visit.status not in OPEN or now < visit.window.ends_at:
        return None
    if visit.status is Status.SUBMITTED:
        return Change(_step(_without_photo(replace(visit, status=Status.EXPIRED)), "expired", now))
    ended = _step(_without_photo(replace(visit, status=Status.ENDED)), "ended", now)
    if is_inside(visit):
        return Change(ended)
    return Change(replace(ended, gate=replace(visit.gate, status=GateStatus.REVOKING)), Push.REVOKE)


def gate_registered(visit: Visit, order_id: str, now: datetime, face: FaceState = FaceState.AT_GATE) -> Change:
    """The platform has the visit. When it was cancelled or closed meanwhile, only the order id is kept, for the revocation.

    ``face``: what became of a photo that was kept for it.
    """
    known = replace(visit, gate=replace(visit.gate, order_id=order_id))
    if visit.status is not Status.APPROVED:
        return Change(replace(known, version=visit.version + 1))
    visitor = replace(visit.visitor, face=moved_on(visit.visitor.face, face))
    waiting = replace(known, visitor=visitor, gate=replace(known.gate, status=GateStatus.WAITING, problem=None))
    return Change(_step(waiting, "gate_registered", now), Push.RIGHTS)


def gate_ready(visit: Visit, qr_content: str | None, now: datetime) -> Change | None:
    """Every device got the right: the gate opens in the window. Nothing to do when the visit was cancelled meanwhile."""
    if visit.status is not Status.APPROVED or visit.gate.status is GateStatus.READY:
        return None
    gate = replace(visit.gate, status=GateStatus.READY, qr_content=qr_content, problem=None)
    return Change(_step(replace(visit, gate=gate), "gate_ready", now))


def gate_failed(visit: Visit, problem: str, now: datetime) -> Change | None:
    """The platform refused, or a device did not take the right; ``problem`` is the code of the text people read."""
    if visit.status is not Status.APPROVED:
        return None
    gate = replace(visit.gate, status=GateStatus.FAILED, problem=problem)
    return Change(_step(replace(visit, gate=gate), "gate_failed", now))


def send_rights_again(visit: Visit, seen_version: int, now: datetime) -> Change:
    """Staff sends the right again to the devices that did not take it, and everybody waits for them again."""
    if visit.version != seen_version:
        raise VisitProblem(Reason.CHANGED)
    if not can_send_rights_again(visit, now):
        raise VisitProblem(Reason.RIGHTS_NOT_FAILED)
    gate = replace(visit.gate, status=GateStatus.WAITING, problem=None, devices=())
    return Change(_step(replace(visit, gate=gate), "gate_sent_again", now), Push.DOWNLOAD_AGAIN)


def can_send_rights_again(visit: Visit, now: datetime) -> bool:
    """Whether the platform has the visit and some device did not take its right."""
    missing = visit.gate.status is GateStatus.FAILED and visit.gate.problem in ("rights_failed", "rights_late")
    is_open = visit.status is Status.APPROVED and now < visit.window.ends_at
    return missing and is_open and visit.gate.order_id is not None


def with_devices(visit: Visit, devices: tuple[DeviceRight, ...]) -> Visit:
    """The visit with the devices' answers; part of the change that says what they amount to."""
    return replace(visit, gate=replace(visit.gate, devices=devices))


def gate_revoked(visit: Visit, now: datetime) -> Change | None:
    """The platform has no right for this visit any more."""
    if visit.gate.status is not GateStatus.REVOKING:
        return None
    gate = replace(visit.gate, status=GateStatus.REVOKED, qr_content=None, problem=None, devices=())
    return Change(_step(replace(visit, gate=gate), "gate_revoked", now))


def stage(visit: Visit, now: datetime) -> Stage:
    """The one word for a visit at a moment. Somebody on the ground comes before everything else."""
    over = now >= visit.window.ends_at
    if is_inside(visit):
        return Stage.OVERSTAYED if over else Stage.ENTERED
    if visit.status in (Status.APPROVED, Status.ENDED) and visit.presence.status is not PresenceStatus.EXPECTED:
        return Stage(visit.presence.status.value)
    if visit.status is Status.SUBMITTED:
        return Stage.EXPIRED if over else Stage.AWAITING_APPROVAL
    if visit.replaced_by is not None:
        return Stage.REPLACED
    if visit.status is not Status.APPROVED:
        return Stage(visit.status.value)
    if over:
        return Stage.ENDED
    return _stage_of_targets(visit.gate, visit.park)


def _stage_of_targets(gate: Gate, park: Park) -> Stage:
    """An approved visit is ready when everybody who must take it has; a refusal is told before a wait."""
    if gate.status is GateStatus.FAILED:
        return Stage.GATE_FAILED
    refusals = {ParkStatus.REJECTED: Stage.PARK_REJECTED, ParkStatus.FAILED: Stage.PARK_FAILED}
    if park.required and park.status in refusals:
        return refusals[park.status]
    if gate.status is not GateStatus.READY:
        return Stage.AWAITING_GATE
    return Stage.AWAITING_PARK if park.required and park.status is not ParkStatus.ACCEPTED else Stage.READY


def _handing_on(visit: Visit, wanted: Visit) -> Visit:
    """A photo the gate has not got yet may be the new request's as well."""
    if visit.visitor.face is None or visit.visitor.face != wanted.visitor.face:
        return visit
    return replace(visit, visitor=replace(visit.visitor, face=moved_on(visit.visitor.face, FaceState.HANDED_ON)))


def _take_back(visit: Visit, event: str, now: datetime) -> Change:
    cancelled = _step(_without_photo(replace(visit, status=Status.CANCELLED)), event, now)
    if visit.status is Status.SUBMITTED:
        return Change(cancelled)
    return Change(replace(cancelled, gate=replace(visit.gate, status=GateStatus.REVOKING)), Push.REVOKE)


def _require_undecided(visit: Visit, approver_id: str, seen_version: int, now: datetime) -> None:
    if visit.replaced_by is not None:
        raise VisitProblem(Reason.REPLACED)
    if visit.status is Status.EXPIRED:
        raise VisitProblem(Reason.WINDOW_OVER)
    if visit.status is not Status.SUBMITTED:
        raise VisitProblem(Reason.ALREADY_DECIDED)
    if visit.owner_id == approver_id:
        raise VisitProblem(Reason.OWN_VISIT)
    if visit.version != seen_version:
        raise VisitProblem(Reason.CHANGED)
    if now >= visit.window.ends_at:
        raise VisitProblem(Reason.WINDOW_OVER)


def _decide(visit: Visit, status: Status, approver_id: str, approver_name: str, now: datetime) -> Visit:
    decided = replace(visit, status=status, decided_at=now, decided_by=approver_id, decided_by_name=approver_name)
    return _step(decided, status.value, now)


def _without_photo(visit: Visit) -> Visit:
    """Nobody needs the photo any more, if it is still kept."""
    return replace(visit, visitor=replace(visit.visitor, face=moved_on(visit.visitor.face, FaceState.DROPPED)))


def _step(visit: Visit, event: str, now: datetime) -> Visit:
    return replace(visit, version=visit.version + 1, events=(*visit.events, Event(now, event)))
