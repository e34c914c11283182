"""Validation problems as a user reads them: pydantic's error types in Chinese, and the field types all domains share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from chalicelib.core import china
from chalicelib.core.clock import SITE_ZONE, to_text, utc_now

_MESSAGES: dict[str, str] = {
    "missing": "必填",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不正确",
    "string_type": "应为文字",
    "bool_type": "应为是或否",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "请从给出的选项中选择",
    "enum": "请从给出的选项中选择",
    "extra_forbidden": "不认识的内容",
    "timezone_aware": "时间缺少时区",
    "datetime_from_date_parsing": "时间格式不正确",
    "datetime_parsing": "时间格式不正确",
    "date_from_datetime_parsing": "日期格式不正确",
    "date_parsing": "日期格式不正确",
}


_KINDS = frozenset({"typed", "chosen"})
"""Tags by which a request says which of several shapes a member has; they are no part of a field's path."""


class Request(BaseModel):
    """Base of what comes in: unknown members are refused, text is trimmed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True, defer_build=True)


class Answer(BaseModel):
    """Base of what goes out."""

    model_config = ConfigDict(frozen=True, defer_build=True)


def field_problems(error: ValidationError) -> list[dict[str, str]]:
    """One ``{"field", "message"}`` for each wrong field, in Chinese."""
    problems = []
    for found in error.errors(include_url=False, include_input=False):
        path = ".".join(str(part) for part in found["loc"] if part not in _KINDS)
        problems.append({"field": path, "message": _message(dict(found))})
    return problems


def _message(found: dict[str, Any]) -> str:
    if found["type"].startswith("china_"):
        return str(found["msg"])
    template = _MESSAGES.get(found["type"], "格式不正确")
    return template.format(**found.get("ctx", {})) if "{" in template else template


def _single_line(text: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise PydanticCustomError("china_line", "不能包含换行或控制字符")
    return text


def _phone(text: str) -> str:
    phone = china.normalise_mobile(text)
    if not china.is_mobile(phone):
        raise PydanticCustomError("china_phone", "请填写 11 位手机号码")
    return phone


def _plate(text: str) -> str:
    plate = china.normalise_plate(text)
    if china.plate_class(plate) is None:
        raise PydanticCustomError("china_plate", "车牌号格式不正确，例如 闽A12345")
    return plate


def _resident_id(text: str) -> str:
    number = china.normalise_resident_id(text)
    if not china.is_resident_id(number, utc_now().astimezone(SITE_ZONE).date()):
        raise PydanticCustomError("china_resident_id", "身份证号不正确，请核对 18 位号码")
    return number


def _person_name(text: str) -> str:
    if any(character in "'/\\:*?\"<>|" for character in text):
        raise PydanticCustomError("china_name", "姓名不能包含 ' / \\ : * ? \" < > | 等符号")
    return text


def _blank_is_absent(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _near(day: date) -> date:
    if not 2000 <= day.year <= 2100:
        raise PydanticCustomError("china_year", "日期超出范围")
    return day


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise PydanticCustomError("china_zone", "时间缺少时区")
    if not 2000 <= instant.year <= 2100:
        raise PydanticCustomError("china_year", "时间超出范围")
    return instant


Line = Annotated[str, AfterValidator(_single_line)]
PersonName = Annotated[
    str, Field(min_length=1, max_length=32), AfterValidator(_single_line), AfterValidator(_person_name)
]
"""As the gate platform takes it (peers.md A5): 1–32 characters without ``' / \\ : * ? " < > |``."""
MobilePhone = Annotated[str, Field(max_length=20), AfterValidator(_phone)]
"""Mainland mobile number, kept as 11 digits."""
OptionalMobile = Annotated[MobilePhone | None, BeforeValidator(_blank_is_absent)]
Plate = Annotated[str, Field(max_length=16), AfterValidator(_plate)]
"""Number plate, normalised (peers.md F2)."""
OptionalPlate = Annotated[Plate | None, BeforeValidator(_blank_is_absent)]
ResidentId = Annotated[str, Field(max_length=40), AfterValidator(_resident_id)]
"""Resident ID number, normalised (peers.md F1)."""
OptionalResidentId = Annotated[ResidentId | None, BeforeValidator(_blank_is_absent)]
Day = Annotated[date, AfterValidator(_near)]
"""A day of this century on the plant's calendar."""
Instant = Annotated[datetime, AfterValidator(_aware)]
"""ISO 8601 with offset."""


def instant_text(instant: datetime | None) -> str | None:
    """An instant as the API writes it."""
    return to_text(instant) if instant else None
