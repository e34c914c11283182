"""Changing stored visits in tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.core.session import Principal
from chalicelib.domains.visitor.changing.model import Wish
from chalicelib.domains.visitor.changing.service import change_visits
from chalicelib.domains.visitor.visit import Status, Visit, Window


def moved(
    owner: Principal,
    visit: Visit,
    now: datetime,
    *,
    request_id: str = "change-000000001",
    seen: Status | None = None,
    later: float = 1,
) -> Visit:
    """The visit ``later`` hours later, everything else as it is."""
    wish = Wish(visit.id, seen or visit.status, visit.visitor, keep_id_number=True)
    shift = timedelta(hours=later)
    window = Window(visit.window.starts_at + shift, visit.window.ends_at + shift)
    return change_visits(owner, request_id, [wish], visit.host, window, visit.purpose, now)
