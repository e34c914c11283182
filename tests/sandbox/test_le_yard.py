"""The states and their steps; cards, weights, lanes, trucks that drive themselves."""

from sandbox.le.dispatch import ACTION_WORDS
from sandbox.le.progress import Progress
from tests.sandbox.callers import ManualClock, app_of
from tests.sandbox.plant import LIFE, PLATE, Plant


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
