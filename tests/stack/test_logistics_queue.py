"""LE's side of the queue on the running stack: archives reach it, orders and lanes come from it, with every right enforced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from sandbox.cloud.stack import Stack, wait_until
from sandbox.le.samples import DRIVER_PHONE
from tests.stack.people import DRIVER, Person
from tests.support.archive import person_form

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

    assert wait_until(lambda: lanes().get("L1") == "open", 60)
    le.send("POST", "lanes/L1", {"state": "paused"})
    began = datetime.now(UTC)
    assert wait_until(lambda: lanes().get("L1") == "paused", 60)
    assert datetime.now(UTC) - began < timedelta(seconds=12)
    as_of = datetime.fromisoformat(driver.get(LANES)["as_of"])
    assert datetime.now(UTC) - as_of < timedelta(seconds=10)
