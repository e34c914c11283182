"""A party submitted, approved and cancelled with every single call broken: everybody or nobody, and each person once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.core.table import is_store_error
from chalicelib.domains.visitor import lists, service
from chalicelib.domains.visitor.party import service as parties
from chalicelib.domains.visitor.party.store import find_party
from chalicelib.domains.visitor.visit import GateStatus, Status, Visit
from tests.support.clock import FakeClock
from tests.support.fake_gate import FakeGate
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.visits import APPROVER, PERSON, VISITOR, reservation
from tests.support.workers import GateWorkers

pytestmark = pytest.mark.usefixtures("cloud")
SIZE = 3


@pytest.fixture
def gate() -> FakeGate:
    return FakeGate()


@pytest.fixture
def workers(cloud: Any, clock: FakeClock, gate: FakeGate) -> GateWorkers:
    return GateWorkers(cloud, gate, clock)


def reserve(clock: FakeClock, serial: int) -> Visit:
    """A party of three, of another owner and with other phones each time."""
    people = [replace(PERSON, phone=f"138{serial:04d}000{number}") for number in range(SIZE)]
    wanted = reservation(
        clock(),
        f"request-{serial:010d}",
        visitor=people[0],
        companions=tuple(people[1:]),
        remember=False,
    )
    return service.submit_visit(owner(serial), wanted, clock())


def owner(serial: int) -> Any:
    return replace(VISITOR, user_id=f"OWNER{serial}")


def calls_of(action: Callable[[], Any], gate: FakeGate, patch: pytest.MonkeyPatch) -> list[str]:
    fault = Fault()
    with injected(fault, gate, patch):
        action()
    return fault.calls


def press_twice(action: Callable[[], Any], fault: Fault, gate: FakeGate, patch: pytest.MonkeyPatch) -> None:
    """A person presses, sees an error or nothing, and presses again."""
    with injected(fault, gate, patch):
        try:
            action()
        except ProcessDied:
            pass
        except Exception as error:
            assert is_store_error(error), error
    action()


def test_submission_makes_each_visit_once(clock: FakeClock, gate: FakeGate, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = calls_of(lambda: reserve(clock, 1), gate, monkeypatch)
    assert calls == ["TransactWriteItems"]
    for serial, fault in enumerate(every_fault(len(calls)), start=2):
        press_twice(lambda serial=serial: reserve(clock, serial), fault, gate, monkeypatch)
        found = lists.page_of_owner(f"OWNER{serial}", None).items
        assert sorted(visit.visitor.phone[-1] for visit in found) == ["0", "1", "2"], fault


def test_approval_lets_everybody_in_once(
    clock: FakeClock, gate: FakeGate, workers: GateWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def approve(party_id: str) -> list[Visit]:
        seen = {visit.id: 1 for visit in find_party(party_id)}
        return parties.approve_people(APPROVER, party_id, seen, clock())

    first = reserve(clock, 1)
    seen = {visit.id: 1 for visit in find_party(first.id)}
    calls = calls_of(lambda: parties.approve_people(APPROVER, first.id, seen, clock()), gate, monkeypatch)
    assert calls == ["BatchGetItem", "TransactWriteItems", "SendMessageBatch", "SendMessageBatch"], "one send a peer"
    for serial, fault in enumerate(every_fault(len(calls) + 1), start=2):
        party_id = reserve(clock, serial).id
        press_twice(lambda party_id=party_id: approve(party_id), fault, gate, monkeypatch)
        workers.recover()
        ended = find_party(party_id)
        assert [(visit.status, visit.gate.status) for visit in ended] == [(Status.APPROVED, GateStatus.READY)] * SIZE
        orders = [order for order in gate.orders if order.visit.phone in {visit.visitor.phone for visit in ended}]
        assert [order.live for order in orders] == [True] * SIZE, fault


def test_cancellation_revokes_everybody(
    clock: FakeClock, gate: FakeGate, workers: GateWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for serial, fault in enumerate(every_fault(3), start=1):
        party_id = reserve(clock, serial).id
        parties.approve_people(APPROVER, party_id, {visit.id: 1 for visit in find_party(party_id)}, clock())
        workers.recover()
        press_twice(
            lambda serial=serial, party_id=party_id: parties.cancel_party(owner(serial), party_id, clock()),
            fault,
            gate,
            monkeypatch,
        )
        workers.recover()
        states = [(visit.status, visit.gate.status) for visit in find_party(party_id)]
        assert states == [(Status.CANCELLED, GateStatus.REVOKED)] * SIZE, fault
        assert not any(order.live for order in gate.orders)
