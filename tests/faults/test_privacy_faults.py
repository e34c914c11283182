"""Withdrawing and purging with every single call broken, before and after: the data are gone in the end, exactly these."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.session import Principal
from chalicelib.core.table import Transaction, is_store_error
from chalicelib.domains.visitor import closing, saved, service, store
from chalicelib.domains.visitor.privacy import consent_texts, erasure, identity, purge
from chalicelib.domains.visitor.privacy import service as privacy
from chalicelib.domains.visitor.privacy.model import ConsentKind, Standing
from chalicelib.domains.visitor.privacy.purge import PurgeIncomplete
from chalicelib.domains.visitor.visit import GateStatus, Status, Visit
from tests.support.clock import FakeClock
from tests.support.fake_gate import FakeGate
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.visits import APPROVER, VISITOR, reservation
from tests.support.workers import GateWorkers

pytestmark = pytest.mark.usefixtures("cloud")

NUMBER = "11010519491231002X"


class World:
    """People who gave their number, one gate, its worker."""

    def __init__(self, sqs: Any, clock: FakeClock) -> None:
        self.clock, self.gate, self.serial = clock, FakeGate(), 0
        self.workers = GateWorkers(sqs, self.gate, clock)

    def person(self) -> tuple[Principal, Visit]:
        """A consent, a saved visitor, and an approved visit the gate has."""
        self.serial += 1
        owner = replace(VISITOR, user_id=f"OWNER{self.serial}")
        version = consent_texts.CONSENT_TEXTS[ConsentKind.ID_NUMBER].version
        privacy.decide(owner, ConsentKind.ID_NUMBER, version, True, self.clock())
        wanted = reservation(self.clock(), f"request-{self.serial:010d}")
        number = identity.take(owner.user_id, NUMBER)
        visitor = replace(wanted.visitor, phone=f"138{self.serial:08d}", id_number=number)
        visit = service.submit_visit(owner, replace(wanted, visitor=visitor), self.clock())
        service.approve_visit(APPROVER, visit.id, 1, self.clock())
        self.workers.recover()
        return owner, visit


@pytest.fixture
def world(cloud: Any, clock: FakeClock) -> World:
    return World(cloud, clock)


def calls_of(action: Callable[[], Any], world: World, patch: pytest.MonkeyPatch) -> list[str]:
    fault = Fault()
    with injected(fault, world.gate, patch):
        action()
    return fault.calls


def standing_of(owner: Principal) -> Standing:
    return privacy.consents_of(owner)[0].standing


def assert_gone(world: World, owner: Principal, visit: Visit, fault: Fault) -> None:
    left = store.find_visit(visit.id)
    assert left is not None
    assert (left.status, left.gate.status) == (Status.CANCELLED, GateStatus.REVOKED), fault
    assert left.visitor.id_number is None, fault
    assert [known.person.id_number for known in saved.list_saved(owner.user_id)] == [None], fault
    assert not [order for order in world.gate.orders if order.live and order.visit.phone == visit.visitor.phone], fault
    assert [event.name for event in left.events].count("cancelled") == 1, fault


def test_withdrawing_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, visit = world.person()
    calls = calls_of(lambda: erasure.withdraw(owner, ConsentKind.ID_NUMBER, world.clock), world, monkeypatch)
    assert calls.count("TransactWriteItems") == 3, "the decision, the saved visitor, the visit"
    for fault in every_fault(len(calls)):
        owner, visit = world.person()
        with injected(fault, world.gate, monkeypatch), suppress(ProcessDied):
            try:
                erasure.withdraw(owner, ConsentKind.ID_NUMBER, world.clock)
            except Exception as error:  # what the endpoint answers as 503
                assert is_store_error(error), error
        if standing_of(owner) is Standing.GRANTED:  # it was told that nothing happened, and nothing did
            known = store.find_visit(visit.id)
            assert known is not None and known.status is Status.APPROVED, fault
            erasure.withdraw(owner, ConsentKind.ID_NUMBER, world.clock)
        world.clock.advance(minutes=6)
        purge.purge_personal_data(world.clock)
        world.workers.recover()
        assert_gone(world, owner, visit, fault)


def test_purging_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def due() -> Visit:
        _, visit = world.person()
        world.clock.now = visit.window.ends_at + timedelta(minutes=1)
        closing.close_visits(world.clock)
        world.workers.recover()
        world.clock.advance(days=181)
        return visit

    due()
    calls = calls_of(lambda: purge.purge_personal_data(world.clock), world, monkeypatch)
    for fault in every_fault(len(calls)):
        visit = due()
        with injected(fault, world.gate, monkeypatch), suppress(ProcessDied, PurgeIncomplete):
            try:
                purge.purge_personal_data(world.clock)
            except Exception as error:
                assert is_store_error(error) or isinstance(error, PurgeIncomplete), error
        purge.purge_personal_data(world.clock)
        left = store.find_visit(visit.id)
        assert left is not None
        assert (left.visitor.name, left.visitor.id_number) == ("林**", None), fault
        assert (left.gate.status, left.status) == (GateStatus.REVOKED, Status.ENDED), fault
        assert saved.list_saved(visit.owner_id) == [], fault


def test_one_step_in_trouble_does_not_stop_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visits = [world.person()[1] for _ in range(3)]
    world.clock.now = visits[-1].window.ends_at + timedelta(minutes=1)
    closing.close_visits(world.clock)
    world.clock.advance(days=181)
    read = store.find_visit

    def broken(visit_id: str) -> Visit | None:
        if visit_id == visits[1].id:
            raise RuntimeError("a row nobody can read")
        return read(visit_id)

    monkeypatch.setattr(store, "find_visit", broken)
    with pytest.raises(PurgeIncomplete):
        purge.purge_personal_data(world.clock)
    monkeypatch.setattr(store, "find_visit", read)
    assert [run.counts for run in purge.page_of_runs(None).items] == [{"saved_visitors": 3, "visits": 2, "failed": 1}]
    assert purge.purge_personal_data(world.clock) == {"visits": 1}


def test_a_number_submitted_during_a_withdrawal_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Withdrawn after the submission was checked and before it commits: the condition in the transaction decides."""
    owner, _ = world.person()
    commit = Transaction.commit

    def withdraw_first(transaction: Transaction) -> None:
        monkeypatch.setattr(Transaction, "commit", commit)
        erasure.withdraw(owner, ConsentKind.ID_NUMBER, world.clock)
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", withdraw_first)
    wanted = reservation(world.clock(), "request-9999999999")
    wanted = replace(wanted, visitor=replace(wanted.visitor, id_number=identity.take(owner.user_id, NUMBER)))
    with pytest.raises(Exception, match="consent_id_number_required"):
        service.submit_visit(owner, wanted, world.clock())
    assert all(store.to_visit(item).visitor.id_number is None for item in store.VisitItem.by_owner.query(owner.user_id))
