"""Removing what WeChat told of a person, when they leave the account or withdraw their consent."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from chalicelib.core.audit import record
from chalicelib.core.table import Transaction
from chalicelib.domains.account import store
from chalicelib.domains.account.model import erase_profile

ACTOR = "wechat"


class Reason(Protocol):
    """Why the data must go."""

    @property
    def value(self) -> str:
        """Its name in the audit log."""
        ...

    @property
    def ends_sessions(self) -> bool:
        """Whether the consent is gone on which a session rests."""
        ...

    @property
    def spares_staff(self) -> bool:
        """Whether who holds a role keeps theirs."""
        ...


def add_profile_erasure(transaction: Transaction, app_id: str, openid: str, why: Reason, now: datetime) -> None:
    """Remove nickname and picture of whoever this is, audited; nothing for somebody who never signed in.

    Staff keep theirs when they merely stop following: colleagues must see who approved. What the person entered
    themselves (visits, saved visitors) is the plant's record and has its own retention.
    """
    user_id = store.find_user_id(app_id, openid)
    user = store.find_user(user_id) if user_id else None
    if user is None:
        return
    signed_out_at = now if why.ends_sessions else None
    changed = erase_profile(user, spares_staff=why.spares_staff, signed_out_at=signed_out_at)
    if changed is None:
        return
    store.add_user_change(transaction, changed)
    record(
        transaction,
        subject=f"user:{user.id}",
        actor=ACTOR,
        action="profile_erased",
        now=now,
        after={"reason": why.value},
    )
