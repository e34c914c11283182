"""The park's messages at our door, and what the pages show of the park."""

from __future__ import annotations

import csv
import io
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from chalicelib.core import runtime
from chalicelib.core.session import Device
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.visit import ParkStatus
from chalicelib.integrations.house.signature import sign
from tests.store.test_visits_api import form
from tests.support.client import Client, browser_of, make_user
from tests.support.clock import FakeClock
from tests.support.environment import SECRETS, WITH_PARK
from tests.support.fake_park import FakePark
from tests.support.workers import ParkWorkers

PATH = "/api/park/events"


@pytest.fixture(autouse=True)
def people(cloud: Any) -> None:
    """A visitor and a clerk."""
    make_user("lin")
    make_user("huang", "visitor_approver")


def lin() -> Client:
    return browser_of("USERLIN")


def clerk() -> Client:
    return browser_of("USERHUANG", Device.OFFICE)


@pytest.fixture
def park(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> FakePark:
    """A park that decides by hand."""
    for name, value in {**WITH_PARK, "PARK_REQUIRED": "true"}.items():
        monkeypatch.setenv(name, value)
    runtime.settings.cache_clear()
    clock = FakeClock(datetime.now(UTC) + timedelta(seconds=2))
    fake = FakePark(clock, decides="pending")
    fake.workers = ParkWorkers(cloud, fake, clock)  # type: ignore[attr-defined]
    return fake


def approved(park: Any) -> Any:
    """An approved visit that the park was told about."""
    visit = lin().post("/api/visitor/visits", form(uuid4().hex)).json
    office = clerk()
    answer = office.post(f"/api/office/visits/{visit['id']}/approve", {"version": visit["version"]})
    assert answer.json["park"]["status"] == "waiting", "shown at once"
    park.workers.deliver_waiting()
    return answer.json


def tell(visit: Any, status: str = "accepted", *, seconds: float = 5, **changes: Any) -> Any:
    """A message of the park's; what begins with X- changes a header."""
    headers = {name: value for name, value in changes.items() if name.startswith("X_")}
    event = {
        "eventId": uuid4().hex,
        "visitNo": visit["id"],
        "status": status,
        "at": (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(),
        "gateCode": "G1",
        **{name: value for name, value in changes.items() if not name.startswith("X_")},
    }
    return send(json.dumps(event).encode(), **headers)


def send(body: bytes, **changes: str) -> Any:
    timestamp, nonce = str(int(time.time())), uuid4().hex
    headers = {
        "X-Client-Id": "campus-visitors",
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Sign": sign(SECRETS["park/secret"], "POST", PATH, timestamp, nonce, body),
    }
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    return Client(headers=headers).request("POST", PATH, body=body.decode())


def status_of(visit: Any) -> ParkStatus:
    found = store.find_visit(visit["id"])
    assert found is not None
    return found.park.status


def test_accepted_then_rejected_then_something_old(park: FakePark) -> None:
    visit = approved(park)
    answer = tell(visit)
    assert (answer.status, answer.json["code"], answer.json["data"]) == (200, "OK", {"duplicate": False})
    assert status_of(visit) is ParkStatus.ACCEPTED
    assert tell(visit, "rejected", seconds=9, reason="园区临时管控").status == 200
    assert tell(visit, "accepted", seconds=7).status == 200, "stored, and older than what is known"
    shown = lin().get(f"/api/visitor/visits/{visit['id']}").json
    assert shown["park"] == {
        "status": "rejected",
        "required": True,
        "message": "园区拒绝：园区临时管控",
        "visit_no": None,
    }
    assert shown["stage"] == "park_rejected"
    assert [entry["event"] for entry in shown["timeline"]] == [
        "submitted",
        "approved",
        "park_accepted",
        "park_rejected",
    ]


def test_the_same_message_twice_counts_once(park: FakePark) -> None:
    visit = approved(park)
    moment = {"eventId": "E-1", "at": datetime.now(UTC).isoformat()}
    assert tell(visit, "entered", **moment).json["data"] == {"duplicate": False}
    assert tell(visit, "entered", **moment).json["data"] == {"duplicate": True}
    events = [entry["event"] for entry in lin().get(f"/api/visitor/visits/{visit['id']}").json["timeline"]]
    assert events.count("park_entered") == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"X_Sign": "0" * 64},
        {"X_Client_Id": "somebody"},
        {"X_Timestamp": str(int(time.time()) - 400)},
        {"X_Nonce": "copied"},
        {"X_Nonce": ""},
    ],
    ids=["signature", "client", "outdated", "nonce_used", "nonce_empty"],
)
def test_a_forged_message_changes_nothing(park: FakePark, forged: dict[str, str]) -> None:
    visit = approved(park)
    answer = tell(visit, **forged)
    assert (answer.status, answer.json["code"]) == (401, "UNAUTHENTICATED")
    assert status_of(visit) is ParkStatus.WAITING


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"status": "perhaps"}, 400),
        ({"at": "2026-11-23T09:00:00"}, 400),
        ({"at": "2999-01-01T00:00:00+08:00"}, 400),
        ({"eventId": ""}, 400),
        ({"visitNo": "NOBODY"}, 404),
    ],
    ids=str,
)
def test_a_message_nobody_understands(park: FakePark, change: dict[str, str], status: int) -> None:
    visit = approved(park)
    assert tell(visit, **{"status": "accepted", **change}).status == status
    assert send(b"{").status == 400
    assert status_of(visit) is ParkStatus.WAITING


def test_a_visit_the_park_was_never_told_about(park: FakePark) -> None:
    visit = lin().post("/api/visitor/visits", form(uuid4().hex)).json
    assert tell(visit).status == 404


def office_rows(office: Client) -> list[str]:
    return next(csv.reader(io.StringIO(office.get("/api/office/visits.csv").text.removeprefix("\ufeff"), newline="")))


def test_the_office_sees_the_park(park: FakePark) -> None:
    visit = approved(park)
    office = clerk()
    assert office.get(f"/api/office/visits/{visit['id']}").json["park"]["visit_no"] == "P0"
    assert office_rows(office)[-3:] == ["园区", "园区说明", "园区单号"]
    pushes = office.get("/api/office/pushes", peer="park").json
    assert [item["kind"] for item in pushes["items"]] == ["park.read"], "waiting for the committee"
    assert "park" in pushes["peers"]


def test_switched_off_there_is_no_door_and_nothing_to_see(cloud: Any) -> None:
    visit = lin().post("/api/visitor/visits", form(uuid4().hex)).json
    office = clerk()
    shown = office.post(f"/api/office/visits/{visit['id']}/approve", {"version": visit["version"]}).json
    assert shown["park"] is None
    assert tell(visit).status == 404
    assert "园区" not in office_rows(office)
    assert "park" not in office.get("/api/office/pushes").json["peers"]
    assert office.get("/api/office/pushes", peer="park").json["items"] == []
