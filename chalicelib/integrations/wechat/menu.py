"""The account's custom menu at WeChat."""

from __future__ import annotations

from typing import Any

from chalicelib.integrations.errors import Refused
from chalicelib.integrations.wechat.client import OfficialAccountClient


def create_menu(client: OfficialAccountClient, menu: dict[str, Any]) -> None:
    """Replace the menu by ``{"button": […]}``. It replaces as a whole, so repeating it is harmless."""
    client.post("menu/create", data=menu, repeatable=True)


def read_menu(client: OfficialAccountClient) -> dict[str, Any] | None:
    """The menu made through the API, or ``None`` when there is none."""
    try:
        answer: dict[str, Any] = client.get("menu/get")
    except Refused as error:
        if error.code == "wechat_menu_missing":
            return None
        raise
    return answer


def read_buttons(client: OfficialAccountClient) -> list[dict[str, Any]] | None:
    """The buttons of that menu; ``None`` when there is none, or one of a kind this product never makes."""
    answer = read_menu(client)
    menu = answer.get("menu") if answer else None
    buttons = menu.get("button") if isinstance(menu, dict) else None
    return buttons if isinstance(buttons, list) else None
