"""Work phones in 用户管理: entered, changed, removed, found; one number is one user's, and lists and logs hold it masked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.aws import recorded
from chalicelib.core import audit
from chalicelib.core.session import Device
from chalicelib.domains.account import phones, store
from chalicelib.domains.account.model import User
from tests.support.client import Client, make_user, signed_in

pytestmark = pytest.mark.usefixtures("cloud")

USERS = "/api/office/users"
PHONE, OTHER = "13805910001", "13805910002"


@pytest.fixture
def administrator() -> Client:
    return signed_in("huang", "administrator", device=Device.OFFICE)


def enter(client: Client, user: User, phone: str | None, version: int = 1) -> Any:
    return client.post(f"{USERS}/{user.id}/phone", {"phone": phone, "version": version})


def history(user: User) -> list[audit.AuditEntry]:
    return list(audit.AuditEntry.query(f"user:{user.id}"))


def test_entered_changed_and_removed_and_found_all_the_while(administrator: Client) -> None:
    user = make_user("chen")
    shown = enter(administrator, user, "+86 138-0591-0001").json
    assert (shown["phone"], shown["phone_masked"], shown["version"]) == (PHONE, "138****0001", 2)
    assert phones.find_user_by_phone(PHONE) == user.id
    assert enter(administrator, user, OTHER, 2).json["phone"] == OTHER
    assert (phones.find_user_by_phone(PHONE), phones.find_user_by_phone(OTHER)) == (None, user.id)
    assert enter(administrator, user, " ", 3).json["phone"] is None
    assert phones.find_user_by_phone(OTHER) is None
    assert administrator.get(f"{USERS}/{user.id}").json["phone"] is None


def test_the_search_finds_exactly_the_holder(administrator: Client) -> None:
    user = make_user("chen")
    make_user("li")
    enter(administrator, user, PHONE)
    found = administrator.post(f"{USERS}/by-phone", {"phone": "138 0591 0001"}).json
    assert (found["id"], found["phone"]) == (user.id, PHONE)
    missing = administrator.post(f"{USERS}/by-phone", {"phone": OTHER})
    assert (missing.status, missing.code) == (404, "phone_unknown")
    assert administrator.post(f"{USERS}/by-phone", {"phone": "0591"}).code == "invalid_input"


def test_looking_up_is_one_read_and_only_active_users_are_found(administrator: Client) -> None:
    user = make_user("chen")
    enter(administrator, user, PHONE)
    with recorded() as recording:
        assert phones.find_user_by_phone(PHONE) == user.id
    assert list(recording.operations) == ["GetItem"]
    administrator.post(f"{USERS}/{user.id}/disable", {"reason": "离职", "version": 2})
    assert phones.find_user_by_phone(PHONE) is None
    assert administrator.post(f"{USERS}/by-phone", {"phone": PHONE}).json["id"] == user.id, "still theirs"
    administrator.post(f"{USERS}/{user.id}/enable", {"reason": "返岗", "version": 3})
    assert phones.find_user_by_phone(PHONE) == user.id


def test_a_number_of_somebody_else_is_refused_and_nothing_changes(administrator: Client) -> None:
    first, second = make_user("chen"), make_user("li")
    enter(administrator, first, PHONE)
    answer = enter(administrator, second, PHONE)
    assert (answer.status, answer.code) == (409, "phone_taken")
    assert store.find_user(second.id) == second
    assert history(second) == []
    assert phones.find_user_by_phone(PHONE) == first.id
    administrator.post(f"{USERS}/{first.id}/disable", {"reason": "离职", "version": 2})
    assert enter(administrator, second, PHONE).code == "phone_taken", "a number stays reserved until it is removed"
    enter(administrator, first, None, 3)
    assert enter(administrator, second, PHONE).status == 200
    assert phones.find_user_by_phone(PHONE) == second.id


def test_a_lost_answer_pressed_again_and_an_outdated_view(administrator: Client) -> None:
    user = make_user("chen")
    for _ in range(2):
        assert enter(administrator, user, PHONE).json["version"] == 2
    assert len(history(user)) == 1
    stale = enter(administrator, user, OTHER)
    assert (stale.status, stale.code) == (409, "user_changed")
    assert phones.find_user_by_phone(OTHER) is None


def test_lists_and_the_audit_log_hold_it_masked_only(administrator: Client) -> None:
    user = make_user("chen")
    enter(administrator, user, PHONE)
    enter(administrator, user, OTHER, 2)
    listed = administrator.get(USERS).json["items"]
    assert {(item["nickname"], item["phone_masked"], item["phone"]) for item in listed} == {
        ("chen", "138****0002", None),
        ("huang", None, None),
    }
    entered, changed = history(user)
    assert (entered.action, json.loads(entered.after or "")["phone"]) == ("phone_changed", "138****0001")
    assert "phone" not in json.loads(entered.before or "")
    assert json.loads(changed.before or "")["phone"] == "138****0001"
    log = administrator.get("/api/office/audit").text
    assert PHONE not in log
    assert OTHER not in log


@pytest.mark.parametrize("role", ["visitor_approver", "logistics", "canteen"])
def test_only_administrators_enter_and_find(role: str) -> None:
    user = make_user("target")
    client = signed_in("staff", role, device=Device.OFFICE)
    assert enter(client, user, PHONE).code == "forbidden"
    assert client.post(f"{USERS}/by-phone", {"phone": PHONE}).code == "forbidden"
    assert store.find_user(user.id) == user
