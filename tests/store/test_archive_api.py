"""Vehicles and people through the API function: filed, kept by several, changed by one at a time, seen by their keepers only."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.outbox import store as outbox
from chalicelib.core.session import Device, Principal
from chalicelib.domains.logistics.archive import service, store
from chalicelib.domains.logistics.archive.identity import opened
from chalicelib.domains.logistics.archive.service import LIMIT, Wish, site_date
from tests.support.archive import (
    ID_NUMBER,
    OTHER_ID_NUMBER,
    PEOPLE,
    PLATE,
    TRAILER,
    VEHICLES,
    in_days,
    known_person,
    person_form,
    save_person,
    save_vehicle,
    vehicle,
    vehicle_form,
)
from tests.support.arrivals import merged
from tests.support.client import Client, browser_of, signed_in

OFFICE_VEHICLES, OFFICE_PEOPLE = "/api/office/logistics/vehicles", "/api/office/logistics/people"


@pytest.fixture
def driver(cloud: Any) -> Client:
    return signed_in("lin")


@pytest.fixture
def clerk(cloud: Any) -> Client:
    return signed_in("clerk", "logistics", device=Device.OFFICE)


def everything_stored() -> str:
    """The logistics, audit and outbox tables as text."""
    dynamodb = runtime.aws_client("dynamodb")
    names = [runtime.settings().tables[name] for name in ("logistics", "audit", "outbox")]
    return json.dumps([dynamodb.scan(TableName=name)["Items"] for name in names], sort_keys=True, default=sorted)


def audited(subject: str) -> list[str]:
    found = runtime.aws_client("dynamodb").query(
        TableName=runtime.settings().tables["audit"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": subject}},
    )
    return [item["action"]["S"] for item in found["Items"]]


def pushes(subject: str) -> list[tuple[str, int]]:
    return [(entry.kind, entry.sequence) for entry in outbox.entries_of(f"le:{subject}")]


def test_a_vehicle_is_filed_read_and_listed(driver: Client) -> None:
    saved = save_vehicle(driver)
    assert saved.status == 200, saved.text
    assert {
        **saved.json,
        "updated_at": "now",
    } == {
        **{name: value for name, value in vehicle_form().items() if name not in ("version", "photos")},
        "photos": [],
        "validity": "valid",
        "expiries": [
            {"certificate": "road_permit", "name": "道路运输证", "last_day": in_days(150), "days_left": 150},
            {"certificate": "inspection", "name": "车辆年检", "last_day": in_days(180), "days_left": 180},
            {"certificate": "tank_inspection", "name": "罐体检验", "last_day": in_days(210), "days_left": 210},
        ],
        "suspended_reason": None,
        "le": "waiting",
        "le_problem": None,
        "last_used_at": None,
        "updated_at": "now",
        "version": 1,
    }
    assert driver.get(f"{VEHICLES}/{TRAILER}").json == saved.json
    assert driver.get(VEHICLES).json["items"] == [saved.json]
    assert pushes(f"vehicle:{TRAILER}") == [("le.vehicle", 1)]
    assert audited(f"vehicle:{TRAILER}") == ["vehicle_filed"]


def test_an_address_may_hold_the_plate_encoded_or_not(driver: Client) -> None:
    save_vehicle(driver)
    encoded = driver.get(f"{VEHICLES}/%E9%97%BDA1234%E6%8C%82")
    assert (encoded.status, encoded.json["plate_number"]) == (200, TRAILER)
    for nothing in ("nonsense", "%E9%97%BDA12345", "x" * 3000, "%00"):
        assert driver.get(f"{VEHICLES}/{nothing}").status == 404


def test_the_same_form_twice_files_once_and_a_stale_one_changes_nothing(driver: Client) -> None:
    first = save_vehicle(driver).json
    again = save_vehicle(driver)
    assert (again.status, again.json["version"]) == (200, 1)
    changed = save_vehicle(driver, approved_load="30.000", version=1)
    assert (changed.json["version"], changed.json["approved_load"]) == (2, "30.000")
    assert save_vehicle(driver, approved_load="30.000", version=1).json["version"] == 2, "its answer was lost"
    before = everything_stored()
    stale = save_vehicle(driver, approved_load="31.000", version=1)
    assert (stale.status, stale.code) == (409, "archive_changed")
    unseen = save_vehicle(driver, approved_load="31.000", version=0)
    assert (unseen.status, unseen.code) == (409, "archive_kept_already")
    assert everything_stored() == before
    assert pushes(f"vehicle:{TRAILER}") == [("le.vehicle", 1), ("le.vehicle", 2)]
    assert first["version"] == 1


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"plate": TRAILER, "kind": "tractor", "tank": None}, "plate_number", "tractor_with_trailer_plate"),
        ({"plate": TRAILER, "kind": "rigid"}, "plate_number", "tractor_with_trailer_plate"),
        ({"plate": PLATE, "kind": "trailer"}, "plate_number", "trailer_without_trailer_plate"),
        ({"plate": PLATE, "tank": vehicle_form()["tank"]}, "tank", "tractor_with_tank"),
    ],
)
def test_what_does_not_fit_together_is_refused_at_its_field(
    driver: Client, wrong: dict[str, Any], field: str, code: str
) -> None:
    before = everything_stored()
    answer = save_vehicle(driver, **wrong)
    assert (answer.status, answer.code) == (400, "invalid_input")
    assert [(found["field"], found["code"]) for found in answer.json["detail"]] == [(field, code)]
    assert everything_stored() == before


def test_a_second_user_keeps_it_with_the_certificate_in_hand(driver: Client, clerk: Client) -> None:
    save_vehicle(driver)
    other = signed_in("chen")
    assert other.get(f"{VEHICLES}/{TRAILER}").status == 404
    wrong = save_vehicle(other, road_permit_no="35010000999")
    assert (wrong.status, wrong.code) == (409, "vehicle_known")
    assert other.get(VEHICLES).json["items"] == []
    kept = save_vehicle(other, road_permit_no=" 闽交运管字 350100001234号", approved_load="1.000")
    assert kept.status == 200, kept.text
    assert kept.json["approved_load"] == "32.000", "what the first one filed stays until it is changed"
    changed = save_vehicle(other, approved_load="31.000", version=1)
    assert changed.json["version"] == 2
    assert driver.get(f"{VEHICLES}/{TRAILER}").json["approved_load"] == "31.000"
    assert clerk.get(OFFICE_VEHICLES).json["items"][0]["kept_by"] == ["lin", "chen"]
    assert audited(f"vehicle:{TRAILER}") == ["vehicle_filed", "vehicle_kept", "vehicle_changed"]


def test_taking_it_off_the_own_list_leaves_it_to_the_others(driver: Client) -> None:
    save_vehicle(driver)
    other = signed_in("chen")
    save_vehicle(other)
    assert driver.request("DELETE", f"{VEHICLES}/{TRAILER}").status == 200
    assert driver.get(f"{VEHICLES}/{TRAILER}").status == 404
    assert driver.request("DELETE", f"{VEHICLES}/{TRAILER}").status == 404
    assert save_vehicle(driver, approved_load="1.000", version=1).status == 404
    assert other.get(f"{VEHICLES}/{TRAILER}").json["version"] == 1
    assert save_vehicle(driver).status == 200, "and it can be kept again"


def test_a_person_is_known_by_the_number_which_nobody_reads(driver: Client, clerk: Client) -> None:
    saved = save_person(driver)
    assert saved.status == 200, saved.text
    driver_no = saved.json["driver_no"]
    assert saved.json["id_number_masked"] == "350***********0012"
    assert {name: saved.json[name] for name in ("name", "phone", "role", "validity", "le", "version")} == {
        "name": "测试甲",
        "phone": "13800000000",
        "role": "driver",
        "validity": "valid",
        "le": "waiting",
        "version": 1,
    }
    assert ID_NUMBER not in saved.text + everything_stored() + clerk.get(OFFICE_PEOPLE).text
    stored = store.find_person(driver_no)
    assert stored is not None and opened(stored) == ID_NUMBER
    assert (stored.consent_version, stored.consented_at.date()) == ("2026-01", utc_now().date())
    assert driver.get(PEOPLE).json["items"] == [driver.get(f"{PEOPLE}/{driver_no}").json] == [saved.json]
    assert pushes(f"person:{driver_no}") == [("le.person", 1)]
    assert "测试甲" not in json.dumps([dict(entry.payload) for entry in outbox.entries_of(f"le:person:{driver_no}")])


def test_changing_a_person_keeps_the_number_and_the_consent(driver: Client) -> None:
    driver_no = save_person(driver).json["driver_no"]
    before = store.find_person(driver_no)
    form = known_person(1, driver_no, phone="13911112222")
    changed = driver.request("PUT", PEOPLE, body=form)
    assert (changed.status, changed.json["phone"], changed.json["version"]) == (200, "13911112222", 2)
    after = store.find_person(driver_no)
    assert before and after and after.id_number_sealed == before.id_number_sealed
    assert after.consented_at == before.consented_at
    refused = driver.request("PUT", PEOPLE, body={**form, "id_number": OTHER_ID_NUMBER, "version": 2})
    assert refused.json["detail"][0]["code"] == "id_number_given"


def test_a_person_of_another_user_needs_the_same_certificate(driver: Client) -> None:
    driver_no = save_person(driver).json["driver_no"]
    other = signed_in("chen")
    assert other.get(f"{PEOPLE}/{driver_no}").status == 404
    assert other.request("PUT", PEOPLE, body=known_person(1, driver_no)).status == 404
    assert save_person(other, qualification_no="999999").code == "person_known"
    assert save_person(other).json["driver_no"] == driver_no
    assert save_person(other, id_number=OTHER_ID_NUMBER).json["driver_no"] != driver_no


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"consent": False}, ["consent_missing"]),
        ({"id_number": None}, ["id_number_missing"]),
        ({"licence_class": "", "licence_expiry": None}, ["licence_class_missing", "licence_expiry_missing"]),
        ({"role": "both", "licence_expiry": None}, ["licence_expiry_missing"]),
    ],
)
def test_what_a_person_must_have(driver: Client, changed: dict[str, Any], codes: list[str]) -> None:
    before = everything_stored()
    answer = save_person(driver, **changed)
    assert (answer.status, [found["code"] for found in answer.json["detail"]]) == (400, codes)
    assert everything_stored() == before


def test_an_escort_needs_no_licence(driver: Client) -> None:
    answer = save_person(driver, role="escort", licence_class="", licence_expiry=None)
    assert (answer.status, answer.json["licence_expiry"]) == (200, None)


def test_the_office_sees_who_ends_first(driver: Client, clerk: Client) -> None:
    plates = {"闽A0001挂": 31, "闽A0002挂": 30, "闽A0003挂": -1, "闽A0004挂": 0}
    for plate, days in plates.items():
        assert save_vehicle(driver, plate, inspection_expiry=in_days(days)).status == 200
    found = clerk.get(OFFICE_VEHICLES, filter="expiring").json["items"]
    assert [(item["plate_number"], item["validity"]) for item in found] == [
        ("闽A0003挂", "expired"),
        ("闽A0004挂", "expiring"),
        ("闽A0002挂", "expiring"),
    ]
    everything = clerk.get(OFFICE_VEHICLES).json["items"]
    assert [item["plate_number"] for item in everything] == list(reversed(plates))
    renewed = save_vehicle(driver, "闽A0003挂", inspection_expiry=in_days(365), version=1)
    assert renewed.json["validity"] == "valid"
    found = clerk.get(OFFICE_VEHICLES, filter="expiring").json["items"]
    assert [item["plate_number"] for item in found] == ["闽A0004挂", "闽A0002挂"]


def test_the_office_pages_and_searches_exactly(driver: Client, clerk: Client) -> None:
    for number in range(23):
        save_vehicle(driver, f"闽B{number:04d}挂", inspection_expiry=in_days(number))
    for query in ({}, {"filter": "expiring"}):
        first = clerk.get(OFFICE_VEHICLES, **query).json
        rest = clerk.get(OFFICE_VEHICLES, **query, cursor=first["next_cursor"]).json
        plates = {item["plate_number"] for item in (*first["items"], *rest["items"])}
        assert (len(first["items"]), len(rest["items"]), len(plates), rest["next_cursor"]) == (20, 3, 23, None)
        foreign = clerk.get(OFFICE_PEOPLE, **query, cursor=first["next_cursor"])
        assert foreign.code == "invalid_cursor"
    assert [item["plate_number"] for item in clerk.get(OFFICE_VEHICLES, search="闽B·0007挂").json["items"]] == [
        "闽B0007挂"
    ]
    assert clerk.get(OFFICE_VEHICLES, search="闽B0099挂").json == {"items": [], "next_cursor": None}
    save_person(driver)
    save_person(driver, id_number=OTHER_ID_NUMBER, phone="13911112222")
    found = clerk.get(OFFICE_PEOPLE, search="139-1111-2222").json["items"]
    assert [person["phone"] for person in found] == ["13911112222"]


def test_suspending_and_lifting(driver: Client, clerk: Client) -> None:
    save_vehicle(driver)
    suspend = f"{OFFICE_VEHICLES}/{TRAILER}/suspend"
    stopped = clerk.post(suspend, {"reason": "罐体泄漏整改", "version": 1})
    assert (stopped.json["validity"], stopped.json["version"]) == ("suspended", 2)
    assert clerk.post(suspend, {"reason": "罐体泄漏整改", "version": 1}).json["version"] == 2, "its answer was lost"
    assert clerk.post(suspend, {"reason": "另一个原因", "version": 1}).code == "archive_changed"
    own = driver.get(f"{VEHICLES}/{TRAILER}").json
    assert (own["validity"], own["suspended_reason"]) == ("suspended", "罐体泄漏整改")
    edited = save_vehicle(driver, approved_load="30.000", version=2).json
    assert (edited["validity"], edited["version"]) == ("suspended", 3), "its keeper does not lift it by an edit"
    assert clerk.post(suspend, {"reason": "", "version": 3}).json["validity"] == "valid"
    assert audited(f"vehicle:{TRAILER}")[1:] == ["vehicle_suspended", "vehicle_changed", "vehicle_lifted"]
    assert [sequence for _, sequence in pushes(f"vehicle:{TRAILER}")] == [1, 2, 3, 4]
    assert clerk.post(f"{OFFICE_VEHICLES}/{PLATE}/suspend", {"reason": "x", "version": 1}).status == 404


def test_a_person_is_suspended_alike(driver: Client, clerk: Client) -> None:
    driver_no = save_person(driver).json["driver_no"]
    answer = clerk.post(f"{OFFICE_PEOPLE}/{driver_no}/suspend", {"reason": "违章", "version": 1})
    assert (answer.json["suspended_reason"], answer.json["kept_by"]) == ("违章", ["lin"])
    assert audited(f"person:{driver_no}") == ["person_filed", "person_suspended"]


def test_somebody_who_was_two_users_keeps_what_both_kept(cloud: Any) -> None:
    user, absorbed = merged()
    before = Principal(absorbed, "lin", "", frozenset())
    wish = Wish(replace(vehicle(), plate_number=PLATE), (), 0)
    service.save(before, wish, utc_now())
    client = browser_of(user.id)
    assert save_vehicle(client).status == 200
    assert [found["plate_number"] for found in client.get(VEHICLES).json["items"]] == [TRAILER, PLATE]
    form = vehicle_form(PLATE, kind="rigid", tank=None, version=1)
    assert client.request("PUT", VEHICLES, body=form).json["version"] == 2
    assert client.request("DELETE", f"{VEHICLES}/{PLATE}").status == 200
    assert [found["plate_number"] for found in client.get(VEHICLES).json["items"]] == [TRAILER]


def test_a_list_has_its_limit(driver: Client) -> None:
    for number in range(LIMIT):
        assert save_vehicle(driver, f"闽C{number:04d}挂").status == 200
    assert save_vehicle(driver, TRAILER).code == "archive_full"
    assert len(driver.get(VEHICLES).json["items"]) == LIMIT
    assert save_person(driver).status == 200, "people are counted by themselves"


def test_several_are_read_in_one_call(driver: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    import botocore.client

    save_vehicle(driver)
    save_vehicle(signed_in("chen"), PLATE)
    driver_no = save_person(driver).json["driver_no"]
    calls: list[str] = []
    original = botocore.client.BaseClient._make_api_call

    def counted(client: Any, operation: str, arguments: Any) -> Any:
        calls.append(operation)
        return original(client, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", counted)
    kept = store.load_kept(("USERLIN",), [TRAILER, PLATE], [driver_no])
    assert calls == ["BatchGetItem"]
    assert (set(kept.vehicles), set(kept.people)) == ({TRAILER}, {driver_no})
    assert kept.owners == {f"VEHICLE#{TRAILER}": "USERLIN", f"PERSON#{driver_no}": "USERLIN"}
    assert person_form()["name"] == kept.people[driver_no].name
    assert site_date(utc_now()) <= kept.vehicles[TRAILER].road_permit_expiry


def test_the_queue_takes_a_chinese_plate(driver: Client, cloud: Any) -> None:
    """SQS refuses group and de-duplication ids with anything but printable ASCII; the test cloud does not."""
    save_vehicle(driver)
    asked = {"QueueUrl": runtime.settings().queue_urls["le"], "AttributeNames": ["All"], "MaxNumberOfMessages": 10}
    (message,) = cloud.receive_message(**asked)["Messages"]
    assert json.loads(message["Body"]) == {"object_key": f"le:vehicle:{TRAILER}"}
    for name in ("MessageGroupId", "MessageDeduplicationId"):
        value = message["Attributes"][name]
        assert value.isascii() and value.isprintable() and len(value) <= 128, value


def test_strangers_find_nothing(driver: Client) -> None:
    save_vehicle(driver)
    driver_no = save_person(driver).json["driver_no"]
    before, stranger = everything_stored(), signed_in("stranger")
    for method in ("GET", "DELETE"):
        for path in (f"{VEHICLES}/{TRAILER}", f"{PEOPLE}/{driver_no}"):
            assert stranger.request(method, path).code == "not_found", (method, path)
    assert save_vehicle(stranger, version=1).code == "not_found"
    assert stranger.request("PUT", PEOPLE, body=known_person(1, driver_no)).code == "not_found"
    assert stranger.get("/api/office/logistics/vehicles").status == 401
    assert everything_stored() == before
