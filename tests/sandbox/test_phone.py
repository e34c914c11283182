"""The phone: one cookie jar per person, scanning, addresses, state over restarts."""

import base64
import io
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from starlette.testclient import TestClient

from sandbox.people import PEOPLE
from sandbox.server import create_app
from tests.sandbox.callers import APPROVER, VISITOR, GateCaller


def picture_of(text: str) -> bytes:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    buffer = io.BytesIO()
    Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=6)).save(buffer, "PNG")
    return buffer.getvalue()


def give(client: TestClient, openid: str) -> None:
    assert client.post("/sandbox/phone/person", json={"openid": openid}).status_code == 200


def test_each_person_has_their_own_cookies(client: TestClient) -> None:
    client.cookies.set("session", "of-lin", domain="campus.localhost", path="/")
    client.cookies.set("office", "of-the-desktop", domain="campus.localhost", path="/")
    give(client, APPROVER.openid)
    assert dict(client.cookies) == {"office": "of-the-desktop"}
    client.cookies.set("session", "of-chen", domain="campus.localhost", path="/")
    give(client, VISITOR.openid)
    assert dict(client.cookies) == {"office": "of-the-desktop", "session": "of-lin"}
    give(client, APPROVER.openid)
    assert client.cookies["session"] == "of-chen"


def test_restored_cookies_are_out_of_reach_of_scripts(client: TestClient) -> None:
    client.cookies.set("session", "of-lin", domain="campus.localhost", path="/")
    give(client, APPROVER.openid)
    answer = client.post("/sandbox/phone/person", json={"openid": VISITOR.openid})
    assert answer.headers["set-cookie"] == "session=of-lin; HttpOnly; Path=/; SameSite=lax"


def test_giving_the_phone_to_its_holder_changes_nothing(client: TestClient) -> None:
    client.cookies.set("session", "of-lin", domain="campus.localhost", path="/")
    answer = client.post("/sandbox/phone/person", json={"openid": VISITOR.openid})
    assert "set-cookie" not in answer.headers
    assert client.cookies["session"] == "of-lin"


def test_holder(client: TestClient) -> None:
    assert client.get("/sandbox/phone").json()["person"]["nickname"] == "林晓雨"
    give(client, APPROVER.openid)
    state = client.get("/sandbox/phone").json()
    assert (state["person"]["nickname"], state["product_url"]) == ("陈建国", "http://campus.localhost:4566")
    assert client.post("/sandbox/phone/person", json={"openid": "nobody"}).status_code == 404
    assert client.get("/sandbox/phone").json()["person"]["nickname"] == "陈建国"


def test_people(client: TestClient) -> None:
    rows = client.get("/sandbox/people").json()["items"]
    assert [(row["nickname"], row["role_hint"]) for row in rows] == [
        ("林晓雨", "visitor"),
        ("周敏", "visitor"),
        ("陈建国", "approver"),
        ("黄志强", "administrator"),
        ("吴大勇", "driver"),
        ("何天明", "driver"),
        ("郑秀英", "logistics"),
        ("许文静", "diner"),
        ("郭丽华", "canteen"),
        ("谢志明", "canteen"),
    ]
    assert {len(person.openid) for person in PEOPLE} == {28}


def test_scan(client: TestClient) -> None:
    url = "http://campus.localhost:4566/office-sign-in?ticket=abc"
    picture = picture_of(url)
    scan = "/sandbox/phone/scan"
    assert client.post(scan, content=picture, headers={"content-type": "image/png"}).json() == {"text": url}
    encoded = base64.b64encode(picture).decode()
    assert client.post(scan, json={"image": f"data:image/png;base64,{encoded}"}).json() == {"text": url}
    assert client.post(scan, json={"text": f" {url} "}).json() == {"text": url}


@pytest.mark.parametrize("body", [b"", b"not a picture"])
def test_scan_of_no_picture(client: TestClient, body: bytes) -> None:
    answer = client.post("/sandbox/phone/scan", content=body, headers={"content-type": "image/png"})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_code_found")


def test_scan_of_a_picture_without_code(client: TestClient) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(buffer, "PNG")
    answer = client.post("/sandbox/phone/scan", content=buffer.getvalue(), headers={"content-type": "image/png"})
    assert answer.json() == {"code": "no_code_found", "message": "图片里没有找到二维码"}


@pytest.mark.parametrize("body", [{}, {"text": " "}, {"image": "%%%"}])
def test_scan_of_nothing(client: TestClient, body: dict[str, str]) -> None:
    assert client.post("/sandbox/phone/scan", json=body).status_code == 422


def test_the_page_and_its_files(client: TestClient) -> None:
    page = client.get("/")
    assert (page.status_code, "text/html" in page.headers["content-type"]) == (200, True)
    for line in page.text.split('"'):
        if line.startswith("/static/"):
            assert client.get(line).status_code == 200, line


def test_the_page_moves_to_the_products_host(client: TestClient) -> None:
    answer = client.get("http://localhost:9000/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "http://campus.localhost:9000/")
    assert client.get("http://localhost:9000/sandbox/health").json() == {
        "ready": True,
        "systems": ["wechat", "wechat_pay", "gate", "park", "le", "mes", "canteen", "sms"],
    }


def test_state_survives_a_restart(tmp_path: Path) -> None:
    with TestClient(create_app(tmp_path)) as client:
        client.patch("/sandbox/gate/knobs", json={"rights_delay_seconds": 9})
        give(client, APPROVER.openid)
    with TestClient(create_app(tmp_path)) as client:
        assert client.get("/sandbox/gate/knobs").json()["rights_delay_seconds"] == 9
        assert client.get("/sandbox/phone").json()["person"]["openid"] == APPROVER.openid


def test_reset(gate: GateCaller) -> None:
    gate.order()
    gate.knob(rights_delay_seconds=9)
    gate.client.post("/sandbox/gate/faults", json={"kind": "down"})
    give(gate.client, APPROVER.openid)
    assert gate.client.post("/sandbox/reset").json() == {"reset": True}
    for path in ("gate/visits", "gate/faults", "gate/calls"):
        assert gate.client.get(f"/sandbox/{path}").json()["items"] == []
    assert gate.client.get("/sandbox/gate/knobs").json()["rights_delay_seconds"] == 4
    assert gate.client.get("/sandbox/phone").json()["person"]["openid"] == VISITOR.openid
