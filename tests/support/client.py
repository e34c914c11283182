"""A browser for the API function: builds API Gateway events, keeps cookies, sends the CSRF token."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from chalicelib.core import runtime, session
from chalicelib.core.clock import utc_now
from chalicelib.core.session import Device
from chalicelib.core.table import Transaction
from chalicelib.domains.account import model, store
from chalicelib.domains.account.model import Profile, User
from tests.support.environment import ENVIRONMENT


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.text)

    @property
    def code(self) -> str | None:
        """The code of a problem."""
        return self.json.get("code") if self.text else None


@dataclass
class Client:
    """One browser."""

    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    address: str = "198.51.100.7"

    def get(self, path: str, **query: str) -> Answer:
        """GET."""
        return self.request("GET", path, query=query)

    def post(self, path: str, body: Any = None) -> Answer:
        """POST JSON."""
        return self.request("POST", path, body=body)

    def request(self, method: str, path: str, *, body: Any = None, query: dict[str, str] | None = None) -> Answer:
        """One request through the API function."""
        return self.read(api()(self.event(method, path, body=body, query=query), None))

    def event(self, method: str, path: str, *, body: Any = None, query: dict[str, str] | None = None) -> dict[str, Any]:
        """The event API Gateway makes of a request."""
        resource, parameters = match_route(method, path)
        headers = {"Host": "campus.localhost", "Accept": "application/json", **self.headers}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.csrf:
            headers["X-CSRF-Token"] = self.csrf
        if body is not None:
            headers["Content-Type"] = "application/json"
        return {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": query or None,
            "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()} or None,
            "pathParameters": parameters,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": resource,
                "httpMethod": method,
                "requestId": "req-1",
                "stage": "api",
                "path": path,
                "identity": {"sourceIp": self.address},
            },
            "body": body if isinstance(body, str) else None if body is None else json.dumps(body),
            "isBase64Encoded": False,
        }

    def read(self, raw: dict[str, Any]) -> Answer:
        """What the browser makes of the function's answer."""
        cookies = list(raw.get("multiValueHeaders", {}).get("Set-Cookie", []))
        for cookie in cookies:
            name, _, rest = cookie.partition("=")
            value = rest.split(";")[0]
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        headers = {name.lower(): value for name, value in raw["headers"].items()}
        return Answer(raw["statusCode"], headers, cookies, raw["body"])


def api() -> Any:
    """The Chalice app, imported once the environment stands."""
    import app

    return app.app


def match_route(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The resource API Gateway would choose: a static segment beats a variable."""
    candidates = []
    for pattern, methods in api().routes.items():
        found = _expression(pattern).fullmatch(path)
        if found and method in methods:
            candidates.append((pattern.count("{"), pattern, found.groupdict()))
    if not candidates:
        raise LookupError(f"no route for {method} {path}")
    _, resource, parameters = min(candidates, key=lambda candidate: candidate[0])
    return resource, parameters


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", pattern))


def make_user(name: str, *roles: str) -> User:
    """A stored user."""
    user = model.register(
        f"USER{name}".upper(), Profile(ENVIRONMENT["WECHAT_APP_ID"], f"o_{name}", name, ""), utc_now()
    )
    for role in roles:
        user = model.appoint(user, role)
    transaction = Transaction()
    store.add_new_user(transaction, user)
    transaction.commit()
    return user


def signed_in(name: str, *roles: str, device: Device = Device.PHONE) -> Client:
    """A browser in which a stored user is signed in."""
    user = make_user(name, *roles)
    return browser_of(user.id, device)


def browser_of(user_id: str, device: Device = Device.PHONE) -> Client:
    """A browser with a session of an existing user, or, for ``MINI_PROGRAM``, a mini program that holds its token."""
    keys = runtime.secrets().session_keys
    token = session.seal(keys, user_id, device, utc_now())
    opened = session.unseal(keys, token, device, utc_now())
    assert opened is not None
    if device is Device.MINI_PROGRAM:
        return Client(headers={"Authorization": f"Bearer {token}"})
    return Client(cookies={session.COOKIE[device]: token}, csrf=session.csrf_token(keys, opened))
