"""The park adapter against the simulated platform, which verifies our signature on the bytes it receives."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.integrations.errors import Refused, Retryable
from chalicelib.integrations.park.client import VISITS, ParkClient, park_house
from chalicelib.integrations.park.port import Declined, ParkVisit
from sandbox.park.platform import CLIENT_ID, ENTERPRISE
from tests.support.simulators import Simulators

KEY = "park:visit:01JPARK~2"


@pytest.fixture
def park(sandbox: Simulators) -> ParkClient:
    http = sandbox.http("park")
    house = park_house(sandbox.url, CLIENT_ID, sandbox.app.secrets.park_secret, http)
    house = replace(house, timestamp=lambda: str(int(time.time() + sandbox.offset[0])))
    return ParkClient(house, ENTERPRISE, ("G-EAST",))


@pytest.fixture
def visit() -> ParkVisit:
    start = datetime.now(UTC) + timedelta(minutes=5)
    end = start + timedelta(hours=4)
    return ParkVisit(
        "01JPARK", "林晓雨", "13800001111", "闽A12345", "王海峰", "13900001111", "检修", start, end, start, "陈建国"
    )


def held(sandbox: Simulators) -> list[dict[str, Any]]:
    return list(sandbox.control("GET", "/park/visits")["items"])


def test_the_whole_visit(sandbox: Simulators, park: ParkClient, visit: ParkVisit) -> None:
    sandbox.control("PATCH", "/park/knobs", {"decision": "ask"})
    answer = park.register(visit, KEY)
    assert answer.decision == "pending" and answer.park_visit_no.startswith("P")
    sandbox.control("POST", "/park/visits/01JPARK/decide", {"status": "rejected", "reason": "园区临时管控"})
    found = park.find("01JPARK")
    assert found is not None and (found.decision, found.reason) == ("rejected", "园区临时管控")
    assert found.at > answer.at
    later = replace(visit, ends_at=visit.ends_at + timedelta(hours=1), plate_number="")
    assert park.change(later).decision == "pending"
    facts = held(sandbox)[0]["facts"]
    assert facts["vehicle"] is None
    assert datetime.fromisoformat(facts["endAt"]) == later.ends_at.replace(microsecond=0)
    park.cancel("01JPARK", "c")
    park.cancel("01JPARK", "c")
    park.cancel("01JPARK", "another")
    assert [row["status"] for row in held(sandbox)] == ["cancelled"]


def test_only_the_minimum_is_told(sandbox: Simulators, park: ParkClient, visit: ParkVisit) -> None:
    park.register(visit, KEY)
    facts = held(sandbox)[0]["facts"]
    assert facts["visitor"] == {"name": "林晓雨", "phone": "13800001111", "certificateType": "none"}
    assert facts["consent"] == {"idNumber": False, "face": False}
    assert (facts["area"], facts["enterpriseCode"]) == (["G-EAST"], ENTERPRISE)


@pytest.mark.parametrize("kind", ["lost_answer", "data_null"])
def test_a_lost_answer_leaves_one_visit(sandbox: Simulators, park: ParkClient, visit: ParkVisit, kind: str) -> None:
    sandbox.fault("park", kind, VISITS)
    with pytest.raises(Retryable):
        park.register(visit, KEY)
    number = held(sandbox)[0]["parkVisitNo"]
    assert park.register(visit, KEY).park_visit_no == number
    assert len(held(sandbox)) == 1


def test_a_request_still_running_is_asked_again_later(sandbox: Simulators, park: ParkClient, visit: ParkVisit) -> None:
    sandbox.control("PATCH", "/park/knobs", {"processing_seconds": 3})
    sandbox.holds_back = True
    with pytest.raises(Retryable, match="answer_lost"):
        park.register(visit, KEY)
    with pytest.raises(Retryable, match="park_in_progress"):
        park.register(visit, KEY)
    sandbox.advance(4)
    assert park.register(visit, KEY).decision == "accepted"
    assert len(held(sandbox)) == 1


def test_another_content_for_a_held_number_adopts_it(sandbox: Simulators, park: ParkClient, visit: ParkVisit) -> None:
    first = park.register(visit, KEY)
    other = replace(visit, purpose="参观")
    assert park.register(other, KEY).park_visit_no == first.park_visit_no
    assert held(sandbox)[0]["facts"]["purpose"] == "检修", "the change comes by its own push"


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ({"kind": "down"}, Retryable, "answer_lost"),
        ({"kind": "http_502"}, Retryable, "peer_failed"),
        ({"kind": "not_json"}, Retryable, "answer_unreadable"),
        ({"kind": "delay", "seconds": 2.5}, Retryable, "answer_lost"),
        ({"kind": "error_code", "code": "TOO_MANY_REQUESTS"}, Retryable, "peer_busy"),
        ({"kind": "error_code", "code": "INTERNAL"}, Retryable, "peer_failed"),
        ({"kind": "error_code", "code": "FORBIDDEN"}, Refused, "park_not_authorised"),
        ({"kind": "error_code", "code": "IDEMPOTENCY_CONFLICT"}, Refused, "park_key_reused"),
        ({"kind": "error_code", "code": "DECLINED"}, Declined, "park_declined"),
    ],
    ids=str,
)
def test_faults(
    sandbox: Simulators, park: ParkClient, visit: ParkVisit, fault: dict[str, Any], kind: type[Exception], code: str
) -> None:
    sandbox.fault("park", path=VISITS, **fault)
    with pytest.raises(kind, match=code) as caught:
        park.register(visit, KEY)
    assert type(caught.value) is kind


def test_a_wrong_clock_or_secret_is_refused(sandbox: Simulators, park: ParkClient, visit: ParkVisit) -> None:
    late = str(int(time.time()) - 302)
    for stranger in (replace(park.house, secret="other"), replace(park.house, timestamp=lambda: late)):
        with pytest.raises(Refused, match="park_credentials_refused"):
            replace(park, house=stranger).register(visit, KEY)
    assert held(sandbox) == []


def test_a_closed_park_says_why(sandbox: Simulators, park: ParkClient, visit: ParkVisit) -> None:
    sandbox.control("PATCH", "/park/knobs", {"closed_reason": "重大活动封闭管理"})
    with pytest.raises(Declined) as caught:
        park.register(visit, KEY)
    assert caught.value.reason == "重大活动封闭管理"


def test_what_is_not_there(park: ParkClient, visit: ParkVisit) -> None:
    assert park.find("NOBODY") is None
    park.cancel("NOBODY", "c")
    with pytest.raises(Refused, match="park_visit_unknown"):
        park.change(visit)
