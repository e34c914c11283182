"""Closing visits whose window is over: undecided requests expire, approved visits end and lose their right at the gate.

The index ``by_end`` holds open visits only, so a run costs what there is to close, whatever the history. A visit that
somebody changes at the same moment is left alone: it is gone from the index, or the next run finds it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from chalicelib.core.audit import record
from chalicelib.core.clock import to_text
from chalicelib.core.logs import log_event, log_exception
from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import Entry
from chalicelib.core.outbox.wake import wake_all
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.visitor import model, store
from chalicelib.domains.visitor.gate_push import push_entry
from chalicelib.domains.visitor.model import Change
from chalicelib.domains.visitor.park.entries import park_entry, with_park
from chalicelib.domains.visitor.visit import Visit

ACTOR = "close_visits"
PAGE = 100
RUN_TIME = timedelta(seconds=40)
"""No visit is begun later in a run: the function lives for sixty seconds, and the next run is ten minutes away."""


class ClosingIncomplete(Exception):
    """Some visits could not be closed; the alarm on the function's errors tells, the next run tries again."""


def close_visits(clock: Callable[[], datetime]) -> dict[str, int]:
    """Close what is over; returns how many ended in which way. Raises :class:`ClosingIncomplete` after the rest is done."""
    now, counts, pushes = clock(), Counter[str](), list[Entry]()
    for visit in over_visits(now):
        if clock() - now >= RUN_TIME:
            break
        change = model.close(visit, now)
        if change is not None:
            counts[_close_one(visit, with_park(visit, change), pushes, now)] += 1
    _wake(pushes, now)
    log_event("visits_closed", **counts)
    if counts["failed"]:
        raise ClosingIncomplete(f"{counts['failed']} visits could not be closed")
    return dict(counts)


def over_visits(now: datetime) -> Iterator[Visit]:
    """Open visits whose window is over, the longest over first."""
    found = store.VisitItem.by_end.query(store.VISIT_KIND, store.VisitItem.open_until <= to_text(now), page_size=PAGE)
    return (store.to_visit(item) for item in found)


def _close_one(visit: Visit, change: Change, pushes: list[Entry], now: datetime) -> str:
    """One visit's transaction; the outcome's name. One visit's trouble does not stop the others."""
    try:
        pushes += _commit(visit, change, now)
    except (RaceLost, Contention):  # approved, refused or cancelled in its last moment: they were first
        return "changed"
    except Exception as error:
        log_exception("visit_not_closed", error, visit_id=visit.id)
        return "failed"
    return change.visit.status.value


def _commit(visit: Visit, change: Change, now: datetime) -> list[Entry]:
    transaction = Transaction()
    store.add_visit_change(transaction, visit, change.visit)
    entries = [push_entry(change.visit, change.push, now)] if change.push else []
    entries += [park_entry(change.visit, change.park_push, now)] if change.park_push else []
    for entry in entries:
        outbox.add(transaction, entry)
    record(
        transaction,
        subject=f"visit:{visit.id}",
        actor=ACTOR,
        action=f"visit_{change.visit.status.value}",
        now=now,
        before={"status": visit.status.value, "version": visit.version},
        after={"status": change.visit.status.value, "version": change.visit.version},
    )
    transaction.commit()
    return entries


def _wake(pushes: list[Entry], now: datetime) -> None:
    """Ten pushes a message call; what is not woken here the redelivery schedule wakes within a minute."""
    for peer in {entry.peer for entry in pushes}:
        try:
            wake_all(peer, [entry for entry in pushes if entry.peer == peer], now)
        except Exception as error:
            log_exception("outbox_wake_failed", error, peer=peer)
