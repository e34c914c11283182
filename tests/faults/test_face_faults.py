"""A visit with a face, every single call broken before and after: one right at the gate, a true word about the face, and
in the end no photo of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.notices.model import Notice
from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import State
from chalicelib.core.outbox.redelivery import retry_now
from chalicelib.core.pictures import PhotosUnreachable
from chalicelib.core.session import Principal
from chalicelib.core.table import Transaction, is_store_error
from chalicelib.domains.visitor import saved, service, store
from chalicelib.domains.visitor.notices import visit_facts
from chalicelib.domains.visitor.privacy import consent_texts, erasure, purge
from chalicelib.domains.visitor.privacy import service as privacy
from chalicelib.domains.visitor.privacy.faces import photos
from chalicelib.domains.visitor.privacy.faces import service as faces
from chalicelib.domains.visitor.privacy.faces.ledger import photos_of
from chalicelib.domains.visitor.privacy.faces.model import Face, FaceState
from chalicelib.domains.visitor.privacy.model import ConsentKind
from chalicelib.domains.visitor.privacy.purge import PurgeIncomplete
from chalicelib.domains.visitor.visit import GateStatus, Status, Visit
from chalicelib.integrations.gate.port import GateVisit
from tests.support.clock import FakeClock
from tests.support.fake_gate import FakeGate
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.photos import kept_keys, portrait, put
from tests.support.visits import APPROVER, VISITOR, reservation
from tests.support.workers import GateWorkers

pytestmark = pytest.mark.usefixtures("cloud")

PHOTO = portrait()


class World:
    """People with faces, one gate, its worker."""

    def __init__(self, sqs: Any, clock: FakeClock) -> None:
        self.clock, self.gate, self.serial = clock, FakeGate(), 0
        self.workers = GateWorkers(sqs, self.gate, clock)

    def person(self) -> Principal:
        """Somebody new who agreed."""
        self.serial += 1
        owner = replace(VISITOR, user_id=f"OWNER{self.serial}")
        version = consent_texts.CONSENT_TEXTS[ConsentKind.FACE].version
        privacy.decide(owner, ConsentKind.FACE, version, True, self.clock())
        return owner

    def photo(self, owner: Principal) -> str:
        """An uploaded photo."""
        photo_id = faces.begin_upload(owner, self.clock()).photo_id
        put(owner.user_id, photo_id, PHOTO)
        return photo_id

    def reserve(self, owner: Principal, photo_id: str, *, remember: bool = False) -> Visit:
        """The form with this photo; sent again it is the same form."""
        wanted = reservation(self.clock(), f"request-{self.serial:010d}", remember=remember)
        visitor = replace(wanted.visitor, phone=f"138{self.serial:08d}", face=Face(photo_id))
        return service.submit_visit(owner, replace(wanted, visitor=visitor), self.clock())

    def approved(self, *, remember: bool = False) -> Visit:
        """A visit the gate is about to be told of."""
        owner = self.person()
        visit = self.reserve(owner, self.photo(owner), remember=remember)
        return service.approve_visit(APPROVER, visit.id, 1, self.clock())

    def deliver(self, visit: Visit) -> None:
        """One wake-up of the worker."""
        self.workers.deliver(f"gate:visit:{visit.id}")

    def purge_all(self) -> None:
        """Two runs of the schedule: one deletes, the next one what waited for its form."""
        for _ in range(2):
            self.clock.advance(minutes=10)
            purge.purge_personal_data(self.clock)

    def sent(self, visit: Visit) -> list[GateVisit]:
        """Every registration of this visitor the platform ever took."""
        return [order.visit for order in self.gate.orders if order.visit.phone == visit.visitor.phone]


@pytest.fixture
def world(cloud: Any, clock: FakeClock) -> World:
    return World(cloud, clock)


def calls_of(action: Callable[[], Any], world: World, patch: pytest.MonkeyPatch) -> list[str]:
    fault = Fault()
    with injected(fault, world.gate, patch):
        action()
    return fault.calls


def now_of(visit: Visit) -> Visit:
    found = store.find_visit(visit.id)
    assert found is not None
    return found


def state_of(visit: Visit) -> FaceState | None:
    face = now_of(visit).visitor.face
    return face.state if face else None


def assert_no_photo_left(world: World, broken: Mapping[str, Fault | None]) -> None:
    """``broken``: owner → what was broken for them."""
    for _ in range(1 + len(broken) // 50):
        world.purge_all()
    assert kept_keys() == []
    assert [(owner, fault) for owner, fault in broken.items() if list(photos_of(owner))] == []


def test_the_gate_gets_the_photo_once_and_ours_goes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = world.approved()
    calls = calls_of(lambda: world.deliver(visit), world, monkeypatch)
    assert calls.count("GetObject") == 1
    assert [one.photo for one in world.sent(visit)] == [PHOTO]
    assert (state_of(visit), now_of(visit).gate.status) == (FaceState.AT_GATE, GateStatus.READY)
    broken: dict[str, Fault | None] = {visit.owner_id: None}
    for fault in every_fault(len(calls)):
        visit = world.approved()
        broken[visit.owner_id] = fault
        with injected(fault, world.gate, monkeypatch), suppress(ProcessDied):
            world.deliver(visit)
        world.workers.recover()
        ended = now_of(visit)
        assert (ended.status, ended.gate.status, ended.gate.problem) == (Status.APPROVED, GateStatus.READY, None), fault
        (sent,) = world.sent(visit)
        assert (bool(sent.photo), state_of(visit)) == (True, FaceState.AT_GATE), fault
    assert_no_photo_left(world, broken)


def test_a_refused_face_never_costs_the_visit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registered without it, exactly once, and what is said of the face is what the platform has."""
    world.gate.refuse_faces = True
    visit = world.approved()
    calls = calls_of(lambda: world.deliver(visit), world, monkeypatch)
    assert calls.count("gate.register") == 2, "with the photo, and without"
    assert calls.index("TransactWriteItems", calls.index("gate.register")) < len(calls) - calls[::-1].index(
        "gate.register"
    ), "that it is left out is on record before the second call"
    told = visit_facts(Notice.VISIT_READY, visit.id, world.clock())
    assert told is not None and told.values["remark"] == "人脸照片未能使用，请凭二维码入厂"
    broken: dict[str, Fault | None] = {visit.owner_id: None}
    for fault in every_fault(len(calls)):
        visit = world.approved()
        broken[visit.owner_id] = fault
        with injected(fault, world.gate, monkeypatch), suppress(ProcessDied):
            world.deliver(visit)
        world.workers.recover()
        assert now_of(visit).gate.status is GateStatus.READY, fault
        assert [one.photo for one in world.sent(visit)] == [b""], fault
        assert state_of(visit) is FaceState.REFUSED, fault
    assert_no_photo_left(world, broken)


def test_a_refusal_the_face_has_nothing_to_do_with_stays_one(world: World) -> None:
    visit = world.approved()
    world.gate.refuse_with = "gate_request_invalid"
    world.deliver(visit)
    world.workers.recover(minutes=3)
    assert (now_of(visit).gate.status, state_of(visit)) == (GateStatus.FAILED, FaceState.KEPT)
    world.gate.refuse_with = None
    (failed,) = outbox.page_by_state("gate", State.FAILED, None, 10).items
    retry_now(failed.object_key, failed.sequence, Transaction(), world.clock())
    world.workers.recover()
    assert [one.photo for one in world.sent(visit)] == [PHOTO], "sent again it goes with the photo again"
    assert state_of(visit) is FaceState.AT_GATE


@pytest.mark.parametrize("code", ["host_unknown", "gate_credentials_refused", "end_not_in_future"])
def test_other_refusals_are_not_tried_without_the_face(world: World, code: str) -> None:
    visit = world.approved()
    world.gate.refuse_with = code
    world.deliver(visit)
    assert world.gate.calls.count("register") == 1
    assert (now_of(visit).gate.problem, state_of(visit)) == (code, FaceState.KEPT)


@pytest.mark.parametrize("what", ["missing", "not a photo", "unreachable"])
def test_a_photo_that_is_not_there_holds_nobody_up(world: World, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = world.approved()
    face = visit.visitor.face
    assert face is not None
    if what == "missing":
        photos.delete(visit.owner_id, face.photo_id)
    elif what == "not a photo":
        put(visit.owner_id, face.photo_id, b"replaced while the form still worked")
    else:
        monkeypatch.setattr(photos, "read", lambda *_: (_ for _ in ()).throw(PhotosUnreachable("AccessDenied")))
    began = world.clock()
    world.deliver(visit)
    assert now_of(visit).gate.status is GateStatus.READY
    assert world.clock() - began < timedelta(seconds=30)
    assert [one.photo for one in world.sent(visit)] == [b""]
    assert state_of(visit) is FaceState.MISSING
    monkeypatch.undo()


def test_cancelled_while_the_registration_is_under_way(world: World) -> None:
    visit = world.approved()

    def cancel_now(operation: str, moment: str) -> None:
        if operation == "register" and moment == "after":
            service.cancel_visit(replace(VISITOR, user_id=visit.owner_id), visit.id, world.clock())

    world.gate.trouble = cancel_now
    world.deliver(visit)
    world.workers.recover()
    assert (now_of(visit).status, now_of(visit).gate.status) == (Status.CANCELLED, GateStatus.REVOKED)
    assert [order.live for order in world.gate.orders] == [False]
    assert_no_photo_left(world, {visit.owner_id: None})


def test_submitting_with_every_call_broken_makes_one_visit_and_one_hold(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = world.person()
    photo_id = world.photo(owner)
    calls = calls_of(lambda: world.reserve(owner, photo_id, remember=True), world, monkeypatch)
    assert calls == ["GetObject", "GetItem", "TransactWriteItems"]
    for fault in every_fault(len(calls)):
        owner = world.person()
        photo_id = world.photo(owner)
        with injected(fault, world.gate, monkeypatch):
            try:
                world.reserve(owner, photo_id, remember=True)
            except ProcessDied:
                pass
            except Exception as error:
                assert is_store_error(error) or getattr(error, "code", "") == "temporarily_unavailable", error
        visit = world.reserve(owner, photo_id, remember=True)
        (row,) = photos_of(owner.user_id)
        (known,) = saved.list_saved(owner.user_id)
        assert row.holders == {f"visit:{visit.id}", known.face_hold}, fault
        service.cancel_visit(owner, visit.id, world.clock())
        saved.remove(owner.user_id, known.id)
    world.purge_all()
    assert len(kept_keys()) == 1, "the first one's, which nobody let go"


def test_withdrawing_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def ready() -> Visit:
        visit = world.approved(remember=True)
        world.photo(replace(VISITOR, user_id=visit.owner_id))
        world.workers.recover()
        return visit

    def withdraw(visit: Visit) -> None:
        erasure.withdraw(replace(VISITOR, user_id=visit.owner_id), ConsentKind.FACE, world.clock)

    visit = ready()
    calls = calls_of(lambda: withdraw(visit), world, monkeypatch)
    assert calls.count("DeleteObject") == 2
    assert kept_keys() == [], "at once"
    broken: dict[str, Fault | None] = {visit.owner_id: None}
    for fault in every_fault(len(calls)):
        visit = ready()
        broken[visit.owner_id] = fault
        with injected(fault, world.gate, monkeypatch), suppress(ProcessDied):
            try:
                withdraw(visit)
            except Exception as error:
                assert is_store_error(error), error
        withdraw_again = privacy.consents_of(replace(VISITOR, user_id=visit.owner_id))[1].standing.value == "granted"
        if withdraw_again:
            assert now_of(visit).status is Status.APPROVED, fault
            withdraw(visit)
        world.clock.advance(minutes=6)
        purge.purge_personal_data(world.clock)
        world.workers.recover()
        assert (now_of(visit).status, now_of(visit).gate.status) == (Status.CANCELLED, GateStatus.REVOKED), fault
        assert (now_of(visit).visitor.face, saved.list_saved(visit.owner_id)[0].person.face) == (None, None), fault
    assert_no_photo_left(world, broken)


def test_the_sweep_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def due() -> Visit:
        visit = world.approved()
        world.workers.recover()
        world.clock.advance(minutes=10)
        return visit

    due()
    calls = calls_of(lambda: purge.purge_personal_data(world.clock), world, monkeypatch)
    assert calls.count("DeleteObject") == 1
    for fault in every_fault(len(calls)):
        visit = due()
        with injected(fault, world.gate, monkeypatch), suppress(ProcessDied, PurgeIncomplete):
            try:
                purge.purge_personal_data(world.clock)
            except Exception as error:
                assert is_store_error(error) or isinstance(error, PurgeIncomplete), error
        assert_no_photo_left(world, {visit.owner_id: fault})


def test_a_photo_taken_while_it_is_being_deleted_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the row's mark and the bucket: the reservation is refused, not left with a photo that vanishes."""
    owner = world.person()
    photo_id = world.photo(owner)
    world.clock.advance(hours=25)
    delete = photos.delete
    refused: list[str] = []

    def reserve_first(owner_id: str, dying: str) -> None:
        with pytest.raises(Exception, match="face_photo_gone"):
            world.reserve(owner, photo_id)
        refused.append(dying)
        delete(owner_id, dying)

    monkeypatch.setattr(photos, "delete", reserve_first)
    purge.purge_personal_data(world.clock)
    assert (refused, kept_keys()) == ([photo_id], [])


def test_without_the_condition_the_photo_would_vanish_from_the_visit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control of the test above."""
    owner = world.person()
    photo_id = world.photo(owner)
    world.clock.advance(hours=25)
    delete, update = photos.delete, Transaction.update
    visits: list[Visit] = []

    def unguarded(transaction: Transaction, name: str, item: Any, actions: Any, _condition: Any = None) -> None:
        update(transaction, name, item, actions)

    def reserve_first(owner_id: str, dying: str) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(Transaction, "update", unguarded)
            visits.append(world.reserve(owner, photo_id))
        delete(owner_id, dying)

    monkeypatch.setattr(photos, "delete", reserve_first)
    purge.purge_personal_data(world.clock)
    assert (state_of(visits[0]), kept_keys()) == (FaceState.KEPT, [])


def test_a_photo_taken_just_before_it_is_marked_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index says due, a reservation takes it, the mark's condition fails: nothing is deleted."""
    owner = world.person()
    photo_id = world.photo(owner)
    world.clock.advance(hours=25)
    commit = Transaction.commit

    def reserve_first(transaction: Transaction) -> None:
        monkeypatch.setattr(Transaction, "commit", commit)
        world.reserve(owner, photo_id)
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", reserve_first)
    assert purge.purge_personal_data(world.clock) == {}
    assert len(kept_keys()) == 1
    (row,) = photos_of(owner.user_id)
    assert row.holders is not None and row.dying_at is None
