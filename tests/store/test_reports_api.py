"""Entry reports through the API function: of one's own vehicles and people only, once a form, told to LE."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.clock import to_text, utc_now
from chalicelib.core.session import Device
from chalicelib.domains.logistics.archive.service import site_date
from tests.store.test_archive_api import everything_stored, pushes
from tests.support.archive import OTHER_ID_NUMBER, PLATE, TRAILER, VEHICLES, save_person, save_vehicle
from tests.support.client import Answer, Client, signed_in
from tests.support.registrations import make_product

REPORTS, OFFICE_REPORTS = "/api/logistics/reports", "/api/office/logistics/reports"
RIGID = "闽A54321"


class Fleet:
    """A user with a tractor, a trailer, a rigid vehicle, a driver and an escort."""

    def __init__(self, name: str) -> None:
        self.client = signed_in(name)
        save_vehicle(self.client, PLATE)
        save_vehicle(self.client, TRAILER)
        save_vehicle(self.client, RIGID, kind="rigid")
        self.driver_no = save_person(self.client).json["driver_no"]
        escort = save_person(
            self.client, id_number=OTHER_ID_NUMBER, name="测试乙", role="escort", licence_class="", licence_expiry=None
        )
        self.escort_no = escort.json["driver_no"]

    def form(self, serial: int = 1, **changed: Any) -> dict[str, Any]:
        form = {
            "request_id": f"report-{serial:012d}",
            "plate_number": PLATE,
            "trailer_plate_number": TRAILER,
            "driver_no": self.driver_no,
            "escort_no": self.escort_no,
            "product_code": "NAOH32",
            "expected_at": self.at(hours=3),
        }
        return {**form, **changed}

    def at(self, **later: float) -> str:
        return to_text(utc_now().replace(microsecond=0) + timedelta(**later))

    def report(self, serial: int = 1, **changed: Any) -> Answer:
        return self.client.post(REPORTS, self.form(serial, **changed))


@pytest.fixture
def fleet(cloud: Any) -> Fleet:
    make_product()
    return Fleet("lin")


@pytest.fixture
def clerk(cloud: Any) -> Client:
    return signed_in("clerk", "logistics", device=Device.OFFICE)


def test_a_truck_is_reported(fleet: Fleet, clerk: Client) -> None:
    form = fleet.form()
    made = fleet.client.post(REPORTS, form)
    assert made.status == 201, made.text
    shown = {name: value for name, value in made.json.items() if name not in ("id", "created_at")}
    assert shown == {
        "plate_number": PLATE,
        "trailer_plate_number": TRAILER,
        "tank_no": "GT-0917",
        "driver_name": "测试甲",
        "driver_phone": "13800000000",
        "escort_name": "测试乙",
        "product_code": "NAOH32",
        "product_name": "液碱32%",
        "expected_at": form["expected_at"].replace(".000Z", "Z"),
        "le": "waiting",
        "le_problem": None,
        "report_no": None,
    }
    assert fleet.client.get(REPORTS).json == {"items": [made.json], "next_cursor": None}
    assert clerk.get(OFFICE_REPORTS).json["items"] == [made.json]
    assert pushes(f"report:{made.json['id']}") == [("le.report", 1)]
    used = [found["plate_number"] for found in fleet.client.get(VEHICLES).json["items"] if found["last_used_at"]]
    assert set(used) == {PLATE, TRAILER}


def test_a_form_sent_twice_makes_one_report(fleet: Fleet) -> None:
    form = fleet.form()
    first = fleet.client.post(REPORTS, form)
    before = everything_stored()
    assert fleet.client.post(REPORTS, form).json == first.json
    other = fleet.client.post(REPORTS, {**form, "expected_at": fleet.at(hours=5)})
    assert (other.status, other.code) == (409, "report_request_reused")
    assert fleet.client.post(REPORTS, {**form, "escort_no": None}).code == "report_request_reused"
    assert everything_stored() == before


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"plate_number": "闽B00001"}, ["report_vehicle_unknown"]),
    ({"plate_number": TRAILER, "trailer_plate_number": None}, ["report_vehicle_unfit"]),
    ({"trailer_plate_number": None}, ["report_trailer_missing"]),
    ({"trailer_plate_number": RIGID}, ["report_trailer_unfit"]),
    ({"plate_number": RIGID}, ["report_trailer_superfluous"]),
    ({"trailer_plate_number": "闽B0001挂"}, ["report_trailer_unknown"]),
    ({"driver_no": "0" * 32}, ["report_driver_unknown"]),
    ({"escort_no": "0" * 32}, ["report_escort_unknown"]),
    ({"product_code": "HCL31"}, ["report_product_unknown"]),
]


def test_what_is_wrong_is_said_at_its_field(fleet: Fleet) -> None:
    before = everything_stored()
    for changed, codes in WRONG:
        answer = fleet.report(**changed)
        assert (answer.status, [found["code"] for found in answer.json["detail"]]) == (400, codes)
    assert everything_stored() == before


def test_roles_times_and_everything_at_once(fleet: Fleet) -> None:
    swapped = fleet.report(driver_no=fleet.escort_no, escort_no=fleet.driver_no)
    assert [found["code"] for found in swapped.json["detail"]] == ["report_driver_unfit", "report_escort_unfit"]
    alone = fleet.report(escort_no=fleet.driver_no)
    assert "report_escort_is_driver" in [found["code"] for found in alone.json["detail"]]
    for wrong in (fleet.at(minutes=-1), fleet.at(days=30, minutes=5)):
        late = fleet.report(expected_at=wrong)
        assert [found["code"] for found in late.json["detail"]] == ["report_time_wrong"]
    assert fleet.report(9, expected_at=fleet.at(days=29)).status == 201
    assert fleet.report(10, plate_number=RIGID, trailer_plate_number=None, escort_no=None).status == 201


def test_what_is_somebody_elses_or_suspended_cannot_be_reported(fleet: Fleet, clerk: Client) -> None:
    stranger = signed_in("stranger")
    theirs = stranger.post(REPORTS, fleet.form(2))
    assert [found["code"] for found in theirs.json["detail"]] == [
        "report_vehicle_unknown",
        "report_trailer_unknown",
        "report_driver_unknown",
        "report_escort_unknown",
    ]
    clerk.post(f"/api/office/logistics/vehicles/{TRAILER}/suspend", {"reason": "整改", "version": 1})
    clerk.post(f"/api/office/logistics/people/{fleet.driver_no}/suspend", {"reason": "违章", "version": 1})
    refused = fleet.report()
    codes = [found["code"] for found in refused.json["detail"]]
    assert codes == ["report_trailer_suspended", "report_driver_suspended"]
    assert stranger.get(REPORTS).json["items"] == []


def test_the_office_looks_by_plate_and_by_day(fleet: Fleet, clerk: Client) -> None:
    for serial in range(1, 23):
        assert fleet.report(serial).status == 201
    rigid = fleet.report(30, plate_number=RIGID, trailer_plate_number=None).json
    today = site_date(utc_now())
    days = {"first": today.isoformat(), "last": today.isoformat()}
    for query in ({}, days, {"plate_number": PLATE, **days}):
        first = clerk.get(OFFICE_REPORTS, **query).json
        rest = clerk.get(OFFICE_REPORTS, **query, cursor=first["next_cursor"]).json
        expected = 22 if "plate_number" in query else 23
        assert (len(first["items"]) + len(rest["items"]), rest["next_cursor"]) == (expected, None)
    assert clerk.get(OFFICE_REPORTS, plate_number="闽A·54321").json["items"] == [rigid]
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert clerk.get(OFFICE_REPORTS, first=tomorrow).json["items"] == []
    assert clerk.get(OFFICE_REPORTS, last=(today - timedelta(days=1)).isoformat()).json["items"] == []
    assert clerk.get(OFFICE_REPORTS, first=tomorrow, last=today.isoformat()).status == 400
    for extreme in ({"last": "9999-12-31"}, {"first": "0001-01-01"}):
        assert clerk.get(OFFICE_REPORTS, **extreme).status == 400
    own = fleet.client.get(REPORTS).json
    assert len(own["items"]) == 20
    assert len(fleet.client.get(REPORTS, cursor=own["next_cursor"]).json["items"]) == 3
    assert signed_in("other").get(REPORTS, cursor=own["next_cursor"]).code == "invalid_cursor"
