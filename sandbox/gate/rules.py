"""Validation of visitor calls: every rule of contract A5, in the platform's codes."""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.gate import codes
from sandbox.gate.codes import GateError
from sandbox.gate.faces import read_photo
from sandbox.kit.clock import parse_iso

NAME_FORBIDDEN = re.compile(r"""['/\\:*?"<>|]""")
CERTIFICATE_TYPES = frozenset((111, 335, 131, 133, 414, 990))
HCP_FIELDS = frozenset(
    ("appointStartTime", "appointEndTime", "visitReasonType", "visitReasonDetail", "accessInfo", "VisitorInfo")
)
"""Names of HikCentral Professional, the other product with the same URLs; an ISC does not know them."""
VISITORS_PER_CALL = 50


@dataclass(frozen=True)
class VisitTimes:
    """Epoch seconds."""

    start: float
    end: float


def read_object(body: Any) -> dict[str, Any]:
    """The body as an object without HCP field names."""
    if not isinstance(body, dict):
        raise GateError(codes.WRONG_FORMAT, "body")
    foreign = sorted(HCP_FIELDS & body.keys())
    if foreign:
        raise GateError(codes.PARAMETER_EMPTY, f"unexpected {foreign[0]}")
    return body


def required_text(body: dict[str, Any], name: str) -> str:
    """A text that is there and not blank."""
    value = body.get(name)
    if value is None or value == "":
        raise GateError(codes.PARAMETER_EMPTY, name)
    if not isinstance(value, str):
        raise GateError(codes.WRONG_FORMAT, name)
    return value


def read_time(body: dict[str, Any], name: str) -> float:
    """A required ISO 8601 time with offset."""
    try:
        return parse_iso(required_text(body, name))
    except ValueError as error:
        raise GateError(codes.WRONG_FORMAT, name) from error


def read_times(body: dict[str, Any], now: float) -> VisitTimes:
    """Start and end of a visit: end after start (0x0531f003) and after now (0x0531f002)."""
    times = VisitTimes(read_time(body, "visitStartTime"), read_time(body, "visitEndTime"))
    if times.end <= times.start:
        raise GateError(codes.END_NOT_AFTER_START)
    if times.end <= now:
        raise GateError(codes.END_NOT_AFTER_NOW)
    return times


def read_visitor(value: Any) -> dict[str, Any]:
    """One visitor object with numbers normalised; the photo stays Base64."""
    if value is None:
        raise GateError(codes.PARAMETER_EMPTY, "visitorInfo")
    if not isinstance(value, dict):
        raise GateError(codes.WRONG_FORMAT, "visitorInfo")
    visitor = dict(read_object(value))
    _check_name(required_text(visitor, "visitorName"))
    visitor["gender"] = _number(visitor, "gender", frozenset((1, 2)))
    _check_pattern(visitor, "phoneNo", r"\d+", 20)
    if visitor.get("plateNo"):
        _check_pattern(visitor, "plateNo", r"\S+", 16)
    _check_certificate(visitor)
    if visitor.get("visitorPhoto"):
        read_photo(visitor["visitorPhoto"])
    return visitor


def read_visitors(value: Any) -> list[dict[str, Any]]:
    """The list of an appointment; the same phone or certificate twice is refused."""
    if value is None or value == []:
        raise GateError(codes.PARAMETER_EMPTY, "visitorInfoList")
    if not isinstance(value, list):
        raise GateError(codes.WRONG_FORMAT, "visitorInfoList")
    if len(value) > VISITORS_PER_CALL:
        raise GateError(codes.TOO_MANY_VISITORS)
    visitors = [read_visitor(item) for item in value]
    for name in ("phoneNo", "certificateNo"):
        given = [visitor[name] for visitor in visitors if visitor.get(name)]
        if len(set(given)) < len(given):
            raise GateError(codes.DUPLICATE_IN_LIST, name)
    return visitors


def check_head_count(body: dict[str, Any]) -> None:
    """`personNum`, when given, is a positive whole number."""
    count = body.get("personNum")
    if count is None:
        return
    if isinstance(count, bool) or not isinstance(count, int):
        raise GateError(codes.WRONG_FORMAT, "personNum")
    if count < 1:
        raise GateError(codes.OUT_OF_RANGE, "personNum")


def read_groups(body: dict[str, Any]) -> tuple[list[str], bool]:
    """Privilege group ids and whether the default group is wanted; no set at all means the default group."""
    wanted = body.get("visitorPermissionSet")
    if wanted is None:
        return [], True
    if not isinstance(wanted, dict):
        raise GateError(codes.WRONG_FORMAT, "visitorPermissionSet")
    ids = wanted.get("privilegeGroupIds") or []
    if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
        raise GateError(codes.WRONG_FORMAT, "privilegeGroupIds")
    return ids, str(wanted.get("defaultPrivilegeGroupFlag")) == "1"


def read_page(body: dict[str, Any], default_size: int = 20) -> tuple[int, int]:
    """pageNo from 1, pageSize up to 1000."""
    number, size = body.get("pageNo", 1), body.get("pageSize", default_size)
    for name, value in (("pageNo", number), ("pageSize", size)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise GateError(codes.WRONG_FORMAT, name)
    if number < 1 or not 1 <= size <= 1000:
        raise GateError(codes.OUT_OF_RANGE, "pageNo/pageSize")
    return number, size


def read_range(body: dict[str, Any], begin: str, end: str, code: str) -> tuple[float | None, float | None]:
    """An optional time range; `code` when it is back to front."""
    low = read_time(body, begin) if body.get(begin) else None
    high = read_time(body, end) if body.get(end) else None
    if low is not None and high is not None and low > high:
        raise GateError(code)
    return low, high


def _check_name(name: str) -> None:
    if len(name) > 32:
        raise GateError(codes.TOO_LONG, "visitorName")
    if NAME_FORBIDDEN.search(name):
        raise GateError(codes.WRONG_FORMAT, "visitorName")


def _check_pattern(visitor: dict[str, Any], name: str, pattern: str, limit: int) -> None:
    text = required_text(visitor, name)
    if len(text) > limit:
        raise GateError(codes.TOO_LONG, name)
    if not re.fullmatch(pattern, text, re.ASCII if name != "plateNo" else 0):
        raise GateError(codes.WRONG_FORMAT, name)


def _number(visitor: dict[str, Any], name: str, allowed: frozenset[int]) -> int:
    """A number that may come as text, too."""
    value = visitor.get(name)
    if value is None or value == "":
        raise GateError(codes.PARAMETER_EMPTY, name)
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,4}", str(value), re.ASCII):
        raise GateError(codes.WRONG_FORMAT, name)
    if int(value) not in allowed:
        raise GateError(codes.OUT_OF_RANGE, name)
    return int(value)


def _check_certificate(visitor: dict[str, Any]) -> None:
    if visitor.get("certificateNo"):
        visitor["certificateType"] = _number(visitor, "certificateType", CERTIFICATE_TYPES)
        _check_pattern(visitor, "certificateNo", r"[0-9A-Za-z]+", 20)
    elif visitor.get("certificateType") not in (None, ""):
        visitor["certificateType"] = _number(visitor, "certificateType", CERTIFICATE_TYPES)
