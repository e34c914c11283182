"""The queue and the schedule as Lambda runs them, driven by the test."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from chalicelib.core import runtime
from chalicelib.core.outbox import store
from chalicelib.core.outbox.model import State
from chalicelib.core.outbox.redelivery import PER_RUN
from chalicelib.core.outbox.wake import wake_all
from chalicelib.core.outbox.worker import Handler
from chalicelib.core.queue import handle_batch
from chalicelib.domains.account.notices import find_openid
from chalicelib.domains.channel.notify import Notifier, Ports
from chalicelib.domains.visitor.gate_push import GatePush
from chalicelib.domains.visitor.notices import visit_facts
from chalicelib.domains.visitor.park.push import ParkPusher
from chalicelib.domains.visitor.passages.hints import HintPush
from chalicelib.domains.visitor.passages.reading import PassageReader
from chalicelib.domains.visitor.passages.recording import Recorder
from tests.support.clock import FakeClock
from tests.support.fake_gate import FakeGate
from tests.support.fake_park import FakePark
from tests.support.fake_wechat import FakeWeChat
from tests.support.faults import ProcessDied


class QueueWorkers:
    """Delivers a peer's queue messages to its worker; one that dies leaves its message to be delivered again."""

    def __init__(self, sqs: Any, peer: str, handlers: Mapping[str, Handler], clock: FakeClock) -> None:
        self._sqs, self._peer, self._handlers, self._clock = sqs, peer, handlers, clock

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
        url = runtime.settings().queue_urls[self._peer]
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
                # the schedule's work for this peer: another one's queue would only grow, nobody works it off here
                wake_all(self._peer, store.due_objects(self._peer, self._clock(), PER_RUN), self._clock())
                self.deliver_waiting()
            if not pending(self._peer):
                return
            self._clock.advance(minutes=1)


HOST_USERS: dict[str, str] = {"13900001111": "USERHOST"}
"""Staff phone → user, as the account domain would find them."""


class GateWorkers(QueueWorkers):
    """The gate's queue, worker and reading schedule."""

    def __init__(self, sqs: Any, gate: FakeGate, clock: FakeClock) -> None:
        recorder = Recorder(frozenset(runtime.settings().gate_exit_devices), HOST_USERS.get)
        self.reader = PassageReader(gate, recorder, runtime.settings().check_out_hour, clock)
        pushes = GatePush(gate, timedelta(seconds=20), clock).handlers
        hints = HintPush(self.reader, timedelta(seconds=20)).handlers
        super().__init__(sqs, "gate", {**pushes, **hints}, clock)


class ParkWorkers(QueueWorkers):
    """The park's queue and worker."""

    def __init__(self, sqs: Any, park: FakePark | None, clock: FakeClock) -> None:
        super().__init__(sqs, "park", ParkPusher(park, timedelta(minutes=10), clock).handlers, clock)


class NoticeWorkers(QueueWorkers):
    """The queue and worker of the messages to users, on the real account and visit tables."""

    def __init__(self, sqs: Any, wechat: FakeWeChat, clock: FakeClock) -> None:
        templates = runtime.settings().wechat_templates
        notifier = Notifier(Ports(wechat.send, find_openid, {"visit": visit_facts}, templates, clock))
        super().__init__(sqs, "wechat", notifier.handlers, clock)


def pending(peer: str) -> list[Any]:
    """Entries that are not done."""
    return store.page_by_state(peer, State.PENDING, None, 100).items
