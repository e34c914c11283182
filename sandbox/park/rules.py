"""What a request must look like; every violation is INVALID_ARGUMENT and names the member."""

import json
import re
from typing import Any

from sandbox.kit.clock import parse_iso
from sandbox.kit.http import Call
from sandbox.park.errors import ParkError

REQUEST_ID = re.compile(r"[0-9A-Za-z_-]{1,32}")
VISIT_NO = re.compile(r"[0-9A-Za-z_-]{1,64}")
PHONE = re.compile(r"1[3-9]\d{9}")
PLATE = re.compile(r"[\u4e00-\u9fff][A-Z][0-9A-Z]{4,6}[\u4e00-\u9fff0-9A-Z]?")
CERTIFICATES = ("none", "residentId", "passport", "other")


def wrong(member: str) -> ParkError:
    """The refusal that names a member."""
    return ParkError("INVALID_ARGUMENT", f"wrong member: {member}")


def read_object(call: Call) -> dict[str, Any]:
    """The JSON object of a body."""
    try:
        body = json.loads(call.body.decode("utf-8"))
    except ValueError:
        raise wrong("body") from None
    if not isinstance(body, dict):
        raise wrong("body")
    return body


def text(body: Any, member: str, longest: int = 100) -> str:
    """A required text."""
    value = body.get(member) if isinstance(body, dict) else None
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= longest:
        raise wrong(member)
    return value


def request_id(body: dict[str, Any]) -> str:
    """The idempotency key."""
    value = text(body, "requestId", 32)
    if not REQUEST_ID.fullmatch(value):
        raise wrong("requestId")
    return value


def check_first(body: dict[str, Any], enterprise: str) -> None:
    """Everything of a new visit."""
    if text(body, "enterpriseCode") != enterprise:
        raise ParkError("FORBIDDEN", "not this client's enterprise")
    if not VISIT_NO.fullmatch(text(body, "visitNo", 64)):
        raise wrong("visitNo")
    if body.get("kind") not in ("person", "vehicle"):
        raise wrong("kind")
    if body.get("companions", []) != [] and not isinstance(body["companions"], list):
        raise wrong("companions")
    _check_visitor(body)
    check_changeable(body)


def _check_visitor(body: dict[str, Any]) -> None:
    visitor, consent = body.get("visitor"), body.get("consent")
    text(visitor, "name", 32)
    if not PHONE.fullmatch(text(visitor, "phone", 11)):
        raise wrong("visitor.phone")
    if text(visitor, "certificateType") not in CERTIFICATES:
        raise wrong("visitor.certificateType")
    if not isinstance(consent, dict) or not all(isinstance(consent.get(name), bool) for name in ("idNumber", "face")):
        raise wrong("consent")
    if isinstance(visitor, dict) and visitor.get("certificateNo") and not consent["idNumber"]:
        raise wrong("visitor.certificateNo: without consent")
    if "facePicture" in body or (isinstance(visitor, dict) and "facePicture" in visitor):
        raise wrong("facePicture: not wanted here")


def check_changeable(body: dict[str, Any]) -> None:
    """Times, vehicle, host and purpose."""
    start, end = _moment(body, "startAt"), _moment(body, "endAt")
    if end <= start:
        raise wrong("endAt")
    _moment(body, "approvedAt")
    text(body.get("host"), "name", 32)
    text(body, "purpose")
    vehicle = body.get("vehicle")
    if vehicle is None:
        return
    if not PLATE.fullmatch(text(vehicle, "plateNo", 10)):
        raise wrong("vehicle.plateNo")
    if not isinstance(vehicle.get("hazardous"), bool):
        raise wrong("vehicle.hazardous")


def _moment(body: dict[str, Any], member: str) -> float:
    try:
        return parse_iso(text(body, member, 40))
    except ValueError:
        raise wrong(member) from None
