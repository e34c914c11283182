"""Visits and people for tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.core.session import Principal, Role
from chalicelib.domains.visitor import model, service
from chalicelib.domains.visitor.intake import Reservation
from chalicelib.domains.visitor.visit import Host, Person, Visit, Window

VISITOR = Principal("USERVISITOR", "林晓雨", "", frozenset())
STRANGER = Principal("USERSTRANGER", "周敏", "", frozenset())
APPROVER = Principal("USERAPPROVER", "陈建国", "", frozenset({Role.VISITOR_APPROVER}))
SECOND_APPROVER = Principal("USERAPPROVER2", "李主任", "", frozenset({Role.VISITOR_APPROVER}))

PERSON = Person("林晓雨", "female", "13800000000", "闽A12345")
COMPANION = Person("张德发", "male", "13800000001", None)
HOST = Host("王海峰", "13900001111", None)


def window_after(now: datetime, hours: float = 1, length: float = 4) -> Window:
    """A window that starts in ``hours``."""
    starts_at = now + timedelta(hours=hours)
    return Window(starts_at, starts_at + timedelta(hours=length))


def reservation(now: datetime, request_id: str = "request-000000001", **changes: object) -> Reservation:
    """A complete, valid form."""
    values: dict[str, object] = {
        "request_id": request_id,
        "visitor": PERSON,
        "host": HOST,
        "window": window_after(now),
        "purpose": "设备检修",
        "remember": True,
        **changes,
    }
    return Reservation(**values)  # type: ignore[arg-type]


def reservation_of_two(now: datetime, request_id: str = "request-000000002") -> Reservation:
    """A complete, valid form of two people."""
    return reservation(now, request_id, companions=(COMPANION,))


def submitted(now: datetime) -> Visit:
    """A pure visit, not stored."""
    return model.submit(
        visit_id="VISIT1",
        owner_id=VISITOR.user_id,
        visitor=PERSON,
        host=HOST,
        window=window_after(now),
        purpose="检修",
        now=now,
    )


def stored(now: datetime, request_id: str = "request-000000001") -> Visit:
    """A submitted visit in the table."""
    return service.submit_visit(VISITOR, reservation(now, request_id), now)
