"""Clients of the simulators for their own tests: written here from the contracts, not taken from the product."""

import hashlib
import hmac
import json
import secrets
import uuid
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
from starlette.testclient import TestClient

from sandbox.gate.signature import sign, string_to_sign
from sandbox.kit.clock import Clock, iso
from sandbox.people import APP_ID, PEOPLE
from sandbox.server import Sandbox

NOW = 1_795_395_600.0
"""2026-11-23 09:00 at the plant."""
HOUR = 3600.0
PRODUCT = "http://campus.localhost:4566"
CALLBACK = f"{PRODUCT}/api/sign-in/wechat/callback"
VISITOR, APPROVER = PEOPLE[0], PEOPLE[2]
HOST_ID = "p-7f3a1c9e2b604d58"
SIGNED = ("x-ca-key", "x-ca-nonce", "x-ca-timestamp")


class ManualClock:
    """Seconds since 1970; moves when told."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        """Let time go by."""
        self.now += seconds


def app_of(client: httpx.Client) -> Sandbox:
    """The application behind a test client."""
    assert isinstance(client, TestClient) and isinstance(client.app, Sandbox)
    return client.app


class HouseCaller:
    """A partner of park, LE or MES that signs as their contracts say; written from those, not taken from the product."""

    def __init__(self, client: httpx.Client, clock: Clock, client_id: str, secret: str) -> None:
        self.client, self.clock = client, clock
        self._client_id, self._secret = client_id, secret

    def send(
        self, method: str, target: str, body: Any = None, *, raw: bytes | None = None, **changes: str
    ) -> tuple[int, Any, Any]:
        """Status, JSON and headers of a call; `raw` is sent instead of what was signed."""
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = self.headers(method, target, content) | changes
        answer = self.client.request(method, target, content=raw if raw is not None else content, headers=headers)
        return answer.status_code, answer.json(), answer.headers

    def headers(self, method: str, target: str, content: bytes) -> dict[str, str]:
        """What signs a call."""
        timestamp, nonce = str(int(self.clock())), secrets.token_hex(8)
        text = "\n".join([method, target, timestamp, nonce, hashlib.sha256(content).hexdigest()])
        signature = hmac.new(self._secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        return {"X-Client-Id": self._client_id, "X-Timestamp": timestamp, "X-Nonce": nonce, "X-Sign": signature}


class GateCaller:
    """A partner that signs as contract A2 says."""

    def __init__(self, client: TestClient, clock: ManualClock) -> None:
        self.client = client
        self.clock = clock
        self.key = app_of(client).secrets.gate_app_key
        self.secret = app_of(client).secrets.gate_app_secret

    def headers(self, path: str, **changes: str | None) -> dict[str, str]:
        """Signed headers; a change to None removes one before signing."""
        headers: dict[str, str | None] = {
            "accept": "*/*",
            "content-type": "application/json",
            "x-ca-key": self.key,
            "x-ca-nonce": str(uuid.uuid4()),
            "x-ca-timestamp": str(int(self.clock() * 1000)),
            **changes,
        }
        given = {name: value for name, value in headers.items() if value is not None}
        names = [name for name in SIGNED if name in given]
        text = string_to_sign("POST", path, list(given.items()), names, {}, {})
        return {**given, "x-ca-signature-headers": ",".join(names), "x-ca-signature": sign(self.secret, text)}

    def call(self, path: str, body: Any) -> dict[str, Any]:
        """The envelope of an answer; `path` without the prefix /artemis/api/."""
        full = f"/artemis/api/{path}"
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        answer = self.client.post(full, content=raw, headers=self.headers(full))
        assert answer.status_code == 200
        return dict(answer.json())

    def register(self, **changes: Any) -> dict[str, Any]:
        """Register the standard visitor from one hour from now for eight hours."""
        return self.call("visitor/v1/appointment/registration", registration(self.clock(), **changes))

    def order(self, **changes: Any) -> str:
        """Register and answer the order id."""
        answer = self.register(**changes)
        assert answer["code"] == "0", answer
        return str(answer["data"]["orderId"])

    def record(self, order_id: str) -> dict[str, Any]:
        """The row of records for an order."""
        rows = self.call("visitor/v2/appointment/records", {"orderId": order_id})["data"]["list"]
        assert len(rows) == 1
        return dict(rows[0])

    def knob(self, **changes: Any) -> None:
        """Turn knobs."""
        assert self.client.patch("/sandbox/gate/knobs", json=changes).status_code == 200

    def stand(self, device: str, kind: str, value: str, at: float | None = None) -> dict[str, Any]:
        """Stand at a gate."""
        body: dict[str, Any] = {"credential": {"kind": kind, "value": value}, "device": device}
        answer = self.client.post("/sandbox/gate/pass", json=body | ({"at": iso(at)} if at is not None else {}))
        assert answer.status_code == 200
        return dict(answer.json())


def registration(now: float, **changes: Any) -> dict[str, Any]:
    """A correct registration body; members of `visitor` replace those of visitorInfo."""
    visitor = {"visitorName": "测试甲", "gender": 1, "phoneNo": "13800000000"} | changes.pop("visitor", {})
    return {
        "receptionistId": HOST_ID,
        "visitStartTime": iso(now + HOUR),
        "visitEndTime": iso(now + 9 * HOUR),
        "visitPurpose": "设备检修",
        "personNum": 1,
        "visitorInfo": visitor,
        "visitorPermissionSet": {"privilegeGroupIds": ["visitor-gate-main"], "defaultPrivilegeGroupFlag": "0"},
    } | changes


class WeChatCaller:
    """The account's server talking to WeChat."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.app = {"appid": APP_ID, "secret": app_of(client).secrets.wechat_app_secret}

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """GET; errors come as HTTP 200."""
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200
        return dict(answer.json())

    def post(self, path: str, body: Any, **query: str) -> dict[str, Any]:
        """POST of JSON, or of bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        answer = self.client.post(path, content=raw, params=query)
        assert answer.status_code == 200
        return dict(answer.json())

    def classic(self) -> dict[str, Any]:
        """/cgi-bin/token."""
        return self.get("/cgi-bin/token", grant_type="client_credential", **self.app)

    def stable(self, **changes: Any) -> dict[str, Any]:
        """/cgi-bin/stable_token."""
        return self.post("/cgi-bin/stable_token", {"grant_type": "client_credential", **self.app} | changes)

    def token(self) -> str:
        """A living access token."""
        return str(self.stable()["access_token"])

    def standing(self, token: str) -> int:
        """The error number a business call gets with a token, 0 when it works."""
        return int(self.get("/cgi-bin/user/get", access_token=token).get("errcode", 0))

    def knob(self, **changes: Any) -> None:
        """Turn knobs."""
        assert self.client.patch("/sandbox/wechat/knobs", json=changes).status_code == 200

    def authorise(self, scope: str = "snsapi_userinfo", openid: str = VISITOR.openid) -> str:
        """Walk through the authorise page and answer the code."""
        body = {"url": authorise_url(scope=scope), "openid": openid}
        target = str(self.client.post("/sandbox/wechat/authorize", json=body).json()["redirect"])
        return parse_qs(urlsplit(target).query)["code"][0]

    def exchange(self, code: str, /, **changes: str) -> dict[str, Any]:
        """/sns/oauth2/access_token."""
        query = {**self.app, "code": code, "grant_type": "authorization_code"} | changes
        return self.get("/sns/oauth2/access_token", **query)


def authorise_url(**changes: str) -> str:
    """Path and query of a correct authorise request, in WeChat's order of parameters."""
    parameters = {
        "appid": APP_ID,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "snsapi_userinfo",
        "state": "abc123",
    } | changes
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
    return f"/connect/oauth2/authorize?{query}"
