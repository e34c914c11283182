"""Web authorisation: the URL WeChat insists on, single-use codes, profiles, sorted errors."""

from __future__ import annotations

import logging
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.integrations.errors import PeerError, Refused, Retryable, UnknownOutcome
from chalicelib.integrations.wechat.oauth import Grant, WebAuthorisation

APP, SECRET = "wx0c7a3f51d2e84b96", "the-secret-of-the-account"
GRANT = Grant("o_1", "snsapi_userinfo", "user-token")
ANSWER = {
    "access_token": "user-token",
    "expires_in": 7200,
    "refresh_token": "r",
    "openid": "o_1",
    "scope": "snsapi_userinfo",
}


@pytest.fixture
def authorisation(peer) -> WebAuthorisation:
    http = peer.http("wechat")
    return WebAuthorisation(APP, SECRET, peer.url, "https://open.weixin.qq.com", http)


def test_authorise_url_in_the_documented_order_with_its_fragment(authorisation):
    url = authorisation.authorise_url("https://campus.example/api/sign-in/wechat/callback", "Ab12")
    assert url == (
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx0c7a3f51d2e84b96"
        "&redirect_uri=https%3A%2F%2Fcampus.example%2Fapi%2Fsign-in%2Fwechat%2Fcallback"
        "&response_type=code&scope=snsapi_userinfo&state=Ab12#wechat_redirect"
    )


@pytest.mark.parametrize("state", ["", "a-b", "a b", "é", "x" * 129])
def test_a_state_wechat_would_refuse_is_a_mistake_of_ours(authorisation, state):
    with pytest.raises(ValueError, match="state"):
        authorisation.authorise_url("https://campus.example/", state)


def test_exchange(authorisation, peer):
    peer.says((200, {**ANSWER, "unionid": "u_1"}))
    assert authorisation.exchange("CODE") == Grant("o_1", "snsapi_userinfo", "user-token", "u_1", False)
    target = urlsplit(peer.received[0].target)
    assert (peer.received[0].method, target.path) == ("GET", "/sns/oauth2/access_token")
    assert dict(parse_qsl(target.query)) == {
        "appid": APP,
        "secret": SECRET,
        "code": "CODE",
        "grant_type": "authorization_code",
    }


@pytest.mark.parametrize(("flag", "snapshot"), [(1, True), ("1", True), (0, False), (None, False)])
def test_the_virtual_account_of_a_snapshot_page_is_marked(authorisation, peer, flag, snapshot):
    peer.says((200, {**ANSWER, "is_snapshotuser": flag}))
    assert authorisation.exchange("CODE").snapshot is snapshot


@pytest.mark.parametrize("code", [40029, 40163, 41008, 42003])
def test_a_bad_code_is_refused(authorisation, peer, code):
    peer.says((200, {"errcode": code, "errmsg": "invalid code"}))
    with pytest.raises(Refused) as caught:
        authorisation.exchange("CODE")
    assert (caught.value.code, caught.value.peer_code) == ("code_invalid", str(code))


@pytest.mark.parametrize("code", [40013, 40125, 41004])
def test_wrong_credentials_are_told_apart_from_a_bad_code(authorisation, peer, code):
    peer.says((200, {"errcode": code, "errmsg": "x"}))
    with pytest.raises(Refused, match="wechat_credentials_refused"):
        authorisation.exchange("CODE")


@pytest.mark.parametrize(
    "answer",
    ["drop", "hang", "half", (502, b""), (200, b"<html>"), (200, {"openid": "o_1"}), (200, {**ANSWER, "openid": 3})],
)
def test_a_lost_exchange_may_have_spent_the_code(authorisation, peer, answer):
    peer.says(answer)
    with pytest.raises(UnknownOutcome):
        authorisation.exchange("CODE")
    assert len(peer.received) == 1


def test_profile(authorisation, peer):
    peer.says((200, {"openid": "o_1", "nickname": "林晓雨", "sex": 0, "headimgurl": "https://x/1", "unionid": "u_1"}))
    found = authorisation.profile(GRANT)
    assert (found.openid, found.nickname, found.avatar_url, found.unionid) == ("o_1", "林晓雨", "https://x/1", "u_1")
    query = dict(parse_qsl(urlsplit(peer.received[0].target).query))
    assert query == {"access_token": "user-token", "openid": "o_1", "lang": "zh_CN"}


@pytest.mark.parametrize(("code", "stable"), [(48001, "wechat_not_authorised"), (40003, "wechat_grant_invalid")])
def test_a_refused_profile(authorisation, peer, code, stable):
    peer.says((200, {"errcode": code, "errmsg": "x"}))
    with pytest.raises(Refused) as caught:
        authorisation.profile(GRANT)
    assert caught.value.code == stable


def test_a_lost_profile_is_harmless_to_repeat(authorisation, peer):
    peer.says("drop")
    with pytest.raises(Retryable):
        authorisation.profile(GRANT)


def test_nothing_is_kept_between_two_users(authorisation, peer):
    peer.says((200, {**ANSWER, "openid": "o_1"}), (200, {**ANSWER, "openid": "o_2", "access_token": "second"}))
    first, second = authorisation.exchange("A"), authorisation.exchange("B")
    peer.says((200, {"openid": "o_1", "nickname": "一"}))
    assert authorisation.profile(first).nickname == "一"
    assert "access_token=user-token" in peer.received[2].target
    assert second.access_token == "second"


def test_secret_code_and_user_token_do_not_leak(authorisation, peer, caplog):
    peer.says(
        "drop",
        (200, {"errcode": 99, "errmsg": f"bad {SECRET} CODE1234"}),
        (200, {"errcode": 99, "errmsg": "user-token"}),
    )
    shown = ""
    with caplog.at_level(logging.DEBUG):
        for call in (
            lambda: authorisation.exchange("CODE1234"),
            lambda: authorisation.exchange("CODE1234"),
            lambda: authorisation.profile(GRANT),
        ):
            with pytest.raises(PeerError) as caught:
                call()
            shown += f"{caught.value!r}{caught.value}"
    shown += f"{caplog.text}{GRANT!r}{authorisation!r}"
    for secret in (SECRET, "CODE1234", "user-token"):
        assert secret not in shown
