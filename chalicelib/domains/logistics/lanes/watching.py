"""Looking at the board: two hundred phones cost what two cost.

Each process keeps the board for two seconds. Whoever finds it older than three asks the queue, once a three-second bucket
however many ask (the message is de-duplicated), to have LE read; nobody who looks waits for LE. A lost message costs the
bucket, a worker that dies as much.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core import runtime
from chalicelib.core.logs import log_exception
from chalicelib.domains.logistics.lanes import store
from chalicelib.domains.logistics.lanes.model import Board, bucket_of, is_stale

KEPT_FOR = timedelta(seconds=2)
QUEUE = "le"
MESSAGE = {"refresh": "lanes"}


@dataclass
class Watch:
    """The board in this process's memory."""

    read: Callable[[], Board | None]
    ask: Callable[[datetime], None]
    _board: Board | None = None
    _read_at: datetime | None = None
    _asked_in: int | None = None

    def board(self, now: datetime) -> Board | None:
        """The board; ``None`` before LE was ever read."""
        if self._read_at is None or not timedelta(0) <= now - self._read_at < KEPT_FOR:
            self._board, self._read_at = self.read(), now
        if is_stale(self._board, now):
            self._ask_once(now)
        return self._board

    def forget(self) -> None:
        """Look again at once (tests that change the environment)."""
        self._board = self._read_at = self._asked_in = None

    def _ask_once(self, now: datetime) -> None:
        bucket = bucket_of(now)
        if bucket != self._asked_in:
            self.ask(now)
            self._asked_in = bucket


def ask_quietly(now: datetime) -> None:
    """Have the board read by the worker; when SQS cannot be reached the next bucket asks again.

    Each bucket is a message group of its own: one whose worker died holds up no other until it is visible again.
    """
    bucket = f"lanes:{bucket_of(now)}"
    message = {"MessageBody": json.dumps(MESSAGE), "MessageGroupId": bucket, "MessageDeduplicationId": bucket}
    try:
        runtime.aws_client("sqs").send_message(QueueUrl=runtime.settings().queue_urls[QUEUE], **message)
    except Exception as error:  # whatever it is, an older board is shown with its time
        log_exception("lanes_wake_failed", error)


WATCH = Watch(store.find_board, ask_quietly)
"""This process's; a Lambda process serves one request at a time."""
