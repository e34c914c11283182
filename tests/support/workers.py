"""The queue and the schedule as Lambda runs them, driven by the test."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from chalicelib.core import runtime
from chalicelib.core.outbox import store
from chalicelib.core.outbox.model import State
from chalicelib.core.outbox.redelivery import redeliver
from chalicelib.core.queue import handle_batch
from chalicelib.domains.visitor.gate_push import GatePush
from tests.support.clock import FakeClock
from tests.support.fake_gate import FakeGate
from tests.support.faults import ProcessDied


class GateWorkers:
    """Delivers queue messages to the gate worker; a worker that dies leaves its message to be delivered again."""

    def __init__(self, sqs: Any, gate: FakeGate, clock: FakeClock) -> None:
        self._sqs, self._gate, self._clock = sqs, gate, clock
        self._handlers = GatePush(gate, timedelta(seconds=20), clock).handlers

    def deliver(self, object_key: str) -> None:
        """One wake-up for one object."""
        record = {
            "messageId": "m1",
            "body": f'{{"object_key": "{object_key}"}}',
            "attributes": {"MessageGroupId": object_key},
        }
        handle_batch({"Records": [record]}, self._handlers, self._clock, self._clock.pause)

    def deliver_waiting(self) -> int:
        """Everything in the queue now."""
        url = runtime.settings().queue_urls["gate"]
        delivered = 0
        while found := self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in found:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                self.deliver(message["Body"].split('"')[3])
                delivered += 1
        return delivered

    def recover(self, minutes: int = 60) -> None:
        """Let schedule and queue work until nothing is pending, or for ``minutes``."""
        for _ in range(minutes):
            with suppress(ProcessDied):
                redeliver(self._clock())
                self.deliver_waiting()
            if not pending("gate"):
                return
            self._clock.advance(minutes=1)


def pending(peer: str) -> list[Any]:
    """Entries that are not done."""
    return store.page_by_state(peer, State.PENDING, None, 100).items
