"""The tank farm: what it tells, what it hides, and what trucks do to it a little later."""

from typing import Any

import pytest

from sandbox.kit.clock import parse_iso
from tests.sandbox.callers import HouseCaller, ManualClock
from tests.sandbox.plant import Plant

STOCK = "/mes/v1/tank-stock"
MEMBERS = {
    *("tankNo", "tankArea", "productCode", "levelMm", "temperatureC", "densityKgM3", "volumeM3", "massT", "heelT"),
    *("availableT", "status", "quality", "measuredAt"),
}


def mass(plant: Plant, tank: str = "T-301") -> float:
    return float(plant.stock()[tank]["massT"])


def test_a_reading(plant: Plant) -> None:
    status, answer, _ = plant.mes.send("GET", f"{STOCK}?productCode=NAOH32&siteCode=JY01")
    rows = answer["data"]["items"]
    assert (status, answer["code"], answer["data"]["asOf"]) == (200, "OK", "2026-11-23T09:00:00.000+08:00")
    assert [(row["tankNo"], row["massT"], row["availableT"]) for row in rows] == [
        ("T-301", "320.000", "300.000"),
        ("T-302", "185.000", "165.000"),
    ]
    assert set(rows[0]) == MEMBERS
    assert (rows[0]["levelMm"], rows[0]["volumeM3"], rows[0]["densityKgM3"]) == (4776, "238.806", "1340.0")
    whole = plant.mes.send("GET", f"{STOCK}?siteCode=JY01")[1]["data"]["items"]
    assert [row["tankNo"] for row in whole] == ["T-301", "T-302", "T-303", "T-401", "T-501", "T-502"]
    assert plant.mes.send("GET", f"{STOCK}?productCode=SALT&siteCode=JY01")[1]["data"]["items"] == []


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (STOCK, 400),
        (f"{STOCK}?siteCode=", 400),
        (f"{STOCK}?siteCode=JY01&productCode=NAOH32", 400),
        (f"{STOCK}?siteCode=JY02", 403),
        ("/mes/v1/tanks?siteCode=JY01", 404),
    ],
)
def test_questions_it_does_not_answer(plant: Plant, target: str, status: int) -> None:
    assert plant.mes.send("GET", target)[0] == status
    assert plant.mes.send("POST", f"{STOCK}?siteCode=JY01")[0] == 404


def test_the_door(plant: Plant) -> None:
    good = f"{STOCK}?productCode=NAOH32&siteCode=JY01"
    headers = plant.mes.headers("GET", good, b"")
    assert plant.client.get(f"{STOCK}?productCode=NAOH48&siteCode=JY01", headers=headers).status_code == 401
    assert [plant.client.get(good, headers=headers).status_code for _ in range(2)] == [200, 401], "once"
    stranger = HouseCaller(plant.client, plant.clock, "campus-visitors", "x")
    assert stranger.send("GET", good)[0] == 401


def test_instruments_are_read_every_few_seconds(plant: Plant, clock: ManualClock) -> None:
    plant.set_tank("T-301", drift=-6)
    clock.pass_(4)
    assert (plant.stock()["T-301"]["measuredAt"][17:23], mass(plant)) == ("00.000", 320.0)
    clock.pass_(7)
    assert (plant.stock()["T-301"]["measuredAt"][17:23], mass(plant)) == ("10.000", 319.0)
    clock.pass_(3600)
    assert mass(plant) == 0.0, "not below empty"
    assert plant.stock()["T-301"]["availableT"] == "0.000"
    plant.set_tank("T-301", drift=1000)
    clock.pass_(3600)
    assert mass(plant) == 804.0, "not above full"


@pytest.mark.parametrize(
    ("change", "available"),
    [
        ({"status": "receiving"}, "0.000"),
        ({"status": "locked"}, "0.000"),
        ({"quality": "uncertain"}, "0.000"),
        ({"massT": "19.999"}, "0.000"),
        ({"massT": 20.001}, "0.001"),
    ],
    ids=str,
)
def test_what_is_available(plant: Plant, change: dict[str, Any], available: str) -> None:
    plant.set_tank("T-301", **change)
    assert plant.stock()["T-301"]["availableT"] == available
    assert plant.stock()["T-302"]["availableT"] == "165.000"


@pytest.mark.parametrize("change", [{"massT": -1}, {"massT": 805}, {"massT": "x"}, {"status": "gone"}, {"quality": 1}])
def test_hands_that_go_wrong(plant: Plant, change: dict[str, Any]) -> None:
    answer = plant.client.patch("/sandbox/mes/tanks/T-301", json=change)
    assert answer.status_code == 400 and mass(plant) == 320.0
    assert plant.client.patch("/sandbox/mes/tanks/T-9", json={}).status_code == 404


def test_frozen_instruments(plant: Plant, clock: ManualClock) -> None:
    plant.set_tank("T-301", frozen=True)
    at = plant.stock()["T-301"]["measuredAt"]
    clock.pass_(700)
    assert plant.set_tank("T-301", massT=100)["reallyT"] == "100.000"
    assert plant.stock()["T-301"]["measuredAt"] == at
    plant.set_tank("T-301", frozen=False)
    assert (mass(plant), parse_iso(plant.stock()["T-301"]["measuredAt"])) == (100.0, clock())
    plant.set_tank("T-301", frozen=900)
    assert parse_iso(plant.stock()["T-301"]["measuredAt"]) == clock() - 900


def test_standing_switches(plant: Plant, clock: ManualClock) -> None:
    plant.knob("mes", bad_quality=True)
    assert {(row["quality"], row["availableT"]) for row in plant.stock().values()} == {("bad", "0.000")}
    plant.knob("mes", bad_quality=False, stale=True)
    assert {parse_iso(row["measuredAt"]) for row in plant.stock().values()} == {clock() - 3600}
    plant.knob("mes", stale=False)
    assert {parse_iso(row["measuredAt"]) for row in plant.stock().values()} == {clock()}


def test_a_weighed_truck_lowers_its_tank_a_little_later(plant: Plant, clock: ManualClock) -> None:
    plant.file_all()
    number = plant.register()["registrationNo"]
    plant.drive(number, "weighed", netWeight="29.860")
    assert mass(plant) == 320.0, "LE knows before MES shows it"
    clock.pass_(2.9)
    assert plant.client.get("/sandbox/mes/tanks").json()["items"][0]["reallyT"] == "320.000"
    clock.pass_(0.2)
    tank = plant.client.get("/sandbox/mes/tanks").json()["items"][0]
    assert (tank["reallyT"], tank["massT"]) == ("290.140", "320.000"), "it is out, and not measured yet"
    clock.pass_(2)
    assert (mass(plant), mass(plant, "T-302")) == (290.14, 185.0)
    plant.act(number, "exit")
    clock.pass_(3600)
    assert mass(plant) == 290.14, "once"


def test_the_fullest_tank_in_service_is_used(plant: Plant, clock: ManualClock) -> None:
    plant.knob("mes", lag_seconds=60)
    plant.file_all()
    plant.set_tank("T-301", status="maintenance")
    plant.drive(plant.register()["registrationNo"], "weighed")
    clock.pass_(59)
    assert mass(plant, "T-302") == 185.0
    clock.pass_(1)
    assert (mass(plant), mass(plant, "T-302")) == (320.0, 155.0)


def test_goods_without_a_tank(plant: Plant, clock: ManualClock) -> None:
    plant.file_all()
    salt = {"type": "delivery", "orderNo": "PO2026110001", "productCode": "SALT"}
    plant.drive(plant.register(**salt)["registrationNo"], "exited")
    clock.pass_(10)
    assert (mass(plant), mass(plant, "T-302")) == (320.0, 185.0)


def test_a_delivery_raises_its_tank(plant: Plant, clock: ManualClock) -> None:
    plant.file_all()
    order = {"phone": "13700005555", "type": "delivery", "lines": [{"productCode": "NAOH32", "quantity": "50"}]}
    number = plant.client.post("/sandbox/le/orders", json=order).json()["orderNo"]
    plant.drive(plant.register(type="delivery", orderNo=number)["registrationNo"], "weighed")
    clock.pass_(10)
    assert mass(plant) == 350.0


def test_the_level_may_fall_while_a_truck_loads(plant: Plant, clock: ManualClock) -> None:
    plant.knob("mes", lower_while_loading=True)
    plant.file_all()
    number = plant.drive(plant.register()["registrationNo"], "loading")["registrationNo"]
    clock.pass_(30)
    assert mass(plant) == 305.0, "half of 30 t"
    plant.set_tank("T-301", massT=300)
    plant.act(number, "weigh", netWeight="29.860")
    clock.pass_(5)
    assert mass(plant) == 285.14, "15 t were gone before the mass was set"
    other = plant.drive(plant.register(plateNo="闽A1234挂")["registrationNo"], "loading")["registrationNo"]
    clock.pass_(60)
    assert mass(plant) == 255.14
    plant.act(other, "empty-out")
    assert mass(plant) == 285.14, "it left with nothing"


def test_mes_can_be_slow_or_down(plant: Plant) -> None:
    plant.client.post("/sandbox/mes/faults", json={"kind": "error_code", "code": "INTERNAL", "times": 1})
    assert plant.mes.send("GET", f"{STOCK}?siteCode=JY01")[:2] == (
        500,
        {"code": "INTERNAL", "message": "switched on by hand", "requestId": ""},
    )
    assert plant.mes.send("GET", f"{STOCK}?siteCode=JY01")[0] == 200
    calls = plant.client.get("/sandbox/mes/calls").json()["items"]
    assert [(call["status"], call["faults"]) for call in calls] == [(200, []), (500, ["error_code"])]
