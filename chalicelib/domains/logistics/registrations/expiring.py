"""The end of a time limit: warned of beforehand, then card back and stock free.

The index ``by_due`` holds only registrations whose limit runs, by what is next: a run costs one query and a transaction for
each that is due, whatever the history. A truck that arrives, or a driver who gives up at the same moment, may be faster: the
registration's version decides, and the loser finds nothing to do. Whoever else meets a limit that is over (a driver who
cancels or changes, a form that needs the truck) ends it the same way, so it never matters when the schedule comes by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from chalicelib.core.clock import to_text
from chalicelib.core.errors import Unavailable
from chalicelib.core.logs import log_event, log_exception
from chalicelib.core.table import find_many
from chalicelib.domains.logistics.registrations import model, store
from chalicelib.domains.logistics.registrations.registration import Registration, Status
from chalicelib.domains.logistics.registrations.steps import commit_step

PAGE = 100
LET_GO_AT_ONCE = 10
"""Registrations that somebody who waits for an answer looks at; the schedule sees to the rest."""
RUN_TIME = timedelta(seconds=40)
"""No registration is begun later in a run: the function lives for sixty seconds, and the next run is a minute away."""


class SweepIncomplete(Exception):
    """Some limits could not be ended; the alarm on the function's errors tells, the next run tries again."""


def sweep(clock: Callable[[], datetime]) -> dict[str, int]:
    """Warn and expire what is due; how many ended in which way. Raises :class:`SweepIncomplete` after the rest is done."""
    began, counts = clock(), Counter[str]()
    for seen in due(began):
        if clock() - began >= RUN_TIME:
            break
        counts[_sweep_one(seen, clock())] += 1
    log_event("holds_swept", **counts)
    if counts["failed"]:
        raise SweepIncomplete(f"{counts['failed']} registrations could not be swept")
    return dict(counts)


def due(now: datetime, page_size: int = PAGE) -> Iterator[Registration]:
    """Registrations something has to be done about, the longest waiting first."""
    until = store.RegistrationItem.due_at <= to_text(now)
    found = store.RegistrationItem.by_due.query(store.DUE, until, page_size=page_size)
    return (store.to_registration(item) for item in found if isinstance(item, store.RegistrationItem))


def expire_now(registration_id: str, now: datetime) -> Registration:
    """End a registration whose limit is over; as it is afterwards, whoever was faster."""
    return commit_step(lambda: _existing(registration_id), lambda seen: model.expire(seen, now), now)


def clear_way(claimed: Iterable[str], now: datetime) -> bool:
    """End what claims these plates and people though its limit is over; whether nothing else claims them.

    The schedule would do it within a minute; a driver who registers again after a limit should not have to wait for it.
    """
    claims = find_many({store.claim_key(key): store.ClaimItem for key in claimed})
    holders = [store.find_registration(claim.registration_id) for claim in claims.values()]
    over = [holder for holder in holders if holder is not None and model.is_over(holder, now)]
    for holder in over:
        expire_now(holder.id, now)
    return len(over) == len(holders)


def let_go(product_code: str, now: datetime) -> bool:
    """End what holds this product though its limit is over; whether there was any. One query where there is none."""
    longest = islice(due(now, LET_GO_AT_ONCE), LET_GO_AT_ONCE)
    over = [seen for seen in longest if model.is_over(seen, now) and seen.counted_kg]
    mine = [seen for seen in over if seen.goods.product_code == product_code]
    for seen in mine:
        expire_now(seen.id, now)
    return bool(mine)


def _sweep_one(seen: Registration, now: datetime) -> str:
    """One registration's transaction; the outcome's name. One registration's trouble does not stop the others."""
    readings = iter([seen])

    def load() -> Registration:
        return next(readings, None) or _existing(seen.id)

    try:
        swept = commit_step(load, lambda known: model.expire(known, now) or model.warn(known, now), now)
    except Unavailable:  # others are at it; the next run finds it again if they leave it
        return "contended"
    except Exception as error:
        log_exception("hold_not_swept", error, registration_id=seen.id)
        return "failed"
    return _outcome(seen, swept)


def _outcome(seen: Registration, swept: Registration) -> str:
    if swept.version != seen.version + 1:
        return "changed"
    return "expired" if swept.status is Status.EXPIRED else "warned"


def _existing(registration_id: str) -> Registration:
    registration = store.find_registration(registration_id)
    if registration is None:  # they are never deleted: a claim or index that names none is our defect
        raise LookupError(registration_id)
    return registration
