"""SQS carries wake-ups: "look at this business object". Losing one costs a minute, a second one costs nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from urllib.parse import quote

from chalicelib.core import runtime
from chalicelib.core.logs import log_exception
from chalicelib.core.outbox import store
from chalicelib.core.outbox.model import Entry
from chalicelib.core.table import Transaction

_BATCH = 10
"""SQS takes ten messages a call."""


def enqueue(transaction: Transaction, entry: Entry) -> None:
    """Write the entry with the change that caused it and wake its worker once that has committed."""
    store.add(transaction, entry)
    transaction.after_commit_together(f"wake {entry.peer}", entry, wake_quietly)


def wake_quietly(entries: Sequence[Entry]) -> None:
    """Wake a peer's worker for its entries; when SQS cannot be reached the redelivery schedule does it within a minute."""
    first = entries[0]
    try:
        if len(entries) > 1:
            wake_all(first.peer, entries, first.created_at)
        else:
            runtime.aws_client("sqs").send_message(QueueUrl=queue_url(first.peer), **_message(first, first.created_at))
    except Exception as error:  # whatever it is, the committed change stands and the schedule repairs it
        log_exception("outbox_wake_failed", error, peer=first.peer)


def wake_all(peer: str, entries: Iterable[Entry], now: datetime) -> int:
    """Wake the worker for every object of ``entries`` once; returns the number of objects. Raises what SQS raises."""
    oldest: dict[str, Entry] = {}
    for entry in entries:
        oldest.setdefault(entry.object_key, entry)
    remaining = iter(oldest.values())
    while batch := list(islice(remaining, _BATCH)):
        messages = [{"Id": str(number), **_message(entry, now)} for number, entry in enumerate(batch)]
        runtime.aws_client("sqs").send_message_batch(QueueUrl=queue_url(peer), Entries=messages)
    return len(oldest)


def queue_url(peer: str) -> str:
    """The FIFO queue of a peer."""
    return runtime.settings().queue_urls[peer]


def object_key_of(body: str) -> str:
    """The business object a message is about; ``ValueError`` when the body is not one of ours."""
    message = json.loads(body)
    if not isinstance(message, dict) or not isinstance(message.get("object_key"), str):
        raise ValueError("not a wake-up message")
    return str(message["object_key"])


def _message(entry: Entry, now: datetime) -> dict[str, str]:
    """One group an object, so that its wake-ups never run side by side; de-duplicated per attempt and minute.

    SQS takes 128 printable ASCII characters for both, and a number plate begins with a Chinese one.
    """
    group = quote(entry.object_key, safe=":#~")
    key = f"{group}:{entry.sequence}:{entry.attempts}:{int(now.timestamp()) // 60}"
    body = json.dumps({"object_key": entry.object_key})
    return {"MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": key}
