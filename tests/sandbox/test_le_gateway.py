"""LE's interface is strict: signature, keys, members, archives, lists."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from sandbox.house.signature import sign
from sandbox.kit.clock import iso
from sandbox.kit.http import ConnectionDropped
from tests.sandbox.callers import ManualClock
from tests.sandbox.conftest import DATA
from tests.sandbox.plant import DRIVER, ESCORT, LE, ORDER, PLATE, REGISTRATIONS, VEHICLE, Plant

SHOWN = {
    *("registrationNo", "externalNo", "type", "status", "seq", "at", "orderNo", "lineNo", "productCode", "plannedQty"),
    *("plateNo", "trailerPlateNo", "arriveFrom", "arriveTo", "cardNo", "cardReturned", "queueNo", "laneCode"),
    *("tareWeight", "grossWeight", "netWeight", "signedQty", "issueNo", "reason", "history"),
}


@pytest.mark.parametrize("vector", json.loads((DATA / "peers.json").read_text())["proposed_hmac"], ids=str)
def test_the_signature_of_the_contract(vector: dict[str, str]) -> None:
    parts = (vector[name] for name in ("secret", "method", "target", "timestamp", "nonce"))
    assert sign(*parts, vector["body"].encode()) == vector["signature"]


def test_a_registration_is_taken_with_its_card(plant: Plant) -> None:
    plant.file_all()
    data = plant.register(trailerPlateNo="闽A1234挂")
    assert set(data) == SHOWN
    assert (data["registrationNo"], data["status"], data["seq"]) == ("R2611230001", "card_issued", 2)
    assert (data["cardNo"], data["queueNo"], data["laneCode"], data["netWeight"]) == ("C0001", "A001", None, None)
    assert [(step["status"], step["seq"]) for step in data["history"]] == [("registered", 1), ("card_issued", 2)]
    assert plant.read(data["registrationNo"]) == data
    assert plant.open_quantity() == "90.000"


@pytest.mark.parametrize(
    "changes",
    [{"X-Client-Id": "campus-visitors"}, {"X-Timestamp": "1"}, {"X-Nonce": "another-nonce"}, {"raw": b"{}"}],
    ids=str,
)
def test_anything_changed_on_the_way_is_refused(plant: Plant, changes: dict[str, Any]) -> None:
    status, answer, _ = plant.le.send("POST", REGISTRATIONS, plant.body(), **changes)
    assert (status, answer["code"]) == (401, "UNAUTHENTICATED")
    assert plant.client.get("/sandbox/le/registrations").json()["items"] == []


def test_the_path_is_signed_as_it_is_sent(plant: Plant) -> None:
    decoded = f"{LE}/vehicles/{PLATE}"
    body = json.dumps(VEHICLE).encode()
    headers = plant.le.headers("PUT", decoded, body)
    assert plant.client.put(quote(decoded), content=body, headers=headers).status_code == 401
    assert plant.file_vehicle()[0] == 200


def test_the_park_does_not_open_le(plant: Plant) -> None:
    assert plant.mes.send("GET", f"{LE}/lanes")[0] == 401


def test_the_first_answer_is_given_again(plant: Plant) -> None:
    plant.file_all()
    body = plant.body()
    _, first, headers = plant.le.send("POST", REGISTRATIONS, body)
    assert "x-idempotent-replay" not in headers
    plant.drive(first["data"]["registrationNo"], "called")
    status, again, headers = plant.le.send("POST", REGISTRATIONS, body)
    assert (status, again, headers["x-idempotent-replay"]) == (201, first, "true")
    status, answer, _ = plant.le.send("POST", REGISTRATIONS, {**body, "plannedQty": "1.000"})
    assert (status, answer["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    status, answer, _ = plant.le.send("POST", REGISTRATIONS, {**body, "requestId": "new"})
    assert (status, answer["code"], answer["reason"]) == (409, "STATE_CONFLICT", first["data"]["registrationNo"])
    assert len(plant.list("registrations")["items"]) == 1


def test_a_repetition_while_the_first_is_still_running(plant: Plant, clock: ManualClock) -> None:
    plant.file_all()
    plant.knob("le", processing_seconds=0.01)
    body = plant.body()
    _, first, _ = plant.le.send("POST", REGISTRATIONS, body)
    status, answer, _ = plant.le.send("POST", REGISTRATIONS, body)
    assert (status, answer["code"]) == (409, "IN_PROGRESS")
    clock.pass_(0.02)
    assert plant.le.send("POST", REGISTRATIONS, body)[:2] == (201, first)


def test_a_lost_answer_leaves_one_registration(plant: Plant) -> None:
    plant.file_all()
    fault = {"path": REGISTRATIONS, "kind": "lost_answer", "times": 1}
    plant.client.post("/sandbox/le/faults", json=fault)
    body = plant.body()
    with pytest.raises(ConnectionDropped):
        plant.le.send("POST", REGISTRATIONS, body)
    assert plant.le.send("POST", REGISTRATIONS, body)[2]["x-idempotent-replay"] == "true"
    assert len(plant.list("registrations")["items"]) == 1


def test_a_refusal_switched_on(plant: Plant) -> None:
    plant.client.post("/sandbox/le/faults", json={"kind": "error_code", "code": "PLATE_BUSY", "times": 1})
    assert plant.refusal() == (422, "DECLINED", "PLATE_BUSY")


def test_a_refusal_is_not_the_first_answer(plant: Plant) -> None:
    body = plant.body()
    assert plant.le.send("POST", REGISTRATIONS, body)[1]["reason"] == "VEHICLE_UNKNOWN"
    plant.file_all()
    assert plant.le.send("POST", REGISTRATIONS, body)[0] == 201, "their PUT first, then the same again"


@pytest.mark.parametrize(
    "change",
    [
        {"requestId": "r" * 33},
        {"externalNo": "x 1"},
        {"type": "transfer"},
        {"plannedQty": 30},
        {"plannedQty": "30.0001"},
        {"plannedQty": "0"},
        {"plannedQty": "-1"},
        {"plannedQty": "1e1"},
        {"unit": "kg"},
        {"plateNo": "A12345"},
        {"trailerPlateNo": "挂"},
        {"driver": {**DRIVER, "driverNo": "1"}},
        {"driver": {**DRIVER, "phone": "12345"}},
        {"driver": {**DRIVER, "qualificationExpiry": "2026-02-30"}},
        {"driver": None},
        {"escort": {**ESCORT, "name": ""}},
        {"arriveFrom": "2026-11-23T10:00:00"},
        {"arriveTo": "2026-11-23T09:00:00+08:00", "arriveFrom": "2026-11-23T09:00:00+08:00"},
        {"lines": []},
        {"lines": [{"orderNo": ORDER, "lineNo": "10", "plannedQty": "29.999"}]},
        {"lines": [{"orderNo": ORDER, "lineNo": "10", "plannedQty": "15"}] * 2},
        {"lines": [{"orderNo": "SO2026110002", "lineNo": "10", "plannedQty": "30"}]},
    ],
    ids=str,
)
def test_members_of_a_registration(plant: Plant, change: dict[str, Any]) -> None:
    plant.file_all()
    assert plant.refusal(**change)[:2] == (400, "INVALID_ARGUMENT")
    assert plant.open_quantity() == "120.000"


def test_members_that_are_unknown_or_may_be_absent(plant: Plant) -> None:
    plant.file_all()
    body = plant.body(more=1)
    for member in ("escort", "waybillNo"):
        del body[member]
    assert plant.le.send("POST", REGISTRATIONS, body)[0] == 201
    assert plant.refusal(siteCode="OTHER")[:2] == (403, "FORBIDDEN")
    assert plant.le.send("GET", f"{REGISTRATIONS}/R9")[1]["code"] == "NOT_FOUND"
    assert plant.le.send("DELETE", REGISTRATIONS)[1]["code"] == "NOT_FOUND"


def test_orders_are_those_of_the_phone(plant: Plant) -> None:
    def numbers(**query: Any) -> list[str]:
        return [order["orderNo"][-2:] for order in plant.list("orders", **query)["items"]]

    assert numbers() == ["01", "02", "03", "04", "05", "06", "07", "08", "01"]
    assert numbers(driverPhone="13700006666") == ["01", "02", "03", "05", "01"]
    assert numbers(driverPhone="13700005555", status="open", type="pickup") == ["01", "03", "04", "08"]
    assert numbers(customerNo="C2001") == numbers(type="delivery") == ["01"]
    assert numbers(driverPhone="13800000000") == []
    order = plant.le.send("GET", f"{LE}/orders/SO2026110004")[1]["data"]
    assert (order["customer"]["no"], order["status"], order["validFrom"]) == ("C1003", "open", "2026-11-16")
    assert order["lines"] == [
        {
            "lineNo": "10",
            "productCode": "CL2",
            "productName": "液氯",
            "hazardous": True,
            "hazardClass": "2.3",
            "unNo": "1017",
            "orderedQty": "40.000",
            "openQty": "40.000",
            "unit": "t",
        }
    ]
    assert plant.le.send("GET", f"{LE}/orders/NONE")[0] == 404
    assert plant.le.send("GET", f"{LE}/orders?status=lost")[0] == 400


def test_pages_hang_together(plant: Plant) -> None:
    whole = plant.list("orders")
    assert whole["nextCursor"] is None
    seen, cursor = [], ""
    while cursor is not None:
        page = plant.list("orders", limit=4, **({"cursor": cursor} if cursor else {}))
        seen += page["items"]
        cursor = page["nextCursor"]
    assert seen == whole["items"]
    for query in ("limit=0", "limit=201", "limit=x", "cursor=x", "cursor=YWJj"):
        assert plant.le.send("GET", f"{LE}/orders?{query}")[0] == 400, query


def test_registrations_come_in_the_order_of_their_last_change(plant: Plant, clock: ManualClock) -> None:
    plates = [f"闽A1111{digit}" for digit in range(3)]
    plant.file_all(*plates)
    numbers = [plant.register(plateNo=plate)["registrationNo"] for plate in plates]

    def listed(**query: Any) -> list[str]:
        return [one["registrationNo"] for one in plant.list("registrations", **query)["items"]]

    assert listed() == numbers
    page = plant.list("registrations", limit=1)
    clock.pass_(10)
    plant.act(numbers[0], "report-in")
    rest = [one["registrationNo"] for one in plant.list("registrations", cursor=page["nextCursor"])["items"]]
    assert rest == [numbers[1], numbers[2], numbers[0]], "what changes meanwhile comes again, nothing is left out"
    assert listed() == rest
    assert listed(updatedAfter=iso(clock() - 10)) == [numbers[0]]
    assert listed(status="card_issued") == [numbers[1], numbers[2]]
    assert listed(plateNo=plates[2]) == listed(externalNo=plant.read(numbers[2])["externalNo"]) == [numbers[2]]
    assert listed(driverPhone=DRIVER["phone"], status="queued") == [numbers[0]]
    assert plant.le.send("GET", f"{REGISTRATIONS}?updatedAfter=yesterday")[0] == 400
