"""Whatever product and dispatcher do in whatever order: quantities, cards, queues and tanks stay consistent."""

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from starlette.testclient import TestClient

from sandbox.server import create_app
from tests.sandbox.callers import NOW, ManualClock
from tests.sandbox.plant import ORDER, Plant

PLATES = tuple(f"闽A1111{digit}" for digit in range(6))
ORDERED = Decimal(120)
FULL = Decimal(320 + 185)
PROMISED = {"registered", "card_issued", "queued", "called", "entered", "tared", "loading"}
GONE = {"weighed", "exited", "signed"}
OVER = {"exited", "signed", "cancelled", "rejected", "empty_out"}
ROAD = {
    "registered": "issue-card",
    "card_issued": "report-in",
    "queued": "call",
    "called": "enter",
    "entered": "tare",
    "tared": "load",
    "loading": "weigh",
    "weighed": "exit",
    "exited": "sign-off",
}
ASIDE = ("requeue", "empty-out", "reject", "cancel", "take-card", "return-card", "weigh", "sign-off")


class LogisticsMachine(RuleBasedStateMachine):
    """A model beside LE: of each registration what was planned, what was weighed, and how far it is."""

    def __init__(self) -> None:
        super().__init__()
        self.state = tempfile.TemporaryDirectory()
        clock = ManualClock(NOW)
        app = create_app(Path(self.state.name), clock=clock)
        self.le = app.logistics
        self.client = TestClient(app, base_url="http://campus.localhost:9000")
        self.client.__enter__()
        self.plant = Plant(self.client, clock)
        self.plant.knob("le", events={"lost": True})
        self.plant.knob("mes", lag_seconds=0, measure_seconds=0)
        self.plant.file_all(*PLATES)
        self.model: dict[str, dict[str, Any]] = {}

    def teardown(self) -> None:
        self.client.__exit__()
        self.state.cleanup()

    @rule(plate=st.sampled_from(PLATES), tonnes=st.sampled_from(["2", "2", "29.999", "60"]), card=st.booleans())
    def register(self, plate: str, tonnes: str, card: bool) -> None:
        self.plant.knob("le", auto_card=card)
        status, answer, _ = self.plant.le.send(
            "POST", "/le/v1/registrations", self.plant.body(plateNo=plate, plannedQty=tonnes)
        )
        if any(one["plate"] == plate and one["status"] not in OVER for one in self.model.values()):
            assert answer["reason"] in ("PLATE_BUSY", "QTY_EXCEEDS_OPEN")
        elif Decimal(tonnes) > self.left():
            assert answer["reason"] in ("QTY_EXCEEDS_OPEN", "ORDER_CLOSED")
        else:
            assert status == 201, answer
            data = answer["data"]
            facts = {"plate": plate, "planned": Decimal(tonnes), "net": Decimal(0), "seq": data["seq"]}
            self.model[data["registrationNo"]] = {**facts, "status": data["status"]}

    @rule(which=st.integers(0, 5), steps=st.integers(1, 9), net=st.sampled_from(["9.5", "30.2"]))
    def drive(self, which: int, steps: int, net: str) -> None:
        for _ in range(steps):
            if self.model and (action := ROAD.get(self.model[self.one(which)]["status"])):
                self.act(self.one(which), action, net)

    @rule(which=st.integers(0, 5), action=st.sampled_from(ASIDE), net=st.sampled_from(["9.5", "30.2"]))
    def turn_aside(self, which: int, action: str, net: str) -> None:
        if self.model:
            self.act(self.one(which), action, net)

    def one(self, which: int) -> str:
        return list(self.model)[-1 - which % len(self.model)]

    def act(self, number: str, action: str, net: str) -> None:
        one = self.model[number]
        if action in ("cancel", "return-card", "sign-off"):
            status = self.product(number, one, action)
        else:
            body = {"weigh": {"netWeight": net}, "reject": {"reason": "x"}}.get(action, {})
            status, _ = self.plant.act(number, action, **body)
        assert status in (200, 400, 409)
        now = self.plant.read(number)
        assert (now["seq"] > one["seq"]) == (status == 200) or action == "return-card"
        one.update(status=now["status"], seq=now["seq"], net=Decimal(now["netWeight"] or 0))
        if action == "weigh" and status == 200:
            assert one["net"] == Decimal(net)

    def product(self, number: str, one: dict[str, Any], action: str) -> int:
        if action == "cancel":
            return self.plant.post(number, action, expectedStatus=one["status"], reason="x")[0]
        if action == "return-card":
            card = self.plant.read(number)["cardNo"] or "none"
            return self.plant.post(number, action, cardNo=card, reason="finished")[0]
        signed = {"signType": "normal", "signedQty": "1", "unit": "t", "signer": "甲", "photos": []}
        more = {"signedAt": "2026-11-23T12:00:00+08:00", "differenceReason": "x"}
        return self.plant.post(number, action, **signed, **more)[0]

    def left(self) -> Decimal:
        taken = [one["planned"] for one in self.model.values() if one["status"] in PROMISED]
        return max(Decimal(0), ORDERED - sum(taken) - sum(self.issued()))

    def issued(self) -> list[Decimal]:
        return [one["net"] for one in self.model.values() if one["status"] in GONE]

    @invariant()
    def quantities_add_up(self) -> None:
        assert Decimal(self.le.orders.find(ORDER)["lines"][0]["openQty"]) == self.left()
        in_tanks = sum(Decimal(tank["massT"]) for tank in self.plant.stock().values())
        assert in_tanks == FULL - sum(self.issued())

    @invariant()
    def a_card_has_one_registration(self) -> None:
        out = {card["registrationNo"]: card["cardNo"] for card in self.le.cards.all() if card["state"] == "issued"}
        rows = self.le.registrations.all()
        held = {one["registrationNo"]: one["cardNo"] for one in rows if one["cardNo"] and not one["cardReturned"]}
        assert out == held and len(set(held.values())) == len(held)

    @invariant()
    def nobody_stands_in_two_places(self) -> None:
        at_lanes: list[str] = []
        for lane in self.le.yard.lanes():
            rows = self.le.yard.queue(lane["laneCode"])
            assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
            here = [row["registrationNo"] for row in rows if row["state"] != "waiting"]
            assert len(here) <= lane["maxQueue"]
            at_lanes += here
            waiting = {row["registrationNo"] for row in rows if row["state"] == "waiting"}
            serves = "NAOH32" in lane["productCodes"]
            assert waiting == ({no for no, one in self.model.items() if one["status"] == "queued"} if serves else set())
        inside = {"called", "entered", "tared", "loading"}
        assert sorted(at_lanes) == sorted(no for no, one in self.model.items() if one["status"] in inside)

    @invariant()
    def a_truck_is_here_once(self) -> None:
        here = [one["plate"] for one in self.model.values() if one["status"] not in OVER]
        assert len(set(here)) == len(here)


LogisticsMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)
TestLogisticsMachine = LogisticsMachine.TestCase
