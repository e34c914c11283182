"""Faces of several people in one form, and of a visit that is changed: each photo with its person, handed on or given up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.table import Transaction
from chalicelib.domains.visitor import model, service, store
from chalicelib.domains.visitor.privacy import purge
from chalicelib.domains.visitor.privacy.faces.ledger import photos_of
from chalicelib.domains.visitor.privacy.faces.model import FaceState
from chalicelib.domains.visitor.visit import Visit
from tests.store.test_changes_api import CHANGES, VISITS
from tests.store.test_faces_api import consenting
from tests.support.client import Client
from tests.support.forms import FIRST, SECOND, change_form, form, party_form
from tests.support.photos import kept_keys, portrait, uploaded
from tests.support.visits import APPROVER

pytestmark = pytest.mark.usefixtures("cloud")


def visit_of(visit_id: str) -> Visit:
    visit = store.find_visit(visit_id)
    assert visit is not None
    return visit


def face_of(visit_id: str) -> tuple[str, FaceState] | None:
    face = visit_of(visit_id).visitor.face
    return (face.photo_id, face.state) if face else None


def with_face(client: Client, photo_id: str) -> dict[str, Any]:
    made = client.post(VISITS, form(visitor={**FIRST, "face": photo_id}, remember=False))
    assert made.status == 201, made.text
    visit: dict[str, Any] = made.json
    return visit


def changed(client: Client, visit: dict[str, Any], **person: Any) -> Any:
    wish = change_form(visit, purpose="送货")
    wish["visitor"].update(person)
    return client.post(CHANGES, wish)


def purged() -> None:
    later = utc_now() + timedelta(hours=1)
    purge.purge_personal_data(lambda: later)


def test_each_of_a_party_has_a_photo_of_their_own() -> None:
    visitor = consenting()
    first, second = uploaded(visitor, "USERLIN"), uploaded(visitor, "USERLIN", portrait(2))
    people = {"visitor": {**FIRST, "face": first}, "companions": [{**SECOND, "face": second}]}
    made = visitor.post(VISITS, party_form(**people)).json
    party = visitor.get(f"/api/visitor/parties/{made['party']['id']}").json["items"]
    assert [face_of(one["id"]) for one in party] == [(first, FaceState.KEPT), (second, FaceState.KEPT)]
    assert [len(row.holders or ()) for row in photos_of("USERLIN")] == [2, 2], "the visit and the remembered visitor"
    assert visitor.post(VISITS, party_form(**people)).json["id"] == made["id"]
    visitor.post(f"/api/visitor/visits/{party[1]['id']}/cancel")
    assert [len(row.holders or ()) for row in photos_of("USERLIN")] == [2, 1]


def test_one_photo_is_not_two_people() -> None:
    visitor = consenting()
    photo_id = uploaded(visitor, "USERLIN")
    people = {"visitor": {**FIRST, "face": photo_id}, "companions": [{**SECOND, "face": photo_id}]}
    refused = visitor.post(VISITS, party_form(**people))
    assert (refused.status, refused.json["detail"][0]["field"]) == (400, "companions.0.face")
    assert visitor.get(VISITS).json["items"] == []


def test_a_photo_the_gate_has_not_got_goes_along_with_the_change() -> None:
    visitor = consenting()
    photo_id = uploaded(visitor, "USERLIN")
    old = with_face(visitor, photo_id)
    new = changed(visitor, old, keep_face=True)
    assert new.status == 201, new.text
    assert (face_of(old["id"]), face_of(new.json["id"])) == (
        (photo_id, FaceState.HANDED_ON),
        (photo_id, FaceState.KEPT),
    )
    assert changed(visitor, old, keep_face=True).json["id"] == new.json["id"], "sent again after a lost answer"
    purged()
    assert len(kept_keys()) == 1
    visitor.post(f"/api/visitor/visits/{new.json['id']}/cancel")
    purged()
    assert kept_keys() == []


def test_a_photo_given_up_or_replaced_goes() -> None:
    visitor = consenting()
    first, second = uploaded(visitor, "USERLIN"), uploaded(visitor, "USERLIN", portrait(2))
    old = with_face(visitor, first)
    new = changed(visitor, old, face=second)
    assert (face_of(old["id"]), face_of(new.json["id"])) == ((first, FaceState.DROPPED), (second, FaceState.KEPT))
    purged()
    assert kept_keys() == [f"faces/USERLIN/{second}.jpg"]
    wish = change_form(new.json, purpose="参观", request_id="change-request-00002")
    assert face_of(visitor.post(CHANGES, wish).json["id"]) is None
    purged()
    assert kept_keys() == []


def test_a_photo_the_gate_has_already_is_not_ours_to_send_again() -> None:
    visitor = consenting()
    old = with_face(visitor, uploaded(visitor, "USERLIN"))
    approved = service.approve_visit(APPROVER, old["id"], old["version"], utc_now())
    transaction = Transaction()
    store.add_visit_change(transaction, approved, model.gate_registered(approved, "order-1", utc_now()).visit)
    transaction.commit()
    seen = visitor.get(f"{VISITS}/{old['id']}").json
    unchanged = visitor.post(CHANGES, change_form(seen))
    assert unchanged.code == "visit_unchanged", "that ours is gone is no change"
    new = changed(visitor, seen, keep_face=True)
    assert (new.status, face_of(new.json["id"])) == (201, None)
