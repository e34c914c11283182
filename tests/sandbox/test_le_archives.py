"""What the product files at LE: vehicles, drivers with sealed ID numbers, reports."""

import json
from typing import Any

import pytest

from sandbox.kit.clock import iso
from tests.sandbox.callers import HOUR
from tests.sandbox.plant import DRIVER, LE, PERSON, PLATE, VEHICLE, Plant, driver_no


def test_archives_go_by_version(plant: Plant) -> None:
    for _ in range(2):
        assert plant.file_vehicle(version=3)[1]["data"] == {"plateNo": PLATE, "version": 3}
    status, answer = plant.file_vehicle(version=2, suspended=True)
    assert (status, answer["code"], answer["reason"]) == (409, "STATE_CONFLICT", "3")
    assert plant.file_person(version=1)[1]["data"] == {"driverNo": driver_no("测试甲"), "version": 1}
    assert plant.file_person(version=0)[0] == 409
    rows = plant.client.get("/sandbox/le/vehicles").json()["items"]
    assert [(row["version"], row["suspended"]) for row in rows] == [(3, False)]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "boat"},
        {"certExpiry": "01.05.2027"},
        {"certClasses": "8"},
        {"approvedLoadT": 32},
        {"approvedLoadT": None},
        {"suspended": "no"},
        {"version": "1"},
        {"version": True},
        {"tank": {**VEHICLE["tank"], "volumeM3": "much"}},
        {"tank": {**VEHICLE["tank"], "permittedMedia": None}},
    ],
    ids=str,
)
def test_members_of_a_vehicle(plant: Plant, change: dict[str, Any]) -> None:
    assert plant.file_vehicle(**change)[0] == 400


@pytest.mark.parametrize(
    "change", [{"role": "boss"}, {"phone": "1"}, {"licenceExpiry": "never"}, {"qualificationClasses": [8]}], ids=str
)
def test_members_of_a_driver(plant: Plant, change: dict[str, Any]) -> None:
    assert plant.file_person(**change)[0] == 400
    assert plant.file_person(licenceClass=None, licenceExpiry=None)[0] == 200


def test_an_id_number_must_decrypt_for_its_driver_and_be_one(plant: Plant) -> None:
    number = driver_no("测试甲")

    def put(sealed: str) -> int:
        return plant.le.send("PUT", f"{LE}/drivers/{number}", PERSON | {"idNo": sealed})[0]

    good = "350100198503010019"
    assert put(plant.sealed(good, "another driver")) == 400
    assert put(plant.sealed(good, number, bytes(32))) == 400
    assert put(plant.sealed("350100198503010018", number)) == 400, "wrong check character"
    assert put(plant.sealed("350100198502300014", number)) == 400, "no such day"
    assert put(good) == 400, "not encrypted"
    assert put(plant.sealed(good, number)) == 200
    kept = json.dumps(plant.client.get("/sandbox/le/drivers").json())
    assert good not in kept and "350100********001*" in kept


def test_a_truck_reports_itself(plant: Plant) -> None:
    body = {
        "requestId": "e-1",
        "externalNo": "rep-1",
        "siteCode": "JY01",
        "plateNo": PLATE,
        "driver": {name: DRIVER[name] for name in ("driverNo", "name", "phone")},
        "productCode": "NAOH32",
        "expectedArrival": iso(plant.clock() + HOUR),
    }
    send = plant.le.send
    assert send("POST", f"{LE}/entry-reports", body)[1]["reason"] == "VEHICLE_UNKNOWN"
    plant.file_vehicle()
    assert send("POST", f"{LE}/entry-reports", body)[1]["reason"] == "DRIVER_UNKNOWN"
    plant.file_person()
    status, first, _ = send("POST", f"{LE}/entry-reports", body)
    assert (status, first["data"]) == (201, {"reportNo": "E2611230001", "status": "accepted"})
    assert send("POST", f"{LE}/entry-reports", body)[2]["x-idempotent-replay"] == "true"
    assert send("POST", f"{LE}/entry-reports", {**body, "requestId": "e-2"})[1]["code"] == "STATE_CONFLICT"
    assert send("POST", f"{LE}/entry-reports", {**body, "requestId": "e-3", "expectedArrival": "soon"})[0] == 400
