"""How far the canteen's rows are copied, and how the last run went: pure decisions, no I/O, no clock.

``version`` rises with every change and is the fence: whoever writes does so on the condition that nobody has since they read.
A run holds a lease for as long as it may live, so that two runs do not do the same work; what one that outlives its lease
still does is harmless, because its next step fails at the fence and a row written twice is the same row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar

DIED = "sync_died"
"""Code of a run whose process was gone before it could say how it ended."""
FRESH = timedelta(minutes=15)
"""A copy that is older is behind, whatever the canteen says of its backlog."""

RunState = Literal["running", "done", "failed"]
_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Run:
    """One run, by the schedule or by hand. ``error``: stable code of what ended it; empty when nothing did."""

    id: str
    started_at: datetime
    lease_until: datetime
    rows: int = 0
    ended_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """Of a canteen that is read account by account: one reading of every bound account, over several runs if need be."""

    began_at: datetime
    place: str
    """Behind the last account read; empty before the first one."""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the copying stands."""

    place: str = ""
    """The canteen's cursor behind the last row that is kept; empty: nothing is copied yet."""
    version: int = 0
    run: Run | None = None
    last_success_at: datetime | None = None
    synced_until: datetime | None = None
    """Everything the canteen posted before is copied."""
    behind: int | None = None
    """At most so many rows are still to come, if the canteen says."""
    round: Round | None = None


@dataclass(frozen=True, slots=True)
class AccountPlace:
    """How far one account is read on its own."""

    account_no: str
    place: str = ""
    digest: str = ""
    """Of the rows of its last page: read again unchanged, they need not be written again."""
    version: int = 0


def begin(seen: Progress, run_id: str, now: datetime, lease: timedelta) -> Progress | None:
    """A new run; ``None`` while another one is at it."""
    if seen.run is not None and seen.run.ended_at is None and now < seen.run.lease_until:
        return None
    return _next(seen, run=Run(run_id, now, now + lease))


def begin_round(seen: Progress, now: datetime) -> Progress:
    """Go on with the round that is not over, or begin another one."""
    if seen.round is not None and not seen.round.is_over:
        return seen
    return replace(seen, round=Round(now, ""))


def is_round_due(seen: Progress, now: datetime, every: timedelta) -> bool:
    """Whether accounts are to be read: one after the other asked again and again, the canteen had nothing else to do."""
    return seen.round is None or not seen.round.is_over or now >= seen.round.began_at + every


def kept_page(seen: Progress, rows: int, place: str, behind: int | None) -> Progress:
    """A page is kept, and there is more."""
    return _next(seen, run=_run_of(seen, rows), place=place, behind=behind)


def kept_account(seen: Progress, rows: int, place: str) -> Progress:
    """An account is read to its end, and there are more; ``place``: where the round goes on."""
    return _next(seen, run=_run_of(seen, rows), round=replace(_begun(seen.round), place=place))


def ended(seen: Progress, now: datetime, error: str = "") -> Progress:
    """The run's time is over, or something ended it; what it has kept stays."""
    run = replace(_run_of(seen, 0), ended_at=now, error=error)
    return _next(seen, run=run, last_success_at=seen.last_success_at if error else now)


def ended_with_last_page(seen: Progress, rows: int, place: str, behind: int | None, now: datetime) -> Progress:
    """A page is kept, and there is no more: what was posted before the run began is copied."""
    found = replace(seen, run=_run_of(seen, rows), place=place, behind=behind)
    return _caught_up(found, _run_of(seen, 0).started_at, now)


def ended_with_round(seen: Progress, now: datetime) -> Progress:
    """Every account is read: what was posted before the round began is copied."""
    over = replace(_begun(seen.round), place="", is_over=True)
    return _caught_up(replace(seen, round=over, behind=None), over.began_at, now)


def state_of(run: Run, now: datetime) -> RunState:
    """How a run stands; one that outlived its lease is gone."""
    if run.ended_at is None:
        return "running" if now < run.lease_until else "failed"
    return "failed" if run.error else "done"


def error_of(run: Run, now: datetime) -> str:
    """Code of what ended it; empty while nothing has."""
    died = run.ended_at is None and now >= run.lease_until
    return DIED if died else run.error


def is_caught_up(seen: Progress, now: datetime) -> bool:
    """Whether what the canteen posted is copied but for the last minutes."""
    return seen.synced_until is not None and now - seen.synced_until <= FRESH and not seen.behind


def answers_now(seen: Progress, now: datetime) -> bool:
    """Whether the canteen answered the last run, and that lately: a run is a minute's question to it."""
    run = seen.run
    return (
        run is not None and seen.last_success_at is not None and not run.error and now - seen.last_success_at <= FRESH
    )


def _caught_up(seen: Progress, since: datetime, now: datetime) -> Progress:
    until = max(since, seen.synced_until or since)
    return replace(ended(seen, now), synced_until=until)


def _run_of(seen: Progress, rows: int) -> Run:
    run = _begun(seen.run)
    return replace(run, rows=run.rows + rows)


def _begun(thing: _Thing | None) -> _Thing:
    if thing is None:
        raise ValueError("nothing of the kind has begun")
    return thing


def _next(seen: Progress, **changes: object) -> Progress:
    return replace(seen, version=seen.version + 1, **changes)  # type: ignore[arg-type]  # members of Progress
