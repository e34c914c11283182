"""A truck's day on the running stack, between the driver, LE, the tank farm and the office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests

from sandbox.cloud.stack import Stack, wait_until
from tests.stack.people import DRIVER, LOGISTICS, Person, at_the_desk
from tests.stack.trucks import Trucker, Yard, let_the_limit_pass, told

NET = "29.860"


@pytest.fixture
def yard(stack: Stack) -> Iterator[Yard]:
    console = Yard(stack)
    console.heal()
    yield console
    console.heal()


@pytest.fixture(scope="module")
def driver(stack: Stack) -> Person:
    return Person(stack, DRIVER).sign_in()


@pytest.fixture(scope="module")
def office(stack: Stack) -> Person:
    return at_the_desk(Person(stack, LOGISTICS).sign_in())


@pytest.fixture
def trucker(driver: Person) -> Trucker:
    return Trucker(driver).file_everything()


def held(office: Person, product: str = "NAOH32") -> Decimal:
    found = office.get(f"/api/office/logistics/stock/{product}")["stock"]
    return Decimal(found["held"])


def test_from_report_to_signature(stack: Stack, yard: Yard, trucker: Trucker, office: Person) -> None:
    report = trucker.person.post("/api/logistics/reports", {
        "request_id": "report-" + trucker.phone, "plate_number": trucker.tractor, "trailer_plate_number": trucker.trailer,
        "driver_no": trucker.driver_no, "escort_no": trucker.escort_no, "product_code": "NAOH32",
        "expected_at": (datetime.now(UTC) + timedelta(days=2)).isoformat(),
    })  # fmt: skip
    assert wait_until(lambda: any(row["externalNo"] == report["id"] for row in yard.rows("reports")), 60)
    assert {trucker.tractor, trucker.trailer} <= {row["plateNo"] for row in yard.rows("vehicles")}
    before = held(office)
    made = trucker.registered(yard)
    assert (made["status"], made["hold"]["state"], made["hold"]["quantity"]) == ("registered", "open", "30.000")
    assert held(office) == before + 30
    taken = trucker.comes_to(made, status="card_issued", le="done")
    assert taken["card_no"]
    yard.act(made["id"], "report-in")
    trucker.comes_to(made, status="queued")
    assert wait_until(lambda: trucker.place(made)["state"] == "waiting", 30), "the own place in the queue"
    yard.act(made["id"], "call", laneCode="L2")
    trucker.comes_to(made, status="called")
    assert wait_until(lambda: trucker.place(made) == {"state": "called", "lane_code": "L2"}, 30), trucker.place(made)
    assert wait_until(lambda: told(stack, DRIVER, made) == ["已叫号"], 60), told(stack, DRIVER, made)
    yard.act(made["id"], "enter")
    trucker.comes_to(made, status="entered")
    assert trucker.now(made)["hold"]["state"] == "arrived"
    yard.act(made["id"], "tare")
    yard.act(made["id"], "load")
    yard.act(made["id"], "weigh", netWeight=NET)
    weighed = trucker.comes_to(made, status="weighed", net=NET)
    assert (weighed["hold"]["state"], weighed["hold"]["quantity"]) == ("final", NET)
    yard.act(made["id"], "exit")
    trucker.comes_to(made, status="exited")
    lane = next(
        row for row in office.get("/api/office/logistics/lanes/throughput")["items"] if row["lane_code"] == "L2"
    )
    assert lane["trucks"] >= 1 and Decimal(lane["net"]) >= Decimal(NET)
    form = {"request_id": "sign-off-" + trucker.phone, "quantity": "29.700", "reason": "", "photos": []}
    refused = trucker.person.request("POST", f"/api/logistics/registrations/{made['id']}/sign-off", form)
    assert (refused.status_code, refused.json()["detail"][0]["field"]) == (400, "reason"), (
        "0.16 t of 29.86 are too much"
    )
    trucker.person.post(f"/api/logistics/registrations/{made['id']}/sign-off", {**form, "reason": "途中损耗"})

    def document() -> Any:
        return trucker.now(made)["sign_off"]["document_no"]

    assert wait_until(lambda: document() is not None, 60)
    at_le = yard.registration(made["id"])
    assert at_le is not None
    assert (at_le["status"], at_le["signedQty"]) == ("signed", "29.700")

    def settled() -> bool:
        stack.run_schedule("watch_stock")
        return bool(trucker.now(made)["hold"]["state"] == "settled")

    assert wait_until(settled, 60, 2), "the tanks show that it is gone"
    assert held(office) == before


def test_every_event_is_lost_and_le_is_down_for_a_while(stack: Stack, yard: Yard, trucker: Trucker) -> None:
    order = trucker.ordered(yard)
    yard.fault("le", "down", "/le/v1/registrations")
    made = trucker.person.post("/api/logistics/registrations", trucker.form(order))
    assert trucker.now(made)["le"] == "waiting"
    yard.heal()
    yard.knob("le", events={"lost": True, "duplicate": False, "reordered": False})
    trucker.comes_to(made, status="card_issued")
    yard.act(made["id"], "report-in")
    yard.act(made["id"], "call")
    stack.run_schedule("poll_le")
    called = trucker.comes_to(made, status="called")
    assert called["recheck"] == [], "papers and stock are as good as before"


def test_giving_up_frees_stock_and_card(yard: Yard, trucker: Trucker, office: Person) -> None:
    before = held(office)
    made = trucker.registered(yard, "20.000")
    trucker.comes_to(made, status="card_issued")
    trucker.person.post(f"/api/logistics/registrations/{made['id']}/cancel")
    assert held(office) == before

    def returned() -> bool:
        row = yard.registration(made["id"])
        return row is not None and (row["status"], row["cardReturned"]) == ("cancelled", True)

    assert wait_until(returned, 60)
    again = trucker.registered(yard, "20.000")
    trucker.comes_to(again, status="card_issued")
    trucker.person.post(f"/api/logistics/registrations/{again['id']}/cancel")


def test_stale_tanks_confirm_nothing(stack: Stack, yard: Yard, trucker: Trucker, office: Person) -> None:
    order = trucker.ordered(yard)
    yard.fault("mes", "down")
    before = held(office)
    refused = trucker.person.request("POST", "/api/logistics/registrations", trucker.form(order))
    assert (refused.status_code, refused.json()["code"]) == (409, "stock_not_confirmed")
    yard.heal()
    assert held(office) == before


def test_only_les_own_messages_count(yard: Yard, trucker: Trucker, stack: Stack) -> None:
    made = trucker.registered(yard)
    trucker.comes_to(made, status="card_issued")
    row = yard.registration(made["id"])
    assert row is not None
    event = {
        "eventId": "forged-" + trucker.phone, "registrationNo": row["registrationNo"], "externalNo": made["id"],
        "status": "entered", "seq": 9, "at": row["at"],
    }  # fmt: skip
    address = f"{stack.sandbox_api}/sandbox/le/events"
    forged = requests.post(address, json={"event": event, "forged": True}, timeout=30).json()
    stranger = requests.post(address, json={"event": {**event, "externalNo": "0" * 26}}, timeout=30).json()
    assert (forged["status"], stranger["status"]) == (401, 404)
    assert trucker.now(made)["status"] == "card_issued"
    trucker.person.post(f"/api/logistics/registrations/{made['id']}/cancel")


def test_a_limit_that_passes_gives_the_card_back_and_the_truck_comes_again(
    stack: Stack, yard: Yard, trucker: Trucker, office: Person
) -> None:
    """The schedule runs with its own rights; the second registration does not wait for LE to be told of the first one's end."""
    before = held(office)
    made = trucker.registered(yard)
    trucker.comes_to(made, status="card_issued", le="done")
    let_the_limit_pass(stack, made)
    stack.run_schedule("sweep_holds")
    ended = trucker.now(made)
    assert (ended["status"], ended["hold"]["state"], held(office)) == ("expired", "expired", before)
    assert wait_until(lambda: told(stack, DRIVER, made) == ["已退卡"], 60), told(stack, DRIVER, made)
    again = trucker.registered(yard, "20.000")
    trucker.comes_to(made, le="done", card_returned=True)
    trucker.comes_to(again, status="card_issued", le="done")
    at_le = yard.registration(made["id"])
    assert at_le is not None and (at_le["status"], at_le["cardReturned"]) == ("cancelled", True)
    trucker.person.post(f"/api/logistics/registrations/{again['id']}/cancel")


def test_what_is_changed_and_released_is_so_at_le_and_in_the_file(yard: Yard, trucker: Trucker, office: Person) -> None:
    before = held(office)
    made = trucker.registered(yard)
    seen = trucker.comes_to(made, status="card_issued", le="done")
    lines = [{**seen["lines"][0], "quantity": "31.500"}]
    form = trucker.form(
        {"kind": "pickup", "order_no": "", "lines": [{"line_no": "", "product_code": "NAOH32"}]}, "31.500"
    )
    waybill, times = form["waybill"], {name: seen[name] for name in ("arrive_from", "arrive_to")}
    change = {"version": seen["version"], "lines": lines, "waybill": waybill, **times}
    trucker.person.post(f"/api/logistics/registrations/{made['id']}/change", change)
    changed = trucker.comes_to(made, quantity="31.500", le="done")
    at_le = yard.registration(made["id"])
    assert at_le is not None and (at_le["plannedQty"], held(office)) == ("31.500", before + Decimal("31.5"))
    released = {"version": changed["version"], "reason": "司机失联"}
    office.post(f"/api/office/logistics/registrations/{made['id']}/release", released)
    assert (trucker.now(made)["reason"], held(office)) == ("司机失联", before)
    path = "/api/office/logistics/registrations-export"
    for kind in ("csv", "xlsx"):
        file = office.get(path, format=kind, plate_number=trucker.tractor, status="released")
        content = requests.get(file["url"], timeout=30).content
        assert made["id"].encode() in content if kind == "csv" else content.startswith(b"PK")
