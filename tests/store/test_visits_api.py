"""Visitor endpoints through the API function on locked moto: exact answers, and on refusal nothing changed or sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import to_text
from chalicelib.core.session import Device
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.visit import Status
from tests.support.client import Client, browser_of, make_user, signed_in
from tests.support.forms import form

pytestmark = pytest.mark.usefixtures("cloud")


def messages(sqs: Any) -> list[Any]:
    from chalicelib.core import runtime

    url = runtime.settings().queue_urls["gate"]
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])


def test_a_visit_is_submitted_seen_and_remembered() -> None:
    visitor = signed_in("lin")
    made = visitor.post("/api/visitor/visits", form())
    assert made.status == 201, made.text
    assert made.json["stage"] == "awaiting_approval"
    assert made.json["visitor"] == {
        "name": "林晓雨",
        "gender": "female",
        "phone": "13800000000",
        "plate_number": "闽A12345",
        "id_number_masked": None,
        "face": None,
    }
    listed = visitor.get("/api/visitor/visits")
    assert [visit["id"] for visit in listed.json["items"]] == [made.json["id"]]
    assert visitor.get("/api/visitor/saved").json["items"][0]["name"] == "林晓雨"
    assert visitor.get(f"/api/visitor/visits/{made.json['id']}").json == made.json


def test_the_same_form_twice_makes_one_visit() -> None:
    visitor = signed_in("lin")
    body = form()
    first, second = visitor.post("/api/visitor/visits", body), visitor.post("/api/visitor/visits", body)
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] == second.json["id"]
    assert len(visitor.get("/api/visitor/visits").json["items"]) == 1


def test_a_changed_form_with_the_same_request_id_is_refused() -> None:
    visitor = signed_in("lin")
    visitor.post("/api/visitor/visits", form())
    answer = visitor.post("/api/visitor/visits", form(purpose="参观"))
    assert (answer.status, answer.code) == (409, "visit_request_reused")
    assert visitor.get("/api/visitor/visits").json["items"][0]["purpose"] == "设备检修"


def test_wrong_fields_are_named_in_chinese() -> None:
    visitor = signed_in("lin")
    wrong = form(purpose="", host={"name": "王/海峰", "phone": "12345"})
    answer = visitor.post("/api/visitor/visits", wrong)
    assert (answer.status, answer.code) == (400, "invalid_input")
    assert {problem["field"] for problem in answer.json["detail"]} == {"purpose", "host.name", "host.phone"}
    assert visitor.get("/api/visitor/visits").json["items"] == []


def test_a_window_in_the_past_is_refused() -> None:
    visitor = signed_in("lin")
    past = datetime.now(UTC) - timedelta(hours=5)
    answer = visitor.post(
        "/api/visitor/visits", form(starts_at=to_text(past), ends_at=to_text(past + timedelta(hours=1)))
    )
    assert (answer.status, answer.json["detail"]) == (
        400,
        [{"field": "starts_at", "message": "开始时间已过，请重新选择", "code": "start_passed"}],
    )


def test_other_peoples_visits_do_not_exist() -> None:
    visitor, stranger = signed_in("lin"), signed_in("zhou")
    visit_id = visitor.post("/api/visitor/visits", form()).json["id"]
    assert stranger.get(f"/api/visitor/visits/{visit_id}").status == 404
    assert stranger.post(f"/api/visitor/visits/{visit_id}/cancel").status == 404
    assert stranger.get("/api/visitor/visits").json["items"] == []
    saved = visitor.get("/api/visitor/saved").json["items"][0]["id"]
    assert stranger.request("DELETE", f"/api/visitor/saved/{saved}").status == 404
    found = store.find_visit(visit_id)
    assert found is not None and found.status is Status.SUBMITTED


def test_approval_wakes_the_gate_and_asks_for_the_role(cloud: Any) -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    visit = visitor.post("/api/visitor/visits", form()).json
    path = f"/api/visitor/approvals/{visit['id']}/approve"
    assert (visitor.post(path, {"version": 1}).code, messages(cloud)) == ("forbidden", [])
    approved = approver.post(path, {"version": 1})
    assert (approved.status, approved.json["stage"], approved.json["decided_by"]) == (200, "awaiting_gate", "chen")
    assert len(messages(cloud)) == 1
    assert visitor.get(f"/api/visitor/visits/{visit['id']}").json["gate"]["message"].startswith("已审批")


def test_two_approvers_one_wins_and_the_other_is_told() -> None:
    visitor = signed_in("lin")
    first, second = signed_in("chen", "visitor_approver"), signed_in("li", "visitor_approver")
    visit = visitor.post("/api/visitor/visits", form()).json
    path = f"/api/visitor/approvals/{visit['id']}"
    assert first.post(f"{path}/approve", {"version": 1}).status == 200
    refused = second.post(f"{path}/refuse", {"version": 1, "reason": "资料不全"})
    assert (refused.status, refused.code) == (409, "visit_already_decided")
    again = first.post(f"{path}/approve", {"version": 1})
    assert (again.status, again.json["version"]) == (200, 2)


def test_nobody_approves_their_own_visit() -> None:
    approver = signed_in("chen", "visitor_approver")
    visit = approver.post("/api/visitor/visits", form()).json
    answer = approver.post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": 1})
    assert (answer.status, answer.code) == (409, "visit_own_approval")


def test_refusal_shows_its_reason() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    visit = visitor.post("/api/visitor/visits", form()).json
    approver.post(f"/api/visitor/approvals/{visit['id']}/refuse", {"version": 1, "reason": "被访人出差"})
    seen = visitor.get(f"/api/visitor/visits/{visit['id']}").json
    assert (seen["stage"], seen["refusal_reason"], seen["can_cancel"]) == ("refused", "被访人出差", False)


def test_writes_need_the_csrf_token() -> None:
    visitor = signed_in("lin")
    visitor.csrf = None
    assert visitor.post("/api/visitor/visits", form()).code == "csrf_token_invalid"
    assert visitor.get("/api/visitor/visits").json["items"] == []


@pytest.mark.parametrize("cookie", ["", "forged.token", "eyJ1IjoiVVNFUkxJTiJ9.AAAA"])
def test_without_a_valid_session_nothing_is_told(cookie: str) -> None:
    answer = Client(cookies={"session": cookie} if cookie else {}).get("/api/visitor/visits")
    assert (answer.status, answer.code) == (401, "not_signed_in")
    assert answer.headers["x-request-id"]


def test_a_phone_session_does_not_open_the_office() -> None:
    approver = signed_in("chen", "visitor_approver")
    approver.cookies["office"] = approver.cookies["session"]
    assert approver.get("/api/office/visits").status == 401


def test_the_office_filters_and_pages() -> None:
    make_user("lin")
    visitor = browser_of("USERLIN")
    for number in range(23):
        answer = visitor.post("/api/visitor/visits", form(f"4f9d1c1e-0000-4000-8000-{number:012d}"))
        assert answer.status == (201 if number < 20 else 429)
    stranger = signed_in("zhou")
    for number in range(3):
        assert stranger.post("/api/visitor/visits", form(f"4f9d1c1e-0000-4000-8000-{number:012d}")).status == 201
    office = signed_in("huang", "administrator", device=Device.OFFICE)
    page = office.get("/api/office/visits")
    assert (len(page.json["items"]), page.json["next_cursor"] is not None) == (20, True)
    rest = office.get("/api/office/visits", cursor=page.json["next_cursor"])
    assert (len(rest.json["items"]), rest.json["next_cursor"]) == (3, None)
    assert office.get("/api/office/visits", status="approved").json["items"] == []
    assert office.get("/api/office/visits", status="bad").code == "invalid_input"
    assert office.get("/api/office/visits", **{"from": "2020-01-01", "to": "2020-01-02"}).json["items"] == []


@pytest.mark.parametrize("cursor", ["x", "e30", "WyIyMDI2LTExIiwgMV0", "eyJwayI6IHsiUyI6ICJhIn19"])
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    visitor = signed_in("lin")
    assert visitor.get("/api/visitor/visits", cursor=cursor).code == "invalid_cursor"
    office = signed_in("huang", "administrator", device=Device.OFFICE)
    assert office.get("/api/office/visits", cursor=cursor).code == "invalid_cursor"


def test_cancelling_twice_is_one_cancellation(cloud: Any) -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    visit = visitor.post("/api/visitor/visits", form()).json
    approver.post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": 1})
    first = visitor.post(f"/api/visitor/visits/{visit['id']}/cancel")
    second = visitor.post(f"/api/visitor/visits/{visit['id']}/cancel")
    assert (first.json["gate"]["status"], second.json["version"]) == ("revoking", first.json["version"])


def test_who_waits_longest_is_decided_first() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    made = [
        visitor.post("/api/visitor/visits", form(f"4f9d1c1e-0000-4000-8000-{number:012d}")).json["id"]
        for number in range(3)
    ]
    waiting = approver.get("/api/visitor/approvals", view="waiting").json["items"]
    assert [visit["id"] for visit in waiting] == made
