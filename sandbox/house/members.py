"""What members of a request must look like; every violation is INVALID_ARGUMENT and names the member."""

import json
import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.house.errors import HouseError
from sandbox.kit.clock import parse_iso
from sandbox.kit.http import Call

REQUEST_ID = re.compile(r"[0-9A-Za-z_-]{1,32}")
NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}")
PHONE = re.compile(r"1[3-9]\d{9}")
PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][0-9A-HJ-NP-Z]{4}([0-9A-HJ-NP-Z]{1,2}|[挂学警港澳])"
)
QUANTITY = re.compile(r"(0|[1-9]\d{0,5})(\.\d{1,3})?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def wrong(member: str) -> HouseError:
    """The refusal that names a member."""
    return HouseError("INVALID_ARGUMENT", f"wrong member: {member}")


def read_object(call: Call) -> dict[str, Any]:
    """The JSON object of a body."""
    try:
        body = json.loads(call.body.decode("utf-8"))
    except ValueError:
        raise wrong("body") from None
    if not isinstance(body, dict):
        raise wrong("body")
    return body


def inner(body: Any, member: str) -> dict[str, Any]:
    """A required object."""
    value = body.get(member) if isinstance(body, dict) else None
    if not isinstance(value, dict):
        raise wrong(member)
    return value


def text(body: Any, member: str, longest: int = 100) -> str:
    """A required text."""
    value = body.get(member) if isinstance(body, dict) else None
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= longest:
        raise wrong(member)
    return value


def matching(body: Any, member: str, form: re.Pattern[str]) -> str:
    """A required text of a form."""
    value = text(body, member)
    if not form.fullmatch(value):
        raise wrong(member)
    return value


def one_of(body: Any, member: str, words: Collection[str]) -> str:
    """A required word of a list."""
    value = text(body, member)
    if value not in words:
        raise wrong(member)
    return value


def flag(body: Any, member: str) -> bool:
    """A required true or false."""
    value = body.get(member)
    if not isinstance(value, bool):
        raise wrong(member)
    return value


def texts(body: Any, member: str) -> list[str]:
    """A required list of texts, possibly empty."""
    value = body.get(member)
    if not isinstance(value, list) or not all(isinstance(item, str) and 1 <= len(item) <= 100 for item in value):
        raise wrong(member)
    return value


def day(body: Any, member: str) -> str:
    """A required calendar day, YYYY-MM-DD."""
    value = matching(body, member, DAY)
    try:
        date.fromisoformat(value)
    except ValueError:
        raise wrong(member) from None
    return value


def moment(body: Any, member: str) -> float:
    """A required time with offset, as epoch seconds."""
    try:
        return parse_iso(text(body, member, 40))
    except ValueError:
        raise wrong(member) from None


def quantity(body: Any, member: str, least: Decimal = Decimal("0.001")) -> Decimal:
    """A required quantity in tonnes: a decimal string with at most three places."""
    value = Decimal(matching(body, member, QUANTITY))
    if value < least:
        raise wrong(member)
    return value


def tonnes(value: Decimal) -> str:
    """A quantity as the contracts write it: three places."""
    return f"{value:.3f}"
