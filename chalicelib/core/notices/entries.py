"""Asking for a notice: an outbox entry of the peer ``wechat`` in the transaction of the change it tells of."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.notices.model import Notice
from chalicelib.core.outbox.model import new_entry
from chalicelib.core.outbox.wake import enqueue
from chalicelib.core.table import Transaction

PEER = "wechat"


def add_notice(
    transaction: Transaction, notice: Notice, *, subject: str, sequence: int, user_id: str, now: datetime
) -> None:
    """Tell ``user_id`` about ``subject`` (``visit:01J…``) once the change has committed.

    Nothing is written for a notice without a template id: it is switched off, and the office's list of pushes says so.
    The entry holds ids only; the worker loads the words.
    """
    if notice.value not in runtime.settings().wechat_templates:
        return
    entry = new_entry(
        peer=PEER, subject=subject, sequence=sequence, kind=notice.value, now=now, payload={"user_id": user_id}
    )
    enqueue(transaction, entry)


def switched_off() -> list[str]:
    """Notices without a template id."""
    return [notice.value for notice in Notice if notice.value not in runtime.settings().wechat_templates]
