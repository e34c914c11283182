"""The callback sender: known answers, the URL check, three attempts, tampering."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.server import create_app
from sandbox.wechat.account import Credentials
from sandbox.wechat.api import js_signature
from sandbox.wechat.callback import BadCipher, decrypt, encrypt, signature
from sandbox.wechat.templates import LIBRARY
from tests.sandbox.callers import VISITOR, ManualClock, WeChatCaller, app_of
from tests.sandbox.receiver import wait_until

VISIT_FIELDS = {
    "thing1": {"value": "林晓雨"},
    "time2": {"value": "2026-11-23 09:00"},
    "thing5": {"value": "东门"},
}
Vectors = dict[str, dict[str, Any]]


def credentials(vector: dict[str, Any]) -> Credentials:
    return Credentials("", vector["token"], vector["encoding_aes_key"], app_id=vector["appid"])


@pytest.mark.parametrize("name", ["oa-url-verify", "oa-plain-post"])
def test_plain_signatures(wechat_vectors: Vectors, name: str) -> None:
    vector = wechat_vectors[name]
    assert signature(vector["token"], vector["timestamp"], vector["nonce"]) == vector["signature"]


def test_safe_mode_message(wechat_vectors: Vectors) -> None:
    vector = wechat_vectors["oa-safe-decrypt-json"]
    joint = signature(vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"])
    assert joint == vector["msg_signature"]
    assert decrypt(credentials(vector), vector["encrypt"]) == vector["plaintext"]
    again = encrypt(credentials(vector), vector["plaintext"], vector["random16"].encode())
    assert again == vector["encrypt"]


def test_safe_mode_reply(wechat_vectors: Vectors) -> None:
    vector = wechat_vectors["oa-safe-encrypt-reply"]
    encrypted = encrypt(credentials(vector), vector["plaintext"], vector["random16"].encode())
    assert encrypted == vector["encrypt"]
    assert signature(vector["token"], vector["timestamp"], vector["nonce"], encrypted) == vector["msg_signature"]


def test_another_appid_is_refused(wechat_vectors: Vectors) -> None:
    known = credentials(wechat_vectors["oa-safe-decrypt-json"])
    with pytest.raises(BadCipher):
        decrypt(known, encrypt(known, "text", b"0" * 16, "wx0000000000000000"))
    with pytest.raises(BadCipher):
        decrypt(known, "AAAA")


def test_js_signature(wechat_vectors: Vectors) -> None:
    vector = wechat_vectors["jssdk-official"]
    parts = (vector["jsapi_ticket"], vector["noncestr"], vector["timestamp"])
    assert js_signature(*parts, vector["url"]) == vector["signature"]
    assert js_signature(*parts, vector["url"] + "#part") == vector["signature"]


@pytest.fixture
def account(tmp_path: Path, receiver: Any, clock: ManualClock) -> Iterator[TestClient]:
    """A sandbox whose product is the receiver."""
    with TestClient(create_app(tmp_path, clock=clock, product_url=receiver.url)) as client:
        yield client


def send(client: TestClient, **options: Any) -> dict[str, Any]:
    fields = {"MsgType": "text", "Content": "帮助"}
    body = {"openid": VISITOR.openid, "fields": fields} | options
    answer = client.post("/sandbox/wechat/callback/send", json=body)
    assert answer.status_code == 200
    return dict(answer.json())


def token_of(client: TestClient) -> str:
    return app_of(client).secrets.wechat_callback_token


def test_url_check(account: TestClient, receiver: Any) -> None:
    assert account.post("/sandbox/wechat/callback/check").json()["passed"] is True
    [(path, query, _, _)] = receiver.received
    given = {name: values[0] for name, values in query.items()}
    assert path == "/api/wechat/callback"
    assert given["signature"] == signature(token_of(account), given["timestamp"], given["nonce"])


def test_names_below_localhost_are_this_machine(tmp_path: Path, receiver: Any) -> None:
    address = receiver.url.replace("127.0.0.1", "campus.localhost")
    with TestClient(create_app(tmp_path, product_url=address)) as client:
        assert client.post("/sandbox/wechat/callback/check").json()["passed"] is True


def test_url_check_wants_the_echo_verbatim(account: TestClient, receiver: Any) -> None:
    receiver.files["/api/wechat/callback"] = b'"quoted"'
    assert account.post("/sandbox/wechat/callback/check").json()["passed"] is False


def test_url_check_of_a_product_that_is_down(tmp_path: Path) -> None:
    with TestClient(create_app(tmp_path, product_url="http://127.0.0.1:9")) as lonely:
        answer = lonely.post("/sandbox/wechat/callback/check").json()
    assert (answer["passed"], answer["status"]) == (False, 0)


def test_a_plain_message(account: TestClient, receiver: Any) -> None:
    message = send(account)["message"]
    [(_, query, body, media)] = receiver.received
    assert media == "text/xml"
    assert query["openid"] == [VISITOR.openid]
    assert body.decode() == (
        "<xml><ToUserName><![CDATA[gh_3c884a361561]]></ToUserName>"
        f"<FromUserName><![CDATA[{VISITOR.openid}]]></FromUserName><CreateTime>1795395600</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[帮助]]></Content><MsgId>{message['MsgId']}</MsgId></xml>"
    )


def test_a_safe_message(account: TestClient, receiver: Any) -> None:
    send(account, mode="safe", form="json")
    [(_, query, body, media)] = receiver.received
    secrets = app_of(account).secrets
    content = json.loads(body)
    assert media == "application/json"
    assert set(content) == {"ToUserName", "Encrypt"}
    joint = signature(token_of(account), query["timestamp"][0], query["nonce"][0], content["Encrypt"])
    assert query["msg_signature"] == [joint]
    known = Credentials("", secrets.wechat_callback_token, secrets.wechat_encoding_aes_key)
    assert json.loads(decrypt(known, content["Encrypt"]))["Content"] == "帮助"


def test_events_have_no_message_id(account: TestClient) -> None:
    message = send(account, fields={"MsgType": "event", "Event": "CLICK", "EventKey": "help"})["message"]
    assert "MsgId" not in message


def test_three_attempts_with_the_same_message_id(account: TestClient, receiver: Any) -> None:
    receiver.answers = [500, 500, 500, 500]
    answer = send(account)
    assert [attempt["status"] for attempt in answer["attempts"]] == [500, 500, 500]
    assert len({body for _, _, body, _ in receiver.received}) == 1


def test_it_stops_at_the_first_answer(account: TestClient, receiver: Any) -> None:
    receiver.answers = [500]
    assert [attempt["status"] for attempt in send(account)["attempts"]] == [500, 200]


def test_repeated_delivery(account: TestClient, receiver: Any) -> None:
    send(account, copies=2)
    assert len(receiver.received) == 2


@pytest.mark.parametrize(("mode", "name"), [("plain", "signature"), ("safe", "msg_signature")])
def test_tampered_signature(account: TestClient, receiver: Any, mode: str, name: str) -> None:
    send(account, mode=mode, tamper="signature", form="json")
    [(_, query, body, _)] = receiver.received
    parts = [token_of(account), query["timestamp"][0], query["nonce"][0]]
    parts += [json.loads(body)["Encrypt"]] if mode == "safe" else []
    assert query[name] != [signature(*parts)]


def test_wrong_appid_inside(account: TestClient, receiver: Any) -> None:
    send(account, mode="safe", tamper="app_id", form="json")
    secrets = app_of(account).secrets
    known = Credentials("", secrets.wechat_callback_token, secrets.wechat_encoding_aes_key)
    with pytest.raises(BadCipher):
        decrypt(known, json.loads(receiver.received[0][2])["Encrypt"])


def test_unusable_sendings_are_refused(account: TestClient, receiver: Any) -> None:
    for body in ({"openid": "nobody", "fields": {}}, {"openid": VISITOR.openid, "fields": {}, "mode": "loud"}):
        assert account.post("/sandbox/wechat/callback/send", json=body).status_code == 400
    assert receiver.received == []


@pytest.mark.parametrize(
    ("filename", "content", "reason"),
    [
        ("MP_verify_abcdEFGH12345678.txt", b"abcdEFGH12345678", "ok"),
        ("MP_verify_abcdEFGH12345678.txt", b"abcdEFGH12345678\n", "content"),
        ("MP_verify_abcdEFGH12345678.txt", b"<html>", "content"),
        ("MP_verify_short.txt", b"short", "file_name"),
    ],
)
def test_domain_file(account: TestClient, receiver: Any, filename: str, content: bytes, reason: str) -> None:
    receiver.files[f"/{filename}"] = content
    answer = account.post("/sandbox/wechat/domain-check", json={"filename": filename}).json()
    assert (answer["reason"], answer["passed"]) == (reason, reason == "ok")


def test_domain_file_of_a_host_that_is_down(account: TestClient) -> None:
    body = {"origin": "http://127.0.0.1:9", "filename": "MP_verify_abcdEFGH12345678.txt"}
    assert account.post("/sandbox/wechat/domain-check", json=body).json()["reason"] == "unreachable"


def test_template_result_is_pushed_once_the_address_is_saved(account: TestClient, receiver: Any) -> None:
    wechat = WeChatCaller(account)
    body = {"touser": VISITOR.openid, "template_id": LIBRARY[1]["template_id"], "data": VISIT_FIELDS}

    def send_template() -> int:
        answer = wechat.post("/cgi-bin/message/template/send", body, access_token=wechat.token())
        return int(answer["msgid"])

    send_template()
    account.post("/sandbox/wechat/callback/check")
    wechat.knob(template_result="failed:user block", callback_mode="plain")
    msgid = send_template()
    wait_until(lambda: len(receiver.received) == 2)
    pushed = receiver.received[1][2].decode()
    assert "<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event>" in pushed
    assert f"<MsgID>{msgid}</MsgID><Status><![CDATA[failed:user block]]></Status>" in pushed
