"""The host look-up with every single call broken: an error or an answer, a search counted at most once, never a way round it."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.clock import site_day
from chalicelib.core.errors import Unavailable
from chalicelib.core.table import is_store_error
from chalicelib.domains.visitor.hosts.service import chosen_host, find_hosts
from chalicelib.domains.visitor.hosts.store import SearchesItem
from tests.support.clock import FakeClock
from tests.support.fake_gate import FakeGate
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.visits import VISITOR

pytestmark = pytest.mark.usefixtures("cloud")


def counted(clock: FakeClock) -> int:
    item = SearchesItem.find(f"USER#{VISITOR.user_id}", f"SEARCHED#{site_day(clock())}")
    return int(item.used) if item else 0


def test_a_search_with_every_call_broken(cloud: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, counting = FakeGate(), Fault()
    with injected(counting, gate, monkeypatch):
        find_hosts(VISITOR, "王海峰", gate, clock())
    assert counting.calls == ["TransactWriteItems", "gate.find_people"]
    for fault in every_fault(len(counting.calls)):
        before = counted(clock)
        with injected(fault, gate, monkeypatch):
            try:
                find_hosts(VISITOR, "王海峰", gate, clock())
            except ProcessDied:
                pass
            except Unavailable as problem:
                assert problem.code == "host_search_unavailable"
                assert fault.number == 2, "only the platform's silence is told as such"
            except Exception as error:
                assert is_store_error(error), error
        is_counted = fault.number == 2 or fault.moment == "after"
        assert counted(clock) == before + is_counted, fault
        (found,) = find_hosts(VISITOR, "王海峰", gate, clock())
        assert chosen_host(VISITOR, found.choice, clock()).job_number == "A1001"
