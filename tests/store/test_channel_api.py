"""WeChat's check of the callback URL, through the API function."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chalicelib.core import runtime
from chalicelib.core.secrets import Secrets
from chalicelib.integrations.wechat.callback import callback_signature
from tests.support.client import Client
from tests.support.environment import SECRETS

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "wechat.json").read_text(encoding="utf-8"))["vectors"]
CHECK = next(vector for vector in VECTORS if vector["id"] == "oa-url-verify")
QUERY = {name: CHECK[name] for name in ("signature", "timestamp", "nonce", "echostr")}


@pytest.fixture
def browser(environment, monkeypatch) -> Client:
    monkeypatch.setattr(
        runtime, "fetch_secrets", lambda *_: Secrets({**SECRETS, "wechat/callback_token": CHECK["token"]})
    )
    runtime.secrets.cache_clear()
    return Client()


def test_the_official_example_is_answered_verbatim(browser):
    answer = browser.get("/api/wechat/callback", **QUERY)
    assert (answer.status, answer.text) == (200, CHECK["echostr"])
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("echo", [" 12 ", "<b>x</b>", '"quoted"', "回显", "0"])
def test_whatever_comes_goes_back_unchanged(browser, echo):
    answer = browser.get("/api/wechat/callback", **{**QUERY, "echostr": echo})
    assert (answer.status, answer.text) == (200, echo)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce"])
@pytest.mark.parametrize("change", ["0", None])
def test_anything_else_is_forbidden(browser, name, change):
    query = {**QUERY, name: QUERY[name] + change} if change else {key: QUERY[key] for key in QUERY if key != name}
    answer = browser.get("/api/wechat/callback", **query)
    assert (answer.status, answer.code) == (403, "callback_signature_wrong")
    assert CHECK["echostr"] not in answer.text


def test_no_parameters_at_all(browser):
    assert browser.get("/api/wechat/callback").status == 403


def test_parameters_wechat_may_add_are_no_problem(browser):
    signature = callback_signature(CHECK["token"], "1", "2")
    answer = browser.get(
        "/api/wechat/callback", signature=signature, timestamp="1", nonce="2", echostr="e", encrypt_type="aes"
    )
    assert (answer.status, answer.text) == (200, "e")
