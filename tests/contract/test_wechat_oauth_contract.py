"""Web authorisation against the simulated WeChat: its authorise page, single-use codes, snapshot users, lost answers."""

from __future__ import annotations

import logging
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.integrations.errors import PeerError, Refused, Retryable, UnknownOutcome
from chalicelib.integrations.wechat.oauth import WebAuthorisation
from sandbox.people import APP_ID, PEOPLE

CALLBACK = "http://campus.localhost:4566/api/sign-in/wechat/callback?from=menu&x=1"
LIN = PEOPLE[0]
EXCHANGE, USER_INFO = "/sns/oauth2/access_token", "/sns/userinfo"


@pytest.fixture
def authorisation(sandbox) -> WebAuthorisation:
    return _authorisation(sandbox, sandbox.app.secrets.wechat_app_secret)


def _authorisation(sandbox, secret: str) -> WebAuthorisation:
    http = sandbox.http("wechat")
    return WebAuthorisation(APP_ID, secret, sandbox.url, sandbox.url, http)


def _allow(sandbox, authorisation, scope="snsapi_userinfo", state="Ab12") -> str:
    """The code a consenting user comes back with."""
    url = authorisation.authorise_url(CALLBACK, state, scope)
    assert urlsplit(url).fragment == "wechat_redirect"
    target = sandbox.control("POST", "/wechat/authorize", {"url": url, "openid": LIN.openid})["redirect"]
    assert target.startswith(CALLBACK)
    query = parse_qs(urlsplit(target).query)
    assert query["state"] == [state]
    return query["code"][0]


def test_from_the_authorise_page_to_the_profile(sandbox, authorisation):
    grant = authorisation.exchange(_allow(sandbox, authorisation))
    assert (grant.openid, grant.scope, grant.unionid, grant.snapshot) == (
        LIN.openid,
        "snsapi_userinfo",
        LIN.unionid,
        False,
    )
    profile = authorisation.profile(grant)
    assert (profile.openid, profile.nickname, profile.unionid) == (LIN.openid, "林晓雨", LIN.unionid)
    assert profile.avatar_url.startswith("http")


def test_a_code_works_once(sandbox, authorisation):
    code = _allow(sandbox, authorisation)
    authorisation.exchange(code)
    with pytest.raises(Refused) as caught:
        authorisation.exchange(code)
    assert (caught.value.code, caught.value.peer_code) == ("code_invalid", "40163")


def test_a_code_dies_after_five_minutes(sandbox, authorisation):
    code = _allow(sandbox, authorisation)
    sandbox.advance(301)
    with pytest.raises(Refused) as caught:
        authorisation.exchange(code)
    assert (caught.value.code, caught.value.peer_code) == ("code_invalid", "40029")


@pytest.mark.parametrize("code", ["", "invented"])
def test_a_code_that_never_was(authorisation, code):
    with pytest.raises(Refused, match="code_invalid"):
        authorisation.exchange(code)


def test_a_snapshot_user_is_marked(sandbox, authorisation):
    sandbox.control("PATCH", "/wechat/knobs", {"snapshot_user": True})
    grant = authorisation.exchange(_allow(sandbox, authorisation))
    assert grant.snapshot is True and grant.openid != LIN.openid


def test_the_silent_scope_gives_an_openid_but_no_profile(sandbox, authorisation):
    grant = authorisation.exchange(_allow(sandbox, authorisation, "snsapi_base"))
    assert (grant.openid, grant.unionid) == (LIN.openid, "")
    with pytest.raises(Refused, match="wechat_not_authorised"):
        authorisation.profile(grant)


@pytest.mark.parametrize(
    ("kind", "more"),
    [("lost_answer", {}), ("http_502", {"after_commit": True}), ("not_json", {"after_commit": True})],
)
def test_a_lost_exchange_has_spent_the_code(sandbox, authorisation, kind, more):
    code = _allow(sandbox, authorisation)
    sandbox.fault("wechat", kind, EXCHANGE, **more)
    with pytest.raises(UnknownOutcome):
        authorisation.exchange(code)
    with pytest.raises(Refused, match="code_invalid"):
        authorisation.exchange(code)


def test_a_slow_exchange_is_unknown(sandbox, authorisation):
    code = _allow(sandbox, authorisation)
    sandbox.fault("wechat", "delay", EXCHANGE, seconds=2.5)
    with pytest.raises(UnknownOutcome):
        authorisation.exchange(code)


@pytest.mark.parametrize("kind", ["down", "lost_answer", "http_502", "not_json", "delay"])
def test_a_lost_profile_is_asked_for_again(sandbox, authorisation, kind):
    grant = authorisation.exchange(_allow(sandbox, authorisation))
    sandbox.fault("wechat", kind, USER_INFO, **({"seconds": 2.5} if kind == "delay" else {}))
    with pytest.raises(Retryable):
        authorisation.profile(grant)
    assert authorisation.profile(grant).nickname == "林晓雨"


def test_wechat_busy_is_retried(sandbox, authorisation):
    code = _allow(sandbox, authorisation)
    sandbox.fault("wechat", "error_code", EXCHANGE, code="-1")
    with pytest.raises(Retryable, match="peer_busy"):
        authorisation.exchange(code)
    assert authorisation.exchange(code).openid == LIN.openid


def test_a_wrong_secret_is_refused_and_leaks_nothing(sandbox, caplog, capfd):
    wrong = _authorisation(sandbox, "wrong-secret-of-ours")
    with caplog.at_level(logging.DEBUG), pytest.raises(PeerError) as caught:
        wrong.exchange("SOMECODE1234")
    assert (type(caught.value), caught.value.code) == (Refused, "wechat_credentials_refused")
    shown = f"{caught.value!r}{caught.value}{caplog.text}{capfd.readouterr()}{wrong!r}"
    for secret in ("wrong-secret-of-ours", "SOMECODE1234"):
        assert secret not in shown


def test_the_grant_of_one_user_is_not_the_others(sandbox, authorisation):
    grant = authorisation.exchange(_allow(sandbox, authorisation))
    forged = type(grant)(PEOPLE[1].openid, grant.scope, grant.access_token)
    with pytest.raises(Refused, match="wechat_grant_invalid"):
        authorisation.profile(forged)
