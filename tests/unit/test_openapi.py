"""The committed OpenAPI document and index of routes are what the routes make, and no input a stranger can send ends in a 5xx."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from chalicelib.core.openapi import document
from chalicelib.core.session import Device
from chalicelib.domains.visitor.hosts import api as hosts_api
from sandbox import openapi
from tests.support.client import Client, browser_of, make_user
from tests.support.fake_gate import FakeGate

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text())
schema = schemathesis.openapi.from_dict(DOCUMENT)


def test_the_committed_document_is_current() -> None:
    openapi.load_apis()
    assert document() == DOCUMENT, "run `make openapi` and commit docs/openapi.json"


def test_the_committed_index_of_routes_is_current() -> None:
    openapi.load_apis()
    assert openapi.index() == openapi.INDEX.read_text(), "run `make openapi` and commit chalicelib/routes.py"


@pytest.fixture
def caller(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody with every right, on the phone and in the office; the register of people answers."""
    monkeypatch.setattr(hosts_api, "_people", FakeGate)
    user = make_user("fuzz", "administrator")
    phone, desk = browser_of(user.id), browser_of(user.id, Device.OFFICE)
    return Client(
        cookies={**phone.cookies, **desk.cookies}, csrf=phone.csrf, headers={"X-Office-Csrf": desk.csrf or ""}
    )


SILENT_PEERS = ("canteen_unavailable", "pay_unavailable", "sms_unavailable")
"""Nobody answers here; where the answer is what was asked for, the caller is told so."""


@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
)
def test_no_input_makes_a_5xx(case: Any, caller: Client) -> None:
    path = case.formatted_path
    if "sign-in/wechat/callback" in path:  # goes to WeChat with whatever code it is given
        case.query = {**(case.query or {}), "state": "not-ours"}
    if path.startswith("/api/office"):
        caller = Client(caller.cookies, caller.headers["X-Office-Csrf"])
    query = {name: str(value) for name, value in (case.query or {}).items()}
    body = case.body if isinstance(case.body, (dict, list, str, int, float, bool)) else None
    try:
        answer = caller.request(case.method.upper(), unquote(path), body=body, query=query)
    except LookupError:
        return  # a path parameter with a slash: API Gateway has no such resource
    assert answer.status < 500 or answer.json["code"] in SILENT_PEERS, answer.text
    if answer.status >= 400:
        assert {"code", "message"} <= answer.json.keys()
