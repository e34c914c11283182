"""Blocking and releasing with every single call broken, before and after: always the same end, audited once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.errors import NotFound
from chalicelib.core.table import is_store_error
from chalicelib.domains.visitor.blocked import service, store
from tests.faults.test_visit_faults import World, calls_of
from tests.support.clock import FakeClock
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.visits import APPROVER

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def world(cloud: Any, clock: FakeClock) -> World:
    return World(cloud, clock)


def press_twice(action: Callable[[], Any], fault: Fault, world: World, patch: pytest.MonkeyPatch) -> None:
    with injected(fault, world.gate, patch):
        try:
            action()
        except ProcessDied:
            pass
        except Exception as error:
            assert is_store_error(error), error
    action()


def test_blocking_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def block(phone: str) -> Any:
        return service.block(APPROVER, phone, None, "多次违规", world.clock())

    calls = calls_of(lambda: block("13900000000"), world, monkeypatch)
    assert calls == ["TransactWriteItems"]
    for number, fault in enumerate(every_fault(len(calls)), start=1):
        phone = f"139{number:08d}"
        press_twice(lambda phone=phone: block(phone), fault, world, monkeypatch)
        found = store.find_blocked(phone)
        assert found is not None, fault
        assert [entry.action for entry in AuditEntry.query(f"block:{found.id}")] == ["visitor_blocked"], fault


def test_releasing_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def release(phone: str) -> None:
        try:
            service.release(APPROVER, phone, world.clock())
        except NotFound:
            """The first press did it."""

    service.block(APPROVER, "13900000000", None, "多次违规", world.clock())
    calls = calls_of(lambda: release("13900000000"), world, monkeypatch)
    assert calls == ["GetItem", "TransactWriteItems"]
    for number, fault in enumerate(every_fault(len(calls)), start=1):
        phone = f"139{number:08d}"
        blocked = service.block(APPROVER, phone, None, "多次违规", world.clock())
        press_twice(lambda phone=phone: release(phone), fault, world, monkeypatch)
        assert store.find_blocked(phone) is None, fault
        actions = [entry.action for entry in AuditEntry.query(f"block:{blocked.id}")]
        assert sorted(actions) == ["visitor_blocked", "visitor_released"], fault
