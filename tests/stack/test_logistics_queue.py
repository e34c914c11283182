"""LE's side of the queue on the running stack: archives reach it, orders and lanes come from it, with every right enforced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests

from sandbox.cloud.stack import Stack, wait_until
from sandbox.le.samples import DRIVER_PHONE
from tests.stack.people import DRIVER, LOGISTICS, Person, at_the_desk
from tests.support.archive import person_form, vehicle_form

ID_NUMBER, OTHER_ID_NUMBER, ESCORT_ID_NUMBER = "350102198807120033", "35010219900512001X", "350102199203170042"
PLATE, TRAILER = "闽A77001", "闽A7701挂"
ORDERS, LANES = "/api/logistics/orders", "/api/logistics/lanes"


class Le:
    """The dispatcher's console."""

    def __init__(self, stack: Stack) -> None:
        self._base = f"{stack.sandbox_api}/sandbox/le"

    def send(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self._base}/{path}", json=body, timeout=15)
        assert answer.status_code < 300, answer.text
        return answer.json()


@pytest.fixture
def le(stack: Stack) -> Iterator[Le]:
    console = Le(stack)
    yield console
    console.send("DELETE", "faults")
    console.send("POST", "lanes/L1", {"state": "open"})


@pytest.fixture
def driver(stack: Stack) -> Person:
    return Person(stack, DRIVER).sign_in()


def file(driver: Person, **changed: Any) -> str:
    """A driver or escort is filed."""
    answer = driver.request("PUT", "/api/logistics/people", person_form(**changed))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["driver_no"])


def test_a_driver_who_is_filed_reaches_le_and_has_orders_even_when_le_is_down(driver: Person, le: Le) -> None:
    number = file(driver, phone=DRIVER_PHONE, id_number=ID_NUMBER)

    def known() -> list[Any]:
        return [row for row in le.send("GET", "drivers")["items"] if row["driverNo"] == number]

    assert wait_until(lambda: bool(known()), 60)
    assert known()[0]["idNoMasked"] == f"{ID_NUMBER[:6]}********{ID_NUMBER[14:17]}*", "LE opened the number"
    orders = driver.get(ORDERS)
    by_number = {order["order_no"]: order for order in orders["items"]}
    assert orders["stale"] is False and by_number["SO2026110001"]["can_register"]
    assert by_number["SO2026110006"]["problem"].startswith("订单已冻结")
    le.send("POST", "faults", {"path": "*", "kind": "down"})
    remembered = driver.get(ORDERS)
    assert remembered == {**orders, "stale": True}


def test_whoever_looks_at_the_lanes_sees_what_le_says_within_seconds(stack: Stack, driver: Person, le: Le) -> None:
    def lanes() -> dict[str, str]:
        return {lane["lane_code"]: lane["state"] for lane in driver.get(LANES)["items"]}

    assert wait_until(lambda: lanes().get("L1") == "open", 30)
    le.send("POST", "lanes/L1", {"state": "paused"})
    began = datetime.now(UTC)
    assert wait_until(lambda: lanes().get("L1") == "paused", 20)
    assert datetime.now(UTC) - began < timedelta(seconds=12)
    as_of = datetime.fromisoformat(driver.get(LANES)["as_of"])
    assert datetime.now(UTC) - as_of < timedelta(seconds=10)


def test_a_truck_from_the_form_to_the_signature(stack: Stack, driver: Person, le: Le) -> None:
    """Registered, queued, called, weighed, signed: each seen here within seconds, and LE has what we told it."""
    made = driver.post("/api/logistics/registrations", pickup(driver))
    assert (made["status"], made["hold"]["state"]) == ("registered", "open")

    def now() -> Any:
        return driver.get(f"/api/logistics/registrations/{made['id']}")

    def place() -> Any:
        return next((row for row in driver.get(LANES)["mine"] if row["registration_id"] == made["id"]), None)

    assert wait_until(lambda: now()["card_no"] is not None, 60), now()
    number = now()["registration_no"]
    le.send("POST", f"registrations/{number}/report-in", {})
    assert wait_until(lambda: (place() or {}).get("state") == "waiting", 30), "the own place in the queue"
    assert place()["plate_number"] == PLATE and now()["status"] == "queued"
    le.send("POST", f"registrations/{number}/call", {"laneCode": "L2"})
    assert wait_until(lambda: (place() or {}).get("lane_code") == "L2" and place()["state"] == "called", 30), place()
    for action in ("enter", "tare", "load"):
        le.send("POST", f"registrations/{number}/{action}", {})
    le.send("POST", f"registrations/{number}/weigh", {"netWeight": "29.860"})
    le.send("POST", f"registrations/{number}/exit", {})
    assert wait_until(lambda: now()["status"] == "exited", 30), now()
    assert (now()["net"], now()["can_sign_off"], place()) == ("29.860", True, None)
    office = at_the_desk(Person(stack, LOGISTICS).sign_in())
    days = office.get("/api/office/logistics/lanes/throughput")["items"]
    assert {"lane_code": "L2", "trucks": 1, "net": "29.860"}.items() <= days[0].items()
    signed = {"request_id": uuid4().hex, "quantity": "29.850"}
    driver.post(f"/api/logistics/registrations/{made['id']}/sign-off", signed)
    assert wait_until(lambda: now()["sign_off"]["le"] == "done", 60), now()
    held = next(row for row in le.send("GET", "registrations")["items"] if row["registrationNo"] == number)
    assert (held["status"], held["signedQty"], held["netWeight"]) == ("signed", "29.850", "29.860")


def pickup(driver: Person) -> dict[str, Any]:
    """Tractor, trailer, driver, escort, an order that names the driver, and the form for 30 t."""
    for plate in (PLATE, TRAILER):
        answer = driver.request("PUT", "/api/logistics/vehicles", vehicle_form(plate))
        assert answer.status_code == 200, answer.text
    driver_no = file(driver, phone=DRIVER_PHONE, id_number=OTHER_ID_NUMBER)
    escort = {"licence_class": "", "licence_expiry": None, "id_number": ESCORT_ID_NUMBER}
    escort_no = file(driver, name="测试乙", phone="13700007777", role="escort", **escort)
    assert "SO2026110002" in [order["order_no"] for order in driver.get(ORDERS)["items"]]
    start = datetime.now(UTC) + timedelta(minutes=5)
    quantity = {"quantity": "30.000"}
    return {
        "request_id": uuid4().hex, "kind": "pickup", "lines": [{"order_no": "SO2026110002", "line_no": "10", **quantity}],
        "plate_number": PLATE, "trailer_plate_number": TRAILER, "driver_no": driver_no, "escort_no": escort_no,
        "waybill": {"number": "WB2026112601", "plate_number": PLATE, "product_code": "NAOH32", **quantity},
        "arrive_from": start.isoformat(), "arrive_to": (start + timedelta(hours=1)).isoformat(),
    }  # fmt: skip
