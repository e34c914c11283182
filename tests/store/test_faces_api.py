"""Face photos through the API function: consent first, the owner's own and a real photo only, gone when nobody needs it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.session import Device
from chalicelib.core.table import Transaction
from chalicelib.domains.visitor import closing, model, service, store
from chalicelib.domains.visitor.privacy import purge
from chalicelib.domains.visitor.privacy.faces import photos
from chalicelib.domains.visitor.privacy.faces.ledger import PhotoItem, photos_of
from chalicelib.domains.visitor.privacy.faces.model import FaceState
from chalicelib.domains.visitor.privacy.faces.service import UPLOADS_PER_DAY
from chalicelib.domains.visitor.visit import Visit
from tests.store.test_privacy_api import PERSON, agree, reserve, stored_text
from tests.support.client import Answer, Client, signed_in
from tests.support.photos import begin_upload, kept_keys, portrait, put, uploaded
from tests.support.visits import APPROVER

pytestmark = pytest.mark.usefixtures("cloud")

REQUEST = "4f9d1c1e-0000-4000-8000-{:012d}"


def consenting(name: str = "lin") -> Client:
    visitor = signed_in(name)
    agree(visitor, "face")
    return visitor


def with_face(visitor: Client, serial: int = 1, owner: str = "USERLIN", **more: Any) -> Answer:
    return reserve(visitor, REQUEST.format(serial), phone=f"138{serial:08d}", face=uploaded(visitor, owner), **more)


def visit_of(answer: Answer) -> Visit:
    assert answer.status == 201, answer.text
    visit = store.find_visit(answer.json["id"])
    assert visit is not None
    return visit


def run_purge(**later: float) -> dict[str, int]:
    moment = utc_now() + timedelta(**later)
    return purge.purge_personal_data(lambda: moment)


def rows(owner: str = "USERLIN") -> list[PhotoItem]:
    return list(photos_of(owner))


def test_no_upload_without_the_consent() -> None:
    visitor = signed_in("lin")
    for granted in (None, False):
        if granted is not None:
            agree(visitor, "face", granted)
        refused = visitor.post("/api/visitor/faces")
        assert (refused.status, refused.code) == (409, "consent_face_required")
    assert reserve(visitor, face="01ARZ3NDEKTSV4RRFFQ69G5FAV").code == "face_photo_gone"
    assert rows() == []
    assert reserve(visitor).status == 201, "not having agreed costs nothing but the face"


def test_the_form_takes_one_photo_of_this_owner_for_five_minutes() -> None:
    visitor = consenting()
    begun = visitor.post("/api/visitor/faces").json
    assert begun["url"] == runtime.settings().photo_upload_origin + "/", "what the pages' security policy allows"
    assert begun["fields"]["key"] == f"faces/USERLIN/{begun['id']}.jpg"
    assert begun["fields"]["Content-Type"] == "image/jpeg"
    assert begun["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert PERSON["phone"] not in str(begun) and PERSON["name"] not in str(begun)
    (row,) = rows()
    assert row.holders is None


def test_uploads_are_limited_a_day() -> None:
    visitor = consenting()
    for _ in range(UPLOADS_PER_DAY):
        begin_upload(visitor)
    refused = visitor.post("/api/visitor/faces")
    assert (refused.status, refused.code) == (429, "face_uploads_limit")
    assert len(rows()) == UPLOADS_PER_DAY


def test_a_reservation_with_a_face_keeps_the_photo_until_the_gate_has_it() -> None:
    visitor = consenting()
    visit = visit_of(with_face(visitor))
    assert visit.visitor.face is not None and visit.visitor.face.state is FaceState.KEPT
    shown = visitor.get(f"/api/visitor/visits/{visit.id}").json["visitor"]["face"]
    assert shown == {"state": "kept", "message": "照片已收到，批准后发送给门禁。"}
    assert run_purge(days=2) == {}, "held: not deleted"
    assert kept_keys() == [f"faces/USERLIN/{visit.visitor.face.photo_id}.jpg"]


def test_approver_and_office_see_that_there_is_one_and_no_way_to_it() -> None:
    visit = visit_of(with_face(consenting()))
    staff = signed_in("chen", "visitor_approver", device=Device.OFFICE)
    shown = staff.get(f"/api/office/visits/{visit.id}")
    assert shown.json["visitor"]["face"]["state"] == "kept"
    assert "faces/" not in shown.text and visit.visitor.face.photo_id not in shown.text  # type: ignore[union-attr]


def test_a_photo_is_its_owners_only() -> None:
    lin, zhou = consenting(), consenting("zhou")
    photo_id = uploaded(lin, "USERLIN")
    refused = reserve(zhou, face=photo_id)
    assert (refused.status, refused.code) == (409, "face_photo_gone")
    put("USERZHOU", photo_id, portrait())
    assert reserve(zhou, face=photo_id).code == "face_photo_gone", (
        "in the bucket, but nobody was allowed to put it there"
    )
    assert zhou.get("/api/visitor/visits").json["items"] == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"GIF89a", "face_not_a_photo"),
        (portrait()[:-2], "face_not_a_photo"),
        (portrait(size=(200, 640)), "face_too_small"),
        (portrait() + b"\x00" * 200_000, "face_too_large"),
    ],
)
def test_what_is_no_usable_photo_is_refused_and_said(content: bytes, code: str) -> None:
    visitor = consenting()
    refused = reserve(visitor, face=uploaded(visitor, "USERLIN", content))
    assert (refused.status, refused.code) == (409, code)
    saved = visitor.post("/api/visitor/saved", {**PERSON, "face": uploaded(visitor, "USERLIN", content)})
    assert (saved.status, saved.code) == (409, code)
    assert visitor.get("/api/visitor/visits").json["items"] == []
    assert visitor.get("/api/visitor/saved").json["items"] == []


@pytest.mark.parametrize("reference", ["../../etc/passwd", "x", "a" * 26, "01ARZ3NDEKTSV4RRFFQ69G5FA\n"])
def test_a_reference_that_is_none_is_named(reference: str) -> None:
    refused = reserve(consenting(), face=reference)
    assert (refused.status, refused.json["detail"][0]["field"]) == (400, "visitor.face")


def test_the_same_form_makes_one_visit_also_when_the_photo_has_done_its_work() -> None:
    visitor = consenting()
    photo_id = uploaded(visitor, "USERLIN")
    first, second = (reserve(visitor, face=photo_id) for _ in range(2))
    assert (first.status, second.status, first.json["id"]) == (201, 201, second.json["id"])
    photos.delete("USERLIN", photo_id)
    third = reserve(visitor, face=photo_id)
    assert (third.status, third.json["id"]) == (201, first.json["id"])
    assert reserve(visitor, face=uploaded(visitor, "USERLIN")).code == "visit_request_reused"


def test_a_photo_nobody_reserves_with_is_gone_after_a_day() -> None:
    visitor = consenting()
    photo_id = uploaded(visitor, "USERLIN")
    assert run_purge(hours=23) == {}
    assert kept_keys() != []
    assert run_purge(hours=25) == {"photos": 1}
    assert (kept_keys(), rows()) == ([], [])
    assert reserve(visitor, face=photo_id).code == "face_photo_gone"


@pytest.mark.parametrize("end", ["refused", "cancelled", "expired", "ended"])
def test_when_the_visit_is_over_before_the_gate_had_it_the_photo_goes(end: str) -> None:
    visitor = consenting()
    visit = visit_of(with_face(visitor))
    visitor.request("DELETE", f"/api/visitor/saved/{visitor.get('/api/visitor/saved').json['items'][0]['id']}")
    if end == "ended":
        service.approve_visit(APPROVER, visit.id, 1, utc_now())
    if end == "refused":
        service.refuse_visit(APPROVER, visit.id, 1, "改期", utc_now())
    elif end == "cancelled":
        visitor.post(f"/api/visitor/visits/{visit.id}/cancel")
    else:
        over = visit.window.ends_at + timedelta(minutes=1)
        closing.close_visits(lambda: over)
    left = store.find_visit(visit.id)
    assert left is not None and left.visitor.face is not None
    assert (left.status.value, left.visitor.face.state) == (end, FaceState.DROPPED)
    assert run_purge(hours=1) == {"photos": 1}
    assert (kept_keys(), rows()) == ([], [])
    assert visitor.get(f"/api/visitor/visits/{visit.id}").json["visitor"]["face"] is None


def test_a_remembered_photo_is_kept_for_the_next_time() -> None:
    visitor = consenting()
    visit = visit_of(with_face(visitor))
    (saved,) = visitor.get("/api/visitor/saved").json["items"]
    assert saved["has_face"] is True
    visitor.post(f"/api/visitor/visits/{visit.id}/cancel")
    assert run_purge(hours=1) == {}, "the saved visitor holds it"
    assert len(kept_keys()) == 1
    again = visit_of(reserve(visitor, REQUEST.format(2), phone="13800000001", face_of=saved["id"]))
    assert again.visitor.face == visit.visitor.face
    assert signed_in("zhou").post("/api/visitor/visits", {}).status == 400
    assert reserve(consenting("wu"), face_of=saved["id"]).status == 404


def test_a_reservation_without_a_photo_leaves_the_remembered_one_alone() -> None:
    visitor = consenting()
    visit_of(with_face(visitor))
    visit_of(reserve(visitor, REQUEST.format(2), phone="13800000001", plate_number="闽A12345"))
    (saved,) = visitor.get("/api/visitor/saved").json["items"]
    assert (saved["has_face"], saved["plate_number"]) == (True, "闽A12345")


def saved_visitor(visitor: Client, **more: Any) -> dict[str, Any]:
    made = visitor.post("/api/visitor/saved", {**PERSON, **more})
    assert made.status == 201, made.text
    found: dict[str, Any] = made.json
    return found


def changed(visitor: Client, saved_id: str, **more: Any) -> dict[str, Any]:
    answer = visitor.request("PUT", f"/api/visitor/saved/{saved_id}", body={**PERSON, **more})
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_a_renamed_visitor_keeps_the_photo_and_a_new_photo_replaces_the_old() -> None:
    visitor = consenting()
    first = saved_visitor(visitor, face=uploaded(visitor, "USERLIN"))
    renamed = changed(visitor, first["id"], name="林小雨", face_of=first["id"])
    assert renamed["has_face"] is True
    assert (run_purge(hours=1), len(kept_keys())) == ({}, 1)
    newer = uploaded(visitor, "USERLIN", portrait(2))
    changed(visitor, renamed["id"], name="林小雨", face=newer)
    assert run_purge(hours=1) == {"photos": 1}
    assert kept_keys() == [f"faces/USERLIN/{newer}.jpg"]
    without = changed(visitor, renamed["id"], name="林小雨")
    assert without["has_face"] is False
    assert run_purge(hours=1) == {"photos": 1}
    assert (kept_keys(), rows()) == ([], [])


def test_a_photo_two_saved_visitors_share_goes_with_the_last_of_them() -> None:
    visitor = consenting()
    first = saved_visitor(visitor, face=uploaded(visitor, "USERLIN"))
    second = saved_visitor(visitor, name="周敏", face_of=first["id"])
    assert second["has_face"] is True
    visitor.request("DELETE", f"/api/visitor/saved/{first['id']}")
    assert (run_purge(hours=1), len(kept_keys())) == ({}, 1)
    changed(visitor, second["id"], name="林晓雨", face=uploaded(visitor, "USERLIN", portrait(2)))
    assert (run_purge(hours=1), len(kept_keys())) == ({"photos": 1}, 1)


def test_a_saved_visitor_renamed_onto_another_lets_both_old_photos_go() -> None:
    visitor = consenting()
    first = saved_visitor(visitor, face=uploaded(visitor, "USERLIN"))
    second = saved_visitor(visitor, name="周敏", face_of=first["id"])
    changed(visitor, second["id"], face=uploaded(visitor, "USERLIN", portrait(2)))
    assert [item["name"] for item in visitor.get("/api/visitor/saved").json["items"]] == ["林晓雨"]
    assert (run_purge(hours=1), len(kept_keys())) == ({"photos": 1}, 1)


def test_a_saved_visitor_nobody_uses_is_forgotten_with_the_photo() -> None:
    visitor = consenting()
    saved_visitor(visitor, face=uploaded(visitor, "USERLIN"))
    assert run_purge(days=179) == {}
    assert run_purge(days=181) == {"saved_visitors": 1}
    assert run_purge(days=181) == {"photos": 1}
    assert (kept_keys(), rows()) == ([], [])


def test_withdrawing_deletes_every_photo_at_once_and_cancels_what_carries_one() -> None:
    visitor, other = consenting(), consenting("zhou")
    carrying, plain = visit_of(with_face(visitor)), visit_of(reserve(visitor, REQUEST.format(9), phone="13900000009"))
    uploaded(visitor, "USERLIN")
    others = visit_of(with_face(other, 3, "USERZHOU"))
    answer = visitor.post("/api/visitor/consents/face/withdraw")
    assert (answer.status, answer.json["standing"]) == (200, "withdrawn")
    assert kept_keys() == [f"faces/USERZHOU/{others.visitor.face.photo_id}.jpg"]  # type: ignore[union-attr]
    stages = {one["id"]: one["status"] for one in visitor.get("/api/visitor/visits").json["items"]}
    assert (stages[carrying.id], stages[plain.id]) == ("cancelled", "submitted")
    assert [one["has_face"] for one in visitor.get("/api/visitor/saved").json["items"]] == [False, False]
    assert visitor.post("/api/visitor/faces").code == "consent_face_required"
    left = store.find_visit(carrying.id)
    assert left is not None and left.visitor.face is None


def test_a_form_used_after_the_withdrawal_is_of_no_use() -> None:
    """The browser had the form and posts late: the schedule looks once more when the form has run out."""
    visitor = consenting()
    photo_id = begin_upload(visitor)
    visitor.post("/api/visitor/consents/face/withdraw")
    put("USERLIN", photo_id, portrait())
    agree(visitor, "face")
    assert reserve(visitor, face=photo_id).code == "face_photo_gone"
    run_purge(minutes=1)
    put("USERLIN", photo_id, portrait())
    assert run_purge(minutes=6, seconds=30)["photos"] == 1
    assert (kept_keys(), rows()) == ([], [])


def test_deleting_my_data_deletes_the_photos_too() -> None:
    visitor = consenting()
    visit_of(with_face(visitor))
    assert visitor.post("/api/visitor/erase-my-data").status == 204
    assert kept_keys() == []
    assert visitor.get("/api/visitor/saved").json["items"] == []
    run_purge(minutes=10)
    run_purge(minutes=10)
    assert rows() == []


def test_a_refused_face_does_not_cancel_the_visit_when_it_is_taken_back() -> None:
    visitor = consenting()
    visit = visit_of(with_face(visitor))
    service.approve_visit(APPROVER, visit.id, 1, utc_now())
    approved = store.find_visit(visit.id)
    assert approved is not None
    transaction = Transaction()
    change = model.gate_registered(approved, "order-1", utc_now(), FaceState.REFUSED)
    store.add_visit_change(transaction, approved, change.visit)
    transaction.commit()
    shown = visitor.get(f"/api/visitor/visits/{visit.id}").json["visitor"]["face"]
    assert shown["state"] == "refused" and "二维码" in shown["message"] and "重新预约" in shown["message"]
    visitor.post("/api/visitor/consents/face/withdraw")
    left = store.find_visit(visit.id)
    assert left is not None and (left.status.value, left.visitor.face) == ("approved", None)


def test_nothing_of_a_photo_is_in_the_tables_or_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    visitor = consenting()
    visit_of(with_face(visitor))
    written = capsys.readouterr()
    for text in (stored_text(), written.out, written.err):
        assert "JFIF" not in text and "/9j/" not in text
        assert "x-amz-signature" not in text.lower()
