"""Logs tell operators what happened and nobody who it was."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.queue import handle_batch
from chalicelib.core.session import Device
from chalicelib.domains.visitor.gate_push import GatePush
from tests.support.client import make_user, signed_in
from tests.support.fake_gate import FakeGate

PRIVATE = ("林晓雨", "13800000000", "闽A12345", "王海峰", "13900001111", "o_lin", "机密事由", "被访人出差")


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What the product writes to its log."""
    written: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: written.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("campus.events")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield written
    logger.removeHandler(handler)


def form(**changes: Any) -> dict[str, Any]:
    start = datetime.now(UTC) + timedelta(hours=1)
    return {
        "request_id": "4f9d1c1e-0000-4000-8000-000000000001",
        "visitor": {"name": "林晓雨", "gender": "female", "phone": "13800000000", "plate_number": "闽A12345"},
        "host": {"name": "王海峰", "phone": "13900001111"},
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=2)).isoformat(),
        "purpose": "机密事由",
        **changes,
    }


@pytest.mark.usefixtures("cloud")
def test_a_whole_visit_leaves_no_personal_data_in_the_log(lines: list[str]) -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    visitor.post("/api/visitor/visits", form(visitor={"name": "林晓雨/", "gender": "x", "phone": "13800000000"}))
    visit = visitor.post("/api/visitor/visits", form()).json
    approver.post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": 1})
    key = f"gate:visit:{visit['id']}"
    record = {"messageId": "m1", "body": json.dumps({"object_key": key}), "attributes": {"MessageGroupId": key}}
    handle_batch({"Records": [record]}, GatePush(FakeGate(), timedelta(seconds=1), utc_now).handlers, utc_now)
    visitor.post(f"/api/visitor/visits/{visit['id']}/cancel")
    events = [json.loads(line) for line in lines]
    assert {"request", "push_attempt"} <= {event["event"] for event in events}
    assert all(event["request_id"] for event in events)
    leaked = [(word, line) for line in lines for word in PRIVATE if word in line]
    assert leaked == []


@pytest.mark.usefixtures("cloud")
def test_a_work_phone_entered_refused_and_searched_leaves_no_number(lines: list[str]) -> None:
    office, phone = signed_in("huang", "administrator", device=Device.OFFICE), "13805910001"
    for user in (make_user("chen"), make_user("li")):
        office.post(f"/api/office/users/{user.id}/phone", {"phone": phone, "version": 1})
    office.post("/api/office/users/by-phone", {"phone": phone})
    assert [json.loads(line)["status"] for line in lines] == [200, 409, 200]
    assert phone not in "".join(lines)
