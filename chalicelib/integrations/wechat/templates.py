"""Template messages: what WeChat accepts as a value, and the call that sends one (wechat.md A6).

A keyword's name is its type and a number (``thing1``). The limits are those WeChat publishes for the same types of
subscription messages; a value that breaks one would be refused with 47003.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.integrations.wechat.client import OfficialAccountClient

_MOMENT = r"(\d{4}年\d{1,2}月\d{1,2}日 ?)?\d{1,2}:\d{2}(:\d{2})?"
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日( \d{1,2}:\d{2})?"
_RULES: dict[str, re.Pattern[str]] = {
    "thing": re.compile(r"[^\r\n]{1,20}"),
    "const": re.compile(r"[^\r\n]{1,20}"),
    "number": re.compile(r"\d{1,32}(\.\d+)?", re.ASCII),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x21-\x7e]{1,32}"),
    "time": re.compile(f"{_MOMENT}(~{_MOMENT})?", re.ASCII),
    "date": re.compile(f"{_DAY}(~{_DAY})?", re.ASCII),
    "amount": re.compile(r"[¥￥$]?\d{1,10}(\.\d+)?元?", re.ASCII),
    "phone_number": re.compile(r"[\d+-]{1,17}", re.ASCII),
    "car_number": re.compile(r"\S{1,8}"),
    "name": re.compile(r"[\u4e00-\u9fff·]{1,10}|[A-Za-z ]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
}
_SHORTENED = {"thing": 20}
"""Free text that may lose its end; anything else that is too long would say something wrong."""


class ValueInvalid(ValueError):
    """A value that WeChat would refuse for this keyword; the message names the keyword and never the value."""


@dataclass(frozen=True, slots=True)
class TemplateMessage:
    """One message. ``client_message_id``: WeChat sends the same one to the same person once within ten minutes."""

    openid: str
    template_id: str
    url: str
    data: Mapping[str, str]
    client_message_id: str


def fitting(keyword: str, text: str) -> str:
    """The text as this keyword may hold it; raises :class:`ValueInvalid`."""
    kind = keyword.rstrip("0123456789")
    rule = _RULES.get(kind)
    if rule is None:
        raise ValueInvalid(f"keyword {keyword} is of no known type")
    value = " ".join(text.split())
    limit = _SHORTENED.get(kind)
    if limit is not None and len(value) > limit:
        value = value[: limit - 1] + "…"
    if not rule.fullmatch(value):
        raise ValueInvalid(f"the value does not fit keyword {keyword}")
    return value


def send_template(client: OfficialAccountClient, message: TemplateMessage) -> str:
    """Send a message; returns WeChat's msgid.

    A lost answer is an unknown outcome: the caller may repeat it with the same ``client_message_id`` for ten minutes.
    """
    body: dict[str, Any] = {
        "touser": message.openid,
        "template_id": message.template_id,
        "url": message.url,
        "client_msg_id": message.client_message_id,
        "data": {keyword: {"value": value} for keyword, value in message.data.items()},
    }
    answer = client.post("message/template/send", data=body, repeatable=False)
    return str(answer.get("msgid", ""))
