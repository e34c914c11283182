"""The platform's events at the door, the office's log, filters and 重新下发, as endpoints on the real tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.outbox import store as outbox
from chalicelib.core.session import Device
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.notices import visit_facts
from chalicelib.domains.visitor.visit import Visit
from chalicelib.integrations.gate.event_types import FACE_PASSED, SIGNED_OUT
from chalicelib.integrations.gate.passage_port import Passage
from tests.store.test_visits_api import form
from tests.support.client import Answer, Client, browser_of, signed_in
from tests.support.clock import FakeClock
from tests.support.environment import SECRETS
from tests.support.fake_gate import FakeGate
from tests.support.workers import GateWorkers, pending

pytestmark = pytest.mark.usefixtures("cloud")

DOOR = f"/api/gate/events/{SECRETS['gate/event_token']}"


class Plant:
    """A visitor, an approver in the office, a gate in memory; time is the real one."""

    def __init__(self, sqs: Any) -> None:
        self.gate = FakeGate()
        self.clock = FakeClock(datetime.now(UTC) + timedelta(seconds=1))
        self.workers = GateWorkers(sqs, self.gate, self.clock)
        self.visitor = signed_in("visitor")
        self.approver = signed_in("approver", "visitor_approver")
        self.office = browser_of("USERAPPROVER", Device.OFFICE)

    def ready(self, phone: str = "13800000000") -> str:
        """An approved visit under way; its id."""
        start = datetime.now(UTC) - timedelta(minutes=5)
        times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}
        wanted = form(**times)
        wanted = {**wanted, "request_id": f"passages-{phone}-000", "visitor": {**wanted["visitor"], "phone": phone}}
        visit = self.visitor.post("/api/visitor/visits", wanted).json
        self.approver.post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": visit["version"]})
        self.workers.recover()
        return str(visit["id"])

    def visit(self, visit_id: str) -> Visit:
        found = store.find_visit(visit_id)
        assert found is not None
        return found

    def passes(self, visit_id: str, device: str = "entry-1", number: int = 0, minutes_ago: float = 1) -> None:
        at = self.clock() - timedelta(minutes=minutes_ago)
        order_id = self.visit(visit_id).gate.order_id or ""
        self.gate.passed.append(
            Passage(f"E{len(self.gate.passed)}{number}", order_id, at, device, "东门人行通道 1", "qr")
        )

    def shown(self, visit_id: str) -> Any:
        return self.visitor.get(f"/api/visitor/visits/{visit_id}").json


@pytest.fixture
def plant(cloud: Any) -> Plant:
    return Plant(cloud)


def event(event_id: str = "a1b2", kind: int = FACE_PASSED, **changes: Any) -> dict[str, Any]:
    return {
        "eventId": event_id,
        "eventType": kind,
        "happenTime": datetime.now(UTC).isoformat(),
        "srcIndex": "east-turnstile-1",
        "data": {"ExtEventCardNo": "order-1", "ExtEventInOut": 1},
        **changes,
    }


def told(*events: Any, **changes: Any) -> dict[str, Any]:
    params = {"ability": "event_acs", "sendTime": "x", "uids": [], "clients": [], "events": list(events)}
    return {"method": "OnEventNotify", "params": params, **changes}


def send(body: Any, path: str = DOOR) -> Answer:
    return Client().post(path, body)


def test_an_event_is_stored_and_answered(plant: Plant) -> None:
    answer = send(told(event("one"), event("two", SIGNED_OUT), event("three", 131329)))
    assert (answer.status, answer.text) == (200, "")
    assert [entry.object_key for entry in pending("gate")] == ["gate:passages:one", "gate:passages:two"]
    assert send(told(event("one"))).status == 200
    assert len(pending("gate")) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: {**body, "method": "OnOther"},
        lambda body: {**body, "params": {"events": []}},
        lambda body: {**body, "params": {"events": [event()] * 101}},
        lambda body: told(event(eventId="")),
        lambda body: told(event(eventId="x#../" * 3)),
        lambda body: told(event(eventId="x" * 129)),
        lambda body: told(event(happenTime="yesterday")),
        lambda body: told(event(happenTime="2026-11-25T10:00:00")),
        lambda body: told(event(data=["x"])),
        lambda body: [],
        lambda body: "not json {",
    ],
)
def test_what_is_no_event_is_refused_and_stores_nothing(plant: Plant, spoil: Callable[[Any], Any]) -> None:
    answer = send(spoil(told(event())))
    assert (answer.status, answer.code) == (400, "invalid_input")
    assert pending("gate") == []


def test_the_address_is_secret(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    for path in ("/api/gate/events/guess", f"{DOOR[:-1]}x", "/api/gate/events/%E5%A4%A7"):
        assert (send(told(event()), path).status, pending("gate")) == (404, [])
    assert send(told(event())).status == 200
    assert SECRETS["gate/event_token"] not in capsys.readouterr().out


def test_a_passage_shows_on_phone_and_in_the_office(plant: Plant) -> None:
    visit_id = plant.ready()
    assert plant.shown(visit_id)["presence"] is None
    plant.passes(visit_id)
    assert send(told(event("told"))).status == 200
    plant.workers.recover()
    shown = plant.shown(visit_id)
    assert (shown["stage"], shown["presence"]["status"], shown["can_cancel"]) == ("entered", "inside", False)
    assert shown["pass"]["qr_content"], "it is needed to get out"
    assert "entered" in [line["event"] for line in shown["timeline"]]
    [row] = plant.office.get("/api/office/passages").json["items"]
    assert (row["visitor"], row["visit_id"], row["direction"], row["remark"]) == ("林晓雨", visit_id, "in", None)
    plant.passes(visit_id, "exit-1", minutes_ago=0)
    plant.workers.reader.run()
    shown = plant.shown(visit_id)
    assert (shown["stage"], shown["presence"]["status"]) == ("left", "left")
    assert [row["direction"] for row in plant.office.get("/api/office/passages").json["items"]] == ["out", "in"]


def test_a_passage_that_becomes_known_late_stands_at_its_time(plant: Plant) -> None:
    visit_id = plant.ready()
    plant.passes(visit_id, minutes_ago=0)
    plant.workers.reader.run()
    plant.passes(visit_id, minutes_ago=3)
    plant.workers.reader.run()
    times = [line["at"] for line in plant.shown(visit_id)["timeline"]]
    assert times == sorted(times)


def test_the_office_filters_who_is_inside_and_who_is_overdue(plant: Plant) -> None:
    inside, outside, overdue = (plant.ready(f"1380000000{number}") for number in range(3))
    for visit_id in (inside, overdue):
        plant.passes(visit_id)
    plant.workers.reader.run()
    over = plant.visit(overdue)
    moved = {"inside_until": "2020-01-01T00:00:00.000Z", "ends_at": "2020-01-01T00:00:00.000Z"}
    item = store.VisitItem.get(f"VISIT#{over.id}", "VISIT")
    item.update([getattr(store.VisitItem, name).set(value) for name, value in moved.items()])

    def listed(**query: str) -> list[str]:
        return [row["id"] for row in plant.office.get("/api/office/visits", **query).json["items"]]

    assert listed(presence="inside") == [overdue, inside]
    assert listed(presence="overstayed") == [overdue]
    assert set(listed()) == {inside, outside, overdue}
    assert listed(presence="inside", to="2020-01-01") == []
    text = plant.office.get("/api/office/visits.csv", presence="overstayed").text
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["状态"], row["入厂时间"] != "", row["离厂时间"]) for row in rows] == [("超时未离厂", True, "")]
    assert plant.office.get("/api/office/visits", presence="gone").status == 400


def test_the_log_is_paged_and_for_approvers_only(plant: Plant) -> None:
    visit_id = plant.ready()
    for number in range(25):
        plant.passes(visit_id, number=number, minutes_ago=number / 10)
    plant.workers.reader.run()
    first = plant.office.get("/api/office/passages").json
    second = plant.office.get("/api/office/passages", cursor=first["next_cursor"]).json
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (20, 5, None)
    ids = [row["id"] for row in first["items"] + second["items"]]
    assert len(set(ids)) == 25
    foreign = plant.office.get("/api/office/visits").json["next_cursor"] or "e30"
    assert plant.office.get("/api/office/passages", cursor=foreign).status == 400
    administrator = signed_in("clerk", "canteen", device=Device.OFFICE)
    assert administrator.get("/api/office/passages").status == 403


def test_failed_devices_are_named_and_the_right_is_sent_again(plant: Plant) -> None:
    plant.gate.rights_state = "failed"
    visit_id = plant.ready()
    mine = plant.shown(visit_id)
    assert mine["gate"]["devices"] == [{"name": "1 号闸机", "state": "failed"}]
    assert (mine["stage"], mine["gate"]["can_send_again"]) == ("gate_failed", False)
    seen = plant.office.get(f"/api/office/visits/{visit_id}").json
    assert seen["gate"]["can_send_again"] is True
    path = f"/api/office/visits/{visit_id}/send-rights-again"
    stale = plant.office.post(path, {"version": seen["version"] - 1})
    assert (stale.status, stale.code) == (409, "visit_changed")
    plant.gate.rights_state = "ready"
    answers = [plant.office.post(path, {"version": seen["version"]}) for _ in range(2)]
    assert [(answer.status, answer.json["gate"]["status"]) for answer in answers] == [(200, "waiting")] * 2
    plant.workers.recover()
    assert plant.gate.calls.count("send_rights_again") == 1
    assert plant.shown(visit_id)["gate"]["devices"] == [{"name": "1 号闸机", "state": "ready"}]
    now_seen = plant.office.get(f"/api/office/visits/{visit_id}").json
    refused = plant.office.post(path, {"version": now_seen["version"]})
    assert (refused.status, refused.code) == (409, "visit_rights_not_failed")


def test_the_host_is_told_while_it_is_true(plant: Plant) -> None:
    from chalicelib.core.notices.model import Notice

    visit_id = plant.ready()
    assert visit_facts(Notice.VISIT_ARRIVED, visit_id, plant.clock()) is None
    plant.passes(visit_id)
    plant.workers.reader.run()
    [entry] = [entry for entry in outbox.entries_of(f"wechat:visit:{visit_id}") if entry.kind == "visit_arrived"]
    assert entry.payload == {"user_id": "USERHOST"}
    facts = visit_facts(Notice.VISIT_ARRIVED, visit_id, plant.clock())
    assert facts is not None
    assert (facts.page, facts.values["visitor"], facts.values["result"]) == ("/visitor", "林晓雨", "已入厂")
    plant.passes(visit_id, "exit-1", minutes_ago=0)
    plant.workers.reader.run()
    assert visit_facts(Notice.VISIT_ARRIVED, visit_id, plant.clock()) is None


def test_passages_are_forgotten_in_time(plant: Plant) -> None:
    plant.passes(plant.ready())
    plant.workers.reader.run()
    items = runtime.aws_client("dynamodb").scan(TableName="test-visitor")["Items"]
    [passage] = [item for item in items if item["pk"]["S"].startswith("PASSAGE#")]
    days = (int(passage["expires_at"]["N"]) - plant.clock().timestamp()) / 86400
    assert 179 < days <= 181
    assert not {"visitor_name", "visitor_phone"} & set(passage), "who passed stands in the visit only"
