"""The JS-SDK's signature by the official example, which addresses are signed, and odd answers to the ticket request."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.domains.channel.js_sdk.model import signed_part
from chalicelib.integrations.errors import Refused, Retryable
from chalicelib.integrations.wechat.client import OfficialAccountClient
from chalicelib.integrations.wechat.jssdk import fetch_ticket, js_signature
from chalicelib.integrations.wechat.tokens import TokenRecord
from tests.support.memory_token_store import MemoryTokenStore

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "wechat.json").read_text(encoding="utf-8"))["vectors"]
EXAMPLE = next(vector for vector in VECTORS if vector["id"] == "jssdk-official")
BASE = "https://campus.example"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("fragment", ["", "#", "#/visitor/visits/1#2"])
def test_the_official_example(fragment):
    signature = js_signature(
        EXAMPLE["jsapi_ticket"],
        nonce=EXAMPLE["noncestr"],
        timestamp=int(EXAMPLE["timestamp"]),
        url=EXAMPLE["url"] + fragment,
    )
    assert signature == EXAMPLE["signature"]


@pytest.mark.parametrize(
    ("url", "signed"),
    [
        (BASE, BASE),
        (f"{BASE}/", f"{BASE}/"),
        (f"{BASE}/visitor/visits/1?from=a%20b&x=1#top", f"{BASE}/visitor/visits/1?from=a%20b&x=1"),
        (f"{BASE}?code=1", f"{BASE}?code=1"),
        ("http://campus.example/", None),
        (f"{BASE}.evil.example/", None),
        (f"{BASE}@evil.example/", None),
        (f"{BASE}:8443/", None),
        ("https://evil.example/https://campus.example/", None),
        (f"{BASE}\\@evil.example/", None),
        (f"{BASE}/a\nb", None),
        (f"{BASE}/a b", None),
        (f"#{BASE}/", None),
        ("", None),
    ],
)
def test_only_our_own_pages_are_signed(url, signed):
    assert signed_part(url, BASE) == signed


@pytest.fixture
def client(peer) -> OfficialAccountClient:
    store = MemoryTokenStore(TokenRecord(1, "live-token", NOW - timedelta(hours=1), NOW + timedelta(hours=1)))
    http = peer.http("wechat")
    return OfficialAccountClient("wx1", "secret", store, api_base_url=peer.url, http=http, now=lambda: NOW)


def test_the_ticket_is_asked_for_as_wechat_wants_it(client, peer):
    peer.says((200, {"errcode": 0, "errmsg": "ok", "ticket": "T", "expires_in": 7200}))
    assert fetch_ticket(client) == ("T", 7200)
    assert peer.received[0].target == "/cgi-bin/ticket/getticket?type=jsapi&access_token=live-token"


@pytest.mark.parametrize("answer", [{}, {"ticket": ""}, {"ticket": "T"}, {"ticket": "T", "expires_in": "soon"}])
def test_an_answer_without_a_ticket_is_for_later(client, peer, answer):
    peer.says((200, answer))
    with pytest.raises(Retryable, match="answer_unreadable"):
        fetch_ticket(client)


def test_a_refusal_is_final(client, peer):
    peer.says((200, {"errcode": 48001, "errmsg": "api unauthorized"}))
    with pytest.raises(Refused, match="wechat_not_authorised"):
        fetch_ticket(client)
