"""The schedule behind the outbox: wakes every object whose next attempt is due, peer by peer."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.logs import log_event, log_exception
from chalicelib.core.outbox import store
from chalicelib.core.outbox.model import Entry, NotDue, reopen
from chalicelib.core.outbox.wake import wake_all, wake_quietly
from chalicelib.core.table import RaceLost, Transaction

PER_RUN = 500
"""Objects woken a minute and peer: a day's backlog of a plant drains in minutes and no run outlives its function."""


def redeliver(now: datetime) -> dict[str, int]:
    """Wake what is due; returns the number of objects per peer. One peer's trouble does not stop the others."""
    woken = {}
    for peer in runtime.settings().queue_urls:
        try:
            woken[peer] = wake_all(peer, store.due_objects(peer, now, PER_RUN), now)
        except Exception as error:  # the next run is a minute away
            log_exception("redelivery_failed", error, peer=peer)
    log_event("redelivery", **woken)
    return woken


def retry_now(object_key: str, sequence: int, transaction: Transaction, now: datetime) -> Entry:
    """Staff sends an unfinished push again. Raises ``NotFound`` or ``Conflict`` (done already, or changed just now)."""
    entry = store.find(object_key, sequence)
    if entry is None:
        raise NotFound
    try:
        reopened = reopen(entry, now)
    except NotDue:
        raise Conflict("push_not_retryable") from None
    store.add_result(transaction, entry, reopened)
    transaction.after_commit(lambda: wake_quietly([reopened]))
    try:
        transaction.commit()
    except RaceLost:
        raise Conflict("push_not_retryable") from None
    return reopened
