"""WeChat's rules for the buttons that are sent: counts and lengths, in bytes of UTF-8 and not in characters. Pure.

The last look before a menu leaves; whoever edits one is told field by field (:func:`..model.problems_of`).
"""

from __future__ import annotations

from chalicelib.domains.channel.menus.model import (
    KEY_BYTES,
    SUB_NAME_BYTES,
    TOP_NAME_BYTES,
    URL_BYTES,
    Button,
)
from chalicelib.domains.channel.menus.model import SUB_ENTRIES as SUB_BUTTONS
from chalicelib.domains.channel.menus.model import TOP_ENTRIES as TOP_BUTTONS


class MenuInvalid(ValueError):
    """A menu that WeChat would refuse; the message names the button, the limit and what it has."""


def check_menu(buttons: list[Button]) -> None:
    """Raise :class:`MenuInvalid` for the first rule a menu breaks, before anything is sent."""
    if not 1 <= len(buttons) <= TOP_BUTTONS:
        raise MenuInvalid(f"菜单须有 1 到 {TOP_BUTTONS} 个一级按钮，现有 {len(buttons)} 个")
    for button in buttons:
        _check_name(button, TOP_NAME_BYTES, "一级按钮")
        children = button.get("sub_button", [])
        if not children:
            _check_target(button)
        elif "type" in button:
            raise MenuInvalid(f"按钮“{button['name']}”有子菜单，不能再有 type")
        elif len(children) > SUB_BUTTONS:
            raise MenuInvalid(f"按钮“{button['name']}”最多 {SUB_BUTTONS} 个子按钮，现有 {len(children)} 个")
        for child in children:
            _check_name(child, SUB_NAME_BYTES, "子按钮")
            _check_target(child)


def count_buttons(buttons: list[Button]) -> int:
    """Buttons that lead somewhere: sub buttons, and top buttons without any."""
    return sum(len(button.get("sub_button", [])) or 1 for button in buttons)


def _check_name(button: Button, limit: int, kind: str) -> None:
    name = button.get("name", "")
    if not name:
        raise MenuInvalid(f"{kind}缺少名称")
    _check_bytes(f"{kind}“{name}”的名称", name, limit)


def _check_target(button: Button) -> None:
    name, kind = button["name"], button.get("type")
    if kind == "click":
        _require(button, "key")
        _check_bytes(f"按钮“{name}”的 key", button["key"], KEY_BYTES)
    elif kind in ("view", "miniprogram"):
        _require(button, "url")
        _check_bytes(f"按钮“{name}”的链接", button["url"], URL_BYTES)
        if not button["url"].startswith(("http://", "https://")):
            raise MenuInvalid(f"按钮“{name}”的链接须以 http:// 或 https:// 开头")
    else:
        raise MenuInvalid(f"按钮“{name}”的类型 {kind} 不受支持")
    if kind == "miniprogram":
        _require(button, "appid")
        _require(button, "pagepath")


def _require(button: Button, field: str) -> None:
    if not button.get(field):
        raise MenuInvalid(f"按钮“{button['name']}”缺少 {field}")


def _check_bytes(what: str, text: str, limit: int) -> None:
    length = len(text.encode())
    if length > limit:
        raise MenuInvalid(f"{what}最多 {limit} 字节，现为 {length} 字节")
