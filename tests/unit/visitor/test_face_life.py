"""How far a face has come: with the visit, never against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domains.visitor import model
from chalicelib.domains.visitor.privacy.faces.model import Face, FaceState, kept_photo, moved_on, used_by_gate
from chalicelib.domains.visitor.privacy.forgetting import forgotten, withdrawn
from chalicelib.domains.visitor.privacy.model import Erasure
from chalicelib.domains.visitor.visit import Status, Visit
from tests.support.visits import submitted

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FACE = Face("PHOTO1")


def with_face(face: Face | None = FACE) -> Visit:
    visit = submitted(NOW)
    return replace(visit, visitor=replace(visit.visitor, face=face))


def approved(face: Face | None = FACE) -> Visit:
    return model.approve(with_face(face), "APPROVER", "陈建国", 1, NOW).visit


def state_of(visit: Visit) -> FaceState | None:
    return visit.visitor.face.state if visit.visitor.face else None


def test_a_photo_is_the_same_face_however_far_it_has_come() -> None:
    assert Face("A") == Face("A", FaceState.AT_GATE)
    assert Face("A") != Face("B")


@pytest.mark.parametrize("state", list(FaceState))
def test_only_a_kept_photo_moves_on(state: FaceState) -> None:
    face = Face("A", state)
    moved = moved_on(face, FaceState.DROPPED)
    assert moved is not None
    assert moved.state is (FaceState.DROPPED if state is FaceState.KEPT else state)
    assert (kept_photo(face) == "A") is (state is FaceState.KEPT)
    assert used_by_gate(face) is (state in (FaceState.KEPT, FaceState.AT_GATE))


def test_nobody_without_a_face_gets_one() -> None:
    assert moved_on(None, FaceState.AT_GATE) is None
    assert model.gate_registered(approved(None), "order", NOW, FaceState.REFUSED).visit.visitor.face is None


@pytest.mark.parametrize("outcome", [FaceState.AT_GATE, FaceState.REFUSED, FaceState.MISSING])
def test_the_registration_decides_and_nothing_after_it(outcome: FaceState) -> None:
    registered = model.gate_registered(approved(), "order", NOW, outcome).visit
    assert state_of(registered) is outcome
    again = model.gate_registered(registered, "order", NOW, FaceState.MISSING).visit
    assert state_of(again) is outcome
    assert state_of(model.cancel(registered, NOW).visit) is outcome


def test_a_visit_that_ends_before_the_gate_had_it_drops_the_photo() -> None:
    over = with_face().window.ends_at + timedelta(minutes=1)
    ends = [
        model.refuse(with_face(), "APPROVER", "陈建国", "改期", 1, NOW),
        model.cancel(with_face(), NOW),
        model.cancel(approved(), NOW),
        model.close(with_face(), over),
        model.close(approved(), over),
    ]
    assert [change and state_of(change.visit) for change in ends] == [FaceState.DROPPED] * 5


def test_an_order_that_comes_after_the_cancellation_does_not_bring_the_photo_back() -> None:
    cancelled = model.cancel(approved(), NOW).visit
    assert state_of(model.gate_registered(cancelled, "order", NOW, FaceState.AT_GATE).visit) is FaceState.DROPPED


@pytest.mark.parametrize(
    ("state", "is_cancelled"),
    [
        (FaceState.KEPT, True),
        (FaceState.AT_GATE, True),
        (FaceState.REFUSED, False),
        (FaceState.MISSING, False),
        (FaceState.DROPPED, False),
    ],
)
def test_taking_back_cancels_what_opens_the_gate(state: FaceState, is_cancelled: bool) -> None:
    change = withdrawn(approved(Face("A", state)), Erasure.FACE, NOW)
    assert change is not None
    assert change.visit.visitor.face is None
    assert (change.visit.status is Status.CANCELLED) is is_cancelled
    assert (change.push is not None) is is_cancelled


def test_taking_back_one_thing_leaves_the_other() -> None:
    assert withdrawn(approved(None), Erasure.FACE, NOW) is None
    assert withdrawn(approved(), Erasure.ID_NUMBER, NOW) is None
    everything = withdrawn(approved(), Erasure.EVERYTHING, NOW)
    assert everything is not None and everything.visit.visitor.face is None


def test_after_the_retention_limit_there_is_no_face() -> None:
    over = with_face().window.ends_at + timedelta(minutes=1)
    closed = model.close(with_face(), over)
    assert closed is not None
    left = forgotten(closed.visit, over)
    assert left is not None and left.visitor.face is None
