"""Reservation forms as the phone sends them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.core.clock import to_text

FIRST = {"name": "林晓雨", "gender": "female", "phone": "+86 138-0000-0000", "plate_number": "闽a·12345"}
SECOND = {"name": "张德发", "gender": "male", "phone": "13800000001"}
THIRD = {"name": "李大伟", "gender": "male", "phone": "13800000002"}


def form(request_id: str = "4f9d1c1e-0000-4000-8000-000000000001", **changes: Any) -> dict[str, Any]:
    """A complete form for one person; every test gets its own to edit."""
    start = datetime.now(UTC) + timedelta(hours=1)
    return {
        "request_id": request_id,
        "visitor": dict(FIRST),
        "remember": True,
        "host": {"name": "王海峰", "phone": "13900001111"},
        "starts_at": to_text(start),
        "ends_at": to_text(start + timedelta(hours=4)),
        "purpose": "设备检修",
        **changes,
    }


def party_form(request_id: str = "4f9d1c1e-0000-4000-8000-000000000002", **changes: Any) -> dict[str, Any]:
    """A complete form for three people."""
    return form(request_id, **{"companions": [dict(SECOND), dict(THIRD)], **changes})


def change_form(*visits: dict[str, Any], request_id: str = "change-request-00001", **changes: Any) -> dict[str, Any]:
    """Visits as their owner sees them, ready to be edited."""
    first, people = visits[0], [_person_of(visit) for visit in visits]
    return {
        "request_id": request_id,
        "visitor": people[0],
        "companions": people[1:],
        "host": _host_of(first),
        "starts_at": first["starts_at"],
        "ends_at": first["ends_at"],
        "purpose": first["purpose"],
        **changes,
    }


def _person_of(visit: dict[str, Any]) -> dict[str, Any]:
    person = {name: visit["visitor"][name] for name in ("name", "gender", "phone", "plate_number")}
    return {**person, "visit_id": visit["id"], "seen": visit["status"]}


def _host_of(visit: dict[str, Any]) -> dict[str, Any]:
    if visit["host"]["choice"]:
        return {"choice": visit["host"]["choice"]}
    return {name: visit["host"][name] for name in ("name", "phone", "job_number")}
