"""Reservation forms as the phone sends them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.core.clock import to_text

FIRST = {"name": "林晓雨", "gender": "female", "phone": "+86 138-0000-0000", "plate_number": "闽a·12345"}
SECOND = {"name": "张德发", "gender": "male", "phone": "13800000001"}
THIRD = {"name": "李大伟", "gender": "male", "phone": "13800000002"}


def form(request_id: str = "4f9d1c1e-0000-4000-8000-000000000001", **changes: Any) -> dict[str, Any]:
    """A complete form for one person."""
    start = datetime.now(UTC) + timedelta(hours=1)
    return {
        "request_id": request_id,
        "visitor": FIRST,
        "remember": True,
        "host": {"name": "王海峰", "phone": "13900001111"},
        "starts_at": to_text(start),
        "ends_at": to_text(start + timedelta(hours=4)),
        "purpose": "设备检修",
        **changes,
    }


def party_form(request_id: str = "4f9d1c1e-0000-4000-8000-000000000002", **changes: Any) -> dict[str, Any]:
    """A complete form for three people."""
    return form(request_id, **{"companions": [SECOND, THIRD], **changes})
