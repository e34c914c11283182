"""What a visit must look like; every violation is INVALID_ARGUMENT and names the member."""

from typing import Any

from sandbox.house.errors import HouseError
from sandbox.house.members import NUMBER, PHONE, PLATE, matching, moment, text, wrong

CERTIFICATES = ("none", "residentId", "passport", "other")


def check_first(body: dict[str, Any], enterprise: str) -> None:
    """Everything of a new visit."""
    if text(body, "enterpriseCode") != enterprise:
        raise HouseError("FORBIDDEN", "not this client's enterprise")
    matching(body, "visitNo", NUMBER)
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
    start, end = moment(body, "startAt"), moment(body, "endAt")
    if end <= start:
        raise wrong("endAt")
    moment(body, "approvedAt")
    text(body.get("host"), "name", 32)
    text(body, "purpose")
    vehicle = body.get("vehicle")
    if vehicle is None:
        return
    if not PLATE.fullmatch(text(vehicle, "plateNo", 10)):
        raise wrong("vehicle.plateNo")
    if not isinstance(vehicle.get("hazardous"), bool):
        raise wrong("vehicle.hazardous")
