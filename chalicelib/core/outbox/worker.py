"""Draining one business object: its pending entries in order, one attempt at a time, each result recorded once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core import runtime
from chalicelib.core.logs import log_event, log_exception
from chalicelib.core.outbox import store
from chalicelib.core.outbox.model import (
    Entry,
    PushError,
    State,
    back_off,
    begin,
    complete,
    fail,
    next_due,
    postpone,
)
from chalicelib.core.table import Contention, RaceLost, Transaction

Effect = Callable[[Transaction], None]
"""Adds what the result means for the domain to the transaction that records it; called again after a lost race."""

COMMIT_TRIES = 4
SHORT_WAIT = timedelta(seconds=6)
"""A pause up to this long is waited for in the worker: the schedule comes only once a minute."""
WAIT_BUDGET = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Done:
    """The peer has it."""

    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Not done yet; ``after`` overrides the back-off, ``sent`` says whether this attempt may have reached the peer."""

    error: PushError | None
    sent: bool
    after: timedelta | None = None
    progress: Mapping[str, int] | None = None
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The peer refused for good."""

    error: PushError
    effect: Effect | None = None


Outcome = Done | Later | Failed
Handler = Callable[[Entry], Outcome]
"""Gets the entry as it was *before* this attempt: its ``maybe_sent`` tells of earlier attempts."""


def drain(
    object_key: str,
    handlers: Mapping[str, Handler],
    *,
    clock: Callable[[], datetime],
    deadline: datetime,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Work through the object's due entries; returns how many attempts were made.

    Stops at the first entry that is not finished, because order is kept per object, and begins nothing after
    ``deadline``: an attempt must end before its function does. Never raises for a handler's error: that is recorded in
    the entry and retried.
    """
    attempts, budget = 0, WAIT_BUDGET
    while clock() < deadline:
        entries = store.entries_of(object_key)
        entry = next_due(entries, clock())
        if entry is None:
            wait = _short_wait(entries, clock())
            if attempts == 0 or wait is None or wait > budget:
                return attempts
            budget -= wait
            pause(wait.total_seconds())
            continue
        if not _attempt(entry, handlers, clock):
            return attempts
        attempts += 1
    return attempts


def _short_wait(entries: list[Entry], now: datetime) -> timedelta | None:
    """How long until the oldest pending entry is due, when that is soon enough to wait for."""
    pending = [entry for entry in entries if entry.state is State.PENDING]
    if not pending:
        return None
    wait = min(pending, key=lambda entry: entry.sequence).next_attempt_at - now
    return max(wait, timedelta(milliseconds=50)) if wait <= SHORT_WAIT else None


def _attempt(seen: Entry, handlers: Mapping[str, Handler], clock: Callable[[], datetime]) -> bool:
    """One attempt; ``False`` when somebody else has the entry."""
    begun = begin(seen, clock())
    try:
        transaction = Transaction()
        store.add_begin(transaction, seen, begun)
        transaction.commit()
    except (RaceLost, Contention):
        return False
    outcome = _handle(seen, handlers)
    recorded = _record(seen, begun, outcome, clock)
    log_event(
        "push_attempt", peer=seen.peer, kind=seen.kind, object_key=seen.object_key, attempts=begun.attempts,
        outcome=type(outcome).__name__, error=_error_of(outcome), recorded=recorded,
    )  # fmt: skip
    return recorded


def _handle(entry: Entry, handlers: Mapping[str, Handler]) -> Outcome:
    handler = handlers.get(entry.kind)
    if handler is None:
        return Failed(PushError("unknown_kind", f"no handler for {entry.kind}"))
    try:
        return handler(entry)
    except Exception as error:  # a defect of ours must not lose the push or hold up other objects
        log_exception("push_handler_failed", error, peer=entry.peer, kind=entry.kind)
        return Later(PushError("internal_error", type(error).__name__), sent=True)


def _record(seen: Entry, begun: Entry, outcome: Outcome, clock: Callable[[], datetime]) -> bool:
    """Commit result and effect together; the effect is decided afresh when the domain's item changed meanwhile."""
    for _ in range(COMMIT_TRIES):
        transaction = Transaction()
        store.add_result(transaction, begun, _result(seen, begun, outcome, clock()))
        if outcome.effect is not None:
            outcome.effect(transaction)
        try:
            transaction.commit()
            return True
        except RaceLost as race:
            if "outbox" in race.names:
                return False
        except Contention:
            continue
    return False


def _result(seen: Entry, begun: Entry, outcome: Outcome, now: datetime) -> Entry:
    """A refusal is an answer: this attempt did nothing, what earlier ones may have done stays as uncertain as it was."""
    if isinstance(outcome, Done):
        return complete(begun, now)
    if isinstance(outcome, Failed):
        return fail(begun, now, outcome.error, maybe_sent=seen.maybe_sent)
    settings = runtime.settings()
    pause = outcome.after or back_off(begun.attempts, settings.outbox_retry_base, settings.outbox_retry_cap)
    return postpone(begun, now + pause, error=outcome.error, maybe_sent=outcome.sent, progress=outcome.progress)


def _error_of(outcome: Outcome) -> str | None:
    error = None if isinstance(outcome, Done) else outcome.error
    return error.code if error else None
