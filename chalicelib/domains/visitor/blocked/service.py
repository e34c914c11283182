"""Use cases of the block list. The audit log keeps who blocked and released whom, with the phone number masked."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.china import masked_mobile
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.ids import new_id
from chalicelib.core.session import Principal
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.visitor.blocked import store
from chalicelib.domains.visitor.blocked.model import Blocked


def block(staff: Principal, phone: str, name: str | None, reason: str, now: datetime) -> Blocked:
    """Put a phone number on the list. The same person's repeated request is answered alike; another's is told."""
    blocked = Blocked(new_id(now), phone, name, reason, staff.user_id, staff.nickname, now)
    transaction = Transaction()
    store.add_new_block(transaction, blocked)
    _audit(transaction, staff, blocked, "visitor_blocked", now)
    try:
        transaction.commit()
    except RaceLost:
        known = store.find_blocked(phone)
        if known is not None and (known.by, known.name, known.reason) == (staff.user_id, name, reason):
            return known
        raise Conflict("visitor_already_blocked") from None
    return blocked


def release(staff: Principal, phone: str, now: datetime) -> None:
    """Take a phone number off the list; ``NotFound`` when it is not on it (any more)."""
    blocked = store.find_blocked(phone)
    if blocked is None:
        raise NotFound
    transaction = Transaction()
    store.add_release(transaction, blocked)
    _audit(transaction, staff, blocked, "visitor_released", now)
    try:
        transaction.commit()
    except RaceLost:
        raise NotFound from None


def _audit(transaction: Transaction, staff: Principal, blocked: Blocked, action: str, now: datetime) -> None:
    on_list, off_list = {"phone": masked_mobile(blocked.phone), "blocked": True}, {"blocked": False}
    adds = action == "visitor_blocked"
    record(
        transaction,
        subject=f"block:{blocked.id}",
        actor=staff.user_id,
        action=action,
        now=now,
        before=off_list if adds else on_list,
        after=on_list if adds else off_list,
    )
