"""The official account client on scripted answers: bytes sent, one retry, sorted errors, nothing leaked."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.integrations.errors import PeerError, Refused, Retryable, UnknownOutcome
from chalicelib.integrations.texts import TEXTS
from chalicelib.integrations.wechat.client import OfficialAccountClient
from chalicelib.integrations.wechat.menu import create_menu, read_menu
from chalicelib.integrations.wechat.tokens import TokenRecord
from tests.support.memory_token_store import MemoryTokenStore

APP, SECRET = "wx0c7a3f51d2e84b96", "the-secret-of-the-account"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MENU = {"button": [{"type": "view", "name": "访客预约", "url": "https://campus.example/visitor"}]}
OK = (200, {"errcode": 0, "errmsg": "ok"})


def token(value):
    return 200, {"access_token": value, "expires_in": 7200}


def refused(code, message="x rid: 6f3a-11-22"):
    return 200, {"errcode": code, "errmsg": message}


@pytest.fixture
def store() -> MemoryTokenStore:
    return MemoryTokenStore(TokenRecord(1, "live-token", NOW - timedelta(hours=1), NOW + timedelta(hours=1)))


@pytest.fixture
def client(peer, store) -> OfficialAccountClient:
    http = peer.http("wechat")
    return OfficialAccountClient(
        APP, SECRET, store, api_base_url=peer.url, http=http, now=lambda: NOW, pause=lambda _: None
    )


def _paths(peer):
    return [request.target.split("?")[0] for request in peer.received]


def test_chinese_names_are_sent_as_real_utf8(client, peer):
    peer.says(OK)
    create_menu(client, MENU)
    request = peer.received[0]
    assert (request.method, request.target) == ("POST", "/cgi-bin/menu/create?access_token=live-token")
    assert "访客预约".encode() in request.body and b"\\u" not in request.body
    assert request.json == MENU


def test_wechatpys_own_api_groups_use_the_same_way(client, peer):
    peer.says((200, {"errcode": 0, "errmsg": "ok", "msgid": 7}), (200, {"total": 1, "data": {"openid": ["o"]}}))
    client.message.send_template("o_1", "template", {"thing1": {"value": "访客"}})
    assert "访客".encode() in peer.received[0].body
    assert client.user.get_followers()["total"] == 1
    assert all("access_token=live-token" in request.target for request in peer.received)


def test_without_a_token_one_is_fetched_from_stable_token(client, peer, store):
    store.record = TokenRecord()
    peer.says(token("new"), OK)
    create_menu(client, MENU)
    assert _paths(peer) == ["/cgi-bin/stable_token", "/cgi-bin/menu/create"]
    assert peer.received[0].json == {
        "grant_type": "client_credential",
        "appid": APP,
        "secret": SECRET,
        "force_refresh": False,
    }
    assert "secret" not in peer.received[0].target


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_rejected_token_is_replaced_once_and_the_call_repeated_once(client, peer, code):
    peer.says(refused(code), token("new"), OK)
    create_menu(client, MENU)
    assert _paths(peer) == ["/cgi-bin/menu/create", "/cgi-bin/stable_token", "/cgi-bin/menu/create"]
    assert peer.received[2].target.endswith("access_token=new")
    assert peer.received[2].body == peer.received[0].body


def test_the_token_of_another_process_is_used_without_a_refresh(client, peer, store):
    def rejected_meanwhile(_):
        store.record = TokenRecord(2, "theirs", NOW, NOW + timedelta(hours=2))
        return refused(40001)

    peer.says(rejected_meanwhile, OK)
    create_menu(client, MENU)
    assert _paths(peer) == ["/cgi-bin/menu/create"] * 2
    assert peer.received[1].target.endswith("access_token=theirs")


def test_an_account_whose_tokens_never_work_costs_a_bounded_number_of_requests(client, peer):
    peer.says(refused(40001), token("new"), *[refused(40001)] * 40)
    for _ in range(20):
        with pytest.raises(Retryable) as caught:
            create_menu(client, MENU)
        assert caught.value.code == "wechat_token_rejected"
    assert _paths(peer).count("/cgi-bin/stable_token") == 1
    assert _paths(peer).count("/cgi-bin/menu/create") == 2


@pytest.mark.parametrize(
    ("code", "kind", "stable"),
    [
        (-1, Retryable, "peer_busy"),
        (45011, Retryable, "peer_busy"),
        (45009, Retryable, "wechat_quota_exhausted"),
        (40018, Refused, "wechat_menu_invalid"),
        (40033, Refused, "wechat_menu_invalid"),
        (40055, Refused, "wechat_menu_invalid"),
        (40013, Refused, "wechat_credentials_refused"),
        (40164, Refused, "wechat_address_not_allowed"),
        (48001, Refused, "wechat_not_authorised"),
        (48004, Refused, "wechat_account_banned"),
        (99999, Refused, "wechat_refused"),
    ],
)
def test_refusals_are_sorted(client, peer, code, kind, stable):
    peer.says(refused(code))
    with pytest.raises(PeerError) as caught:
        create_menu(client, MENU)
    assert type(caught.value) is kind
    assert (caught.value.code, caught.value.peer_code, caught.value.peer) == (stable, str(code), "wechat")
    assert "(rid 6f3a-11-22)" in caught.value.message
    assert TEXTS[stable]


@pytest.mark.parametrize("answer", ["drop", "hang", "half", (502, b"<html>"), (200, b"<html>"), (200, b"[]")])
def test_a_lost_answer_depends_on_whether_repeating_is_harmless(client, peer, answer):
    peer.says(answer, answer, answer)
    with pytest.raises(Retryable):
        create_menu(client, MENU)
    with pytest.raises(Retryable):
        read_menu(client)
    with pytest.raises(UnknownOutcome):
        client.message.send_template("o_1", "template", {})


def test_no_menu_is_none_and_a_menu_is_returned(client, peer):
    peer.says(refused(46003), (200, {"menu": MENU}))
    assert read_menu(client) is None
    assert read_menu(client) == {"menu": MENU}


@pytest.mark.parametrize(
    "answer", [(200, {"access_token": "x"}), (200, {"expires_in": 7200}), (200, {"access_token": "x", "expires_in": 0})]
)
def test_an_unreadable_token_answer_is_retried_later(client, peer, store, answer):
    store.record = TokenRecord()
    peer.says(answer)
    with pytest.raises(Retryable, match="answer_unreadable"):
        create_menu(client, MENU)
    assert store.record.version == 0


def test_neither_secret_nor_token_leaks(client, peer, store, caplog):
    store.record = TokenRecord(1, "LIVE+TOKEN", NOW, NOW + timedelta(hours=1))
    peer.says(
        refused(40013, f"invalid appid, secret {SECRET} token LIVE+TOKEN name 访客预约"), "drop", refused(40125, SECRET)
    )
    shown = ""
    with caplog.at_level(logging.DEBUG):
        for _ in range(2):
            with pytest.raises(PeerError) as caught:
                create_menu(client, MENU)
            shown += f"{caught.value!r}{caught.value}"
        store.record = TokenRecord(1, "", NOW)
        with pytest.raises(Refused) as caught:
            create_menu(client, MENU)
    shown += f"{caught.value!r}{caplog.text}{store.record!r}"
    for secret in (SECRET, "LIVE+TOKEN", "LIVE%2BTOKEN", "访客预约"):
        assert secret not in shown
