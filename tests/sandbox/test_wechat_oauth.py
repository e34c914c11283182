"""Web authorisation: the page, single-use codes, per-user tokens, what is told about a person."""

import re
from typing import Any

import pytest

from sandbox.people import PEOPLE
from tests.sandbox.callers import APPROVER, CALLBACK, VISITOR, ManualClock, WeChatCaller, authorise_url


def page_error(wechat: WeChatCaller, path: str) -> str | None:
    answer = wechat.client.get(path, follow_redirects=False)
    assert answer.status_code == 200
    error: str | None = answer.headers.get("x-sandbox-error")
    return error


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"appid": ""}, "10012"),
        ({"redirect_uri": ""}, "10011"),
        ({"scope": ""}, "10010"),
        ({"state": ""}, "10013"),
        ({"appid": "wx0000000000000000"}, "10016"),
        ({"response_type": "token"}, "response_type"),
        ({"scope": "snsapi_login"}, "10005"),
        ({"redirect_uri": "http://localhost:4566/x"}, "10003"),
        ({"redirect_uri": "http://www.campus.localhost/x"}, "10003"),
        ({"state": "a-b"}, "state_format"),
        ({"state": "a" * 129}, "state_format"),
    ],
)
def test_the_page_refuses(wechat: WeChatCaller, change: dict[str, str], code: str) -> None:
    assert page_error(wechat, authorise_url(**change)) == code


def test_parameter_order_is_enforced(wechat: WeChatCaller) -> None:
    path, query = authorise_url().split("?")
    assert page_error(wechat, f"{path}?{'&'.join(reversed(query.split('&')))}") == "parameter_order"
    assert page_error(wechat, f"{path}?{query}&forcePopup=true") is None


def test_consent_then_callback(wechat: WeChatCaller) -> None:
    page = wechat.client.get(authorise_url())
    assert "林晓雨" in page.text
    assert "允许" in page.text
    found = re.search(r'name="request" value="([^"]+)"', page.text)
    assert found
    form = {"request": found.group(1), "decision": "allow"}
    answer = wechat.client.post("/connect/oauth2/authorize", data=form, follow_redirects=False)
    assert answer.status_code == 302
    assert re.fullmatch(re.escape(CALLBACK) + r"\?code=[\w-]{32}&state=abc123", answer.headers["location"])
    again = wechat.client.post("/connect/oauth2/authorize", data=form, follow_redirects=False)
    assert again.headers["x-sandbox-error"] == "request_unknown"


def test_refusal_returns_without_any_redirect(wechat: WeChatCaller) -> None:
    page = wechat.client.get(authorise_url())
    request = page.text.split('name="request" value="')[1].split('"')[0]
    form = {"request": request, "decision": "refuse"}
    answer = wechat.client.post("/connect/oauth2/authorize", data=form, follow_redirects=False)
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert CALLBACK not in answer.text


def test_the_holder_of_the_phone_is_asked(wechat: WeChatCaller) -> None:
    wechat.client.post("/sandbox/phone/person", json={"openid": APPROVER.openid})
    assert "陈建国" in wechat.client.get(authorise_url()).text


def test_base_scope_is_silent_and_only_tells_the_openid(wechat: WeChatCaller) -> None:
    answer = wechat.client.get(authorise_url(scope="snsapi_base"), follow_redirects=False)
    assert answer.status_code == 302
    grant = wechat.exchange(answer.headers["location"].split("code=")[1].split("&")[0])
    assert (grant["openid"], grant["scope"]) == (VISITOR.openid, "snsapi_base")
    assert "unionid" not in grant
    info = wechat.get("/sns/userinfo", access_token=grant["access_token"], openid=grant["openid"])
    assert info["errcode"] == 48001


def test_a_redirect_uri_with_a_query_keeps_it(wechat: WeChatCaller) -> None:
    body = {"url": authorise_url(redirect_uri=f"{CALLBACK}?a=1"), "openid": VISITOR.openid}
    target = wechat.client.post("/sandbox/wechat/authorize", json=body).json()["redirect"]
    assert target.startswith(f"{CALLBACK}?a=1&code=")


def test_exchange_and_user_info(wechat: WeChatCaller) -> None:
    grant = wechat.exchange(wechat.authorise())
    assert {name: grant[name] for name in ("expires_in", "openid", "scope", "unionid")} == {
        "expires_in": 7200,
        "openid": VISITOR.openid,
        "scope": "snsapi_userinfo",
        "unionid": VISITOR.unionid,
    }
    assert "is_snapshotuser" not in grant
    info = wechat.get("/sns/userinfo", access_token=grant["access_token"], openid=grant["openid"], lang="zh_CN")
    assert info == {
        "openid": VISITOR.openid,
        "nickname": "林晓雨",
        "sex": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "privilege": [],
        "headimgurl": f"http://campus.localhost:9000/mmopen/{VISITOR.openid}/132",
        "unionid": VISITOR.unionid,
    }
    assert wechat.client.get(info["headimgurl"]).headers["content-type"] == "image/svg+xml"


def test_unionid_needs_the_open_platform(wechat: WeChatCaller) -> None:
    wechat.knob(open_platform_bound=False)
    assert "unionid" not in wechat.exchange(wechat.authorise())


def test_a_code_works_once(wechat: WeChatCaller, clock: ManualClock) -> None:
    code = wechat.authorise()
    assert "openid" in wechat.exchange(code)
    assert wechat.exchange(code)["errcode"] == 40163
    clock.pass_(299)
    assert wechat.exchange(code)["errcode"] == 40163
    clock.pass_(1)
    assert wechat.exchange(code)["errcode"] == 40029


def test_a_code_dies_after_five_minutes(wechat: WeChatCaller, clock: ManualClock) -> None:
    young, old = wechat.authorise(), wechat.authorise()
    clock.pass_(299)
    assert "openid" in wechat.exchange(young)
    clock.pass_(1)
    assert wechat.exchange(old)["errcode"] == 40029


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": ""}, 41008),
        ({"code": "unknown"}, 40029),
        ({"grant_type": "client_credential"}, 40002),
        ({"appid": ""}, 41002),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
    ],
)
def test_refused_exchange_does_not_use_up_the_code(wechat: WeChatCaller, change: dict[str, Any], code: int) -> None:
    fresh = wechat.authorise()
    assert wechat.exchange(fresh, **change)["errcode"] == code
    assert "openid" in wechat.exchange(fresh)


def test_refresh(wechat: WeChatCaller, clock: ManualClock) -> None:
    grant = wechat.exchange(wechat.authorise())
    clock.pass_(7200)
    stale = wechat.get("/sns/userinfo", access_token=grant["access_token"], openid=grant["openid"])
    assert stale["errcode"] == 42001
    query = {"appid": wechat.app["appid"], "grant_type": "refresh_token", "refresh_token": grant["refresh_token"]}
    fresh = wechat.get("/sns/oauth2/refresh_token", **query)
    assert (fresh["openid"], fresh["refresh_token"]) == (VISITOR.openid, grant["refresh_token"])
    assert wechat.get("/sns/auth", access_token=fresh["access_token"], openid=VISITOR.openid)["errcode"] == 0
    clock.pass_(30 * 86400)
    assert wechat.get("/sns/oauth2/refresh_token", **query)["errcode"] == 42002
    assert wechat.get("/sns/oauth2/refresh_token", **query | {"refresh_token": "x"})["errcode"] == 40030
    assert wechat.get("/sns/oauth2/refresh_token", **query | {"grant_type": "x"})["errcode"] == 40002


def test_user_tokens_belong_to_one_person(wechat: WeChatCaller) -> None:
    token = wechat.exchange(wechat.authorise())["access_token"]
    for path in ("/sns/auth", "/sns/userinfo"):
        assert wechat.get(path, access_token=token, openid=PEOPLE[1].openid)["errcode"] == 40003
        assert wechat.get(path, access_token=token)["errcode"] == 41009
        assert wechat.get(path, openid=VISITOR.openid)["errcode"] == 41001
        assert wechat.get(path, access_token="x", openid=VISITOR.openid)["errcode"] == 40014


def test_the_account_token_is_not_a_user_token(wechat: WeChatCaller) -> None:
    answer = wechat.get("/sns/userinfo", access_token=wechat.token(), openid=VISITOR.openid)
    assert answer["errcode"] == 40014


def test_snapshot_user_is_somebody_virtual(wechat: WeChatCaller) -> None:
    wechat.knob(snapshot_user=True)
    answer = wechat.client.get(authorise_url(), follow_redirects=False)
    grant = wechat.exchange(answer.headers["location"].split("code=")[1].split("&")[0])
    assert grant["is_snapshotuser"] == 1
    assert grant["openid"] not in [person.openid for person in PEOPLE]
    assert "unionid" not in grant
    info = wechat.get("/sns/userinfo", access_token=grant["access_token"], openid=grant["openid"])
    assert (info["nickname"], info["headimgurl"]) == ("微信用户", "")


def test_forced_popup_asks_even_in_snapshot_mode(wechat: WeChatCaller) -> None:
    wechat.knob(snapshot_user=True)
    path = authorise_url() + "&forcePopup=true"
    assert wechat.client.get(path, follow_redirects=False).status_code == 200


def test_duplicate_callback_answers_a_page_that_calls_twice(wechat: WeChatCaller) -> None:
    wechat.knob(duplicate_callback=True)
    page = wechat.client.get(authorise_url())
    request = page.text.split('name="request" value="')[1].split('"')[0]
    form = {"request": request, "decision": "allow"}
    answer = wechat.client.post("/connect/oauth2/authorize", data=form, follow_redirects=False)
    assert answer.status_code == 200
    assert "&quot;twice&quot;" in answer.text
    assert CALLBACK in answer.text


def test_the_walk_without_a_browser_reports_errors(wechat: WeChatCaller) -> None:
    body = {"url": authorise_url(scope=""), "openid": VISITOR.openid}
    answer = wechat.client.post("/sandbox/wechat/authorize", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "10010")
    refused = {"url": authorise_url(), "openid": VISITOR.openid, "decision": "refuse"}
    assert wechat.client.post("/sandbox/wechat/authorize", json=refused).json() == {"redirect": None}
    nobody = {"url": authorise_url(), "openid": "nobody"}
    assert wechat.client.post("/sandbox/wechat/authorize", json=nobody).status_code == 400
