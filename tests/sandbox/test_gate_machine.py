"""Whatever is done in whatever order: the gate opens only for a downloaded, unrevoked right inside the window."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from starlette.testclient import TestClient

from sandbox.kit.clock import iso
from sandbox.server import create_app
from tests.sandbox.callers import HOUR, NOW, GateCaller, ManualClock

DELAY = 4


class GateMachine(RuleBasedStateMachine):
    """A model beside the simulator: when was each order registered, its window, is it taken back."""

    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock(NOW)
        self.state = tempfile.TemporaryDirectory()
        self.app = create_app(Path(self.state.name), clock=self.clock)
        self.gate = GateCaller(TestClient(self.app, base_url="http://campus.localhost:9000"), self.clock)
        self.model: dict[str, tuple[float, float, float, bool]] = {}
        self.qr: dict[str, str] = {}

    def teardown(self) -> None:
        self.app.store.close()
        self.state.cleanup()

    @rule(target=orders, person=st.integers(0, 3), begins=st.integers(-2, 6), lasts=st.integers(1, 5))
    def register(self, person: int, begins: int, lasts: int) -> str:
        start = self.clock() + begins * HOUR
        end = start + lasts * HOUR
        answer = self.gate.register(
            visitStartTime=iso(start), visitEndTime=iso(end), visitor={"phoneNo": f"1380000000{person}"}
        )
        if end <= self.clock():
            assert answer["code"] == "0x0531f002"
            return ""
        if answer["code"] != "0":
            assert answer["code"] == "0x0531401d"
            return ""
        order = str(answer["data"]["orderId"])
        self.model[order] = (self.clock(), start, end, False)
        self.qr[order] = self.gate.record(order)["QRCode"]
        return order

    @rule(order=orders)
    def sign_out(self, order: str) -> None:
        if order:
            registered, start, end, _ = self.model[order]
            answer = self.gate.call("visitor/v1/visitor/out", {"orderId": order})
            assert answer["code"] in ("0", "0x0531f00e")
            if answer["code"] == "0":
                self.model[order] = (registered, start, end, True)

    @rule(seconds=st.sampled_from([1, 3, 60, 1800, 3600, 9000]))
    def wait(self, seconds: int) -> None:
        self.clock.pass_(seconds)

    @rule(order=orders)
    def pass_now(self, order: str) -> None:
        if order:
            registered, start, end, taken_back = self.model[order]
            now = self.clock()
            expected = not taken_back and now >= registered + DELAY and start <= now < end
            assert self.gate.stand("east-turnstile-1", "qr", self.qr[order])["open"] is expected

    @invariant()
    def nobody_is_registered_twice_at_a_time(self) -> None:
        visits = self.gate.client.get("/sandbox/gate/visits").json()["items"]
        now = iso(self.clock())
        live = [visit for visit in visits if not visit["is_over"] and visit["end"] > now]
        for one in live:
            for other in live:
                if one is not other and one["phone"] == other["phone"]:
                    assert one["end"] <= other["start"] or other["end"] <= one["start"]


GateMachine.TestCase.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
TestGateMachine = GateMachine.TestCase
