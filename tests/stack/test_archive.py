"""Vehicles, people and reports on the packaged stack: from the phone to LE, pictures from the phone to the bucket and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from chalicelib.core.china import is_resident_id
from sandbox.cloud.stack import Stack, wait_until
from tests.stack.people import DRIVER, LOGISTICS, OTHER_DRIVER, Person, at_the_desk, fresh_phone
from tests.stack.test_faces import photo_keys, post_photo
from tests.support.archive import PEOPLE, VEHICLES, person_form, vehicle_form
from tests.support.photos import portrait

pytestmark = pytest.mark.stack


def fresh_plate() -> str:
    """A trailer nobody has filed."""
    return f"闽J{int(fresh_phone()) % 10_000:04d}挂"


def fresh_id_number() -> str:
    """A person nobody has filed."""
    body = f"350102{1950 + int(fresh_phone()) % 50}0307{int(fresh_phone()) % 1000:03d}"
    today = datetime.now(UTC).date()
    return next(body + last for last in "0123456789X" if is_resident_id(body + last, today))


def save(person: Person, path: str, form: dict[str, Any]) -> Any:
    answer = person.request("PUT", path, form)
    assert answer.status_code == 200, answer.text
    return answer.json()


def at_le(stack: Stack, kind: str, name: str, value: str) -> Any:
    """What LE holds of this plate, driver or report; ``None`` when nothing."""
    items = requests.get(f"{stack.sandbox_api}/sandbox/le/{kind}", timeout=10).json()["items"]
    return next((item for item in items if item[name] == value), None)


def done(person: Person, path: str) -> bool:
    return wait_until(lambda: person.get(path)["le"] == "done", 60)


@pytest.fixture
def driver(stack: Stack) -> Person:
    return Person(stack, DRIVER).sign_in()


def test_a_vehicle_with_a_picture_reaches_le_and_is_suspended_there(stack: Stack, driver: Person) -> None:
    plate, photo = fresh_plate(), portrait(int(fresh_phone()))
    begun = driver.post("/api/logistics/photos")
    assert post_photo(begun, photo + b"\0" * 1_000_000).status_code in (400, 403)
    assert post_photo(begun, photo).ok
    saved = save(driver, VEHICLES, vehicle_form(plate, photos=[begun["photo_id"]]))
    address = saved["photos"][0]["url"]
    assert requests.get(address, timeout=10).content == photo
    assert requests.get(address.split("?")[0], timeout=10).status_code == 403, "only by the signed address"
    page = requests.get(
        f"http://127.0.0.1:{stack.cloud.port}/", headers={"Host": f"{stack.host}:{stack.cloud.port}"}, timeout=10
    )
    images = page.headers["Content-Security-Policy"].split("img-src ")[1].split(";")[0].split()
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" in images, "our pages may show it"
    assert done(driver, f"{VEHICLES}/{plate}"), driver.get(f"{VEHICLES}/{plate}")
    told = at_le(stack, "vehicles", "plateNo", plate)
    assert (told["version"], told["approvedLoadT"], told["suspended"]) == (1, "32.000", False)
    stranger = Person(stack, OTHER_DRIVER).sign_in()
    assert stranger.request("GET", f"{VEHICLES}/{plate}").status_code == 404
    clerk = at_the_desk(Person(stack, LOGISTICS).sign_in())
    clerk.post(f"/api/office/logistics/vehicles/{plate}/suspend", {"reason": "罐体整改", "version": 1})
    assert wait_until(lambda: at_le(stack, "vehicles", "plateNo", plate)["suspended"], 60)
    assert driver.get(f"{VEHICLES}/{plate}")["validity"] == "suspended"


def test_a_truck_is_reported_with_a_person_whose_number_only_le_reads(stack: Stack, driver: Person) -> None:
    plate, number = fresh_plate().replace("挂", "1"), fresh_id_number()
    save(driver, VEHICLES, vehicle_form(plate, kind="rigid"))
    person = save(driver, PEOPLE, person_form(id_number=number))
    expected_at = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    body = {
        "request_id": f"report-{fresh_phone()}",
        "plate_number": plate,
        "driver_no": person["driver_no"],
        "product_code": "NAOH32",
        "expected_at": expected_at,
    }
    report = driver.post("/api/logistics/reports", body)
    told = wait_until(lambda: at_le(stack, "reports", "externalNo", report["id"]), 60)
    assert told["plateNo"] == plate
    assert done(driver, f"{PEOPLE}/{person['driver_no']}")
    assert at_le(stack, "drivers", "driverNo", person["driver_no"])["idNoMasked"].endswith(number[-4:])
    assert number not in requests.get(f"{stack.sandbox_api}/sandbox/le/drivers", timeout=10).text
    clerk = at_the_desk(Person(stack, LOGISTICS).sign_in())

    def shown() -> list[tuple[str, str]]:
        items = clerk.get("/api/office/logistics/reports", plate_number=plate)["items"]
        return [(item["id"], item["le"]) for item in items]

    assert wait_until(lambda: shown() == [(report["id"], "done")], 30), shown()
    for function in ("api", "le_worker"):
        assert not [line for line in stack.logs(function) if number in line]


def test_the_hourly_run_warns_and_deletes_with_its_own_rights(stack: Stack, driver: Person) -> None:
    plate, photo = fresh_plate(), portrait(int(fresh_phone()))
    begun = driver.post("/api/logistics/photos")
    assert post_photo(begun, photo).ok
    key = begun["fields"]["key"]
    form = vehicle_form(plate, photos=[begun["photo_id"]])
    soon = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    save(driver, VEHICLES, {**form, "inspection_expiry": soon})
    save(driver, VEHICLES, {**form, "inspection_expiry": soon, "photos": [], "version": 1})
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["LogisticsTable"],
        Key={"pk": {"S": f"VEHICLE#{plate}"}, "sk": {"S": "VEHICLE"}},
        UpdateExpression="SET due_at = :at",
        ExpressionAttributeValues={":at": {"S": "2026-01-01T00:00:00.000Z"}},
    )
    assert key in photo_keys(stack)
    assert stack.run_schedule("warn_certificates")["warned_vehicle"] >= 1
    assert key not in photo_keys(stack)

    def told() -> list[str]:
        answer = requests.get(f"{stack.sandbox_api}/sandbox/wechat/messages", params={"openid": DRIVER}, timeout=10)
        lines = [line["value"] for message in answer.json()["items"] for line in message["lines"]]
        return [value for value in lines if value == plate]

    assert wait_until(told, 90)
    stack.run_schedule("warn_certificates")
    assert told() == [plate], "once"
