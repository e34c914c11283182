"""The token authority: two chains, grace, death, expiry, limits, counters."""

from typing import Any

import pytest

from sandbox.people import APP_ID
from tests.sandbox.callers import ManualClock, WeChatCaller


def test_classic_tokens_rotate_with_grace(wechat: WeChatCaller, clock: ManualClock) -> None:
    first, second = wechat.classic(), wechat.classic()
    assert first["expires_in"] == 7200
    assert first["access_token"] != second["access_token"]
    assert wechat.standing(first["access_token"]) == 0
    clock.pass_(299)
    assert wechat.standing(first["access_token"]) == 0
    clock.pass_(1)
    assert wechat.standing(first["access_token"]) == 40001
    assert wechat.standing(second["access_token"]) == 0


def test_without_grace_the_old_token_is_dead_at_once(wechat: WeChatCaller) -> None:
    wechat.knob(old_token_grace=0)
    first = wechat.classic()["access_token"]
    wechat.classic()
    assert wechat.standing(first) == 40001


def test_tokens_expire(wechat: WeChatCaller, clock: ManualClock) -> None:
    token = wechat.classic()["access_token"]
    clock.pass_(7199)
    assert wechat.standing(token) == 0
    clock.pass_(1)
    assert wechat.standing(token) == 42001


def test_missing_and_garbage_tokens(wechat: WeChatCaller) -> None:
    assert wechat.get("/cgi-bin/user/get")["errcode"] == 41001
    assert wechat.standing("garbage") == 40014


def test_stable_token_stays_the_same(wechat: WeChatCaller, clock: ManualClock) -> None:
    first = wechat.stable()
    clock.pass_(6000)
    again = wechat.stable()
    assert again == {"access_token": first["access_token"], "expires_in": 1200}


def test_stable_token_is_renewed_ahead_and_both_work(wechat: WeChatCaller, clock: ManualClock) -> None:
    first = wechat.token()
    clock.pass_(6900)
    second = wechat.stable()
    assert second["access_token"] != first
    assert second["expires_in"] == 7200
    assert (wechat.standing(first), wechat.standing(second["access_token"])) == (0, 0)
    assert wechat.token() == second["access_token"]
    clock.pass_(300)
    assert (wechat.standing(first), wechat.standing(second["access_token"])) == (42001, 0)


def test_forced_refresh_kills_at_once(wechat: WeChatCaller) -> None:
    first = wechat.token()
    second = wechat.stable(force_refresh=True)["access_token"]
    assert second != first
    assert (wechat.standing(first), wechat.standing(second)) == (40001, 0)


def test_forced_refreshes_are_30_seconds_apart(wechat: WeChatCaller, clock: ManualClock) -> None:
    wechat.token()
    second = wechat.stable(force_refresh=True)["access_token"]
    clock.pass_(29)
    assert wechat.stable(force_refresh=True)["access_token"] == second
    clock.pass_(1)
    assert wechat.stable(force_refresh=True)["access_token"] != second


def test_twenty_forced_refreshes_a_day(wechat: WeChatCaller, clock: ManualClock) -> None:
    wechat.token()
    for _ in range(20):
        assert "access_token" in wechat.stable(force_refresh=True)
        clock.pass_(31)
    assert wechat.stable(force_refresh=True)["errcode"] == 45009
    clock.pass_(86400)
    assert "access_token" in wechat.stable(force_refresh=True)


def test_the_chains_do_not_touch_each_other(wechat: WeChatCaller, clock: ManualClock) -> None:
    stable, classic = wechat.token(), wechat.classic()["access_token"]
    wechat.stable(force_refresh=True)
    assert (wechat.standing(stable), wechat.standing(classic)) == (40001, 0)
    wechat.classic()
    clock.pass_(300)
    assert wechat.standing(classic) == 40001
    assert wechat.standing(wechat.token()) == 0


def test_killed_by_hand(wechat: WeChatCaller) -> None:
    stable, classic = wechat.token(), wechat.classic()["access_token"]
    assert wechat.client.post("/sandbox/wechat/kill-token").json() == {"killed": 2}
    assert (wechat.standing(stable), wechat.standing(classic)) == (40001, 40001)
    assert wechat.standing(wechat.token()) == 0


def test_expired_by_hand(wechat: WeChatCaller) -> None:
    token = wechat.token()
    assert wechat.client.post("/sandbox/wechat/expire-token").json() == {"expired": 1}
    assert wechat.standing(token) == 42001


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
    ],
)
def test_refused_fetches(wechat: WeChatCaller, change: dict[str, Any], code: int) -> None:
    query = {"grant_type": "client_credential", **wechat.app} | change
    assert wechat.get("/cgi-bin/token", **query)["errcode"] == code
    assert wechat.stable(**change)["errcode"] == code
    assert "tokens_issued" not in wechat.client.get("/sandbox/wechat/counters").json()


def test_methods_and_bodies(wechat: WeChatCaller) -> None:
    assert wechat.get("/cgi-bin/stable_token")["errcode"] == 43002
    assert wechat.post("/cgi-bin/token", {})["errcode"] == 43001
    assert wechat.post("/cgi-bin/stable_token", b"appid=x")["errcode"] == 41002
    assert wechat.post("/cgi-bin/stable_token", [])["errcode"] == 41002
    assert wechat.stable(force_refresh="yes")["errcode"] == 47001


def test_refused_address(wechat: WeChatCaller) -> None:
    wechat.knob(ip_refused=True)
    assert wechat.classic()["errcode"] == 40164
    assert wechat.stable()["errcode"] == 40164


def test_daily_quota(wechat: WeChatCaller, clock: ManualClock) -> None:
    wechat.knob(quotas={"token": 2})
    assert [wechat.classic().get("errcode", 0) for _ in range(3)] == [0, 0, 45009]
    clock.pass_(86400)
    assert "access_token" in wechat.classic()


def test_errors_carry_a_request_id(wechat: WeChatCaller) -> None:
    message = wechat.get("/cgi-bin/user/get", access_token="garbage")["errmsg"]
    text, rid = message.split(" rid: ")
    assert text == "invalid access_token"
    assert [len(part) for part in rid.split("-")] == [8, 8, 8]


def test_counters(wechat: WeChatCaller) -> None:
    wechat.token()
    wechat.token()
    wechat.stable(force_refresh=True)
    wechat.classic()
    wechat.standing("garbage")
    assert wechat.client.get("/sandbox/wechat/counters").json() == {
        "stable_token_fetches": 2,
        "tokens_issued": 3,
        "stable_token_forced": 1,
        "token_fetches": 1,
        "error_40014": 1,
    }


def test_no_secret_in_logs_and_consoles(wechat: WeChatCaller) -> None:
    token = wechat.token()
    wechat.standing(token)
    for path in ("calls", "account", "counters"):
        text = wechat.client.get(f"/sandbox/wechat/{path}").text
        assert token not in text
        assert wechat.app["secret"] not in text


def test_account_overview(wechat: WeChatCaller) -> None:
    token = wechat.token()
    account = wechat.client.get("/sandbox/wechat/account").json()
    assert (account["app_id"], account["raw_id"]) == (APP_ID, "gh_3c884a361561")
    assert [(row["chain"], row["tail"], row["lives"]) for row in account["tokens"]] == [("stable", token[-6:], True)]
