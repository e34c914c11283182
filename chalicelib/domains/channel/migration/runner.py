"""The worker: every minute it goes on with what staff ordered, one run an account at a time.

A run holds a lease on the account, and each of its transactions raises the version of the account's progress. So of two
runs at once only one begins, and one that outlived its lease cannot write beside its successor. Records are read afresh
before each step: a lost answer of a commit is seen there, and so is a pause.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.core.audit import record
from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.ids import new_token
from chalicelib.core.logs import log_event, log_exception
from chalicelib.core.table import RaceLost, Transaction, is_store_error
from chalicelib.domains.channel.migration import model, store
from chalicelib.domains.channel.migration.converting import convert_batch
from chalicelib.domains.channel.migration.imports.steps import ImportWork
from chalicelib.domains.channel.migration.model import Order, Progress, Task, Trouble
from chalicelib.domains.channel.migration.ports import ACTOR, RUN_TIME, OldAccount, OutOfTime, Ports, Run
from chalicelib.domains.channel.migration.pulling import pull_page
from chalicelib.integrations.errors import PeerError, Refused

QUOTA = "wechat_quota_exhausted"
HICCUPS = 4
"""Times in a row that the database may fail a run before it ends; the next one is a minute away."""
HICCUP_SECONDS = 0.3


class MigrationInterrupted(Exception):
    """The database failed several times; the alarm on the function's errors tells, the next run goes on."""


def continue_migrations(
    ports: Ports, clock: Callable[[], datetime], pause: Callable[[float], None] = time.sleep
) -> dict[str, int]:
    """Work for every account that has something to do; returns the number of steps of each."""
    began, steps, broken = clock(), dict[str, int](), list[str]()
    for left, account in zip(range(len(ports.accounts), 0, -1), ports.accounts, strict=True):
        share = max(began + RUN_TIME - clock(), timedelta()) / left
        run = Run(account, ports, new_token(), clock, clock() + share, pause)
        try:
            steps[account.key] = work_for(run)
        except Exception as error:
            log_exception("migration_run_failed", error, account=account.key)
            broken.append(account.key)
    log_event("migrations_continued", **steps)
    if broken:
        raise MigrationInterrupted(", ".join(broken))
    return steps


def work_for(run: Run) -> int:
    """Steps of one account until nothing is due or the time is over; returns how many."""
    imports = ImportWork(run)
    if not (imports.is_waiting() or model.is_due(*store.find_both(run.account.key), run.clock())):
        return 0
    if not _take_lease(run):
        return 0
    steps, hiccups = 0, 0
    while run.clock() < run.deadline:
        try:
            if not _step(run, imports):
                break
            steps, hiccups = steps + 1, 0
        except (RaceLost, OutOfTime):
            break
        except Exception as error:
            hiccups += 1
            if not is_store_error(error) or hiccups >= HICCUPS:
                raise
            run.pause(HICCUP_SECONDS * hiccups)
    _release(run)
    return steps


def _step(run: Run, imports: ImportWork) -> bool:
    """The next thing to do, imports first: they are short and somebody waits. ``False``: nothing is due."""
    order, progress = store.find_both(run.account.key)
    if progress.lease_owner != run.owner:
        return False
    if imports.step(progress):
        return True
    if not model.is_due(order, progress, run.clock()):
        return False
    try:
        (pull_page if order.task is Task.PULL else convert_batch)(run, order, progress)
    except PeerError as error:
        _record_trouble(run, order, error)
    return True


def _record_trouble(run: Run, order: Order, error: PeerError) -> None:
    """A refusal stops the order; a daily limit waits for the next day; everything else for a while."""
    now, progress = run.clock(), store.find_progress(run.account.key)
    trouble = Trouble(error.code, f"{error.message} ({error.peer_code or '-'})", now)
    log_event("migration_trouble", account=run.account.key, code=error.code, peer_code=error.peer_code)
    if progress.lease_owner != run.owner:
        return
    transaction = Transaction()
    if isinstance(error, Refused):
        _audit_stop(transaction, run.account, trouble, now)
        run.commit(transaction, model.given_up(progress, order, trouble))
        return
    until = _next_day(now) if error.code == QUOTA else None
    run.commit(transaction, model.put_off(progress, order, trouble, until))


def _next_day(now: datetime) -> datetime:
    """A few minutes behind midnight on the plant's calendar, when WeChat counts anew."""
    midnight = now.astimezone(SITE_ZONE).replace(hour=0, minute=5, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def _audit_stop(transaction: Transaction, account: OldAccount, trouble: Trouble, now: datetime) -> None:
    record(
        transaction,
        subject=f"migration:{account.key}",
        actor=ACTOR,
        action="migration_stopped",
        now=now,
        after={"code": trouble.code},
    )


def _take_lease(run: Run) -> bool:
    """*Closes* (with the condition in the store): two runs that read the free lease at once."""
    taken = model.take_lease(store.find_progress(run.account.key), run.owner, run.clock())
    if taken is None:
        return False
    try:
        run.commit(Transaction(), taken)
    except RaceLost:
        return False
    except Exception as error:  # whether it happened is unknown: the record tells
        if not is_store_error(error):
            raise
        return store.find_progress(run.account.key).lease_owner == run.owner
    return True


def _release(run: Run) -> None:
    """Let the next run begin at once. If this fails, the lease ends by itself."""
    progress: Progress = store.find_progress(run.account.key)
    if progress.lease_owner != run.owner:
        return
    try:
        run.commit(Transaction(), model.release(progress))
    except Exception as error:
        log_exception("migration_lease_not_released", error, account=run.account.key)
