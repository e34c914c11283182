"""Life of an outbox entry: pure decisions, no I/O, no clock.

::

    pending ──begin──▶ pending (attempt running until its lease ends) ──complete──▶ done
       ▲                 │ postpone (peer down, not finished yet)      ──fail──────▶ failed ──reopen──▶ pending
       └─────────────────┘

``next_attempt_at`` is also the lease: while an attempt runs it lies in the future, and when the process dies the entry
becomes due again by itself. ``attempts`` is the fencing token: only the attempt that counts now may record a result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(seconds=75)
"""Longer than a worker function may live (60 s): a running attempt is never begun a second time."""


class State(StrEnum):
    """Where an entry stands."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PushError:
    """Why an attempt did not succeed: the peer's or our stable code and a text without personal data."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a peer must be told about one business object."""

    object_key: str
    """Peer, kind and id of the business object (``gate:visit:01J…``): pushes with the same key go out in order."""
    sequence: int
    """Rises with every entry of the object; the version of the object that caused it."""
    peer: str
    kind: str
    created_at: datetime
    next_attempt_at: datetime
    payload: Mapping[str, str] = field(default_factory=dict)
    state: State = State.PENDING
    attempts: int = 0
    maybe_sent: bool = False
    """An earlier attempt may have reached the peer without our knowing the result: ask before doing it again."""
    maybe_since: datetime | None = None
    """When the earliest attempt began whose outcome is not known; ``None`` while nothing is uncertain."""
    progress: Mapping[str, int] = field(default_factory=dict)
    """What the handler must remember between attempts (readings that found nothing, …)."""
    last_error: PushError | None = None
    done_at: datetime | None = None


class NotDue(Exception):
    """The entry cannot be begun now."""


def new_entry(
    *, peer: str, subject: str, sequence: int, kind: str, now: datetime, payload: Mapping[str, str] | None = None
) -> Entry:
    """An entry for ``subject`` (``visit:01J…``), due at once."""
    return Entry(f"{peer}:{subject}", sequence, peer, kind, now, now, payload or {})


def next_due(entries: Iterable[Entry], now: datetime) -> Entry | None:
    """The object's oldest pending entry if its time has come; a younger one never overtakes it."""
    pending = sorted((entry for entry in entries if entry.state is State.PENDING), key=lambda entry: entry.sequence)
    if pending and pending[0].next_attempt_at <= now:
        return pending[0]
    return None


def begin(entry: Entry, now: datetime) -> Entry:
    """Start an attempt. From here on the peer may have been reached, until the attempt records that it was not."""
    if entry.state is not State.PENDING or entry.next_attempt_at > now:
        raise NotDue
    since = entry.maybe_since if entry.maybe_sent else now
    return replace(entry, attempts=entry.attempts + 1, next_attempt_at=now + LEASE, maybe_sent=True, maybe_since=since)


def complete(entry: Entry, now: datetime) -> Entry:
    """The peer has it."""
    return replace(entry, state=State.DONE, done_at=now, last_error=None)


def postpone(
    entry: Entry,
    until: datetime,
    *,
    error: PushError | None,
    maybe_sent: bool,
    progress: Mapping[str, int] | None = None,
) -> Entry:
    """The peer does not have it yet, or we do not know: try again at ``until``."""
    return replace(
        entry,
        next_attempt_at=until,
        last_error=error,
        maybe_sent=maybe_sent,
        maybe_since=entry.maybe_since if maybe_sent else None,
        progress=entry.progress if progress is None else progress,
    )


def fail(entry: Entry, now: datetime, error: PushError, *, maybe_sent: bool) -> Entry:
    """The peer refused for good. A failed entry never holds up the ones behind it."""
    since = entry.maybe_since if maybe_sent else None
    return replace(entry, state=State.FAILED, done_at=now, last_error=error, maybe_sent=maybe_sent, maybe_since=since)


def reopen(entry: Entry, now: datetime) -> Entry:
    """Staff sent it again: a failed entry becomes pending, a pending one due.

    What a refused one remembers of its attempts is forgotten with the cause of the refusal, unless one may have got through.
    """
    if entry.state is State.DONE:
        raise NotDue
    progress = {} if entry.state is State.FAILED and not entry.maybe_sent else entry.progress
    return replace(entry, state=State.PENDING, next_attempt_at=now, done_at=None, progress=progress)


def back_off(attempts: int, base_seconds: int, cap_seconds: int) -> timedelta:
    """Pause after the given number of attempts: doubles from ``base`` up to ``cap`` (15 minutes by design)."""
    return timedelta(seconds=min(cap_seconds, base_seconds * 2 ** min(attempts - 1, 16)))
