"""Consents and ID numbers through the API function: asked first, sealed, masked, and never anywhere in full."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.session import Device
from chalicelib.core.settings import TABLES
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.privacy import consent_texts, identity
from chalicelib.domains.visitor.privacy.model import ConsentKind, ConsentText
from tests.store.test_visits_api import form
from tests.support.client import Answer, Client, browser_of, make_user, signed_in

pytestmark = pytest.mark.usefixtures("cloud")

NUMBER = "11010519491231002X"
MASKED = "110***********002X"
PERSON = {"name": "林晓雨", "gender": "female", "phone": "13800000000"}


def agree(client: Client, kind: str = "id_number", granted: bool = True) -> Answer:
    version = consent_texts.CONSENT_TEXTS[ConsentKind(kind)].version
    return client.post(f"/api/visitor/consents/{kind}", {"version": version, "granted": granted})


def standing(client: Client, kind: str = "id_number") -> str:
    items = client.get("/api/visitor/consents").json["items"]
    return next(item["standing"] for item in items if item["kind"] == kind)


def reserve(client: Client, request_id: str = "4f9d1c1e-0000-4000-8000-000000000001", **person: Any) -> Answer:
    return client.post("/api/visitor/visits", form(request_id, visitor={**PERSON, **person}))


def stored_text() -> str:
    dynamodb = runtime.aws_client("dynamodb")
    return repr([dynamodb.scan(TableName=f"test-{name}")["Items"] for name in TABLES])


def test_without_the_consent_nothing_is_taken() -> None:
    visitor = signed_in("lin")
    for answer in (
        reserve(visitor, id_number=NUMBER),
        visitor.post("/api/visitor/saved", {**PERSON, "id_number": NUMBER}),
    ):
        assert (answer.status, answer.code) == (409, "consent_id_number_required")
    assert visitor.get("/api/visitor/visits").json["items"] == []
    assert visitor.get("/api/visitor/saved").json["items"] == []


def test_a_refusal_costs_nothing_but_the_field() -> None:
    visitor = signed_in("lin")
    assert agree(visitor, granted=False).json["standing"] == "refused"
    assert reserve(visitor, id_number=NUMBER).code == "consent_id_number_required"
    assert reserve(visitor).status == 201


def test_with_the_consent_it_is_sealed_and_masked_everywhere() -> None:
    visitor, staff = signed_in("lin"), signed_in("chen", "visitor_approver", device=Device.OFFICE)
    agree(visitor)
    made = reserve(visitor, id_number=" 11010519491231002x ")
    assert made.status == 201, made.text
    assert made.json["visitor"]["id_number_masked"] == MASKED
    assert visitor.get("/api/visitor/saved").json["items"][0]["id_number_masked"] == MASKED
    assert staff.get(f"/api/office/visits/{made.json['id']}").json["visitor"]["id_number_masked"] == MASKED
    exported = staff.get("/api/office/visits.csv").text
    assert MASKED in exported
    for text in (made.text, exported, stored_text(), repr(store.find_visit(made.json["id"]))):
        assert NUMBER not in text


def test_a_saved_number_is_used_without_anybody_seeing_it() -> None:
    visitor, stranger = signed_in("lin"), signed_in("zhou")
    agree(visitor)
    agree(stranger)
    saved = visitor.post("/api/visitor/saved", {**PERSON, "id_number": NUMBER}).json
    made = reserve(visitor, id_number_of=saved["id"])
    visit = store.find_visit(made.json["id"])
    assert visit is not None
    assert identity.number_for_gate(visit) == NUMBER
    assert reserve(stranger, id_number_of=saved["id"]).status == 404


def test_a_changed_saved_visitor_keeps_its_number_only_when_asked() -> None:
    visitor = signed_in("lin")
    agree(visitor)
    first = visitor.post("/api/visitor/saved", {**PERSON, "id_number": NUMBER}).json
    renamed = {**PERSON, "name": "林小雨", "id_number_of": first["id"]}
    second = visitor.request("PUT", f"/api/visitor/saved/{first['id']}", body=renamed).json
    assert second["id_number_masked"] == MASKED
    third = visitor.request("PUT", f"/api/visitor/saved/{second['id']}", body={**PERSON, "name": "林小雨"}).json
    assert third["id_number_masked"] is None


def test_the_same_form_with_a_number_makes_one_visit_and_another_number_is_noticed() -> None:
    visitor = signed_in("lin")
    agree(visitor)
    first, second = reserve(visitor, id_number=NUMBER), reserve(visitor, id_number=NUMBER)
    assert (first.status, second.status, first.json["id"]) == (201, 201, second.json["id"])
    assert reserve(visitor, id_number="350000190003074516").code == "visit_request_reused"


@pytest.mark.parametrize("number", ["110105194912310021", "350000000307451", "35000019990230123", "abc"])
def test_a_wrong_number_is_named(number: str) -> None:
    answer = reserve(signed_in("lin"), id_number=number)
    assert (answer.status, answer.json["detail"]) == (
        400,
        [{"field": "visitor.id_number", "message": "身份证号不正确，请核对 18 位号码"}],
    )
    assert number not in answer.text


def test_a_new_text_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = signed_in("lin")
    agree(visitor)
    assert standing(visitor) == "granted"
    newer = ConsentText("2030-01", "使用身份证号", ("新的说明",))
    monkeypatch.setitem(consent_texts.CONSENT_TEXTS, ConsentKind.ID_NUMBER, newer)
    assert standing(visitor) == "outdated"
    assert reserve(visitor, id_number=NUMBER).code == "consent_id_number_required"
    seen = {"version": "2026-01", "granted": True}
    assert visitor.post("/api/visitor/consents/id_number", seen).code == "consent_text_changed"
    agree(visitor)
    assert reserve(visitor, id_number=NUMBER).status == 201


def test_everything_said_stays_on_record() -> None:
    visitor = signed_in("lin")
    agree(visitor, granted=False)
    agree(visitor)
    agree(visitor)
    history = visitor.get("/api/visitor/consent-history").json["items"]
    assert [(said["kind"], said["decision"]) for said in history] == [
        ("id_number", "granted"),
        ("id_number", "refused"),
    ]
    assert signed_in("zhou").get("/api/visitor/consent-history").json["items"] == []


def test_kinds_are_separate_and_an_unknown_one_does_not_exist() -> None:
    visitor = signed_in("lin")
    agree(visitor, "park")
    assert [standing(visitor, kind) for kind in ("id_number", "face", "park")] == ["unasked", "unasked", "granted"]
    assert visitor.post("/api/visitor/consents/dna", {"version": "1", "granted": True}).status == 404


def test_the_office_reads_the_full_number_on_record_only() -> None:
    visitor = signed_in("lin")
    agree(visitor)
    visit_id = reserve(visitor, id_number=NUMBER).json["id"]
    address = f"/api/office/visits/{visit_id}/id-number"
    staff, nobody = signed_in("chen", "visitor_approver", device=Device.OFFICE), signed_in("wu", device=Device.OFFICE)
    assert staff.post(address, {"reason": ""}).status == 400
    assert nobody.post(address, {"reason": "核对来访人员"}).status == 403
    assert staff.post(address, {"reason": "核对来访人员"}).json == {"id_number": NUMBER}
    boss = browser_of(make_user("boss", "administrator").id, Device.OFFICE)
    read = [entry for entry in boss.get("/api/office/audit").json["items"] if entry["action"] == "id_number_read"]
    assert [(entry["subject"], entry["after"]) for entry in read] == [(f"visit:{visit_id}", {"reason": "核对来访人员"})]
    assert NUMBER not in repr(read)


def test_without_a_number_there_is_nothing_to_read() -> None:
    visit_id = reserve(signed_in("lin")).json["id"]
    staff = signed_in("chen", "visitor_approver", device=Device.OFFICE)
    assert staff.post(f"/api/office/visits/{visit_id}/id-number", {"reason": "核对"}).status == 404


def test_nothing_of_a_number_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    visitor = signed_in("lin")
    agree(visitor)
    reserve(visitor, id_number=NUMBER)
    reserve(visitor, "4f9d1c1e-0000-4000-8000-000000000002", id_number="110105194912310021")
    written = capsys.readouterr()
    assert "110105" not in written.out + written.err
