"""Guarding what is filed against guessing: who names wrong certificate numbers stops being asked for the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pynamodb.attributes import NumberAttribute

from chalicelib.core import runtime
from chalicelib.core.audit import record
from chalicelib.core.clock import site_day, to_epoch
from chalicelib.core.errors import Conflict, RateLimited
from chalicelib.core.session import Principal
from chalicelib.core.table import Item, Key, RaceLost, TableMeta, Transaction
from chalicelib.domains.logistics.archive import life
from chalicelib.domains.logistics.archive.entries import subject_of
from chalicelib.domains.logistics.archive.items import kind_of, pk_of
from chalicelib.domains.logistics.archive.model import Filed

WRONG_A_DAY = 10


class ClaimsItem(Item):
    """How many wrong numbers a user named on a day: ``CLAIMS#<user>`` / ``<day>``."""

    class Meta(TableMeta):
        domain = "logistics"

    wrong = NumberAttribute()


def key_of(user_id: str, now: datetime) -> Key:
    """Where today's count is, to be read together with what is claimed."""
    return f"CLAIMS#{user_id}", site_day(now)


def require_proof(user: Principal, seen: Filed, wanted: Filed, found: Mapping[Key, Item], now: datetime) -> None:
    """Refuse who does not name the certificate of what somebody else filed, and who has guessed too often."""
    known = found.get(key_of(user.user_id, now))
    if isinstance(known, ClaimsItem) and known.wrong >= WRONG_A_DAY:
        raise _too_many()
    if life.proof(seen) == life.proof(wanted):
        return
    transaction = Transaction()
    _count(transaction, user.user_id, now)
    kind, subject = kind_of(pk_of(seen)), subject_of(pk_of(seen))
    record(transaction, subject=subject, actor=user.user_id, action=f"{kind}_claim_refused", now=now)
    try:
        transaction.commit()
    except RaceLost:
        raise _too_many() from None
    raise Conflict(f"{kind}_known", contact=runtime.settings().logistics_contact)


def _count(transaction: Transaction, user_id: str, now: datetime) -> None:
    """Never without the line in the audit log, which is its unique entry."""
    actions = [ClaimsItem.wrong.set((ClaimsItem.wrong | 0) + 1), ClaimsItem.expires_at.set(to_epoch(now) + 3 * 86400)]
    left = ClaimsItem.wrong.does_not_exist() | (ClaimsItem.wrong < WRONG_A_DAY)
    transaction.update("claims", ClaimsItem(*key_of(user_id, now)), actions, left)


def _too_many() -> RateLimited:
    return RateLimited("claims_limit", contact=runtime.settings().logistics_contact)
