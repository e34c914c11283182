"""What every queue worker does with a batch: drain the object of each message, report the messages that failed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core import logs, runtime
from chalicelib.core.outbox.wake import object_key_of
from chalicelib.core.outbox.worker import Handler, drain

BEGIN_WITHIN = timedelta(seconds=25)
"""No attempt begins later in a batch: it may take three calls of six seconds, and the function lives for sixty."""


def handle_batch(
    event: Any,
    handlers: Mapping[str, Handler],
    clock: Callable[[], datetime],
    pause: Callable[[float], None] = time.sleep,
) -> dict[str, Any]:
    """Work through an SQS batch; the answer names the failed messages, all others are deleted by SQS.

    FIFO: after a failure the rest of the same object's messages is reported too, so that order survives redelivery. What
    a slow peer leaves no time for is reported as failed and comes again.
    """
    logs.configure(runtime.settings().log_level)
    deadline = clock() + BEGIN_WITHIN
    failures: list[str] = []
    failed_groups: set[str] = set()
    for record in event["Records"]:
        group = record["attributes"].get("MessageGroupId", "")
        late = clock() >= deadline
        if late or group in failed_groups or not _drain_quietly(record, handlers, clock, deadline, pause):
            failed_groups.add(group)
            failures.append(record["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failures]}


def _drain_quietly(
    record: Mapping[str, Any],
    handlers: Mapping[str, Handler],
    clock: Callable[[], datetime],
    deadline: datetime,
    pause: Callable[[float], None],
) -> bool:
    logs.request_id.set(record["messageId"])
    try:
        drain(object_key_of(record["body"]), handlers, clock=clock, deadline=deadline, pause=pause)
    except Exception as error:  # SQS delivers it again and moves it to the dead-letter queue in the end
        logs.log_exception("queue_message_failed", error)
        return False
    return True
