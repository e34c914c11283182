"""Several people in one reservation, through the API function on locked moto."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import State
from chalicelib.core.session import Device
from tests.support.client import Client, signed_in
from tests.support.forms import SECOND, THIRD, form, party_form

pytestmark = pytest.mark.usefixtures("cloud")
VISITS = "/api/visitor/visits"
NUMBER = "11010519491231002X"


def reserve(visitor: Client, **changes: Any) -> list[dict[str, Any]]:
    """A party of three; its visits in order."""
    made = visitor.post(VISITS, party_form(**changes))
    assert made.status == 201, made.text
    party: list[dict[str, Any]] = visitor.get(f"/api/visitor/parties/{made.json['party']['id']}").json["items"]
    return party


def seen(*visits: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": visit["id"], "version": visit["version"]} for visit in visits]


def decide(approver: Client, verb: str, visits: list[dict[str, Any]], **more: Any) -> Any:
    path = f"/api/visitor/party-approvals/{visits[0]['party']['id']}/{verb}"
    return approver.post(path, {"visits": seen(*visits), **more})


def gate_pushes() -> int:
    return len(outbox.page_by_state("gate", State.PENDING, None, 50).items)


def test_each_person_gets_a_visit_of_their_own() -> None:
    visitor = signed_in("lin")
    party = reserve(visitor)
    assert [visit["visitor"]["name"] for visit in party] == ["林晓雨", "张德发", "李大伟"]
    assert [visit["party"]["position"] for visit in party] == [0, 1, 2]
    assert {visit["party"]["size"] for visit in party} == {3}
    assert {(visit["host"]["name"], visit["starts_at"], visit["purpose"]) for visit in party} == {
        ("王海峰", party[0]["starts_at"], "设备检修")
    }
    assert party[0]["party"]["id"] == party[0]["id"]
    listed = visitor.get(VISITS).json["items"]
    assert sorted(visit["id"] for visit in listed) == sorted(visit["id"] for visit in party)
    assert len(visitor.get("/api/visitor/saved").json["items"]) == 3


def test_the_same_party_twice_makes_the_same_visits() -> None:
    visitor = signed_in("lin")
    body = party_form()
    first, second = visitor.post(VISITS, body), visitor.post(VISITS, body)
    assert (second.status, second.json) == (201, first.json)
    assert len(visitor.get(VISITS).json["items"]) == 3


@pytest.mark.parametrize("companions", [[], [SECOND], [THIRD, SECOND], [SECOND, {**THIRD, "name": "李小伟"}]])
def test_a_form_sent_before_with_other_people_is_told(companions: list[dict[str, Any]]) -> None:
    visitor = signed_in("lin")
    reserve(visitor)
    answer = visitor.post(VISITS, party_form(companions=companions))
    assert (answer.status, answer.code) == (409, "visit_request_reused")
    assert len(visitor.get(VISITS).json["items"]) == 3


def test_a_person_alone_has_no_party() -> None:
    visitor = signed_in("lin")
    made = visitor.post(VISITS, form()).json
    assert made["party"] is None
    assert visitor.get(f"/api/visitor/parties/{made['id']}").status == 404


def test_a_phone_listed_twice_is_told_at_its_row() -> None:
    visitor = signed_in("lin")
    answer = visitor.post(VISITS, party_form(companions=[SECOND, {**THIRD, "phone": "138 0000 0000"}]))
    assert (answer.status, answer.json["detail"]) == (
        400,
        [{"field": "companions.1.phone", "message": "与第 1 位访客的手机号相同，请填写各人自己的手机号"}],
    )
    assert visitor.get(VISITS).json["items"] == []


def test_an_id_number_listed_twice_is_told_at_its_row() -> None:
    visitor = signed_in("lin")
    grant(visitor)
    people = [{**SECOND, "id_number": NUMBER}, {**THIRD, "id_number": NUMBER.lower()}]
    answer = visitor.post(VISITS, party_form(companions=people))
    assert answer.json["detail"] == [
        {"field": "companions.1.id_number", "message": "与第 2 位访客的身份证号相同，请核对"}
    ]
    assert visitor.get(VISITS).json["items"] == []


def test_more_than_ten_people_are_refused() -> None:
    visitor = signed_in("lin")
    companions = [{**SECOND, "phone": f"138000001{number:02d}"} for number in range(10)]
    assert visitor.post(VISITS, party_form(companions=companions)).code == "invalid_input"
    assert visitor.post(VISITS, party_form(companions=companions[:9])).status == 201


def test_the_day_counts_people() -> None:
    visitor = signed_in("lin")
    companions = [{**SECOND, "phone": f"138000001{number:02d}"} for number in range(9)]
    for number in range(2):
        request_id = f"4f9d1c1e-0000-4000-8000-{number:012d}"
        assert visitor.post(VISITS, party_form(request_id, companions=companions[:8])).status == 201
    refused = visitor.post(VISITS, party_form("4f9d1c1e-0000-4000-8000-000000000009"))
    assert (refused.status, refused.code) == (429, "visit_daily_limit")
    assert len(visitor.get(VISITS).json["items"]) == 18
    assert visitor.post(VISITS, party_form("4f9d1c1e-0000-4000-8000-000000000010", companions=[SECOND])).status == 201


def test_the_consent_of_any_number_in_the_list_is_needed() -> None:
    visitor = signed_in("lin")
    people = [SECOND, {**THIRD, "id_number": NUMBER}]
    assert visitor.post(VISITS, party_form(companions=people)).code == "consent_id_number_required"
    assert visitor.get(VISITS).json["items"] == []
    grant(visitor)
    assert [visit["visitor"]["id_number_masked"] for visit in reserve(visitor, companions=people)] == [
        None,
        None,
        "110***********002X",
    ]


def grant(visitor: Client) -> None:
    consents = visitor.get("/api/visitor/consents").json["items"]
    version = next(consent["version"] for consent in consents if consent["kind"] == "id_number")
    answer = visitor.post("/api/visitor/consents/id_number", {"version": version, "granted": True})
    assert answer.status == 200, answer.text


def test_one_blocked_person_stops_the_party_and_is_named() -> None:
    visitor, clerk = signed_in("lin"), signed_in("huang", "administrator", device=Device.OFFICE)
    clerk.post("/api/office/blocked", {"phone": SECOND["phone"], "name": "张德发", "reason": "多次违规"})
    answer = visitor.post(VISITS, party_form())
    assert (answer.status, answer.code) == (409, "visit_companion_not_accepted")
    assert "张德发" in answer.json["message"] and "黑名单" not in answer.json["message"]
    assert visitor.get(VISITS).json["items"] == []


def test_a_party_is_approved_in_one_step(cloud: Any) -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    party = reserve(visitor)
    waiting = approver.get("/api/visitor/approvals", view="waiting").json["items"]
    assert {visit["party"]["id"] for visit in waiting} == {party[0]["id"]}
    shown = approver.get(f"/api/visitor/party-approvals/{party[0]['id']}").json["items"]
    assert [visit["can_decide"] for visit in shown] == [True, True, True]
    approved = decide(approver, "approve", shown)
    assert (approved.status, {visit["stage"] for visit in approved.json["items"]}) == (200, {"awaiting_gate"})
    assert gate_pushes() == 3
    again = decide(approver, "approve", shown)
    assert (again.status, [visit["version"] for visit in again.json["items"]]) == (200, [2, 2, 2])
    assert gate_pushes() == 3


def test_one_person_alone_and_then_the_rest() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    party = reserve(visitor)
    refused = approver.post(f"/api/visitor/approvals/{party[1]['id']}/refuse", {"version": 1, "reason": "资料不全"})
    assert refused.json["stage"] == "refused"
    approved = decide(approver, "approve", [party[0], party[2]])
    assert [visit["stage"] for visit in approved.json["items"]] == ["awaiting_gate"] * 2
    stages = [visit["stage"] for visit in visitor.get(f"/api/visitor/parties/{party[0]['id']}").json["items"]]
    assert stages == ["awaiting_gate", "refused", "awaiting_gate"]


def test_a_party_is_refused_with_one_reason() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    refused = decide(approver, "refuse", reserve(visitor), reason="被访人出差")
    assert [visit["refusal_reason"] for visit in refused.json["items"]] == ["被访人出差"] * 3
    assert gate_pushes() == 0


def test_a_party_that_changed_since_it_was_seen_is_not_approved() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    party = reserve(visitor)
    visitor.post(f"{VISITS}/{party[2]['id']}/cancel")
    answer = decide(approver, "approve", party)
    assert (answer.status, answer.code, gate_pushes()) == (409, "visit_already_decided", 0)
    shown = approver.get(f"/api/visitor/party-approvals/{party[0]['id']}").json["items"]
    assert [visit["stage"] for visit in shown] == ["awaiting_approval", "awaiting_approval", "cancelled"]


def test_a_blocked_person_is_named_to_the_approver_and_nobody_is_approved() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    party = reserve(visitor)
    clerk = signed_in("huang", "administrator", device=Device.OFFICE)
    clerk.post("/api/office/blocked", {"phone": SECOND["phone"], "name": "张德发", "reason": "多次违规"})
    answer = decide(approver, "approve", party)
    assert (answer.status, answer.code, gate_pushes()) == (409, "visit_companion_blocked", 0)
    assert "张德发" in answer.json["message"]
    assert decide(approver, "approve", [party[0], party[2]]).status == 200


def test_visits_of_different_parties_are_not_decided_together() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    party, alone = reserve(visitor), visitor.post(VISITS, form("4f9d1c1e-0000-4000-8000-000000000077")).json
    for strange in (alone, {"id": "NOSUCHVISIT", "version": 1}):
        path = f"/api/visitor/party-approvals/{party[0]['id']}/approve"
        assert approver.post(path, {"visits": seen(party[0], strange)}).status == 404
    doubled = approver.post(path, {"visits": seen(party[0], party[0])})
    assert doubled.code == "invalid_input"
    assert gate_pushes() == 0


def test_nobody_approves_their_own_party() -> None:
    approver = signed_in("chen", "visitor_approver")
    party = reserve(approver)
    assert decide(approver, "approve", party).code == "visit_own_approval"


def test_the_owner_cancels_one_or_all() -> None:
    visitor = signed_in("lin")
    party = reserve(visitor)
    visitor.post(f"{VISITS}/{party[1]['id']}/cancel")
    path = f"/api/visitor/parties/{party[0]['id']}/cancel"
    first, second = visitor.post(path), visitor.post(path)
    assert [visit["stage"] for visit in first.json["items"]] == ["cancelled"] * 3
    assert second.json == first.json


def test_a_party_that_was_refused_cannot_be_cancelled() -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    party = reserve(visitor)
    decide(approver, "refuse", party, reason="资料不全")
    assert visitor.post(f"/api/visitor/parties/{party[0]['id']}/cancel").code == "visit_not_cancellable"


def test_other_peoples_parties_do_not_exist() -> None:
    visitor, stranger = signed_in("lin"), signed_in("zhou")
    party = reserve(visitor)
    path = f"/api/visitor/parties/{party[0]['id']}"
    assert (stranger.get(path).status, stranger.post(f"{path}/cancel").status) == (404, 404)
    assert stranger.get(f"/api/visitor/party-approvals/{party[0]['id']}").code == "forbidden"
    assert decide(stranger, "approve", party).code == "forbidden"
    assert {visit["status"] for visit in visitor.get(path).json["items"]} == {"submitted"}


def test_the_office_decides_a_party_too() -> None:
    visitor, clerk = signed_in("lin"), signed_in("huang", "administrator", device=Device.OFFICE)
    party = reserve(visitor)
    path = f"/api/office/parties/{party[0]['id']}"
    assert len(clerk.get(path).json["items"]) == 3
    assert clerk.post(f"{path}/approve", {"visits": seen(*party[:2])}).status == 200
    assert clerk.post(f"{path}/refuse", {"visits": seen(party[2]), "reason": "资料不全"}).status == 200
    stages = [visit["stage"] for visit in clerk.get(path).json["items"]]
    assert stages == ["awaiting_gate", "awaiting_gate", "refused"]
