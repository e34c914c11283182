"""用户管理 and 操作记录 through the API: what an administrator sees and changes, and what nobody may."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bench.aws import recorded
from chalicelib.core import audit
from chalicelib.core.clock import site_month, utc_now
from chalicelib.core.session import Device
from chalicelib.core.table import Transaction
from chalicelib.domains.account import model, store
from chalicelib.domains.account.model import Profile, User
from chalicelib.domains.account.users import lists
from tests.support.client import Client, browser_of, make_user, signed_in

pytestmark = pytest.mark.usefixtures("cloud")

USERS = "/api/office/users"
AUDIT = "/api/office/audit"


@pytest.fixture
def administrator() -> Client:
    return signed_in("huang", "administrator", device=Device.OFFICE)


def post(client: Client, user: User | str, verb: str, **body: Any) -> Any:
    return client.post(f"{USERS}/{user if isinstance(user, str) else user.id}/{verb}", body)


def crowd(count: int, first: int = 0) -> None:
    """Visitors who signed in one minute after another, longer ago the higher their number."""
    now = utc_now()
    for number in range(first, first + count):
        profile = Profile("wx", f"o_crowd{number}", f"访客{number}", "")
        at = now - timedelta(minutes=number + 1)
        transaction = Transaction()
        store.add_new_user(transaction, replace(model.register(f"CROWD{number:05d}", profile, at), signed_in_at=at))
        transaction.commit()


def history() -> list[audit.AuditEntry]:
    return list(audit.AuditEntry.by_time.query(site_month(utc_now())))


def walk(client: Client, **query: str) -> tuple[list[str], int]:
    """Nicknames over all pages, and the number of pages."""
    names, pages, cursor = [], 0, ""
    while True:
        page = client.get(USERS, **query, **({"cursor": cursor} if cursor else {})).json
        names += [user["nickname"] for user in page["items"]]
        pages += 1
        cursor = page["next_cursor"]
        if not cursor:
            return names, pages


def test_everybody_is_listed_once_the_last_sign_in_first(administrator: Client) -> None:
    crowd(45)
    names, pages = walk(administrator)
    assert names == ["huang", *(f"访客{number}" for number in range(45))]
    assert pages == 3


def test_a_search_examines_a_bounded_number_and_says_that_more_follow(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "EXAMINED_AT_MOST", 30)
    crowd(60)
    page = administrator.get(USERS, query="访客59").json
    assert (page["items"], page["examined"], bool(page["next_cursor"])) == ([], 30, True)
    names, pages = walk(administrator, query="访客59")
    assert (names, pages) == (["访客59"], 3)
    assert walk(administrator, query="访客")[0] == [f"访客{number}" for number in range(60)], "nobody lost or doubled"


def test_a_page_that_ends_at_its_last_match_goes_on_behind_it(administrator: Client) -> None:
    crowd(20)
    page = administrator.get(USERS, query="访客").json
    assert len(page["items"]) == 20
    assert page["next_cursor"] is None
    crowd(1, first=20)
    page = administrator.get(USERS, query="访客").json
    following = administrator.get(USERS, query="访客", cursor=page["next_cursor"]).json
    assert [user["nickname"] for user in following["items"]] == ["访客20"]


def test_filters_by_role_status_and_name_in_any_case(administrator: Client) -> None:
    staff, out = make_user("Chen", "visitor_approver"), make_user("Out")
    post(administrator, out, "disable", reason="离职", version=1)
    assert walk(administrator, role="visitor_approver")[0] == [staff.nickname]
    assert walk(administrator, status="disabled")[0] == [out.nickname]
    assert sorted(walk(administrator, status="active")[0]) == ["Chen", "huang"]
    assert walk(administrator, query="cHE")[0] == ["Chen"]
    assert administrator.get(USERS, role="king").status == 400
    assert administrator.get(USERS, cursor="bm9uZQ").code == "invalid_cursor"


def test_a_page_costs_the_same_however_many_there_are(administrator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "EXAMINED_AT_MOST", 40)

    def costs() -> list[tuple[tuple[str, ...], float]]:
        found = []
        for query in ({}, {"query": "nobody"}, {"role": "canteen"}):
            with recorded() as recording:
                administrator.get(USERS, **query)
            found.append((tuple(recording.operations), recording.read))
        return found

    crowd(100)
    few = costs()
    crowd(400, first=100)
    assert costs() == few
    assert few[0][0] == ("GetItem", "Query")


def test_a_role_works_on_the_next_request_and_so_does_its_end(administrator: Client) -> None:
    user = make_user("chen")
    desk = browser_of(user.id, Device.OFFICE)
    assert desk.get("/api/office/visits").code == "forbidden"
    granted = post(administrator, user, "roles", role="visitor_approver", granted=True, version=1).json
    assert (granted["roles"], granted["version"]) == (["visitor_approver"], 2)
    assert desk.get("/api/office/visits").status == 200
    taken = post(administrator, user, "roles", role="visitor_approver", granted=False, version=2).json
    assert taken["roles"] == []
    assert desk.get("/api/office/visits").code == "forbidden"
    assert [(entry.action, entry.pk) for entry in history()] == [
        ("role_granted", f"user:{user.id}"),
        ("role_revoked", f"user:{user.id}"),
    ]


def test_a_disabled_user_is_out_at_once_and_comes_back_with_the_roles_they_had(administrator: Client) -> None:
    user = make_user("chen", "visitor_approver")
    desk = browser_of(user.id, Device.OFFICE)
    shown = post(administrator, user, "disable", reason="调离岗位", version=user.version).json
    assert shown["status"] == "disabled"
    assert (shown["disabling"]["reason"], shown["disabling"]["by"]) == ("调离岗位", "huang")
    assert desk.get("/api/office/session").code == "account_disabled"
    again = post(administrator, user, "enable", reason="返岗", version=shown["version"]).json
    assert (again["status"], again["disabling"], again["roles"]) == ("active", None, ["visitor_approver"])
    assert desk.get("/api/office/session").status == 200


def test_a_change_pressed_again_after_a_lost_answer_is_made_once(administrator: Client) -> None:
    user = make_user("chen")
    for _ in range(2):
        assert post(administrator, user, "disable", reason="离职", version=1).json["version"] == 2
    for _ in range(2):
        assert post(administrator, user, "enable", reason="返岗", version=2).json["version"] == 3
    for _ in range(2):
        answer = post(administrator, user, "roles", role="canteen", granted=True, version=3)
        assert (answer.status, answer.json["version"]) == (200, 4)
    assert len(history()) == 3


def test_a_user_changed_since_they_were_seen_is_a_conflict_and_stays(administrator: Client) -> None:
    user = make_user("chen")
    second = signed_in("li", "administrator", device=Device.OFFICE)
    post(administrator, user, "roles", role="canteen", granted=True, version=1)
    before = len(history())
    for verb, body in (
        ("roles", {"role": "logistics", "granted": True}),
        ("roles", {"role": "canteen", "granted": False}),
        ("disable", {"reason": "离职"}),
    ):
        answer = post(second, user, verb, **body, version=1)
        assert (answer.status, answer.code) == (409, "user_changed")
    post(administrator, user, "disable", reason="离职", version=2)
    assert post(second, user, "disable", reason="其他原因", version=2).code == "user_changed"
    kept = store.find_user(user.id)
    assert kept is not None
    assert (kept.version, sorted(kept.roles), kept.disabling and kept.disabling.reason) == (3, ["canteen"], "离职")
    assert len(history()) == before + 1


def test_nobody_locks_themselves_out(administrator: Client) -> None:
    make_user("li", "administrator")
    own = administrator.get(f"{USERS}/USERHUANG").json
    answer = post(administrator, own["id"], "disable", reason="误操作", version=own["version"])
    assert (answer.status, answer.code) == (409, "own_account")
    answer = post(administrator, own["id"], "roles", role="administrator", granted=False, version=own["version"])
    assert (answer.status, answer.code) == (409, "own_administration")
    assert administrator.get(f"{USERS}/USERHUANG").json == own
    assert history() == []
    changed = post(administrator, own["id"], "roles", role="canteen", granted=True, version=own["version"])
    assert changed.json["roles"] == ["canteen", "administrator"], "other roles of one's own may change"


def test_another_administrator_can_be_removed_and_then_has_no_say(administrator: Client) -> None:
    other = make_user("li", "administrator")
    desk = browser_of(other.id, Device.OFFICE)
    post(administrator, other, "roles", role="administrator", granted=False, version=other.version)
    assert desk.get(USERS).code == "forbidden"
    assert post(desk, "USERHUANG", "disable", reason="报复", version=2).code == "forbidden"


@pytest.mark.parametrize("role", ["visitor_approver", "logistics", "canteen", None])
def test_only_administrators_see_or_change_users(role: str | None) -> None:
    user = make_user("target")
    client = signed_in("staff", *([role] if role else []), device=Device.OFFICE)
    assert client.get(USERS).code == "forbidden"
    assert client.get(f"{USERS}/{user.id}").code == "forbidden"
    assert client.get(AUDIT).code == "forbidden"
    assert post(client, user, "roles", role="canteen", granted=True, version=1).code == "forbidden"
    assert post(client, user, "disable", reason="无", version=1).code == "forbidden"
    assert post(client, user, "enable", reason="无", version=1).code == "forbidden"
    assert store.find_user(user.id) == user
    assert history() == []


def test_a_phone_session_and_a_missing_token_are_refused(administrator: Client) -> None:
    user = make_user("target")
    phone = browser_of("USERHUANG", Device.PHONE)
    assert phone.get(USERS).code == "not_signed_in"
    administrator.csrf = None
    assert post(administrator, user, "disable", reason="无", version=1).code == "csrf_token_invalid"
    assert store.find_user(user.id) == user


def test_reason_and_version_are_needed_and_a_stranger_is_not_found(administrator: Client) -> None:
    user = make_user("target")
    assert post(administrator, user, "disable", reason=" ", version=1).code == "invalid_input"
    assert post(administrator, user, "disable", reason="离职").code == "invalid_input"
    assert post(administrator, "NOBODY", "disable", reason="离职", version=1).status == 404
    assert administrator.get(f"{USERS}/NOBODY").status == 404
    assert store.find_user(user.id) == user


def test_the_log_shows_who_did_what_before_and_after(administrator: Client) -> None:
    user = make_user("chen")
    post(administrator, user, "roles", role="canteen", granted=True, version=1)
    post(administrator, user, "disable", reason="离职", version=2)
    newest, oldest = administrator.get(AUDIT).json["items"]
    assert (oldest["actor"], oldest["actor_name"], oldest["action"]) == ("USERHUANG", "huang", "role_granted")
    assert (oldest["subject"], oldest["subject_name"]) == (f"user:{user.id}", "chen")
    assert (oldest["before"]["roles"], oldest["after"]["roles"]) == ([], ["canteen"])
    assert (newest["action"], newest["before"]["status"]) == ("user_disabled", "active")
    assert newest["after"] == {"status": "disabled", "roles": ["canteen"], "version": 3, "reason": "离职"}


def note(number: int, at: datetime, subject: str = "") -> None:
    transaction = Transaction()
    audit.record(transaction, subject=subject or f"visit:V{number}", actor="command", action="menu_published", now=at)
    transaction.commit()


def test_the_log_is_paged_by_month_and_by_subject(administrator: Client) -> None:
    november = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    for number in range(45):
        note(number, november + timedelta(seconds=number), "visit:V1" if number % 2 else "")
    note(99, november - timedelta(milliseconds=1), "visit:V1")

    def read(**query: str) -> list[str]:
        ids: list[str] = []
        cursor = ""
        while True:
            page = administrator.get(AUDIT, **query, **({"cursor": cursor} if cursor else {})).json
            assert len(page["items"]) <= 20
            ids += [entry["at"] for entry in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                assert ids == sorted(ids, reverse=True)
                return ids

    assert len(read(month="2026-11")) == 45
    assert len(read(month="2026-10")) == 1
    assert len(read(subject="visit:V1")) == 23
    assert len(read(subject="visit:V1", month="2026-11")) == 22
    assert len(read(subject="visit:V1", month="2026-10")) == 1
    assert administrator.get(AUDIT, month="2026-13").code == "invalid_input"
    cursor = administrator.get(AUDIT, month="2026-11").json["next_cursor"]
    assert administrator.get(AUDIT, month="2026-10", cursor=cursor).code == "invalid_cursor"


def test_names_of_a_page_come_in_one_batch(administrator: Client) -> None:
    for number in range(30):
        user = make_user(f"person{number}")
        post(administrator, user, "roles", role="canteen", granted=True, version=1)
    with recorded() as recording:
        page = administrator.get(AUDIT).json
    assert list(recording.operations) == ["GetItem", "Query", "BatchGetItem"]
    assert {entry["actor_name"] for entry in page["items"]} == {"huang"}
    assert all(entry["subject_name"].startswith("person") for entry in page["items"])
