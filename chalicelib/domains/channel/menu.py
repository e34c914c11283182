"""The account's menu as data: what users see at the bottom of the chat, and which page each button opens.

WeChat shows about four Chinese characters of a top button and eight of a sub button.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domains.channel.model import Button


@dataclass(frozen=True, slots=True)
class Entry:
    """A button: either a page of this product, or a list of such buttons."""

    name: str
    page: str = ""
    """Path below the public address."""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class MiniProgram:
    """A mini program that shows some of the pages; ``pages`` maps our page to its page path."""

    app_id: str
    pages: Mapping[str, str]


MENU: tuple[Entry, ...] = (
    Entry("智慧物流", page="/logistics"),
    Entry(
        "访客预约",
        entries=(
            Entry("预约登记", page="/visitor/reserve"),
            Entry("我的预约", page="/visitor/visits"),
            Entry("我的审批", page="/visitor/approvals"),
            Entry("我的访客信息", page="/visitor/saved"),
        ),
    ),
    Entry("餐卡服务", page="/canteen"),
)


def build_menu(
    entries: tuple[Entry, ...], public_base_url: str, mini_program: MiniProgram | None = None
) -> list[Button]:
    """The buttons as WeChat wants them: a link to our page, or the mini program's page with our page as fallback."""
    return [_button(entry, public_base_url.rstrip("/"), mini_program) for entry in entries]


def _button(entry: Entry, base_url: str, mini_program: MiniProgram | None) -> Button:
    if entry.entries:
        return {"name": entry.name, "sub_button": [_button(child, base_url, mini_program) for child in entry.entries]}
    url = base_url + entry.page
    page_path = mini_program.pages.get(entry.page) if mini_program else None
    if mini_program and page_path:
        return {
            "type": "miniprogram",
            "name": entry.name,
            "url": url,
            "appid": mini_program.app_id,
            "pagepath": page_path,
        }
    return {"type": "view", "name": entry.name, "url": url}
