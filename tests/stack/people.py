"""People on the running stack: each with a phone (or a desk) of their own, talking HTTP like a browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import requests

from sandbox.cloud.stack import Stack
from sandbox.people import PEOPLE

VISITOR, OTHER, APPROVER, ADMINISTRATOR, DRIVER, OTHER_DRIVER, LOGISTICS, DINER, CANTEEN, OTHER_CANTEEN = (
    person.openid for person in PEOPLE
)


class Person:
    """One WeChat user's browser. Requests go to this machine with the product's host name in the Host header."""

    def __init__(self, stack: Stack, openid: str) -> None:
        self._stack = stack
        self._openid = openid
        self._http = requests.Session()
        self._base = f"http://127.0.0.1:{stack.cloud.port}"
        self._http.headers["Host"] = urlsplit(stack.public_url).netloc
        self._csrf = ""

    @property
    def cookies(self) -> dict[str, str]:
        """What this browser holds."""
        return dict(self._http.cookies)

    def request(self, method: str, path: str, body: Any = None, **query: str) -> requests.Response:
        """One request, redirects not followed."""
        return self._http.request(
            method,
            self._base + path,
            json=body,
            params=query,
            headers={"X-CSRF-Token": self._csrf} if self._csrf else {},
            allow_redirects=False,
            timeout=30,
        )

    def get(self, path: str, **query: str) -> Any:
        """The JSON of a successful GET."""
        answer = self.request("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None) -> Any:
        """The JSON of a successful POST."""
        answer = self.request("POST", path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def sign_in(self) -> Person:
        """Through WeChat's authorise page, with consent."""
        begun = self.request("GET", "/api/sign-in/wechat", return_to="/visitor")
        self.follow(self.consent(begun.headers["Location"]))
        self._csrf = self.get("/api/session")["csrf_token"]
        return self

    def consent(self, authorise_url: str) -> str:
        """Tap 允许; returns the callback address."""
        answer = requests.post(
            f"{self._stack.sandbox_api}/sandbox/wechat/authorize",
            json={"url": authorise_url, "openid": self._openid},
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["redirect"])

    def follow(self, address: str) -> requests.Response:
        """Open an address of the product."""
        parts = urlsplit(address)
        return self._http.get(f"{self._base}{parts.path}?{parts.query}", allow_redirects=False, timeout=30)

    def submit(self, **changes: Any) -> Any:
        """A reservation for a visitor with a fresh phone number, so that tests do not meet each other at the gate."""
        return self.post("/api/visitor/visits", visit_form(**changes))


def visit_form(phone: str | None = None, **changes: Any) -> dict[str, Any]:
    """A complete form for a window around now."""
    start = datetime.now(UTC) - timedelta(minutes=5)
    return {
        "request_id": str(uuid4()),
        "visitor": {"name": "林晓雨", "gender": "female", "phone": phone or fresh_phone(), "plate_number": None},
        "remember": False,
        "host": {"name": "王海峰", "phone": "13900001111"},
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=4)).isoformat(),
        "purpose": "设备检修",
        **changes,
    }


def fresh_phone() -> str:
    """A number nobody else has."""
    return f"137{uuid4().int % 10**8:08d}"


def at_the_desk(person: Person) -> Person:
    """The same person's office browser, confirmed on the phone."""
    desk = Person(person._stack, person._openid)
    ticket = f"/api/sign-in/office/{desk.post('/api/sign-in/office')['ticket']}"
    person.get(ticket)
    person.request("POST", f"{ticket}/confirm")
    desk.request("POST", f"{ticket}/check")
    desk._csrf = desk.get("/api/office/session")["csrf_token"]
    return desk


class Gate:
    """The security platform's console."""

    def __init__(self, stack: Stack) -> None:
        self._base = f"{stack.sandbox_api}/sandbox/gate"

    def fault(self, kind: str, path: str = "*", **more: Any) -> None:
        """Switch a fault on."""
        answer = requests.post(f"{self._base}/faults", json={"path": path, "kind": kind, **more}, timeout=10)
        assert answer.status_code in (200, 201), answer.text

    def heal(self) -> None:
        """Switch all faults off."""
        requests.delete(f"{self._base}/faults", timeout=10)

    def knob(self, **values: Any) -> None:
        """Set standing switches."""
        answer = requests.patch(f"{self._base}/knobs", json=values, timeout=10)
        assert answer.status_code == 200, answer.text

    def visits_of(self, phone: str) -> list[dict[str, Any]]:
        """What the platform holds of a phone number."""
        rows = requests.get(f"{self._base}/visits", timeout=10).json()["items"]
        return [row for row in rows if phone in str(row)]

    def opens(self, kind: str, value: str, at: datetime | None = None) -> bool:
        """Whether the turnstile at the east gate would open; nobody passes, so the visitor does not count as inside."""
        credential = {"kind": kind, "value": value}
        body: dict[str, Any] = {"credential": credential, "device": "east-turnstile-1", "only_ask": True}
        if at is not None:
            body["at"] = at.isoformat()
        answer = requests.post(f"{self._base}/pass", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return bool(answer.json()["open"])


class MiniProgramPage:
    """A person's mini program: signs in with a code of wx.login, asks with the bearer token, keeps no cookies."""

    def __init__(self, stack: Stack, openid: str) -> None:
        self._stack = stack
        self._openid = openid
        self._token = ""

    def code(self) -> str:
        """wx.login."""
        url = f"{self._stack.sandbox_api}/sandbox/phone/mini-program/login"
        return str(requests.post(url, json={"openid": self._openid}, timeout=10).json()["code"])

    def sign_in(self) -> MiniProgramPage:
        """Without asking the person anything."""
        answer = self.request("POST", "/api/mini-program/sign-in", {"code": self.code()})
        assert answer.status_code == 200, answer.text
        self._token = str(answer.json()["token"])
        return self

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """One request without cookies and without a CSRF token."""
        known = {"Host": urlsplit(self._stack.public_url).netloc, **headers}
        bearer = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        address = f"http://127.0.0.1:{self._stack.cloud.port}{path}"
        return requests.request(method, address, json=body, headers={**bearer, **known}, timeout=30)

    def get(self, path: str) -> Any:
        """The JSON of a successful GET."""
        answer = self.request("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()
