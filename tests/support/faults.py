"""The fault wrapper: numbers every AWS and peer call of a use case and breaks exactly one of them.

Two ways to break: the answer never comes (an error the product sees), or the process dies (an exception nothing in the
product catches). Two moments: before the call is sent, or after the other side has committed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import botocore.client
import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from chalicelib.integrations.errors import Retryable, UnknownOutcome
from tests.support.fake_articles import FakeArticles
from tests.support.fake_canteen import FakeCanteen
from tests.support.fake_gate import FakeGate
from tests.support.fake_le import FakeLe
from tests.support.fake_menu import FakeMenu
from tests.support.fake_mes import FakeMes
from tests.support.fake_migration import FakeMigration
from tests.support.fake_park import FakePark
from tests.support.fake_pay import FakePay
from tests.support.fake_sms import FakeSms
from tests.support.fake_wechat import FakeWeChat

Moment = Literal["before", "after"]
Way = Literal["error", "death"]


class ProcessDied(BaseException):
    """Nothing in the product may catch this: the function is gone."""


@dataclass
class Fault:
    """Break call number ``number`` (from 1); 0 breaks none and only counts."""

    number: int = 0
    moment: Moment = "before"
    way: Way = "error"
    calls: list[str] = field(default_factory=list)

    def meet(self, name: str, moment: Moment, error: Callable[[], Exception]) -> None:
        """Called round every call; raises when this is the one."""
        if moment == "before":
            self.calls.append(name)
        if len(self.calls) == self.number and moment == self.moment:
            raise ProcessDied(name) if self.way == "death" else error()


Peer = (
    FakeGate
    | FakePark
    | FakeWeChat
    | FakeMenu
    | FakeArticles
    | FakeMigration
    | FakeLe
    | FakeMes
    | FakeCanteen
    | FakePay
    | FakeSms
)
_NAMES: dict[type, str] = {
    FakeGate: "gate",
    FakeLe: "le",
    FakeMes: "mes",
    FakeCanteen: "canteen",
    FakePay: "pay",
    FakeSms: "sms",
}


@contextmanager
def injected(fault: Fault, peer: Peer, patch: pytest.MonkeyPatch, *more: Peer) -> Iterator[None]:
    """Let ``fault`` see every call made inside the block, to AWS, to ``peer`` and to ``more`` peers."""
    original = botocore.client.BaseClient._make_api_call

    def call(client: Any, operation: str, arguments: Any) -> Any:
        fault.meet(operation, "before", lambda: EndpointConnectionError(endpoint_url="test"))
        answer = original(client, operation, arguments)
        fault.meet(operation, "after", lambda: ReadTimeoutError(endpoint_url="test"))
        return answer

    with patch.context() as inner:
        inner.setattr(botocore.client.BaseClient, "_make_api_call", call)
        for each in (peer, *more):
            inner.setattr(each, "trouble", _trouble(fault, _NAMES.get(type(each), "peer")))
        yield


def _trouble(fault: Fault, name: str) -> Callable[[str, str], None]:
    def trouble(operation: str, moment: str) -> None:
        if moment == "before":
            fault.meet(f"{name}.{operation}", "before", lambda: Retryable("peer_down", "refused", name, sent=False))
        else:
            fault.meet(f"{name}.{operation}", "after", lambda: _lost(name, operation))

    return trouble


def _lost(name: str, operation: str) -> Exception:
    """As the adapters sort it: only registering at the gate and sending are not repeatable."""
    if operation in ("register", "send", "send_code") and name not in ("le", "mes"):
        return UnknownOutcome("answer_lost", "read timeout", name)
    return Retryable("answer_lost", "read timeout", name, sent=True)


def every_fault(calls: int) -> list[Fault]:
    """Each call, each moment, each way."""
    ways: list[tuple[Moment, Way]] = [("before", "error"), ("after", "error"), ("before", "death"), ("after", "death")]
    return [Fault(number, moment, way) for number in range(1, calls + 1) for moment, way in ways]
