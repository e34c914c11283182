"""Reads the platform's rows by hand into the port's objects; the queue worker cannot afford a validation library.

An :class:`Unreadable` row says what was expected where, without repeating the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.integrations.gate.port import DeviceRight, Employee, Host, Registration, RightsState, Window

# visitorStatus: 1 normal, 2 late, 3 invalid, 5 signed out automatically, 6 signed out, 7 overstayed, 8 arrived.
_OVER = frozenset({"3", "5", "6"})
_RIGHT_STATES: dict[str, RightsState] = {"0": "ready", "1": "pending", "2": "failed"}

Row = Mapping[str, Any]


class Unreadable(ValueError):
    """The platform's answer lacks something or has it in another form."""


def rows(data: Any) -> list[Row]:
    """The rows of a list answer: ``data.list`` or, in some services, ``data.rows``."""
    if not isinstance(data, dict):
        raise Unreadable("data is not an object")
    found = data.get("list", data.get("rows"))
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Unreadable("data has no list of rows")
    return found


def total(data: Any) -> int:
    """How many rows there are over all pages."""
    value = data.get("total") if isinstance(data, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Unreadable("data.total is not a count")
    return value


def text(row: Row, name: str) -> str:
    """A text or number field as text; empty when absent or null."""
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise Unreadable(f"{name} is not a text")
    return str(value).strip()


def required(row: Row, name: str) -> str:
    """A field that must be there."""
    value = text(row, name)
    if not value:
        raise Unreadable(f"{name} is missing")
    return value


def instant(row: Row, name: str) -> datetime:
    """An ISO 8601 time with offset, milliseconds optional."""
    try:
        value = datetime.fromisoformat(required(row, name))
    except ValueError as error:
        raise Unreadable(f"{name} is not a time") from error
    if value.tzinfo is None:
        raise Unreadable(f"{name} has no offset")
    return value


def order_id(data: Any) -> str:
    """``data.orderId`` of a registration."""
    if not isinstance(data, dict):
        raise Unreadable("data is not an object")
    return required(data, "orderId")


def is_employed(row: Row) -> bool:
    """A person row whose status is not negative, that is, not deleted."""
    return not text(row, "status").startswith("-")


def host(row: Row) -> Host:
    """A person row."""
    return Host(required(row, "personId"), text(row, "personName"), text(row, "jobNo"))


def employee(row: Row) -> Employee:
    """A person row, for somebody who looks for a host; the department is the last part of ``orgPathName``."""
    department = text(row, "orgPathName").rstrip("/").rpartition("/")[2]
    return Employee(required(row, "personName"), text(row, "phoneNo"), text(row, "jobNo"), department)


def registration(row: Row) -> Registration:
    """A row of the appointment records. A row without ``orderId`` is an appointment nobody registered."""
    return Registration(
        order_id=text(row, "orderId"),
        appointment_id=text(row, "appointRecordId"),
        host_id=text(row, "receptionistId"),
        window=Window(instant(row, "visitStartTime"), instant(row, "visitEndTime")),
        live=text(row, "visitorStatus") not in _OVER,
        qr_content=text(row, "QRCode"),
        verification_code=text(row, "verificationCode"),
        purpose=text(row, "visitPurpose"),
    )


def device_right(row: Row) -> DeviceRight:
    """A row of the rights download result; an unknown status counts as not finished."""
    state = _RIGHT_STATES.get(required(row, "status"), "pending")
    device_id = required(row, "deviceIndexCode")
    return DeviceRight(device_id, text(row, "deviceName") or device_id, state, text(row, "errorCode"))


def same_number(shown: str, known: str) -> bool:
    """Whether two numbers can be the same; the platform may mask digits with ``*``, also of a number known from it."""
    return len(shown) == len(known) and all(a == b or "*" in (a, b) for a, b in zip(shown, known, strict=True))
