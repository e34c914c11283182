"""What LE refuses and why; changing, cancelling, signing off."""

from typing import Any

import pytest

from sandbox.kit.clock import iso
from tests.sandbox.callers import HOUR, ManualClock
from tests.sandbox.plant import ORDER, TRAILER, Plant

NEXT_MONTH = 40 * 24 * HOUR


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"orderNo": "SO0"}, "ORDER_UNKNOWN"),
        ({"lineNo": "30"}, "ORDER_UNKNOWN"),
        ({"type": "delivery"}, "TYPE_MISMATCH"),
        ({"orderNo": "SO2026110007"}, "ORDER_CLOSED"),
        ({"orderNo": "SO2026110006", "productCode": "HCL31"}, "ORDER_BLOCKED"),
        ({"orderNo": "SO2026110008", "productCode": "NAOH48"}, "ORDER_NOT_VALID"),
        ({"productCode": "HCL31"}, "PRODUCT_MISMATCH"),
        ({"plannedQty": "120.001"}, "QTY_EXCEEDS_OPEN"),
        ({"plateNo": "闽D8K6P2"}, "VEHICLE_UNKNOWN"),
        ({"trailerPlateNo": "闽D1234挂"}, "VEHICLE_UNKNOWN"),
        ({"escort": {"name": "丙"}}, "DRIVER_UNKNOWN"),
    ],
    ids=str,
)
def test_every_refusal_has_its_reason(filed: Plant, changes: dict[str, Any], reason: str) -> None:
    if "escort" in changes:
        changes = {"escort": {**filed.body()["escort"], "driverNo": "0" * 32}}
    assert filed.refusal(**changes) == (422, "DECLINED", reason)
    assert filed.open_quantity() == "120.000"


def test_the_last_day_counts(filed: Plant) -> None:
    today, yesterday = iso(filed.clock())[:10], iso(filed.clock() - 24 * HOUR)[:10]
    for member in ("certExpiry", "inspectionExpiry"):
        filed.file_vehicle(TRAILER, version=2, **{member: yesterday})
        assert filed.refusal(trailerPlateNo=TRAILER)[2] == "VEHICLE_EXPIRED", member
    filed.file_vehicle(TRAILER, version=2, certExpiry=today)
    filed.file_person(version=2, qualificationExpiry=yesterday)
    assert filed.refusal(trailerPlateNo=TRAILER)[2] == "DRIVER_EXPIRED"
    filed.file_person(version=2, suspended=True)
    assert filed.refusal()[2] == "DRIVER_EXPIRED"
    filed.file_person(version=2, licenceExpiry=today)
    assert filed.register(trailerPlateNo=TRAILER)["status"] == "card_issued"


def test_one_truck_is_in_one_place(filed: Plant) -> None:
    number = filed.register()["registrationNo"]
    assert filed.refusal() == (422, "DECLINED", "PLATE_BUSY")
    filed.drive(number, "weighed")
    assert filed.refusal()[2] == "PLATE_BUSY"
    filed.act(number, "exit")
    filed.register()


def test_several_orders_on_one_truck(filed: Plant) -> None:
    lines = [
        {"orderNo": ORDER, "lineNo": "10", "plannedQty": "20"},
        {"orderNo": "SO2026110002", "lineNo": "10", "plannedQty": "10.000"},
    ]
    number = filed.register(lines=lines)["registrationNo"]
    assert (filed.open_quantity(), filed.open_quantity("SO2026110002")) == ("100.000", "34.500")
    filed.drive(number, "weighed", netWeight="24.5")
    assert (filed.open_quantity(), filed.open_quantity("SO2026110002")) == ("100.000", "40.000")
    too_much = [lines[0], {**lines[1], "plannedQty": "40.001"}]
    assert filed.refusal(plateNo=TRAILER, lines=too_much, plannedQty="60.001")[2] == "QTY_EXCEEDS_OPEN"


def test_a_closed_site_takes_nobody(filed: Plant) -> None:
    filed.knob("le", closed_reason="台风停运")
    status, answer, _ = filed.le.send("POST", "/le/v1/registrations", filed.body())
    assert (status, answer["reason"], answer["message"]) == (422, "SITE_CLOSED", "台风停运")


@pytest.mark.parametrize("until", ["queued", "called", "entered"])
def test_cancelling_names_the_present_state(filed: Plant, until: str) -> None:
    number = filed.register()["registrationNo"]
    filed.drive(number, until)
    status, answer = filed.post(number, "cancel", expectedStatus="card_issued", reason="到时限")
    assert (status, answer["code"], answer["reason"]) == (409, "STATE_CONFLICT", until)
    status, answer = filed.post(number, "cancel", expectedStatus=until, reason="到时限")
    if until == "entered":
        assert (status, answer["code"], answer["reason"]) == (409, "STATE_CONFLICT", until)
        return
    assert (status, answer["data"]["status"], answer["data"]["reason"]) == (200, "cancelled", "到时限")
    assert filed.open_quantity() == "120.000"
    assert filed.post(number, "cancel", expectedStatus="cancelled", reason="x")[1]["reason"] == "cancelled"


def test_changing(filed: Plant, clock: ManualClock) -> None:
    number = filed.register()["registrationNo"]
    body = filed.body(plannedQty="120.000")
    change = {name: body[name] for name in ("plannedQty", "arriveFrom", "arriveTo")}
    status, answer = filed.post(number, "change", expectedStatus="card_issued", **change)
    assert (status, answer["data"]["plannedQty"], answer["data"]["seq"]) == (200, "120.000", 3)
    assert len(answer["data"]["history"]) == 2 and filed.open_quantity() == "0.000"
    for changed, reason in (({"plannedQty": "120.001"}, "QTY_EXCEEDS_OPEN"), ({"arriveTo": "x"}, None)):
        answer = filed.post(number, "change", expectedStatus="card_issued", **change | changed)[1]
        assert answer.get("reason") == reason
    late = {"arriveFrom": iso(clock() + 3 * NEXT_MONTH), "arriveTo": iso(clock() + 3 * NEXT_MONTH + HOUR)}
    assert filed.post(number, "change", expectedStatus="card_issued", **change | late)[1]["reason"] == "ORDER_NOT_VALID"
    filed.drive(number, "called")
    assert filed.post(number, "change", expectedStatus="queued", **change)[1]["reason"] == "called"
    assert filed.post(number, "change", expectedStatus="called", **change)[1]["code"] == "STATE_CONFLICT"


def signing(**changes: Any) -> dict[str, Any]:
    return {
        "signType": "normal",
        "signedQty": "29.860",
        "unit": "t",
        "netWeight": "29.860",
        "signer": "张三",
        "signedAt": "2026-11-23T12:00:00+08:00",
        "photos": ["f1"],
    } | changes


def test_signing_off(filed: Plant) -> None:
    number = filed.register()["registrationNo"]
    assert filed.post(number, "sign-off", **signing())[1]["reason"] == "card_issued"
    filed.drive(number, "exited", netWeight="29.860")
    for change in ({"signedQty": 1}, {"unit": "kg"}, {"signer": ""}, {"photos": "f1"}, {"signType": "10"}):
        assert filed.post(number, "sign-off", **signing(**change))[0] == 400, change
    status, answer = filed.post(number, "sign-off", **signing(signedQty="29.770"))
    assert (status, answer["reason"]) == (422, "DIFFERENCE_REASON_REQUIRED"), "0.3 % of 29.860 is 0.08958"
    status, answer = filed.post(number, "sign-off", **signing(signedQty="29.771"))
    assert (status, answer["data"]) == (
        200,
        {
            "registrationNo": number,
            "status": "signed",
            "signedQty": "29.771",
            "deliveredQty": "29.860",
            "difference": "-0.089",
            "erpDocumentNo": "4900000001",
            "signedAt": "2026-11-23T12:00:00+08:00",
            "seq": 10,
        },
    )
    status, again = filed.post(number, "sign-off", **signing(signedQty="29.860"))
    assert (status, again["code"], again["data"]) == (409, "ALREADY_SIGNED", answer["data"])
    assert (filed.read(number)["status"], filed.read(number)["signedQty"]) == ("signed", "29.771")


def test_a_difference_needs_its_reason(filed: Plant) -> None:
    number = filed.register()["registrationNo"]
    filed.drive(number, "exited")
    short = signing(signedQty="20.000", signType="abnormal", differenceReason="卸货时泄漏")
    assert filed.post(number, "sign-off", **short)[1]["data"]["difference"] == "-10.000"


def test_orders_end(filed: Plant) -> None:
    orders = filed.client.post
    assert orders(f"/sandbox/le/orders/{ORDER}/block").status_code == 200
    assert filed.refusal()[2] == "ORDER_BLOCKED"
    orders(f"/sandbox/le/orders/{ORDER}/reopen")
    made = orders(
        "/sandbox/le/orders", json={"phone": "13700005555", "lines": [{"productCode": "NAOH32", "quantity": "30"}]}
    )
    new = made.json()["orderNo"]
    assert filed.list("orders", driverPhone="13700005555")["items"][-1]["orderNo"] == new
    filed.drive(filed.register(orderNo=new)["registrationNo"], "exited", netWeight="30.200")
    assert filed.open_quantity(new) == "0.000"
    assert filed.refusal(orderNo=new)[2] == "ORDER_CLOSED", "everything is issued"
    for wrong in ({"phone": "1"}, {"lines": []}, {"lines": [{"productCode": "TEA", "quantity": "1"}]}):
        body = {"phone": "13700005555", "lines": [{"productCode": "NAOH32", "quantity": "30"}]} | wrong
        answer = orders("/sandbox/le/orders", json=body)
        assert answer.status_code == 400 and answer.json()["message"].endswith("不对")
