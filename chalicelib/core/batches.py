"""Many items at once: plain attribute dicts, twenty-five a call, several calls side by side, what was not taken sent again.

A batch has no conditions and is no transaction: it is for items that are the same whenever and however often they are
written. All of them are written when :func:`put_all` returns; some may be when it raises.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.table import Item, OutcomeUnknown

RawItem = Mapping[str, Mapping[str, str]]
"""An item on the wire: ``{"pk": {"S": "ACCOUNT#1"}}``. No two of one call may have the same key."""

BATCH_ITEMS = 25
"""As many DynamoDB takes at once."""
TRIES = 8
FIRST_PAUSE_SECONDS = 0.05
"""Doubles: 6 s of pauses in all, in which a busy partition takes some six thousand writes."""
_BUSY = ("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")
_UNKNOWN = ("InternalServerError", "ServiceUnavailable", "RequestTimeout", "InternalFailure")

Pause = Callable[[float], None]


def put_all(kind: type[Item], items: Sequence[RawItem], pool: Executor, pause: Pause = time.sleep) -> None:
    """Write items of the table of ``kind``. Raises :class:`~chalicelib.core.table.OutcomeUnknown`: repeat all of it."""
    connection = kind._get_connection()
    client, table = connection.connection.client, connection.table_name
    batches = [items[first : first + BATCH_ITEMS] for first in range(0, len(items), BATCH_ITEMS)]
    for written in [pool.submit(_put, client, table, batch, pause) for batch in batches]:
        written.result()


def _put(client: Any, table: str, items: Sequence[RawItem], pause: Pause) -> None:
    left = [{"PutRequest": {"Item": item}} for item in items]
    for attempt in range(TRIES):
        left = _left_of(client, table, left)
        if not left:
            return
        pause(FIRST_PAUSE_SECONDS * 2**attempt)
    raise OutcomeUnknown("the table is too busy for a batch")


def _left_of(client: Any, table: str, requests: list[Any]) -> list[Any]:
    """One call: what DynamoDB did not take; all of it when it took nothing."""
    try:
        answer = client.batch_write_item(RequestItems={table: requests})
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _BUSY:
            return requests
        if code in _UNKNOWN:
            raise OutcomeUnknown(code) from error
        raise
    except BotoCoreError as error:
        raise OutcomeUnknown(type(error).__name__) from error
    left: list[Any] = answer.get("UnprocessedItems", {}).get(table, [])
    return left
