"""The park's answers sorted once: repeat later, final, or the park's own no."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.house.signature import sign
from chalicelib.integrations.park.client import ParkClient, park_house
from chalicelib.integrations.park.port import Declined, ParkVisit
from tests.support.wire import Wire

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
VISIT = ParkVisit(
    "01JVISIT", "林晓雨", "13800001111", "闽A12345", "王海峰", "13900001111", "检修", AT, AT, AT, "陈建国"
)
DATA = {"parkVisitNo": "P1", "status": "pending", "updatedAt": "2026-11-23T09:00:00.000+08:00"}


def client(*answers: tuple[int, Any]) -> tuple[ParkClient, Wire]:
    wire = Wire("park", list(answers))
    house = park_house("http://park.example", "campus", "secret", wire)  # type: ignore[arg-type]
    house = replace(house, timestamp=lambda: "1735689600", nonce=lambda: "n0001")
    return ParkClient(house, "JY", ("G1",)), wire


def ok(**changes: Any) -> tuple[int, Any]:
    return 201, {"code": "OK", "data": {**DATA, **changes}, "requestId": "r"}


def test_what_is_sent_is_signed_minimal_and_keyed() -> None:
    park, wire = client(ok())
    answer = park.register(VISIT, "park:visit:01JVISIT~2")
    assert (answer.park_visit_no, answer.decision, answer.at) == ("P1", "pending", AT)
    sent = wire.sent[0]
    assert (sent["method"], sent["url"]) == ("POST", "http://park.example/park/v1/visits")
    expected = sign("secret", "POST", "/park/v1/visits", "1735689600", "n0001", sent["body"])
    assert sent["headers"]["X-Sign"] == expected
    body = json.loads(sent["body"])
    assert body["visitor"] == {"name": "林晓雨", "phone": "13800001111", "certificateType": "none"}
    assert body["consent"] == {"idNumber": False, "face": False}
    assert body["startAt"] == "2026-11-23T09:00:00+08:00"
    assert body["vehicle"] == {"plateNo": "闽A12345", "hazardous": False}
    assert len(body["requestId"]) == 32
    assert "face" not in json.dumps(body["visitor"]).lower()


def test_the_key_is_the_same_for_the_same_intention_and_content_only() -> None:
    def key(visit: ParkVisit, intention: str) -> str:
        park, wire = client(ok())
        park.register(visit, intention)
        return str(json.loads(wire.sent[0]["body"])["requestId"])

    assert key(VISIT, "a") == key(VISIT, "a")
    later = replace(VISIT, ends_at=AT + timedelta(hours=1))
    assert len({key(VISIT, "a"), key(VISIT, "b"), key(later, "a")}) == 3


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (200, b"<html>", Retryable, "answer_unreadable"),
        (200, {"code": "OK", "data": None}, Retryable, "answer_unreadable"),
        (200, {"code": "OK", "data": {**DATA, "status": "perhaps"}}, Retryable, "answer_unreadable"),
        (200, {"code": "OK", "data": {**DATA, "updatedAt": "2026-11-23T09:00:00"}}, Retryable, "answer_unreadable"),
        (400, {"code": "INVALID_ARGUMENT", "message": "wrong"}, Refused, "park_request_invalid"),
        (401, {"code": "UNAUTHENTICATED", "message": "no"}, Refused, "park_credentials_refused"),
        (403, {"code": "FORBIDDEN", "message": "no"}, Refused, "park_not_authorised"),
        (404, b"nginx", Refused, "wrong_address"),
        (404, {"code": "NOT_FOUND", "message": "none"}, Refused, "park_visit_unknown"),
        (409, {"code": "IN_PROGRESS", "message": "wait"}, Retryable, "park_in_progress"),
        (409, {"code": "IDEMPOTENCY_CONFLICT", "message": "other"}, Refused, "park_key_reused"),
        (422, {"code": "DECLINED", "message": "no", "reason": "园区临时管控"}, Declined, "park_declined"),
        (429, {"code": "TOO_MANY_REQUESTS", "message": "slow"}, Retryable, "peer_busy"),
        (500, {"code": "INTERNAL", "message": "oops"}, Retryable, "peer_failed"),
        (502, b"<html>", Retryable, "peer_failed"),
        (302, b"", Refused, "wrong_address"),
        (418, {"code": "TEAPOT", "message": "tea"}, Refused, "park_refused"),
    ],
    ids=str,
)
def test_answers_are_sorted(status: int, body: Any, kind: type[PeerError], code: str) -> None:
    park, _ = client((status, body))
    with pytest.raises(PeerError) as caught:
        park.change(VISIT)
    assert (type(caught.value), caught.value.code) == (kind, code)


def test_the_reason_is_kept_for_people_and_the_message_holds_nobody() -> None:
    park, _ = client((422, {"code": "DECLINED", "message": "x", "reason": "林晓雨 13800001111\n 不在名单"}))
    with pytest.raises(Declined) as caught:
        park.register(VISIT, "k")
    assert caught.value.reason == "林晓雨 13800001111 不在名单"
    assert "13800001111" not in str(caught.value) and "林晓雨" not in str(caught.value)


def test_a_number_the_park_holds_already_is_adopted_unless_it_was_cancelled() -> None:
    conflict = (409, {"code": "STATE_CONFLICT", "message": "held"})
    park, wire = client(conflict, ok(status="accepted"))
    assert park.register(VISIT, "k").decision == "accepted"
    assert [call["method"] for call in wire.sent] == ["POST", "GET"]
    park, _ = client(conflict, ok(status="cancelled"))
    with pytest.raises(Refused, match="park_state_conflict"):
        park.register(VISIT, "k")


@pytest.mark.parametrize("code", ["NOT_FOUND", "STATE_CONFLICT"])
def test_cancelling_what_is_not_there_is_done(code: str) -> None:
    park, _ = client((404 if code == "NOT_FOUND" else 409, {"code": code, "message": ""}))
    park.cancel("01JVISIT", "k")


def test_a_visit_the_park_does_not_hold_is_not_found() -> None:
    park, _ = client((404, {"code": "NOT_FOUND", "message": ""}))
    assert park.find("01JVISIT") is None
