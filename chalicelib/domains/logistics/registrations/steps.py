"""Committing a step of a registration with all its consequences in ONE transaction.

The registration, the product's counter with its movement, the claims on truck and crew, the push to LE, the notice and the
audit entry stand or fall together, so wherever a process dies nothing is half done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.errors import Unavailable
from chalicelib.core.notices.entries import add_notice
from chalicelib.core.notices.model import Notice
from chalicelib.core.outbox.model import Entry, new_entry
from chalicelib.core.outbox.wake import enqueue
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.logistics.lanes.throughput import add_weighing
from chalicelib.domains.logistics.registrations import store
from chalicelib.domains.logistics.registrations.consequences import Consequences, Push, consequences
from chalicelib.domains.logistics.registrations.le_words import payload_of
from chalicelib.domains.logistics.registrations.patience import TRIES, Wait, wait
from chalicelib.domains.logistics.registrations.registration import Registration
from chalicelib.domains.logistics.stock import store as stock
from chalicelib.domains.logistics.stock.model import Product, Reading
from chalicelib.domains.logistics.stock.store import Movement

PEER = "le"
COMMIT_TRIES = TRIES


@dataclass(frozen=True, slots=True)
class Room:
    """What a greater hold was decided on: the conditions under which it may be committed."""

    product: Product
    reading: Reading
    limit_kg: int
    """How much may be held already."""


@dataclass(frozen=True, slots=True)
class By:
    """Who did it, for the audit log; drivers' and LE's own steps are in the time line only."""

    actor: str
    action: str
    reason: str = ""


REINSTATED = By("le", "registration_reinstated")
"""The truck is inside although its registration had ended: stock was held again without asking whether there is any."""


def add_step(
    transaction: Transaction,
    seen: Registration | None,
    changed: Registration,
    now: datetime,
    *,
    room: Room | None = None,
    by: By | None = None,
    foreign: Collection[str] = (),
) -> Consequences:
    """Everything a step means. ``room``: needed as soon as a driver holds more; without it the counter simply follows.

    ``foreign``: claims that another registration has taken by force, which are not this one's to free.
    """
    follows = consequences(seen, changed)
    if seen is None:
        store.add_new(transaction, changed)
    else:
        store.add_change(transaction, seen, changed)
    if follows.delta_kg:
        _add_movement(transaction, changed, follows.delta_kg, now, room)
    if follows.takes_claims:
        (store.add_claims if seen is None else store.add_forced_claims)(transaction, changed)
    elif follows.frees_claims:
        store.add_freed_claims(transaction, changed, foreign)
    add_weighing(transaction, seen, changed, now)
    if follows.push is not None:
        enqueue(transaction, _entry(changed, follows.push, now))
    if follows.news is not None:
        add_notice(
            transaction, Notice(follows.news.value), subject=f"registration:{changed.id}", sequence=changed.version,
            user_id=changed.owner_id, now=now,
        )  # fmt: skip
    by = by or (REINSTATED if changed.events[-1].name == "reinstated" and seen is not None else None)
    if by is not None:
        _add_audit(transaction, seen, changed, by, now)
    return follows


def commit_step(
    load: Callable[[], Registration],
    decide: Callable[[Registration], Registration | None],
    now: datetime,
    *,
    by: By | None = None,
    wait: Wait = wait,
) -> Registration:
    """Load, decide, commit; a lost race loads and decides again, so that the loser is told why.

    The registration as it is afterwards; ``decide`` returns ``None`` when there is nothing to do. For steps that hold no
    more than before. Raises what ``decide`` raises, and :class:`~chalicelib.core.errors.Unavailable` when it cannot win.
    """
    foreign: set[str] = set()
    for failed in range(1, COMMIT_TRIES + 1):
        seen = load()
        changed = decide(seen)
        if changed is None:
            return seen
        transaction = Transaction()
        add_step(transaction, seen, changed, now, by=by, foreign=foreign)
        try:
            transaction.commit()
            return changed
        except RaceLost as race:
            foreign |= store.foreign_claims(race)
        except Contention:  # many at once on the product's counter
            if failed < COMMIT_TRIES:
                wait(failed)
    raise Unavailable


def _entry(registration: Registration, push: Push, now: datetime) -> Entry:
    return new_entry(
        peer=PEER, subject=f"registration:{registration.id}", sequence=registration.version, kind=push.value, now=now,
        payload=payload_of(registration),
    )  # fmt: skip


def _add_movement(
    transaction: Transaction, changed: Registration, delta_kg: int, now: datetime, room: Room | None
) -> None:
    cause, key = changed.events[-1].name, f"{changed.id}#{changed.version}"
    movement = Movement(changed.goods.product_code, delta_kg, cause, key, now)
    if room is not None and delta_kg > 0:
        stock.add_guarded_movement(transaction, room.product, movement, room.reading, room.limit_kg)
    else:
        stock.add_movement(transaction, movement)


def _add_audit(
    transaction: Transaction, seen: Registration | None, changed: Registration, by: By, now: datetime
) -> None:
    record(
        transaction, subject=f"registration:{changed.id}", actor=by.actor, action=by.action, now=now,
        before={"status": seen.status.value, "version": seen.version} if seen else None,
        after={"status": changed.status.value, "version": changed.version, **({"reason": by.reason} if by.reason else {})},
    )  # fmt: skip
