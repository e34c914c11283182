"""Changing a reservation through the API function on locked moto: the old visit ends, a new request takes its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import to_text
from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import State
from chalicelib.core.session import Device
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.visit import Visit
from tests.support.client import Client, signed_in
from tests.support.forms import SECOND, change_form, form, party_form

pytestmark = pytest.mark.usefixtures("cloud")
VISITS, CHANGES = "/api/visitor/visits", "/api/visitor/changes"
NUMBER = "11010519491231002X"


def reserve(client: Client, /, **changes: Any) -> dict[str, Any]:
    visit: dict[str, Any] = client.post(VISITS, form(**changes)).json
    return visit


def approve(approver: Client, visit: dict[str, Any]) -> Any:
    return approver.post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": visit["version"]})


def known(visit_id: str) -> Visit:
    visit = store.find_visit(visit_id)
    assert visit is not None
    return visit


def gate_pushes() -> list[tuple[str, int, str]]:
    items = outbox.page_by_state("gate", State.PENDING, None, 50).items
    return sorted((entry.object_key, entry.sequence, entry.kind) for entry in items)


def test_a_submitted_visit_is_replaced_by_a_new_request() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    old = reserve(visitor)
    assert old["can_change"]
    made = visitor.post(CHANGES, change_form(old, purpose="送货"))
    assert made.status == 201, made.text
    new = made.json
    assert (new["stage"], new["purpose"], new["replaces"]) == ("awaiting_approval", "送货", old["id"])
    seen = visitor.get(f"{VISITS}/{old['id']}").json
    assert (seen["stage"], seen["status"], seen["replaced_by"]) == ("replaced", "cancelled", new["id"])
    assert (seen["can_change"], seen["can_cancel"], gate_pushes()) == (False, False, [])
    waiting = approver.get("/api/visitor/approvals", view="waiting").json["items"]
    assert [visit["id"] for visit in waiting] == [new["id"]]
    assert approve(approver, old).code == "visit_replaced"
    assert approve(approver, new).json["stage"] == "awaiting_gate"


def test_the_right_of_an_approved_visit_is_revoked_before_the_new_one_registers() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    old = approve(approver, reserve(visitor)).json
    new = visitor.post(CHANGES, change_form(old, host={"name": "陈志远", "phone": "13900002222"})).json
    assert (new["stage"], new["decided_by"], new["gate"]["status"]) == ("awaiting_approval", None, "none")
    assert known(old["id"]).gate.status.value == "revoking"
    assert approve(approver, new).status == 200
    key = f"gate:visit:{old['id']}"
    assert gate_pushes() == [(key, 2, "visit.register"), (key, 3, "visit.revoke"), (key, 5, "visit.register")]
    again = visitor.post(
        CHANGES, change_form(visitor.get(f"{VISITS}/{new['id']}").json, request_id="change-request-00002", purpose="x")
    ).json
    approve(approver, again)
    assert [sequence for _, sequence, _ in gate_pushes()] == [2, 3, 5, 6, 8], "the chain goes on counting"


def test_the_office_sees_which_visit_a_push_of_the_chain_is_about() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    clerk = signed_in("huang", "administrator", device=Device.OFFICE)
    old = approve(approver, reserve(visitor)).json
    new = visitor.post(CHANGES, change_form(old, purpose="送货")).json
    approve(approver, new)
    subjects = [push["subject"] for push in clerk.get("/api/office/pushes").json["items"]]
    assert sorted(subjects) == sorted([f"visit:{old['id']}"] * 2 + [f"visit:{new['id']}"])


def test_the_same_change_twice_makes_one_visit() -> None:
    visitor = signed_in("lin")
    old = reserve(visitor)
    body = change_form(old, purpose="送货")
    first, second = visitor.post(CHANGES, body), visitor.post(CHANGES, body)
    assert (second.status, second.json) == (201, first.json)
    assert len(visitor.get(VISITS).json["items"]) == 2
    edited = visitor.post(CHANGES, {**body, "purpose": "参观交流"})
    assert (edited.status, edited.code) == (409, "visit_request_reused")


def test_a_visit_is_changed_once_the_second_phone_is_led_to_the_new_one() -> None:
    visitor = signed_in("lin")
    old = reserve(visitor)
    visitor.post(CHANGES, change_form(old, purpose="送货"))
    late = visitor.post(CHANGES, change_form(old, request_id="change-request-00002", purpose="参观交流"))
    assert (late.status, late.code) == (409, "visit_replaced")
    assert visitor.post(f"{VISITS}/{old['id']}/cancel").code == "visit_replaced"
    assert len(visitor.get(VISITS).json["items"]) == 2


def test_an_approval_the_owner_does_not_know_of_is_not_given_up() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    old = reserve(visitor)
    approve(approver, old)
    answer = visitor.post(CHANGES, change_form(old, purpose="送货"))
    assert (answer.status, answer.code) == (409, "visit_decided_meanwhile")
    seen = visitor.get(f"{VISITS}/{old['id']}").json
    assert (seen["stage"], seen["replaced_by"]) == ("awaiting_gate", None)
    assert visitor.post(CHANGES, change_form(seen, purpose="送货")).status == 201


@pytest.mark.parametrize("end", ["cancel", "refuse"])
def test_what_is_over_cannot_be_changed(end: str) -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    old = reserve(visitor)
    if end == "cancel":
        visitor.post(f"{VISITS}/{old['id']}/cancel")
    else:
        approver.post(f"/api/visitor/approvals/{old['id']}/refuse", {"version": 1, "reason": "资料不全"})
    assert visitor.post(CHANGES, change_form(old, purpose="送货")).code == "visit_not_changeable"
    assert len(visitor.get(VISITS).json["items"]) == 1


def test_nothing_changed_is_told() -> None:
    visitor = signed_in("lin")
    old = reserve(visitor)
    assert visitor.post(CHANGES, change_form(old)).code == "visit_unchanged"
    assert known(old["id"]).version == 1


def test_a_visit_that_has_begun_keeps_its_start() -> None:
    visitor = signed_in("lin")
    start = datetime.now(UTC) - timedelta(minutes=9)
    old = reserve(visitor, starts_at=to_text(start), ends_at=to_text(start + timedelta(hours=2)))
    longer = change_form(old, ends_at=to_text(start + timedelta(hours=3)))
    assert visitor.post(CHANGES, {**longer, "starts_at": to_text(start - timedelta(hours=1))}).code == "invalid_input"
    assert visitor.post(CHANGES, longer).status == 201


def test_the_id_number_is_kept_without_being_shown() -> None:
    visitor = signed_in("lin")
    consents = visitor.get("/api/visitor/consents").json["items"]
    version = next(consent["version"] for consent in consents if consent["kind"] == "id_number")
    visitor.post("/api/visitor/consents/id_number", {"version": version, "granted": True})
    old = reserve(visitor, visitor={**SECOND, "id_number": NUMBER})
    body = change_form(old, purpose="送货")
    kept = visitor.post(CHANGES, {**body, "visitor": {**body["visitor"], "keep_id_number": True}}).json
    assert kept["visitor"]["id_number_masked"] == "110***********002X"
    dropped = visitor.post(CHANGES, change_form(kept, request_id="change-request-00002", purpose="参观")).json
    assert dropped["visitor"]["id_number_masked"] is None


def test_a_blocked_visitor_changes_nothing() -> None:
    visitor, clerk = signed_in("lin"), signed_in("huang", "administrator", device=Device.OFFICE)
    old = reserve(visitor)
    clerk.post("/api/office/blocked", {"phone": "13800000000", "name": "林晓雨", "reason": "多次违规"})
    assert visitor.post(CHANGES, change_form(old, purpose="送货")).code == "visit_not_accepted"
    assert (known(old["id"]).status.value, known(old["id"]).version) == ("submitted", 1)


def test_a_change_counts_as_a_request_of_the_day() -> None:
    visitor = signed_in("lin")
    visit = reserve(visitor)
    for number in range(19):
        body = change_form(visit, request_id=f"change-request-{number:05d}", purpose=f"第 {number} 次")
        visit = visitor.post(CHANGES, body).json
    late = visitor.post(CHANGES, change_form(visit, request_id="change-request-99999", purpose="又一次"))
    assert (late.status, late.code) == (429, "visit_daily_limit")
    assert known(visit["id"]).replaced_by is None


def test_a_party_is_changed_together_or_one_alone() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    first = visitor.post(VISITS, party_form()).json
    party = visitor.get(f"/api/visitor/parties/{first['id']}").json["items"]
    alone = visitor.post(CHANGES, change_form(party[2], purpose="送货")).json
    assert (alone["party"], alone["replaces"]) == (None, party[2]["id"])
    moved = visitor.post(CHANGES, change_form(*party[:2], request_id="change-request-00002", purpose="参观")).json
    assert moved["party"] == {"id": moved["id"], "position": 0, "size": 2}
    new = visitor.get(f"/api/visitor/parties/{moved['id']}").json["items"]
    assert [visit["replaces"] for visit in new] == [party[0]["id"], party[1]["id"]]
    old = visitor.get(f"/api/visitor/parties/{first['id']}").json["items"]
    assert [visit["stage"] for visit in old] == ["replaced"] * 3
    seen = [{"id": visit["id"], "version": visit["version"]} for visit in new]
    path = f"/api/visitor/party-approvals/{moved['id']}/approve"
    assert [visit["stage"] for visit in approver.post(path, {"visits": seen}).json["items"]] == ["awaiting_gate"] * 2
    assert visitor.post(f"/api/visitor/parties/{first['id']}/cancel").code == "visit_not_cancellable"


def test_one_person_who_cannot_be_changed_stops_the_party() -> None:
    visitor = signed_in("lin")
    first = visitor.post(VISITS, party_form()).json
    party = visitor.get(f"/api/visitor/parties/{first['id']}").json["items"]
    visitor.post(f"{VISITS}/{party[1]['id']}/cancel")
    assert visitor.post(CHANGES, change_form(*party, purpose="送货")).code == "visit_not_changeable"
    assert known(party[0]["id"]).version == 1
    doubled = visitor.post(CHANGES, change_form(party[0], party[0], purpose="送货"))
    assert doubled.code == "invalid_input"


def test_other_peoples_visits_are_not_changed() -> None:
    visitor, stranger = signed_in("lin"), signed_in("zhou")
    old, own = reserve(visitor), reserve(stranger)
    assert stranger.post(CHANGES, change_form(old, purpose="送货")).status == 404
    assert stranger.post(CHANGES, change_form(own, old, purpose="送货")).status in (400, 404)
    assert known(old["id"]).version == 1
