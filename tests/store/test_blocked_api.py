"""The block list through the API function: who may, what visitors and approvers read, and that nothing slips through."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.session import Device
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.visit import Status
from tests.store.test_visits_api import form, messages
from tests.support.client import Client, signed_in

pytestmark = pytest.mark.usefixtures("cloud")
PHONE = "13800000000"
BLOCKED = "/api/office/blocked"


@pytest.fixture
def office() -> Client:
    """An approver at the desk."""
    return signed_in("huang", "visitor_approver", device=Device.OFFICE)


def block(office: Client, **changes: Any) -> Any:
    return office.post(
        BLOCKED, {"phone": "+86 138-0000-0000", "name": "林晓雨", "reason": "多次未遵守安全规定", **changes}
    )


def test_a_phone_is_blocked_listed_and_released(office: Client) -> None:
    blocked = block(office)
    assert blocked.status == 201
    assert {key: blocked.json[key] for key in ("phone", "name", "reason", "blocked_by")} == {
        "phone": PHONE,
        "name": "林晓雨",
        "reason": "多次未遵守安全规定",
        "blocked_by": "huang",
    }
    assert office.get(BLOCKED).json == {"items": [blocked.json], "next_cursor": None}
    assert office.post(f"{BLOCKED}/release", {"phone": PHONE}).status == 204
    assert office.get(BLOCKED).json["items"] == []
    assert office.post(f"{BLOCKED}/release", {"phone": PHONE}).status == 404


def test_both_changes_are_audited_without_the_number(office: Client) -> None:
    entry = block(office).json
    office.post(f"{BLOCKED}/release", {"phone": PHONE})
    found = list(AuditEntry.query(f"block:{entry['id']}"))
    assert [(item.action, item.actor) for item in found] == [
        ("visitor_blocked", "USERHUANG"),
        ("visitor_released", "USERHUANG"),
    ]
    text = " ".join(f"{item.before} {item.after}" for item in found)
    assert "138****0000" in text and PHONE not in text


def test_a_blocked_visitor_cannot_be_submitted_and_learns_nothing(office: Client, cloud: Any) -> None:
    block(office)
    visitor = signed_in("lin")
    refused = visitor.post("/api/visitor/visits", form())
    assert (refused.status, refused.code) == (409, "visit_not_accepted")
    assert "黑名单" not in refused.text and "安全规定" not in refused.text
    assert visitor.get("/api/visitor/visits").json["items"] == []
    assert visitor.get("/api/visitor/saved").json["items"] == [], "nothing of the refused form was kept"
    other = form("4f9d1c1e-0000-4000-8000-000000000002")
    other["visitor"]["phone"] = "13800000001"
    assert visitor.post("/api/visitor/visits", other).status == 201, "somebody else may come"
    office.post(f"{BLOCKED}/release", {"phone": PHONE})
    assert visitor.post("/api/visitor/visits", form()).status == 201


def test_a_form_that_was_accepted_before_still_answers_with_its_visit(office: Client) -> None:
    visitor = signed_in("lin")
    visit = visitor.post("/api/visitor/visits", form()).json
    block(office)
    again = visitor.post("/api/visitor/visits", form())
    assert (again.status, again.json["id"]) == (201, visit["id"])


@pytest.mark.parametrize("desk", [False, True])
def test_a_waiting_request_cannot_be_approved_but_refused(office: Client, cloud: Any, desk: bool) -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    visit = visitor.post("/api/visitor/visits", form()).json
    block(office)
    who, path = (office, "/api/office/visits") if desk else (approver, "/api/visitor/approvals")
    refused = who.post(f"{path}/{visit['id']}/approve", {"version": 1})
    assert (refused.status, refused.code) == (409, "visit_visitor_blocked")
    assert "黑名单" in refused.json["message"]
    found = store.find_visit(visit["id"])
    assert found is not None and (found.status, found.version) == (Status.SUBMITTED, 1)
    assert messages(cloud) == []
    assert who.post(f"{path}/{visit['id']}/refuse", {"version": 1, "reason": "不符合入厂要求"}).status == 200


def test_an_approved_visit_stays_and_can_be_cancelled(office: Client) -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    visit = visitor.post("/api/visitor/visits", form()).json
    assert approver.post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": 1}).status == 200
    block(office)
    again = approver.post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": 1})
    assert (again.status, again.json["status"]) == (200, "approved")
    assert visitor.post(f"/api/visitor/visits/{visit['id']}/cancel").status == 200


def test_blocking_twice(office: Client) -> None:
    first = block(office).json
    assert block(office).json == first, "the answer was lost and the button pressed again"
    refused = block(office, reason="另一个原因")
    assert (refused.status, refused.code) == (409, "visitor_already_blocked")
    assert [item["reason"] for item in office.get(BLOCKED).json["items"]] == ["多次未遵守安全规定"]


@pytest.mark.parametrize(
    ("changes", "field"), [({"phone": "12345"}, "phone"), ({"reason": " "}, "reason"), ({"name": "a/b"}, "name")]
)
def test_wrong_input_is_named(office: Client, changes: dict[str, str], field: str) -> None:
    refused = block(office, **changes)
    assert (refused.status, refused.json["detail"][0]["field"]) == (400, field)
    assert office.get(BLOCKED).json["items"] == []


def test_a_name_is_not_needed(office: Client) -> None:
    assert block(office, name="").json["name"] is None


@pytest.mark.parametrize("role", ["logistics", "canteen"])
def test_other_staff_may_not(role: str) -> None:
    office = signed_in("wu", role, device=Device.OFFICE)
    assert (office.get(BLOCKED).code, block(office).code) == ("forbidden", "forbidden")
    assert office.post(f"{BLOCKED}/release", {"phone": PHONE}).code == "forbidden"


def test_administrators_may_and_phones_may_not() -> None:
    assert block(signed_in("chef", "administrator", device=Device.OFFICE)).status == 201
    assert signed_in("chen", "visitor_approver").get(BLOCKED).code == "not_signed_in"


def test_the_list_is_paged(office: Client) -> None:
    for number in range(23):
        assert block(office, phone=f"139{number:08d}").status == 201
    first = office.get(BLOCKED).json
    second = office.get(BLOCKED, cursor=first["next_cursor"]).json
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (20, 3, None)
    assert len({item["phone"] for item in first["items"] + second["items"]}) == 23
    assert office.get(BLOCKED, cursor="e30").code == "invalid_cursor"
