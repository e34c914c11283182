"""Comparing days: by schedule every hour, or when somebody asks.

A day is compared from ten o'clock of the next (WeChat Pay's bill), once the canteen's records are copied to its end. Running
again changes nothing but what has changed: a difference is known by what it is about. One transaction a difference, so a
run that dies leaves the rest to the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from chalicelib.core.clock import SITE_ZONE, day_begins, site_day
from chalicelib.core.errors import Problem
from chalicelib.core.logs import log_event, log_exception
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.canteen.reconciliation import comparison, model, store
from chalicelib.domains.canteen.reconciliation.gathering import Gathered, gather
from chalicelib.domains.canteen.reconciliation.model import Difference, Kind, Known, Run, RunState, State
from chalicelib.domains.canteen.records.shelf import find_progress
from chalicelib.domains.canteen.topups import paying
from chalicelib.domains.canteen.topups.model import Mismatch
from chalicelib.integrations.errors import PeerError, Retryable
from chalicelib.integrations.wechat_pay.port import PayPort

BILL_FROM = timedelta(hours=10)
"""After the end of the day, by WeChat Pay's word."""
LOOKED_BACK = 7
"""Days that are tried by themselves."""
RUN_FOR = timedelta(seconds=40)
EARLY, NO_BILL, NO_RECORDS, PEER_SILENT = "too_early", "bill_not_ready", "records_not_copied", "pay_unavailable"


class ReconciliationIncomplete(Exception):
    """Days could not be compared for a reason that waiting does not mend; the log names each."""


def reconcile_due(pay: PayPort, clock: Callable[[], datetime]) -> dict[str, int]:
    """Every day that is not matched yet; how many ended how.

    Raises :class:`ReconciliationIncomplete` after all days, so that somebody is told: the others do not suffer for one.
    """
    counts: Counter[str] = Counter()
    until = clock() + RUN_FOR
    for day in _due(clock()):
        if clock() >= until:
            break
        try:
            counts[reconcile(day, pay, clock()).state.value] += 1
        except Exception as error:  # one day's trouble does not stop the others
            log_exception("reconciliation_failed", error, day=day.isoformat())
            counts[RunState.FAILED.value] += 1
    log_event("reconciled", **counts)
    if counts[RunState.FAILED.value]:
        raise ReconciliationIncomplete(f"{counts[RunState.FAILED.value]} days")
    return dict(counts)


def reconcile(day: date, pay: PayPort, now: datetime) -> Run:
    """Compare a day and keep what was found."""
    obstacle = _obstacle(day, now)
    if obstacle:
        return _keep(day, RunState.WAITING, obstacle, now)
    try:
        gathered = gather(day, pay.bill(day), pay, now)
        _ask_about_unpaid(gathered, pay, now)
    except Retryable as trouble:
        log_event("reconciliation_waits", day=day.isoformat(), code=trouble.code)
        return _keep(day, RunState.WAITING, NO_BILL if trouble.code == "pay_bill_not_ready" else PEER_SILENT, now)
    except PeerError as trouble:
        log_event("reconciliation_refused", day=day.isoformat(), code=trouble.code)
        return _keep(day, RunState.FAILED, trouble.code, now)
    return _compared(day, gathered, now)


def _compared(day: date, gathered: Gathered, now: datetime) -> Run:
    open_ones = _settle_with(day.isoformat(), comparison.compare(gathered.day), now)
    state = RunState.DIFFERENT if open_ones else RunState.MATCHED
    message = "" if gathered.day.has_credits else "credits_not_comparable"
    run = Run(day.isoformat(), state, now, message, comparison.sums_of(gathered.day), open_ones)
    store.keep_run(run)
    return run


def _settle_with(day: str, found: Iterable[Difference], now: datetime) -> int:
    """Bring what is kept in line with what was found; how many are open."""
    known, open_ones = store.differences_of(day), 0
    for difference in found:
        name = store.difference_id(day, difference)
        seen = known.pop(name, None)
        changed = (
            model.seen_again(seen, difference, now)
            if seen
            else Known(name, day, difference, State.OPEN, now)
        )  # fmt: skip
        open_ones += (changed or seen or Known(name, day, difference, State.OPEN, now)).state is State.OPEN
        _commit(seen, changed)
    for seen in known.values():
        _commit(seen, model.not_seen(seen))
    return open_ones


def _commit(seen: Known | None, changed: Known | None) -> None:
    """A race is lost to another run or a person, who know as much: the next run sees what is left."""
    if changed is None:
        return
    transaction = Transaction()
    store.add_difference(transaction, seen, changed)
    try:
        transaction.commit()
    except (RaceLost, Contention) as lost:
        log_event("difference_not_kept", id=changed.id, why=type(lost).__name__)


def _ask_about_unpaid(gathered: Gathered, pay: PayPort, now: datetime) -> None:
    """The last net under a lost payment: what the bill has and we have not is asked for, and credited from now on."""
    for difference in comparison.compare(gathered.day):
        top_up = gathered.top_ups.get(difference.number or "")
        if difference.kind is not Kind.UNPAID_HERE or top_up is None:
            continue
        try:
            paying.ask(pay, top_up, now)
        except (Mismatch, Problem) as problem:
            log_event("unpaid_not_recorded", top_up=top_up.id, why=type(problem).__name__)


def _obstacle(day: date, now: datetime) -> str:
    end = day_begins(day) + timedelta(days=1)
    if now < end + BILL_FROM:
        return EARLY
    copied = find_progress().synced_until
    return "" if copied is not None and copied >= end else NO_RECORDS


def _keep(day: date, state: RunState, message: str, now: datetime) -> Run:
    """A day that could not be compared keeps what an earlier comparison found."""
    earlier = store.find_run(day.isoformat())
    if earlier is not None and earlier.state in (RunState.MATCHED, RunState.DIFFERENT):
        return earlier
    run = Run(day.isoformat(), state, now, message)
    store.keep_run(run)
    return run


def _due(now: datetime) -> list[date]:
    """Days that are over and not matched, newest first, and those with something open."""
    today = date.fromisoformat(site_day(now))
    days = [today - timedelta(days=back) for back in range(1, LOOKED_BACK + 1)]
    if now.astimezone(SITE_ZONE) - day_begins(today) < BILL_FROM:
        days = days[1:]
    months = {day.isoformat()[:7] for day in days}
    runs = {run.day: run for month in months for run in store.runs_of(month)}
    open_days = {date.fromisoformat(day) for day in store.days_with_open(LOOKED_BACK)}
    due = {day for day in days if not _is_matched(runs.get(day.isoformat()))} | open_days
    return sorted(due, reverse=True)


def _is_matched(run: Run | None) -> bool:
    return run is not None and run.state is RunState.MATCHED
