"""Signing in on the phone and in the office: every way it goes wrong ends somewhere clear, and nobody becomes another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.session import Device
from chalicelib.core.table import Transaction
from chalicelib.domains.account import sign_in, store, wiring
from chalicelib.domains.account.journey import safe_return
from chalicelib.domains.account.model import Profile, UserStatus
from chalicelib.domains.account.sign_in import WeChatPerson
from chalicelib.integrations.errors import Refused, UnknownOutcome
from tests.support.client import Answer, Client, browser_of, make_user, signed_in
from tests.support.environment import ENVIRONMENT

pytestmark = pytest.mark.usefixtures("cloud")

APP_ID = ENVIRONMENT["WECHAT_APP_ID"]


class FakeWeChat:
    """Codes work once, as at WeChat."""

    def __init__(self) -> None:
        self.people: dict[str, WeChatPerson] = {}
        self.exchanges = 0

    def issue(self, code: str, openid: str = "o_lin", nickname: str = "林晓雨", snapshot: bool = False) -> str:
        self.people[code] = WeChatPerson(Profile(APP_ID, openid, nickname, "http://wx.qlogo.cn/1"), snapshot)
        return code

    def exchange(self, code: str) -> WeChatPerson:
        self.exchanges += 1
        if code not in self.people:
            raise Refused("code_invalid", "invalid code", "wechat", peer_code="40029")
        return self.people.pop(code)


@pytest.fixture
def wechat(monkeypatch: pytest.MonkeyPatch) -> FakeWeChat:
    fake = FakeWeChat()
    monkeypatch.setattr(wiring, "exchange_code", lambda code: fake.exchange(code))
    monkeypatch.setattr(wiring, "authorise_url", lambda state: f"http://wechat.test/authorize?state={state}")
    return fake


def begin(browser: Client, return_to: str = "/visitor") -> str:
    answer = browser.get("/api/sign-in/wechat", return_to=return_to)
    assert answer.status == 302
    return state_of(answer)


def state_of(answer: Answer) -> str:
    return parse_qs(urlsplit(answer.headers["location"]).query)["state"][0]


def back(browser: Client, code: str, state: str) -> Answer:
    return browser.get("/api/sign-in/wechat/callback", code=code, state=state)


def test_first_sign_in_registers_and_returns_to_the_page(wechat: FakeWeChat) -> None:
    browser = Client()
    answer = back(browser, wechat.issue("c1"), begin(browser, "/visitor/visits"))
    assert (answer.status, answer.headers["location"]) == (302, "/visitor/visits")
    assert "HttpOnly; SameSite=Lax" in answer.cookies[0]
    shown = browser.get("/api/session").json
    assert (shown["user"]["nickname"], shown["user"]["roles"]) == ("林晓雨", [])


def test_the_second_sign_in_is_the_same_user(wechat: FakeWeChat) -> None:
    ids = []
    for code in ("c1", "c2"):
        browser = Client()
        back(browser, wechat.issue(code), begin(browser))
        ids.append(browser.get("/api/session").json["user"]["id"])
    assert ids[0] == ids[1]


def test_the_repeated_callback_ends_like_the_first(wechat: FakeWeChat) -> None:
    browser = Client()
    state = begin(browser)
    journey = dict(browser.cookies)
    first = back(browser, wechat.issue("c1"), state)
    second = back(Client(cookies=journey), "c1", state)
    assert first.headers["location"] == second.headers["location"] == "/visitor"
    assert wechat.exchanges == 1


def test_a_link_with_somebody_elses_code_signs_nobody_in(wechat: FakeWeChat) -> None:
    victim, attacker = Client(), Client()
    state = begin(attacker)
    begin(victim)
    answer = back(victim, wechat.issue("c1"), state)
    assert answer.headers["location"].startswith("/sign-in?error=state_mismatch")
    assert victim.get("/api/session").status == 401
    assert wechat.exchanges == 0


def test_a_spent_code_restarts_once_and_then_says_so(wechat: FakeWeChat) -> None:
    browser = Client()
    again = back(browser, "wrong", begin(browser))
    assert again.headers["location"].startswith("http://wechat.test/authorize")
    ended = back(browser, "wrong2", state_of(again))
    assert ended.headers["location"] == "/sign-in?error=code_invalid&return_to=%2Fvisitor"


def test_a_lost_exchange_is_told_and_the_next_try_works(wechat: FakeWeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(code: str) -> WeChatPerson:
        raise UnknownOutcome("answer_lost", "timeout", "wechat")

    browser = Client()
    with monkeypatch.context() as patch:
        patch.setattr(wiring, "exchange_code", lost)
        answer = back(browser, wechat.issue("c1"), begin(browser))
    assert "error=wechat_unavailable" in answer.headers["location"]
    assert back(browser, wechat.issue("c2"), begin(browser)).headers["location"] == "/visitor"


def test_a_snapshot_user_is_refused_and_not_stored(wechat: FakeWeChat) -> None:
    browser = Client()
    answer = back(browser, wechat.issue("c1", "o_virtual", snapshot=True), begin(browser))
    assert "error=snapshot_user" in answer.headers["location"]
    assert store.find_user_id(APP_ID, "o_virtual") is None


def test_a_disabled_user_is_refused_at_sign_in_and_in_a_running_session(wechat: FakeWeChat) -> None:
    from dataclasses import replace

    user = make_user("lin")
    browser = browser_of(user.id)
    assert browser.get("/api/session").status == 200
    transaction = Transaction()
    store.add_user_change(transaction, replace(user, status=UserStatus.DISABLED, version=user.version + 1))
    transaction.commit()
    assert (browser.get("/api/session").status, browser.get("/api/session").code) == (403, "account_disabled")
    fresh = Client()
    answer = back(fresh, wechat.issue("c1"), begin(fresh))
    assert "error=account_disabled" in answer.headers["location"]
    assert "session" not in fresh.cookies


def test_two_first_sign_ins_at_once_make_one_user(wechat: FakeWeChat) -> None:
    def finish(code: str) -> str:
        return sign_in.finish_sign_in(wechat.issue(code), f"state{code}", wechat.exchange, utc_now()).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(finish, ["c1", "c2", "c3", "c4"]))) == 1


@pytest.mark.parametrize(
    "target", ["//evil.cn", "https://evil.cn", "/\\evil", "/api/session", "javascript:1", "/a\nb", ""]
)
def test_nobody_is_sent_elsewhere_after_signing_in(target: str) -> None:
    assert safe_return(target) == "/"


def test_appointing_twice_is_one_role_and_works_before_the_first_sign_in(wechat: FakeWeChat) -> None:
    one = sign_in.appoint_staff(APP_ID, "o_lin", "administrator", "林晓雨", utc_now())
    two = sign_in.appoint_staff(APP_ID, "o_lin", "administrator", "林晓雨", utc_now())
    assert (one.id, two.version) == (two.id, one.version)
    browser = Client()
    back(browser, wechat.issue("c1"), begin(browser))
    assert browser.get("/api/session").json["user"]["roles"] == ["administrator"]


def test_office_sign_in_by_qr_code() -> None:
    desk, phone = (
        Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0"}),
        signed_in("huang", "administrator"),
    )
    ticket = desk.post("/api/sign-in/office").json["ticket"]

    def check() -> str:
        return str(desk.post(f"/api/sign-in/office/{ticket}/check").json["status"])

    assert check() == "waiting"
    assert phone.get(f"/api/sign-in/office/{ticket}").json["browser"] == "Windows · Chrome"
    assert check() == "scanned"
    assert phone.post(f"/api/sign-in/office/{ticket}/confirm").json["status"] == "confirmed"
    assert check() == "confirmed"
    assert desk.get("/api/office/session").json["user"]["nickname"] == "huang"
    assert check() == "expired", "a QR code lets in once"


def test_office_sign_in_is_only_for_the_browser_that_asked() -> None:
    desk, thief, phone = Client(), Client(), signed_in("huang", "administrator")
    ticket = desk.post("/api/sign-in/office").json["ticket"]
    phone.post(f"/api/sign-in/office/{ticket}/confirm")
    thief.post("/api/sign-in/office")
    assert thief.post(f"/api/sign-in/office/{ticket}/check").status == 404
    assert "office" not in thief.cookies


def test_office_sign_in_needs_a_role_and_can_be_refused() -> None:
    desk, visitor, phone = Client(), signed_in("lin"), signed_in("huang", "administrator")
    ticket = desk.post("/api/sign-in/office").json["ticket"]
    assert visitor.post(f"/api/sign-in/office/{ticket}/confirm").code == "office_no_role"
    phone.post(f"/api/sign-in/office/{ticket}/refuse")
    assert phone.post(f"/api/sign-in/office/{ticket}/confirm").code == "ticket_used"
    assert desk.post(f"/api/sign-in/office/{ticket}/check").json["status"] == "refused"


def test_a_ticket_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.core import http

    desk, phone = Client(), signed_in("huang", "administrator")
    ticket = desk.post("/api/sign-in/office").json["ticket"]
    later = utc_now() + timedelta(minutes=3, seconds=1)
    monkeypatch.setattr(http, "utc_now", lambda: later)
    assert phone.post(f"/api/sign-in/office/{ticket}/confirm").code == "ticket_expired"
    assert desk.post(f"/api/sign-in/office/{ticket}/check").json["status"] == "expired"


def test_signing_out() -> None:
    phone = signed_in("lin")
    assert phone.request("DELETE", "/api/session").status == 204
    assert phone.get("/api/session").status == 401
    desk = signed_in("huang", "administrator", device=Device.OFFICE)
    assert desk.request("DELETE", "/api/office/session").status == 204
