"""Binding through the API: what a diner is told, and what canteen staff see and end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bench.aws import recorded
from chalicelib.core.clock import utc_now
from chalicelib.core.session import Device
from chalicelib.domains.canteen import wiring
from chalicelib.domains.canteen.bindings import asking, lists
from tests.support.bindings import (
    OTHER_PHONE,
    PHONE,
    UNKNOWN,
    Desk,
    counted,
    held_accounts,
    open_desk,
    person,
    table,
    wrong,
)
from tests.support.client import Answer, Client, browser_of, make_user, signed_in
from tests.support.clock import FakeClock

pytestmark = pytest.mark.usefixtures("cloud")

CODE, BINDING, END = "/api/canteen/binding/code", "/api/canteen/binding", "/api/canteen/binding/end"
USERS = "/api/office/canteen/users"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Behind the API, which reads the real clock and does not wait; what happened without the API is an hour ago."""
    desk = open_desk(FakeClock(utc_now() - timedelta(hours=1)))
    monkeypatch.setattr(wiring, "impatient_canteen", lambda: desk.canteen)
    monkeypatch.setattr(wiring, "sms", lambda: desk.sms)
    monkeypatch.setattr(asking, "EVENLY_SECONDS", 0.0)
    return desk


@pytest.fixture
def lin() -> Client:
    return signed_in("lin")


@pytest.fixture
def office() -> Client:
    return signed_in("boss", "canteen", device=Device.OFFICE)


def ask(client: Client, phone: str = PHONE) -> Answer:
    return client.post(CODE, {"phone": phone})


def bind(client: Client, code: str, phone: str = PHONE, **more: str) -> Answer:
    return client.post(BINDING, {"phone": phone, "code": code, **more})


def told(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.code


def test_from_the_phone_to_the_binding_and_back(desk: Desk, lin: Client) -> None:
    asked = ask(lin, "+86 138 0000 1111")
    assert (asked.status, asked.json) == (
        200,
        {
            "phone_masked": "138****1111",
            "valid_minutes": 5,
            "ask_again_seconds": 60,
            "message": "如果这个号码是食堂登记的手机号，验证码会在一分钟内送达。没有收到时，请核对号码，或联系食堂卡务。",
        },
    )
    [code] = desk.sms.codes(PHONE)
    refused = bind(lin, wrong(code))
    assert told(refused) == (409, "code_wrong") and "还可以试 4 次" in refused.json["message"]
    bound = bind(lin, f" {code[:3]} {code[3:]} ")
    assert bound.status == 200
    assert {**bound.json, "bound_at": ""} == {
        "account_no": "A1",
        "staff_no": "SA1",
        "name_masked": desk.canteen.accounts["A1"].name_masked,
        "phone_masked": "138****1111",
        "bound_at": "",
    }
    assert held_accounts() == [("A1", "USERLIN")]
    assert (lin.post(END).json, lin.post(END).json) == ({"ended": True}, {"ended": False})
    assert held_accounts() == []


def test_known_and_unknown_get_the_same_answer(desk: Desk, lin: Client) -> None:
    chen = signed_in("chen")
    known, unknown = ask(lin, PHONE), ask(chen, UNKNOWN)
    assert (known.status, {**known.json, "phone_masked": ""}) == (unknown.status, {**unknown.json, "phone_masked": ""})
    assert set(known.headers) == set(unknown.headers)
    again, other = ask(lin, PHONE), ask(chen, UNKNOWN)
    assert told(again) == told(other) == (429, "code_too_soon")
    assert "请使用已收到的验证码" in again.json["message"] and "请使用已收到的验证码" in other.json["message"]
    assert told(bind(chen, "000000", UNKNOWN)) == (409, "code_wrong")


def test_several_accounts_ask_for_the_staff_number(desk: Desk, lin: Client) -> None:
    ask(lin, OTHER_PHONE)
    [code] = desk.sms.codes(OTHER_PHONE)
    assert told(bind(lin, code, OTHER_PHONE)) == (409, "staff_no_needed")
    missed = bind(lin, code, OTHER_PHONE, staff_no="SA7")
    assert told(missed) == (409, "staff_no_wrong") and "还可以试 3 次" in missed.json["message"]
    assert bind(lin, code, OTHER_PHONE, staff_no="SA3").json["account_no"] == "A3"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CODE, {"phone": "12345"}),
        (CODE, {}),
        (BINDING, {"phone": PHONE, "code": "12345"}),
        (BINDING, {"phone": PHONE, "code": "１２３４５a"}),
        (BINDING, {"phone": PHONE, "code": 123456}),
        (BINDING, {"phone": PHONE, "code": "123456", "staff_no": "x y"}),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_and_counts_nothing(desk: Desk, lin: Client, path: str, body: Any) -> None:
    assert told(lin.post(path, body)) == (400, "invalid_input")
    assert (table(), desk.canteen.calls) == ([], [])


def test_the_address_is_the_gateways_word_not_the_clients(desk: Desk, lin: Client) -> None:
    lin.address, lin.headers = "203.0.113.5", {"X-Forwarded-For": "8.8.8.8"}
    ask(lin)
    assert (counted("ADDRESS#203.0.113.5"), counted("ADDRESS#8.8.8.8")) == (1, 0)


def test_the_sender_and_the_canteen_are_down(desk: Desk, lin: Client) -> None:
    desk.sms.down = True
    refused = ask(lin)
    assert told(refused) == (503, "code_not_sent") and "食堂卡务" in refused.json["message"]
    desk.canteen.down = True
    assert told(ask(signed_in("chen"), UNKNOWN)) == (503, "canteen_unavailable")


def crowd(desk: Desk, count: int) -> list[str]:
    """Users with accounts of their own, bound one after another."""
    for number in range(count):
        make_user(f"p{number}")
        desk.canteen.open_account(f"B{number:03}", f"1370000{number:04}", staff_no=f"W{number:03}")
        desk.bound(person(f"p{number}"), f"1370000{number:04}")
    return [f"USERP{number}" for number in range(count)]


def users(client: Client, **query: str) -> list[str]:
    answer = client.get(USERS, **query)
    assert answer.status == 200, answer.text
    return [item["user_id"] for item in answer.json["items"]]


def test_the_office_sees_everybody_the_last_change_first(
    desk: Desk, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    everybody = crowd(desk, 5)
    browser_of("USERP1").post(END)
    page = office.get(USERS).json
    found = [item["user_id"] for item in page["items"]]
    while page["next_cursor"]:
        page = office.get(USERS, cursor=page["next_cursor"]).json
        found += [item["user_id"] for item in page["items"]]
    assert sorted(found) == everybody
    assert users(office, status="ended") == ["USERP1"]
    assert users(office, status="bound")[0] == "USERP4"
    row = office.get(USERS, status="ended").json["items"][0]
    assert (row["nickname"], row["phone_masked"], row["status"], row["how_ended"]) == (
        "p1",
        "137****0001",
        "ended",
        "user",
    )
    assert "13700000001" not in office.get(USERS).text
    assert told(office.get(USERS, cursor="e30", status="bound")) == (400, "invalid_cursor")


def test_the_office_finds_by_a_whole_number(desk: Desk, office: Client) -> None:
    crowd(desk, 3)
    desk.bound(person("lin"))
    make_user("lin")
    desk.bound(person("p0"))
    for text in ("B001", "W001", "13700000001", "137 0000 0001"):
        with recorded() as calls:
            assert users(office, text=text) == ["USERP1"], text
        assert len([call for call in calls.calls if call.service == "dynamodb"]) <= 4, "session, number, users, names"
    assert sorted(users(office, text="A1")) == ["USERLIN", "USERP0"], "who had it, too"
    assert users(office, text="A1", status="ended") == ["USERLIN"]
    assert users(office, text="SA1") == ["USERP0"]
    assert users(office, text="B00") == users(office, text="B000") == [], "p0 has bound another account since"


def test_the_office_unbinds_for_a_reason(desk: Desk, office: Client) -> None:
    crowd(desk, 1)
    shown = office.get(f"{USERS}/USERP0").json
    assert (shown["phone"], shown["status"], shown["version"]) == ("13700000000", "bound", 1)
    assert told(office.post(f"{USERS}/USERP0/unbind", {"reason": "", "version": 1})) == (400, "invalid_input")
    assert told(office.post(f"{USERS}/USERP0/unbind", {"reason": "离职", "version": 9})) == (409, "binding_changed")
    assert held_accounts() == [("B000", "USERP0")]
    ended = office.post(f"{USERS}/USERP0/unbind", {"reason": "离职", "version": 1})
    assert (ended.status, ended.json["status"], ended.json["end_reason"]) == (200, "ended", "离职")
    assert [(event["what"], event["by"], event["reason"]) for event in ended.json["history"]] == [
        ("office", "boss", "离职"),
        ("bound", "p0", ""),
    ]
    assert office.post(f"{USERS}/USERP0/unbind", {"reason": "离职", "version": 1}).json == ended.json, "once more"
    assert told(office.post(f"{USERS}/USERP0/unbind", {"reason": "别的", "version": 2})) == (
        409,
        "binding_ended_already",
    )
    assert told(office.get(f"{USERS}/NOBODY")) == (404, "not_found")
    assert held_accounts() == []
    assert told(signed_in("clerk", "logistics", device=Device.OFFICE).get(USERS)) == (403, "forbidden")
