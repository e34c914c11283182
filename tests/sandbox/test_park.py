"""The simulated park is strict: signature on the received bytes, window, nonce, idempotency, members."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.park.platform import CLIENT_ID, ENTERPRISE
from sandbox.server import create_app
from tests.sandbox.callers import HouseCaller, ManualClock, app_of
from tests.sandbox.receiver import Receiver, wait_until

VISITS = "/park/v1/visits"
BODY: dict[str, Any] = {
    "requestId": "r-1",
    "enterpriseCode": ENTERPRISE,
    "visitNo": "01JPARK",
    "kind": "person",
    "visitor": {"name": "林晓雨", "phone": "13800001111", "certificateType": "none"},
    "vehicle": {"plateNo": "闽A12345", "hazardous": False},
    "host": {"name": "王海峰", "phone": "13900001111"},
    "purpose": "检修",
    "startAt": "2026-11-23T10:00:00+08:00",
    "endAt": "2026-11-23T14:00:00+08:00",
    "approvedAt": "2026-11-23T08:00:00+08:00",
    "approvedBy": "陈建国",
    "consent": {"idNumber": False, "face": False},
}


def caller(client: TestClient, clock: ManualClock) -> HouseCaller:
    """The enterprise that the park knows."""
    return HouseCaller(client, clock, CLIENT_ID, app_of(client).secrets.park_secret)


@pytest.fixture
def park(client: TestClient, clock: ManualClock) -> HouseCaller:
    return caller(client, clock)


def held(park: HouseCaller) -> list[Any]:
    return list(park.client.get("/sandbox/park/visits").json()["items"])


def test_a_signed_visit_is_taken(park: HouseCaller) -> None:
    status, answer, _ = park.send("POST", VISITS, BODY)
    assert (status, answer["code"], answer["data"]["status"]) == (201, "OK", "accepted")
    assert answer["data"]["updatedAt"] == "2026-11-23T09:00:00.000+08:00"
    status, found, _ = park.send("GET", f"{VISITS}/01JPARK")
    assert (status, found["data"]) == (200, answer["data"])


@pytest.mark.parametrize(
    "changes",
    [
        {"X-Client-Id": "somebody"},
        {"X-Timestamp": "1"},
        {"X-Nonce": "another-nonce"},
        {"X-Sign": "0" * 64},
        {"raw": json.dumps(BODY).encode()},
    ],
    ids=str,
)
def test_anything_changed_on_the_way_is_refused(park: HouseCaller, changes: dict[str, Any]) -> None:
    status, answer, _ = park.send("POST", VISITS, BODY, **changes)
    assert (status, answer["code"]) == (401, "UNAUTHENTICATED")
    assert held(park) == []


def test_the_query_is_under_the_signature(park: HouseCaller) -> None:
    headers = park.headers("GET", f"{VISITS}/X", b"")
    assert park.client.get(f"{VISITS}/X?a=1", headers=headers).status_code == 401


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-300, 404), (300, 404), (301, 401)])
def test_the_window(park: HouseCaller, clock: ManualClock, seconds: int, status: int) -> None:
    headers = park.headers("GET", f"{VISITS}/X", b"")
    clock.pass_(-seconds)
    assert park.client.get(f"{VISITS}/X", headers=headers).status_code == status


def test_a_copied_request_is_refused(park: HouseCaller) -> None:
    headers = park.headers("GET", f"{VISITS}/X", b"")
    assert park.client.get(f"{VISITS}/X", headers=headers).status_code == 404
    assert park.client.get(f"{VISITS}/X", headers=headers).status_code == 401


def test_the_first_answer_is_given_again(park: HouseCaller) -> None:
    _, first, headers = park.send("POST", VISITS, BODY)
    assert "x-idempotent-replay" not in headers
    park.client.post("/sandbox/park/visits/01JPARK/decide", json={"status": "rejected"})
    status, again, headers = park.send("POST", VISITS, BODY)
    assert (status, again, headers["x-idempotent-replay"]) == (201, first, "true")
    status, answer, _ = park.send("POST", VISITS, {**BODY, "purpose": "参观"})
    assert (status, answer["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    status, answer, _ = park.send("POST", VISITS, {**BODY, "requestId": "r-2"})
    assert (status, answer["code"]) == (409, "STATE_CONFLICT")
    assert len(held(park)) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"requestId": "r" * 33}, 400),
        ({"requestId": "r 1"}, 400),
        ({"enterpriseCode": "OTHER"}, 403),
        ({"kind": "animal"}, 400),
        ({"visitor": {**BODY["visitor"], "phone": "12345"}}, 400),
        ({"visitor": {**BODY["visitor"], "certificateNo": "350100199001010011"}}, 400),
        ({"visitor": {**BODY["visitor"], "facePicture": "…"}}, 400),
        ({"vehicle": {"plateNo": "ABC", "hazardous": False}}, 400),
        ({"startAt": "2026-11-23T10:00:00"}, 400),
        ({"endAt": "2026-11-23T09:59:00+08:00"}, 400),
        ({"startAt": "2026-11-22T10:00:00+08:00", "endAt": "2026-11-22T11:00:00+08:00"}, 422),
        ({"unknownMember": 1}, 201),
    ],
    ids=str,
)
def test_members(park: HouseCaller, change: dict[str, Any], status: int) -> None:
    assert park.send("POST", VISITS, {**BODY, **change})[0] == status
    assert len(held(park)) == (1 if status == 201 else 0)


def test_changing_and_cancelling(park: HouseCaller) -> None:
    park.client.patch("/sandbox/park/knobs", json={"decision": "ask"})
    park.send("POST", VISITS, BODY)
    park.client.post("/sandbox/park/visits/01JPARK/decide", json={"status": "accepted"})
    status, answer, _ = park.send("PUT", f"{VISITS}/01JPARK", {**BODY, "endAt": "2026-11-23T15:00:00+08:00"})
    assert (status, answer["data"]["status"]) == (200, "pending"), "decided anew"
    assert park.send("POST", f"{VISITS}/01JPARK/cancel", {"requestId": "c"})[0] == 200
    assert park.send("PUT", f"{VISITS}/01JPARK", BODY)[1]["code"] == "STATE_CONFLICT"
    assert park.send("POST", f"{VISITS}/NOBODY/cancel", {"requestId": "d"})[1]["code"] == "NOT_FOUND"


def test_decisions_are_told_signed_until_they_are_stored(
    tmp_path: Any, clock: ManualClock, receiver: type[Receiver]
) -> None:
    receiver.answers[:] = [503]
    app = create_app(tmp_path, clock=clock, product_url=receiver.url)
    with TestClient(app, base_url="http://campus.localhost:9000") as client:
        park = caller(client, clock)
        park.send("POST", VISITS, BODY)
        client.post("/sandbox/park/visits/01JPARK/decide", json={"status": "rejected", "reason": "管控"})
        wait_until(lambda: len(receiver.received) == 2)
    (path, _, body, _), (_, _, again, _) = receiver.received
    event = json.loads(body)
    assert (path, event["visitNo"], event["status"], event["reason"]) == (
        "/api/park/events",
        "01JPARK",
        "rejected",
        "管控",
    )
    assert again == body, "the same message, at least once"


def test_only_the_accepted_get_in(park: HouseCaller) -> None:
    park.client.patch("/sandbox/park/knobs", json={"decision": "ask"})
    park.send("POST", VISITS, BODY)
    enter = {"direction": "entered"}
    assert park.client.post("/sandbox/park/visits/01JPARK/pass", json=enter).json()["open"] is False
    park.client.post("/sandbox/park/visits/01JPARK/decide", json={"status": "accepted"})
    assert park.client.post("/sandbox/park/visits/01JPARK/pass", json=enter).json()["open"] is True
    assert held(park)[0]["passages"][0]["direction"] == "entered"
