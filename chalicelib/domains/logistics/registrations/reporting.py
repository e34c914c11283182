"""Taking LE's reports, whether an event brings them or the question for changes: one step each, once.

A truck that is called is looked at again (requirements of order 29, article 26: nothing is filled that is not fit for it):
what fails stands in the registration for office and driver, and LE's dispatcher decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.core.errors import NotFound, Unavailable
from chalicelib.core.inbox import add_message, was_taken
from chalicelib.core.table import Contention, Item, RaceLost, TableMeta, Transaction
from chalicelib.domains.logistics.registrations import progress, store
from chalicelib.domains.logistics.registrations.progress import Report
from chalicelib.domains.logistics.registrations.registration import Registration, Status
from chalicelib.domains.logistics.registrations.steps import COMMIT_TRIES, add_step

PEER = "LE"

Recheck = Callable[[Registration, datetime], tuple[str, ...]]
"""Codes of what is not fit any more about a truck that is called."""


class SeenItem(Item):
    """That a message or nonce of LE was taken."""

    class Meta(TableMeta):
        domain = "logistics"


@dataclass(frozen=True, slots=True)
class Message:
    """A genuine message."""

    event_id: str
    nonce: str


def take_report(
    registration_id: str, report: Report, recheck: Recheck, now: datetime, message: Message | None = None
) -> bool:
    """Apply a report; ``False`` for a message that was taken before.

    Raises :class:`~chalicelib.core.errors.NotFound` for a registration that is not ours,
    :class:`~chalicelib.core.inbox.Replayed` for a copied request; then nothing is stored.
    """
    foreign: set[str] = set()
    for _ in range(COMMIT_TRIES):
        seen = store.find_registration(registration_id)
        if seen is None:
            raise NotFound
        transaction = Transaction()
        changed = _after(seen, report, recheck, now)
        if changed is not None:
            add_step(transaction, seen, changed, now, foreign=foreign)
        if message is not None:
            add_message(transaction, SeenItem, PEER, message.event_id, message.nonce, now)
        elif changed is None:
            return True
        try:
            transaction.commit()
            return True
        except RaceLost as race:
            if message is not None and was_taken(race):
                return False
            foreign |= store.foreign_claims(race)
        except Contention:
            continue
    raise Unavailable


def _after(seen: Registration, report: Report, recheck: Recheck, now: datetime) -> Registration | None:
    changed = progress.take(seen, report, now)
    if changed is None or changed.status is not Status.CALLED or seen.status is Status.CALLED:
        return changed
    return replace(changed, recheck=recheck(changed, now))
