"""What LE refuses and why; the states and their steps; cards, weights, sign-off."""

from typing import Any

import pytest

from sandbox.kit.clock import iso
from sandbox.le.dispatch import ACTION_WORDS
from sandbox.le.progress import Progress
from tests.sandbox.callers import HOUR, ManualClock, app_of
from tests.sandbox.plant import LIFE, ORDER, PLATE, TRAILER, Plant

NEXT_MONTH = 40 * 24 * HOUR


@pytest.fixture
def filed(plant: Plant) -> Plant:
    plant.file_all()
    return plant


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


def steps_from(plant: Plant, number: str) -> set[str]:
    items = plant.client.get("/sandbox/le/registrations").json()["items"]
    return next(set(item["actions"]) for item in items if item["registrationNo"] == number)


def test_every_station_checks_the_present_state(filed: Plant) -> None:
    """Whatever is not offered is refused with a sentence and changes nothing; the road leads through every state."""
    filed.knob("le", auto_card=False)
    number = filed.register()["registrationNo"]
    expected = {
        "registered": {"issue-card", "reject"},
        "card_issued": {"report-in", "reject"},
        "queued": {"call", "reject"},
        "called": {"requeue", "enter", "reject"},
        "entered": {"tare", "empty-out"},
        "tared": {"load", "empty-out"},
        "loading": {"weigh", "empty-out"},
        "weighed": {"exit"},
        "exited": {"take-card"},
    }
    road = ["issue-card", "report-in", "call", "enter", "tare", "load", "weigh", "exit"]
    for place, (status, offered) in enumerate(expected.items()):
        before = filed.read(number)
        assert (before["status"], steps_from(filed, number)) == (status, offered)
        for action in ACTION_WORDS.keys() - offered:
            code, answer = filed.act(number, action, reason="x")
            assert (code, answer["code"]) == (409, "not_now") and "不能" in answer["message"], action
        assert filed.read(number) == before
        if place < len(road):
            assert filed.act(number, road[place])[0] == 200
    assert [step["status"] for step in filed.read(number)["history"]] == list(expected)
    assert filed.act("R0", "call")[0] == 404
    assert filed.act(number, "fly")[0] == 400


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


def test_cards_come_back_once(filed: Plant) -> None:
    number = filed.register()["registrationNo"]
    assert filed.post(number, "return-card", cardNo="C0002", reason="finished")[1]["code"] == "CARD_MISMATCH"
    status, answer = filed.post(number, "return-card", cardNo="C0001", reason="finished")
    assert (status, answer["code"], answer["reason"]) == (409, "STATE_CONFLICT", "card_issued")
    filed.post(number, "cancel", expectedStatus="card_issued", reason="x")
    assert filed.post(number, "return-card", cardNo="C0001", reason="lost")[0] == 400
    _, first = filed.post(number, "return-card", cardNo="C0001", reason="cancelled")
    assert first["data"]["cardReturned"] is True
    assert filed.post(number, "return-card", cardNo="C0001", reason="cancelled")[1]["data"] == first["data"]
    again = filed.register()
    assert again["cardNo"] == "C0001"
    assert filed.post(number, "return-card", cardNo="C0001", reason="damaged")[1]["data"] == first["data"]
    filed.drive(again["registrationNo"], "exited")
    filed.post(again["registrationNo"], "return-card", cardNo="C0001", reason="damaged")
    assert filed.register()["cardNo"] == "C0002", "a damaged card is not issued again"


def test_no_card_is_left(filed: Plant) -> None:
    for _ in range(40):
        number = filed.register(plannedQty="0.001")["registrationNo"]
        filed.act(number, "reject", reason="x")
    without = filed.register()
    assert (without["status"], without["cardNo"]) == ("registered", None)
    assert filed.act(without["registrationNo"], "issue-card")[1]["message"] == "没有空闲的卡"
    assert filed.act(number, "take-card")[0] == 200
    assert filed.act(without["registrationNo"], "issue-card")[1]["cardNo"] == "C0040"


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


def test_weights_of_a_pickup_and_of_a_delivery(filed: Plant) -> None:
    number = filed.register()["registrationNo"]
    tared = filed.drive(number, "tared")
    assert (tared["tareWeight"], tared["grossWeight"]) == ("15.000", None)
    filed.act(number, "load")
    for wrong in ("much", "0", "100.001", -1):
        assert filed.act(number, "weigh", netWeight=wrong)[0] == 409, wrong
    weighed = filed.act(number, "weigh", netWeight="29.860")[1]
    assert (weighed["netWeight"], weighed["grossWeight"], weighed["issueNo"]) == ("29.860", "44.860", "I2611230001")
    filed.act(number, "exit")
    salt = {"type": "delivery", "orderNo": "PO2026110001", "productCode": "SALT"}
    number = filed.register(**salt)["registrationNo"]
    tared = filed.drive(number, "tared")
    assert (tared["tareWeight"], tared["grossWeight"]) == (None, "45.000")
    filed.act(number, "load")
    assert filed.act(number, "weigh", netWeight="45.000")[0] == 409, "nothing of the truck would be left"
    weighed = filed.act(number, "weigh", netWeight="29.000")[1]
    assert (weighed["tareWeight"], weighed["grossWeight"], weighed["netWeight"]) == ("16.000", "45.000", "29.000")


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


def test_lanes_and_their_queues(plant: Plant, clock: ManualClock) -> None:
    plates = [f"闽A2222{digit}" for digit in range(6)]
    plant.file_all(*plates)
    numbers = [plant.register(plateNo=plate, plannedQty="10")["registrationNo"] for plate in plates]
    for number in reversed(numbers):
        clock.pass_(1)
        plant.act(number, "report-in")

    def queue(lane: str) -> list[tuple[int, str, str, int]]:
        rows = plant.list(f"lanes/{lane}/queue")["items"]
        return [(row["position"], row["registrationNo"], row["state"], row["etaMinutes"]) for row in rows]

    assert (
        queue("L1")
        == queue("L2")
        == [(place, number, "waiting", (place - 1) // 2 * 25) for place, number in enumerate(reversed(numbers), 1)]
    )
    assert plant.list("lanes/L1/queue", limit=1)["items"][0]["plateNo"] == "闽A2***5"
    assert queue("L3") == [] and plant.le.send("GET", "/le/v1/lanes/L9/queue")[0] == 404
    for number in numbers[:2]:
        assert plant.act(number, "call", laneCode="L1")[1]["laneCode"] == "L1"
    full = plant.act(numbers[2], "call", laneCode="L1")
    assert full[0] == 409 and "已满" in full[1]["message"]
    assert "不装卸" in plant.act(numbers[2], "call", laneCode="L3")[1]["message"]
    for state in ("paused", "closed"):
        plant.client.post("/sandbox/le/lanes/L2", json={"state": state})
        assert plant.act(numbers[2], "call")[1]["message"] == "现在没有可以叫号的通道"
    for action in ("enter", "tare", "load"):
        plant.act(numbers[1], action)
    lanes = {lane["laneCode"]: lane for lane in plant.list("lanes")["items"]}
    assert (lanes["L1"]["loading"], lanes["L1"]["waiting"], lanes["L2"]["state"]) == (1, 4, "closed")
    assert [row[1:3] for row in queue("L1")][:3] == [
        (numbers[1], "loading"),
        (numbers[0], "called"),
        (numbers[5], "waiting"),
    ]
    plant.act(numbers[0], "requeue")
    assert plant.read(numbers[0])["laneCode"] is None
    assert queue("L1")[-1][1:3] == (numbers[0], "waiting"), "behind those that waited"
    plant.client.post("/sandbox/le/lanes/L2", json={"state": "open"})
    assert plant.act(numbers[5], "call")[1]["laneCode"] == "L2", "the emptiest open lane"


def test_trucks_that_drive_themselves(filed: Plant, clock: ManualClock) -> None:
    progress = Progress(app_of(filed.client).logistics)
    filed.knob("le", auto_card=False)
    number = filed.register()["registrationNo"]
    clock.pass_(3600)
    progress.look()
    assert filed.read(number)["status"] == "registered", "a person drives"
    filed.knob("le", auto_truck=True, step_seconds=10)
    for status in ("card_issued", *LIFE):
        progress.look()
        assert filed.read(number)["status"] == status
        clock.pass_(9)
        progress.look()
        assert filed.read(number)["status"] == status
        clock.pass_(1)
    progress.look()
    assert filed.read(number)["netWeight"] == "30.000"
    assert (filed.read(number)["status"], filed.read(number)["plateNo"]) == ("exited", PLATE)
