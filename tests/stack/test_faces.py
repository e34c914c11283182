"""Faces on the packaged stack: from the phone to the bucket to the gate and away, with each function's own rights."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from sandbox.cloud.stack import InvocationFailed, Stack, wait_until
from tests.stack.people import OTHER, Gate, Person, fresh_phone
from tests.stack.test_operation import without_action
from tests.stack.test_privacy import agree, visitor_details
from tests.stack.test_walk import approve, becomes
from tests.support.photos import portrait

pytestmark = [pytest.mark.stack, pytest.mark.runs_early]


@pytest.fixture
def person(stack: Stack) -> Person:
    """周敏, who agreed to her photo being used."""
    signed_in = Person(stack, OTHER).sign_in()
    agree(signed_in, "face")
    return signed_in


def post_photo(form: dict[str, Any], content: bytes, **changes: str) -> requests.Response:
    """What the phone's browser does with the form."""
    files = {"file": ("face.jpg", content, "image/jpeg")}
    return requests.post(form["url"], data={**form["fields"], **changes}, files=files, timeout=20)


def uploaded(person: Person, content: bytes) -> str:
    form = person.post("/api/visitor/faces")
    answer = post_photo(form, content)
    assert answer.status_code in (200, 201, 204), answer.text
    return str(form["id"])


def reserve(person: Person, content: bytes) -> Any:
    return person.submit(visitor=visitor_details(face=uploaded(person, content)))


def face_of(person: Person, visit: Any) -> Any:
    return person.get(f"/api/visitor/visits/{visit['id']}")["visitor"]["face"]


def photo_keys(stack: Stack) -> set[str]:
    found = stack.client("s3").list_objects_v2(Bucket=stack.outputs["PhotoBucketName"])
    return {entry["Key"] for entry in found.get("Contents", [])}


def key_of(stack: Stack, visit: Any) -> str:
    item = stack.client("dynamodb").get_item(
        TableName=stack.outputs["VisitorTable"], Key={"pk": {"S": f"VISIT#{visit['id']}"}, "sk": {"S": "VISIT"}}
    )["Item"]
    return f"faces/{item['owner_id']['S']}/{item['face_id']['S']}.jpg"


def test_the_face_opens_the_gate_in_the_window_and_our_copy_goes(
    stack: Stack, person: Person, approver: Person, gate: Gate
) -> None:
    photo = portrait(int(fresh_phone()))
    shown = base64.b64encode(photo).decode()
    visit = reserve(person, photo)
    key = key_of(stack, visit)
    assert (face_of(person, visit)["state"], key in photo_keys(stack)) == ("kept", True)
    assert not gate.opens("face", shown)
    approve(approver, visit)
    becomes(person, visit["id"], "ready")
    assert face_of(person, visit)["state"] == "at_gate"
    assert gate.opens("face", shown)
    assert not gate.opens("face", shown, datetime.now(UTC) + timedelta(hours=5))
    assert not gate.opens("face", base64.b64encode(portrait(int(fresh_phone()))).decode())
    stack.run_schedule("purge_personal_data")
    assert key not in photo_keys(stack)
    assert gate.opens("face", shown), "the gate needs ours no more"
    for function in ("api", "gate_worker", "purge_personal_data"):
        assert not [line for line in stack.logs(function) if "/9j/" in line or "x-amz-signature" in line.lower()]


def test_the_bucket_takes_what_the_form_says_and_shows_nobody_anything(stack: Stack, person: Person) -> None:
    form, photo = person.post("/api/visitor/faces"), portrait()
    other_key = form["fields"]["key"].replace(form["id"], "0" * 26)
    refused = [
        post_photo(form, photo + b"\0" * 200_000),
        post_photo(form, photo, key=other_key),
        post_photo(form, photo, **{"Content-Type": "text/html"}),
        post_photo({**form, "fields": {**form["fields"], "x-amz-signature": "0" * 64}}, photo),
        requests.put(f"{form['url'].rstrip('/')}/{form['fields']['key']}", data=photo, timeout=10),
    ]
    assert [answer.status_code in (400, 403) for answer in refused] == [True] * 5
    assert {form["fields"]["key"], other_key} & photo_keys(stack) == set()
    assert post_photo(form, photo).ok
    link = f"{form['url'].rstrip('/')}/{form['fields']['key']}"
    assert requests.get(link, timeout=10).status_code == 403
    assert requests.get(form["url"], timeout=10).status_code == 403


def test_the_bucket_is_private_and_knows_our_pages(stack: Stack) -> None:
    s3, bucket = stack.client("s3"), stack.outputs["PhotoBucketName"]
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    (rule,) = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == ([stack.public_url], ["POST"])
    page = requests.get(
        f"http://127.0.0.1:{stack.cloud.port}/", headers={"Host": f"{stack.host}:{stack.cloud.port}"}, timeout=10
    )
    policy = page.headers["Content-Security-Policy"]
    assert f"connect-src 'self' {stack.cloud.endpoint};" in policy


def test_a_face_the_platform_refuses_leaves_the_visitor_with_the_qr_code(
    stack: Stack, person: Person, approver: Person, gate: Gate
) -> None:
    photo = portrait(int(fresh_phone()))
    visit = reserve(person, photo)
    key, phone = key_of(stack, visit), visit["visitor"]["phone"]
    gate.knob(face_score=60)
    try:
        approve(approver, visit)
        ready = becomes(person, visit["id"], "ready")
    finally:
        gate.knob(face_score=None)
    assert face_of(person, visit)["state"] == "refused"
    assert "二维码" in face_of(person, visit)["message"]
    assert gate.opens("qr", person.get(f"/api/visitor/visits/{visit['id']}")["pass"]["qr_content"]), ready
    assert not gate.opens("face", base64.b64encode(photo).decode())
    assert len(gate.visits_of(phone)) == 1
    stack.run_schedule("purge_personal_data")
    assert key not in photo_keys(stack)


def test_a_withdrawal_deletes_the_photo_at_once_and_shuts_the_gate_for_it(
    stack: Stack, person: Person, approver: Person, gate: Gate
) -> None:
    photo = portrait(int(fresh_phone()))
    visit, waiting = reserve(person, photo), reserve(person, portrait(2))
    key = key_of(stack, waiting)
    approve(approver, visit)
    becomes(person, visit["id"], "ready")
    person.post("/api/visitor/consents/face/withdraw")
    assert key not in photo_keys(stack)
    assert wait_until(lambda: not gate.opens("face", base64.b64encode(photo).decode()), 90)
    assert {person.get(f"/api/visitor/visits/{one['id']}")["status"] for one in (visit, waiting)} == {"cancelled"}
    assert person.request("POST", "/api/visitor/faces").json()["code"] == "consent_face_required"


def test_a_photo_the_worker_may_not_read_holds_nobody_up(
    stack: Stack, person: Person, approver: Person, gate: Gate
) -> None:
    visit = reserve(person, portrait(3))
    with without_action(stack, "gate_worker", "s3:GetObject"):
        approve(approver, visit)
        becomes(person, visit["id"], "ready")
    assert face_of(person, visit)["state"] == "missing"


def test_deleting_needs_its_right(stack: Stack, person: Person) -> None:
    visit = reserve(person, portrait(4))
    key = key_of(stack, visit)
    person.post(f"/api/visitor/visits/{visit['id']}/cancel")

    def fails() -> bool:
        try:
            stack.run_schedule("purge_personal_data")
        except InvocationFailed:
            return True
        return False

    with without_action(stack, "purge_personal_data", "s3:DeleteObject"):
        assert fails()
        assert key in photo_keys(stack)
    assert wait_until(lambda: not fails(), 30)
    assert key not in photo_keys(stack)
