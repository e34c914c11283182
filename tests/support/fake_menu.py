"""WeChat's menu in memory: the last one sent counts, whoever sent it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domains.channel.menu import PAGES
from chalicelib.domains.channel.menus.model import Surroundings
from chalicelib.domains.channel.menus.service import Account
from tests.support.environment import ENVIRONMENT

APP_ID = ENVIRONMENT["WECHAT_APP_ID"]


@dataclass
class FakeMenu:
    """``trouble`` is called with (operation, "before" | "after") and may raise: the fault wrapper's hook."""

    shown: list[dict[str, Any]] | None = None
    sent: list[list[dict[str, Any]]] = field(default_factory=list)
    trouble: Callable[[str, str], None] = lambda operation, moment: None

    def send(self, buttons: list[dict[str, Any]]) -> None:
        self.trouble("create", "before")
        self.shown = buttons
        self.sent.append(buttons)
        self.trouble("create", "after")

    def read(self) -> list[dict[str, Any]] | None:
        self.trouble("read", "before")
        shown = self.shown
        self.trouble("read", "after")
        return shown

    def account(self, mini_program_pages: dict[str, str] | None = None) -> Account:
        around = Surroundings(ENVIRONMENT["PUBLIC_BASE_URL"], PAGES, "wx1", mini_program_pages or {})
        return Account(APP_ID, around, self.send, self.read)

    @property
    def names(self) -> list[str]:
        """What the top buttons say."""
        return [button["name"] for button in self.shown or []]
