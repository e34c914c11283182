"""Ticket, followers, migration, template messages."""

from typing import Any

import pytest

from sandbox.people import PEOPLE
from sandbox.wechat.api import js_signature
from sandbox.wechat.templates import LIBRARY
from tests.sandbox.callers import VISITOR, ManualClock, WeChatCaller

FIELDS = {
    "thing1": {"value": "林晓雨"},
    "time2": {"value": "2026年11月23日 09:00"},
    "phrase3": {"value": "已同意"},
    "thing4": {"value": "请凭二维码入厂"},
}


def test_ticket(wechat: WeChatCaller, clock: ManualClock) -> None:
    def fetch() -> dict[str, Any]:
        return wechat.get("/cgi-bin/ticket/getticket", access_token=wechat.token(), type="jsapi")

    first = fetch()
    assert (first["errcode"], first["expires_in"]) == (0, 7200)
    wechat.client.post("/sandbox/wechat/kill-token")
    assert fetch()["ticket"] == first["ticket"]  # independent of the token after issue
    clock.pass_(7200)
    assert fetch()["ticket"] != first["ticket"]
    assert wechat.get("/cgi-bin/ticket/getticket", access_token=wechat.token())["errcode"] == 40035


def test_js_signature_checker(wechat: WeChatCaller) -> None:
    ticket = wechat.get("/cgi-bin/ticket/getticket", access_token=wechat.token(), type="jsapi")["ticket"]
    body = {"noncestr": "n", "timestamp": 1, "url": "http://campus.localhost:4566/visitor?a=1"}
    good = js_signature(ticket, "n", "1", str(body["url"]))
    check = "/sandbox/wechat/jssdk-check"
    assert wechat.client.post(check, json=body | {"signature": good}).json() == {"valid": True, "reason": None}
    for change, reason in (
        ({"timestamp": 2}, "invalid signature"),
        ({"appId": "wx0000000000000000"}, "invalid appid"),
        ({"url": "http://elsewhere.example/"}, "invalid url domain"),
    ):
        answer = wechat.client.post(check, json=body | {"signature": good} | change).json()
        assert answer == {"valid": False, "reason": reason}
    wechat.client.patch("/sandbox/wechat/knobs", json={"snapshot_user": True})
    assert not wechat.client.post(check, json=body | {"signature": good}).json()["valid"]


def test_followers(wechat: WeChatCaller) -> None:
    openids = [person.openid for person in PEOPLE]

    def page(**query: str) -> dict[str, Any]:
        return wechat.get("/cgi-bin/user/get", access_token=wechat.token(), **query)

    assert page() == {
        "total": len(openids),
        "count": len(openids),
        "data": {"openid": openids},
        "next_openid": openids[-1],
    }
    assert page(next_openid=openids[1])["data"]["openid"] == openids[2:]
    assert page(next_openid=openids[-1]) == {"total": len(openids), "count": 0, "next_openid": ""}
    assert page(next_openid="unknown")["errcode"] == 40003
    wechat.client.post("/sandbox/wechat/followers", json={"openid": openids[0], "follows": False})
    assert page()["data"]["openid"] == openids[1:]


def convert(wechat: WeChatCaller, body: Any) -> dict[str, Any]:
    return wechat.post("/cgi-bin/changeopenid", body, access_token=wechat.token())


def test_migration_converts_item_by_item(wechat: WeChatCaller) -> None:
    old = wechat.client.get("/sandbox/wechat/old-accounts").json()["items"][0]
    wanted = [old["openids"][0], "stranger", old["openids"][39]]
    for source in (old["app_id"], old["raw_id"]):
        answer = convert(wechat, {"from_appid": source, "openid_list": wanted})
        assert answer["errcode"] == 0
        first, *failed = answer["result_list"]
        assert (first["ori_openid"], first["err_msg"], len(first["new_openid"])) == (wanted[0], "ok", 28)
        assert failed == [{"ori_openid": openid, "err_msg": "ori_openid error"} for openid in wanted[1:]]


def test_migration_is_repeatable_and_one_to_one(wechat: WeChatCaller) -> None:
    for old in wechat.client.get("/sandbox/wechat/old-accounts").json()["items"]:
        body = {"from_appid": old["app_id"], "openid_list": old["openids"][:100]}
        first, second = convert(wechat, body), convert(wechat, body)
        assert first == second
        new = [row["new_openid"] for row in first["result_list"] if row["err_msg"] == "ok"]
        assert len(set(new)) == len(new) == 98


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"from_appid": "wx0000000000000000", "openid_list": ["x"]}, 63178),
        ({"from_appid": "wx51b0c8d47e92fa63", "openid_list": []}, 63182),
        ({"from_appid": "wx51b0c8d47e92fa63"}, 63182),
        ({"openid_list": ["x"]}, 63183),
        ({"from_appid": "wx51b0c8d47e92fa63", "openid_list": ["x"] * 101}, 40035),
    ],
)
def test_migration_rules(wechat: WeChatCaller, body: dict[str, Any], code: int) -> None:
    assert convert(wechat, body)["errcode"] == code


def test_migration_window(wechat: WeChatCaller) -> None:
    wechat.knob(migration_open=False)
    assert convert(wechat, {"from_appid": "wx51b0c8d47e92fa63", "openid_list": ["x"]})["errcode"] == 63178


def template(**changes: Any) -> dict[str, Any]:
    return {"touser": VISITOR.openid, "template_id": LIBRARY[0]["template_id"], "url": "", "data": FIELDS} | changes


def send(wechat: WeChatCaller, body: Any) -> dict[str, Any]:
    return wechat.post("/cgi-bin/message/template/send", body, access_token=wechat.token())


def messages(wechat: WeChatCaller) -> list[dict[str, Any]]:
    return list(wechat.client.get(f"/sandbox/wechat/messages?openid={VISITOR.openid}").json()["items"])


def test_template_message_arrives(wechat: WeChatCaller) -> None:
    answer = send(wechat, template(url="http://campus.localhost:4566/visitor"))
    [message] = messages(wechat)
    assert message["msgid"] == answer["msgid"]
    assert message["title"] == "访客预约审核结果通知"
    assert message["lines"][2] == {"label": "审核结果", "value": "已同意"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (template(touser=""), 40003),
        (template(touser="stranger"), 43004),
        (template(template_id="short"), 40036),
        (template(template_id="x" * 43), 40037),
        (template(data=None), 47003),
        (template(data={**FIELDS, "thing1": {"value": "长" * 21}}), 47003),
        (template(data={**FIELDS, "thing1": {"value": "两\n行"}}), 47003),
        (template(data={**FIELDS, "time2": {"value": "明天"}}), 47003),
        (template(data={**FIELDS, "phrase3": {"value": "超过五个汉字"}}), 47003),
        (template(data={**FIELDS, "thing4": {"value": ""}}), 47003),
        ([], 47001),
    ],
)
def test_template_rules(wechat: WeChatCaller, body: Any, code: int) -> None:
    assert send(wechat, body)["errcode"] == code
    assert messages(wechat) == []


def test_refused_template(wechat: WeChatCaller) -> None:
    wechat.knob(refused_templates=[LIBRARY[0]["template_id"]])
    assert send(wechat, template())["errcode"] == 43101


def test_client_message_id_counts_for_ten_minutes(wechat: WeChatCaller, clock: ManualClock) -> None:
    first = send(wechat, template(client_msg_id="visit-1"))["msgid"]
    assert send(wechat, template(client_msg_id="visit-1"))["msgid"] == first
    clock.pass_(600)
    assert send(wechat, template(client_msg_id="visit-1"))["msgid"] != first
    assert len(messages(wechat)) == 2
