"""The simulated mini program: codes, the exchange's refusals, what wx.getUserInfo gives, wx.request without cookies."""

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from starlette.testclient import TestClient

from sandbox.people import APP_ID, MINI_PROGRAM_APP_ID
from tests.sandbox.callers import APPROVER, VISITOR, ManualClock, WeChatCaller, app_of

BASE = "/sandbox/phone/mini-program"


def login(client: TestClient, openid: str | None = None) -> str:
    return str(client.post(f"{BASE}/login", json={"openid": openid} if openid else {}).json()["code"])


def exchange(wechat: WeChatCaller, code: str, **changes: str) -> dict[str, Any]:
    known = {
        "appid": MINI_PROGRAM_APP_ID,
        "secret": app_of(wechat.client).secrets.wechat_mini_program_secret,
        "js_code": code,
        "grant_type": "authorization_code",
    }
    return wechat.get("/sns/jscode2session", **known | changes)


def test_a_code_is_of_whoever_holds_the_phone(client: TestClient, wechat: WeChatCaller) -> None:
    got = exchange(wechat, login(client))
    assert (got["openid"], got["unionid"]) == (VISITOR.mini_openid, VISITOR.unionid)
    assert len(base64.b64decode(got["session_key"])) == 16
    assert exchange(wechat, login(client, APPROVER.openid))["openid"] == APPROVER.mini_openid
    wechat.knob(open_platform_bound=False)
    assert "unionid" not in exchange(wechat, login(client))
    assert client.post(f"{BASE}/login", json={"openid": "nobody"}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"appid": ""}, 41002),
        ({"appid": APP_ID}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
        ({"grant_type": "client_credential"}, 40002),
        ({"js_code": ""}, 41008),
        ({"js_code": "unknown"}, 40029),
    ],
)
def test_what_is_refused(client: TestClient, wechat: WeChatCaller, changes: dict[str, str], number: int) -> None:
    code = login(client)
    assert exchange(wechat, code, **changes)["errcode"] == number
    assert "errcode" not in exchange(wechat, code), "a refused call spends no code"


def test_a_used_code_dies_twice(client: TestClient, wechat: WeChatCaller, clock: ManualClock) -> None:
    code = login(client)
    exchange(wechat, code)
    assert exchange(wechat, code)["errcode"] == 40163
    clock.now += 300
    assert exchange(wechat, code)["errcode"] == 40029
    unused = login(client)
    clock.now += 299
    assert "errcode" not in exchange(wechat, unused)


def test_a_code_of_the_account_is_unknown_here(wechat: WeChatCaller) -> None:
    assert exchange(wechat, wechat.authorise())["errcode"] == 40029


def test_a_hundred_a_minute(client: TestClient, wechat: WeChatCaller, clock: ManualClock) -> None:
    clock.now -= clock.now % 60
    for _ in range(100):
        exchange(wechat, login(client))
    code = login(client)
    assert exchange(wechat, code)["errcode"] == 45011
    clock.now += 60
    assert "errcode" not in exchange(wechat, code)


def test_user_info_is_signed_and_sealed_with_the_last_login(client: TestClient, wechat: WeChatCaller) -> None:
    assert client.post(f"{BASE}/user-info", json={}).status_code == 409
    key = exchange(wechat, login(client))["session_key"]
    told = client.post(f"{BASE}/user-info", json={}).json()
    assert told["signature"] == hashlib.sha1((told["rawData"] + key).encode()).hexdigest()
    decryptor = Cipher(AES(base64.b64decode(key)), CBC(base64.b64decode(told["iv"]))).decryptor()
    padded = decryptor.update(base64.b64decode(told["encryptedData"])) + decryptor.finalize()
    data = json.loads(padded[: -padded[-1]])
    assert (data["openId"], data["unionId"]) == (VISITOR.mini_openid, VISITOR.unionid)
    assert data["watermark"]["appid"] == MINI_PROGRAM_APP_ID
    assert data["nickName"] == "微信用户", "names nobody since 2022"
    wechat.knob(mini_program_anonymous=False)
    again = client.post(f"{BASE}/user-info", json={}).json()
    assert json.loads(again["rawData"])["nickName"] == VISITOR.nickname


def test_requests_go_to_the_products_api_only(client: TestClient) -> None:
    for path in ("https://elsewhere.test/api/x", "/admin", "api/session"):
        assert client.post(f"{BASE}/request", json={"path": path}).status_code == 400
    assert client.post(f"{BASE}/request", json={"path": "/api/x", "method": "TRACE"}).status_code == 400


def test_a_product_that_is_not_there_answers_nothing(client: TestClient) -> None:
    assert client.post(f"{BASE}/request", json={"path": "/api/session"}).json() == {"status": 0, "body": None}
