"""Writing down what became of a notice: with the attempt's own result, and when WeChat reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.core.outbox.model import Entry
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.channel.deliveries import store
from chalicelib.domains.channel.deliveries.model import (
    NoticeKey,
    Record,
    Report,
    Result,
    Slot,
    with_report,
)

TRIES = 4


def add_outcome(
    transaction: Transaction, entry: Entry, result: Result, now: datetime, *, error_code: str = "", message_id: str = ""
) -> None:
    """Record an attempt in the transaction of its result; reads afresh on every call.

    A report may have come already: WeChat is sometimes faster than our own commit.
    """
    key = NoticeKey(entry.object_key, entry.sequence, entry.created_at)
    record = Record(key, entry.kind, entry.payload.get("user_id", ""), result, error_code, message_id, now)
    if message_id:
        slot = store.find_slot(message_id)
        record = with_report(record, slot.report)
        store.add_slot(transaction, message_id, slot, replace(slot, notice=key), now)
    store.add_record(transaction, record)


def take_report(message_id: str, report: Report) -> bool:
    """Take WeChat's report of a message; ``False`` when there is one already. Raises what the database raises.

    An unknown number is kept as well: our own result may come after it.
    """
    for attempt in range(TRIES):
        slot = store.find_slot(message_id)
        if slot.report is not None:
            return False
        transaction = Transaction()
        store.add_slot(transaction, message_id, slot, replace(slot, report=report), report.at)
        if slot.notice is not None:
            store.add_report(transaction, slot.notice, message_id, report)
        try:
            transaction.commit()
            return True
        except RaceLost as race:
            if race.names == ("notice",):
                return _keep_only(message_id, slot, report)
            if attempt == TRIES - 1:
                raise
        except Contention:
            if attempt == TRIES - 1:
                raise
    return False


def _keep_only(message_id: str, slot: Slot, report: Report) -> bool:
    """The notice has been forgotten, or was sent again since: nothing there is changed."""
    transaction = Transaction()
    store.add_slot(transaction, message_id, slot, replace(slot, report=report), report.at)
    transaction.commit()
    return True
