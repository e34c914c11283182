"""The simulated WeChat's sender against the API function: three modes, repeats, forgeries, replays; chat and follower."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

from chalicelib.core import runtime
from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import utc_now
from chalicelib.core.secrets import Secrets
from chalicelib.core.session import Device
from chalicelib.domains.account import store as accounts
from chalicelib.domains.account.model import Profile, User
from chalicelib.domains.account.sign_in import WeChatPerson, finish_sign_in
from chalicelib.domains.channel.callback import store
from sandbox.kit import outgoing
from sandbox.people import ACCOUNT_RAW_ID, APP_ID, PEOPLE
from sandbox.server import create_app
from tests.sandbox.callers import app_of
from tests.support.client import Client, api, browser_of, make_user
from tests.support.environment import SECRETS

OPENID = PEOPLE[0].openid
BASE = "http://campus.localhost:4566"


def in_process(url: str, body: bytes | None = None, media: str = "", seconds: float = 5) -> outgoing.Answer:
    """The simulator's HTTP call, handed to the API function."""
    parts = urlsplit(url)
    client = Client(headers={"Content-Type": media} if media else {})
    event = client.event("POST" if body else "GET", parts.path, query=dict(parse_qsl(parts.query)))
    answer = api()({**event, "body": body.decode() if body else None}, None)
    return outgoing.Answer(answer["statusCode"], answer["body"].encode())


@pytest.fixture
def account(cloud: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A sandbox whose product is this process, with the same secrets."""
    with TestClient(create_app(tmp_path, product_url=BASE)) as client:
        shared = {
            "wechat/callback_token": app_of(client).secrets.wechat_callback_token,
            "wechat/encoding_aes_key": app_of(client).secrets.wechat_encoding_aes_key,
        }
        monkeypatch.setattr(runtime, "fetch_secrets", lambda *_: Secrets({**SECRETS, **shared}))
        runtime.secrets.cache_clear()
        monkeypatch.setattr(outgoing, "call", in_process)
        yield client


def in_mode(patch: pytest.MonkeyPatch, mode: str) -> None:
    patch.setenv("WECHAT_CALLBACK_MODE", mode)
    runtime.settings.cache_clear()


def send(client: TestClient, event: str = "", **options: Any) -> list[dict[str, Any]]:
    """An event, or the text 帮助; returns what came back."""
    fields = {"MsgType": "event", "Event": event} if event else {"MsgType": "text", "Content": "帮助"}
    body = {"openid": OPENID, "fields": fields, "mode": "safe"} | options
    answer = client.post("/sandbox/wechat/callback/send", json=body)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["attempts"])


def act(client: TestClient, action: str, **more: str) -> dict[str, Any]:
    answer = client.post("/sandbox/wechat/chat", json={"openid": OPENID, "action": action, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def signed_in_by_wechat(code: str = "code-1") -> User:
    """林晓雨 with the profile WeChat gives."""
    profile = Profile(APP_ID, OPENID, "林晓雨", "http://avatar/1")
    return finish_sign_in(code, "state", lambda _: WeChatPerson(profile, snapshot=False), utc_now())


def audited(user: User) -> list[str]:
    return [entry.action for entry in AuditEntry.query(f"user:{user.id}")]


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_the_chat_is_answered_in_every_mode(account: TestClient, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    in_mode(monkeypatch, mode)
    account.patch("/sandbox/wechat/knobs", json={"callback_mode": mode})
    assert account.post("/sandbox/wechat/callback/check").json()["passed"]
    items = act(account, "say", text="帮助")["items"]
    assert [item["from"] for item in items] == ["person", "account"]
    assert "访客预约" in items[1]["text"] and f"{BASE}/canteen" in items[1]["text"]
    assert act(account, "press", key="visitor")["items"][-1]["text"].startswith("访客预约")


@pytest.mark.parametrize(
    ("ours", "theirs", "status"),
    [("safe", "plain", 403), ("safe", "compatible", 200), ("compatible", "plain", 200), ("compatible", "safe", 200),
     ("plain", "compatible", 200), ("plain", "safe", 403)],
)  # fmt: skip
def test_modes_that_do_not_agree(
    account: TestClient, monkeypatch: pytest.MonkeyPatch, ours: str, theirs: str, status: int
) -> None:
    in_mode(monkeypatch, ours)
    assert send(account, mode=theirs)[-1]["status"] == status


@pytest.mark.parametrize("tamper", ["signature", "app_id"])
def test_forgeries_are_refused_and_change_nothing(account: TestClient, tamper: str) -> None:
    user = signed_in_by_wechat()
    attempts = send(account, "unsubscribe", tamper=tamper)
    assert [attempt["status"] for attempt in attempts] == [403, 403, 403]
    assert (accounts.find_user(user.id), store.find_follower(APP_ID, OPENID)) == (user, None)


def test_json_is_refused(account: TestClient) -> None:
    assert [attempt["status"] for attempt in send(account, form="json")] == [403, 403, 403]


def test_follow_welcomes_and_unfollow_forgets_the_profile(account: TestClient) -> None:
    user = signed_in_by_wechat()
    act(account, "unfollow")
    gone = accounts.find_user(user.id)
    assert gone is not None and (gone.nickname, gone.avatar_url, gone.openid) == ("", "", OPENID)
    follower = store.find_follower(APP_ID, OPENID)
    assert follower is not None and follower.follows is False and follower.expires_at > 0
    assert audited(user) == ["profile_erased"]
    welcome = act(account, "follow")["items"][-1]
    assert welcome["from"] == "account" and welcome["text"].count("<a href=") == 3
    follower = store.find_follower(APP_ID, OPENID)
    assert follower is not None and (follower.follows, follower.expires_at) == (True, None)
    back = signed_in_by_wechat("code-2")
    assert (back.id, back.nickname) == (user.id, "林晓雨"), "a sign-in, with consent, brings the name back"


def test_staff_who_unfollow_keep_their_name(account: TestClient) -> None:
    user = make_user("approver", "visitor_approver")
    body = {"openid": OPENID, "fields": {"MsgType": "event", "Event": "unsubscribe", "OpenID": user.openid}}
    account.post("/sandbox/wechat/callback/send", json={**body, "mode": "safe"})
    assert accounts.find_user(user.id) == user


@pytest.mark.parametrize("event", ["user_authorization_revoke", "user_authorization_cancellation"])
def test_withdrawn_consent_erases_the_profile_and_ends_sessions(account: TestClient, event: str) -> None:
    user = make_user("approver", "visitor_approver")
    phone, desk = browser_of(user.id), browser_of(user.id, Device.OFFICE)
    assert (phone.get("/api/session").status, desk.get("/api/office/session").status) == (200, 200)
    fields = {"MsgType": "event", "Event": event, "OpenID": user.openid, "CreateTime": int(utc_now().timestamp())}
    later = utc_now().replace(microsecond=0).timestamp() + 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chalicelib.core.http.utc_now", lambda: utc_now().fromtimestamp(later, utc_now().tzinfo))
        account.post("/sandbox/wechat/callback/send", json={"openid": OPENID, "fields": fields, "mode": "safe"})
    gone = accounts.find_user(user.id)
    assert gone is not None and (gone.nickname, gone.roles) == ("", user.roles)
    assert (phone.get("/api/session").status, desk.get("/api/office/session").status) == (401, 401)


def test_a_changed_profile_is_erased_and_the_session_goes_on(account: TestClient) -> None:
    user = make_user("visitor")
    phone = browser_of(user.id)
    fields = {"MsgType": "event", "Event": "user_info_modified", "OpenID": user.openid}
    account.post("/sandbox/wechat/callback/send", json={"openid": OPENID, "fields": fields, "mode": "safe"})
    assert phone.get("/api/session").json["user"]["nickname"] == ""


def test_a_repeated_delivery_has_one_effect_and_the_same_answer(account: TestClient) -> None:
    """The person signs in between the two deliveries: the second must not take the new profile away."""
    user = signed_in_by_wechat()
    send(account, "unsubscribe")
    back = signed_in_by_wechat("code-2")
    assert account.post("/sandbox/wechat/callback/replay").json()["attempts"][0]["body"] == "success"
    assert accounts.find_user(user.id) == back
    assert audited(user) == ["profile_erased"]
    first, second = send(account, "subscribe", copies=2, mode="safe")
    assert first["status"] == second["status"] == 200


def test_without_the_receipt_a_repeated_delivery_would_erase_again(
    account: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control of the test above."""
    monkeypatch.setattr(store, "add_receipt", lambda *_: None)
    user = signed_in_by_wechat()
    send(account, "unsubscribe")
    signed_in_by_wechat("code-2")
    account.post("/sandbox/wechat/callback/replay")
    again = accounts.find_user(user.id)
    assert again is not None and again.nickname == ""


def test_an_older_event_that_comes_later_changes_nothing(account: TestClient) -> None:
    user, now = signed_in_by_wechat(), int(utc_now().timestamp())
    for event, created in (("subscribe", now), ("unsubscribe", now - 20)):
        fields = {"MsgType": "event", "Event": event, "CreateTime": created}
        account.post("/sandbox/wechat/callback/send", json={"openid": OPENID, "fields": fields, "mode": "safe"})
    follower = store.find_follower(APP_ID, OPENID)
    assert follower is not None and follower.follows is True
    assert accounts.find_user(user.id) == user


def test_an_old_message_is_acknowledged_and_ignored(account: TestClient) -> None:
    user = signed_in_by_wechat()
    fields = {"MsgType": "event", "Event": "unsubscribe", "CreateTime": int(utc_now().timestamp()) - 7200}
    answer = account.post("/sandbox/wechat/callback/send", json={"openid": OPENID, "fields": fields, "mode": "safe"})
    assert answer.json()["attempts"][-1] == {"status": 200, "body": "success"}
    assert accounts.find_user(user.id) == user


@pytest.mark.parametrize("event", ["VIEW", "LOCATION", "SCAN", "something_new"])
def test_other_events_are_acknowledged(account: TestClient, event: str) -> None:
    assert send(account, event) == [{"status": 200, "body": "success"}]


def test_the_account_answers_as_itself(account: TestClient) -> None:
    body = send(account, mode="safe")[-1]["body"]
    assert "<Encrypt>" in body and ACCOUNT_RAW_ID not in body, "everything in it is encrypted"
