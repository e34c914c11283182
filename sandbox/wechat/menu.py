"""Menu rules: byte limits, counts, types, domains (contract A4)."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from sandbox.wechat.errors import WeChatError

KEYED = frozenset(
    (
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    )
)
"""Types that push an event with their key."""
TYPES = KEYED | {
    "view",
    "media_id",
    "article_id",
    "article_view_limited",
    "miniprogram",
    "view_limited",
}
ESCAPED = re.compile(rb"\\u[0-9a-fA-F]{4}")
TOP = {"type": 40015, "name": 40018, "key": 40019, "url": 40020, "domain": 40055}
SUB = {"type": 40024, "name": 40025, "key": 40026, "url": 40027, "domain": 40054}
NAME_BYTES_TOP, NAME_BYTES_SUB, KEY_BYTES, URL_BYTES = 16, 60, 128, 1024


def read_menu(body: bytes, domains: list[str]) -> list[dict[str, Any]]:
    """The buttons of a menu/create body; WeChatError with the number of the first broken rule."""
    if ESCAPED.search(body):
        raise WeChatError(40033)
    try:
        menu = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise WeChatError(40033) from error
    except ValueError as error:
        raise WeChatError(47001) from error
    buttons = menu.get("button") if isinstance(menu, dict) else None
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise WeChatError(40016)
    return [_top_button(button, domains) for button in buttons]


def _top_button(button: Any, domains: list[str]) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise WeChatError(47001)
    _check_name(button, NAME_BYTES_TOP, TOP)
    children = button.get("sub_button") or []
    if not isinstance(children, list) or len(children) > 5:
        raise WeChatError(40023)
    if not children:
        return {**_check_action(button, TOP, domains), "sub_button": []}
    if "type" in button:
        raise WeChatError(40015)
    return {"name": button["name"], "sub_button": [_sub_button(child, domains) for child in children]}


def _sub_button(button: Any, domains: list[str]) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise WeChatError(47001)
    if button.get("sub_button"):
        raise WeChatError(40022)
    _check_name(button, NAME_BYTES_SUB, SUB)
    return {**_check_action(button, SUB, domains), "sub_button": []}


def _check_name(button: dict[str, Any], limit: int, codes: dict[str, int]) -> None:
    _check_bytes(button.get("name"), limit, codes["name"])


def _check_bytes(text: Any, limit: int, code: int) -> None:
    if not isinstance(text, str) or not 1 <= len(text.encode()) <= limit:
        raise WeChatError(code)


def _check_action(button: dict[str, Any], codes: dict[str, int], domains: list[str]) -> dict[str, Any]:
    kind = button.get("type")
    if kind not in TYPES:
        raise WeChatError(codes["type"])
    if kind in KEYED:
        _check_bytes(button.get("key"), KEY_BYTES, codes["key"])
    if kind in ("view", "miniprogram"):
        _check_bytes(button.get("url"), URL_BYTES, codes["url"])
        _check_domain(button["url"], domains, codes["domain"])
    for name in _further_fields(str(kind)):
        if not isinstance(button.get(name), str) or not button[name]:
            raise WeChatError(40035, name)
    return {name: value for name, value in button.items() if name != "sub_button"}


def _further_fields(kind: str) -> tuple[str, ...]:
    if kind == "miniprogram":
        return ("appid", "pagepath")
    if kind in ("media_id", "view_limited"):
        return ("media_id",)
    return ("article_id",) if kind in ("article_id", "article_view_limited") else ()


def _check_domain(url: str, domains: list[str], code: int) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.hostname not in domains:
        raise WeChatError(code)
