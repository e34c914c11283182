"""What the members of a request must look like; one table a request, everything that is not in it is refused."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.kit.http import Call
from sandbox.wechat_pay.errors import EXTRA_MEMBER, OUT_OF_RANGE, wrong

Check = Callable[[Any, str], None]
"""(value, its JSON pointer); raises PARAM_ERROR."""


@dataclass(frozen=True)
class Member:
    """How a member is checked, and whether it must be there."""

    check: Check
    required: bool = False


def read_object(call: Call) -> dict[str, Any]:
    """The JSON object of a body; a member twice is refused, as is NaN."""
    try:
        body = json.loads(call.body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except ValueError:
        raise wrong("/body", "不是 JSON") from None
    if not isinstance(body, dict):
        raise wrong("/body", "不是 JSON 对象")
    return body


def text(longest: int, pattern: str = r"(?s).+", shortest: int = 1) -> Check:
    """A text of so many characters."""
    form = re.compile(pattern)

    def check(value: Any, field: str) -> None:
        if not isinstance(value, str):
            raise wrong(field, "应为字符串", value)
        if not shortest <= len(value) <= longest:
            raise wrong(field, f"长度应为 {shortest} 到 {longest}", value, OUT_OF_RANGE)
        if not form.fullmatch(value):
            raise wrong(field, "格式不对", value)

    return check


def whole_number(least: int) -> Check:
    """An integer, not less than; true and 1.0 are none."""

    def check(value: Any, field: str) -> None:
        if type(value) is not int:
            raise wrong(field, "应为整数", value)
        if value < least:
            raise wrong(field, f"不能小于 {least}", value, OUT_OF_RANGE)

    return check


def one_of(*words: str) -> Check:
    """One of some words."""

    def check(value: Any, field: str) -> None:
        if value not in words:
            raise wrong(field, f"应为 {' | '.join(words)}", value)

    return check


def boolean(value: Any, field: str) -> None:
    """true or false."""
    if not isinstance(value, bool):
        raise wrong(field, "应为布尔值", value)


def members(table: Mapping[str, Member]) -> Check:
    """An object with these members and no others; null is no value."""

    def check(value: Any, field: str) -> None:
        if not isinstance(value, dict):
            raise wrong(field, "应为对象", value)
        for name, content in value.items():
            if name not in table:
                raise wrong(f"{field}/{name}", "多余的参数", None, EXTRA_MEMBER)
            if content is None:
                raise wrong(f"{field}/{name}", "不能为 null")
        for name, member in table.items():
            if name in value:
                member.check(value[name], f"{field}/{name}")
            elif member.required:
                raise wrong(f"{field}/{name}", "缺少参数")

    return check


def many(check_one: Check) -> Check:
    """A list."""

    def check(value: Any, field: str) -> None:
        if not isinstance(value, list):
            raise wrong(field, "应为数组", value)
        for index, one in enumerate(value):
            check_one(one, f"{field}/{index}")

    return check


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)
