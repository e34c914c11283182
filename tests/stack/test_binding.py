"""Binding a card account on the packaged stack: the code travels from the API by SMS to the sandbox phone, and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from sandbox.cloud.stack import Stack
from tests.stack.people import CANTEEN, DINER, Person, at_the_desk, fresh_phone

pytestmark = pytest.mark.stack

CODE, BINDING, USERS = "/api/canteen/binding/code", "/api/canteen/binding", "/api/office/canteen/users"
ACCOUNT, STAFF_NO, PHONE = "60011008", "A1008", "13600007777"


def codes_for(stack: Stack, phone: str) -> list[str]:
    """Codes the phone got, the newest first."""
    answer = requests.get(f"{stack.sandbox_api}/sandbox/sms/messages", params={"phone": phone}, timeout=10).json()
    return [message["parameters"][0] for message in answer["items"] if message["delivered"]]


def move_to(stack: Stack, phone: str) -> None:
    """The counter enters another phone for the account."""
    url = f"{stack.sandbox_api}/sandbox/canteen/accounts/{ACCOUNT}"
    answer = requests.patch(url, json={"phone": phone}, timeout=10)
    assert answer.status_code == 200, answer.text


@pytest.fixture(autouse=True)
def as_before(stack: Stack) -> Iterator[None]:
    """Other tests know the account by its phone."""
    yield
    move_to(stack, PHONE)


def test_a_diner_binds_and_the_office_sees_it_and_ends_it(stack: Stack) -> None:
    phone, unknown = fresh_phone(), fresh_phone()
    move_to(stack, phone)
    diner, office = Person(stack, DINER).sign_in(), at_the_desk(Person(stack, CANTEEN).sign_in())
    known = diner.post(CODE, {"phone": phone})
    other = diner.post(CODE, {"phone": unknown})
    assert {**known, "phone_masked": ""} == {**other, "phone_masked": ""}
    assert (len(codes_for(stack, phone)), codes_for(stack, unknown)) == (1, [])
    again = diner.request("POST", CODE, {"phone": phone})
    assert (again.status_code, again.json()["code"]) == (429, "code_too_soon")
    assert len(codes_for(stack, phone)) == 1, "and nothing was sent"

    replaced = diner.request("POST", BINDING, {"phone": phone, "code": codes_for(stack, phone)[0]})
    assert (replaced.status_code, replaced.json()["code"]) == (409, "code_expired"), (
        "a code of the second phone came after"
    )
    phone = fresh_phone()
    move_to(stack, phone)
    diner.post(CODE, {"phone": phone})
    bound = diner.post(BINDING, {"phone": phone, "code": codes_for(stack, phone)[0]})
    assert (bound["account_no"], bound["staff_no"]) == (ACCOUNT, STAFF_NO)

    [found] = [user for user in office.get(USERS, text=ACCOUNT)["items"] if user["status"] == "bound"]
    assert office.get(USERS, text=phone)["items"][0]["user_id"] == found["user_id"]
    ended = office.post(f"{USERS}/{found['user_id']}/unbind", {"reason": "换卡", "version": found["version"]})
    assert (ended["status"], ended["history"][0]["what"], ended["phone"]) == ("ended", "office", phone)
    assert diner.post("/api/canteen/binding/end") == {"ended": False}
