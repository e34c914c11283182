"""The park's outbox entries, and the deployment's rule that decides whether there are any."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.outbox.model import Entry, new_entry
from chalicelib.domains.visitor.model import Change
from chalicelib.domains.visitor.park import model
from chalicelib.domains.visitor.park.model import ParkPush, Policy
from chalicelib.domains.visitor.visit import Visit

PEER = "park"


def policy() -> Policy:
    """The settings' rule."""
    settings = runtime.settings()
    return Policy(on=settings.park_base_url != "", required=settings.park_required)


def with_park(seen: Visit, change: Change) -> Change:
    """The change with what the park must be told about it; untouched when there is no park."""
    return model.follow(seen, change, policy())


def park_entry(visit: Visit, kind: str, now: datetime) -> Entry:
    """A push of a change; its sequence is the version of the visit that caused it."""
    return _entry(visit, f"visit:{visit.id}", kind, now)


def reading_entry(visit: Visit, now: datetime, first_at: datetime) -> Entry:
    """Asking for an undecided visit. A key of its own: waiting for people must not hold up a cancellation."""
    entry = _entry(visit, f"visit:{visit.id}:reading", ParkPush.READ.value, now)
    return replace(entry, next_attempt_at=first_at)


def _entry(visit: Visit, subject: str, kind: str, now: datetime) -> Entry:
    payload = {"visit_id": visit.id}
    return new_entry(peer=PEER, subject=subject, sequence=visit.version, kind=kind, now=now, payload=payload)
