"""Requests and answers of 公众号菜单. The rules of a menu are in ``model.py``; here is only what keeps a request small."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.core.validation import Answer, Line, Request
from chalicelib.domains.channel.menus.model import Target

Text = Annotated[Line, Field(max_length=400)]


class MenuLeaf(Request):
    """A button that does something."""

    name: Text
    target: Target = Target.PAGE
    page: Text = ""
    key: Text = ""


class MenuEntry(MenuLeaf):
    """A top button: it does something, or holds others."""

    entries: Annotated[list[MenuLeaf], Field(max_length=20)] = Field(default_factory=list)


class PublishMenu(Request):
    """The whole menu, and the version that was seen."""

    version: Annotated[int, Field(ge=0, le=2**53)]
    entries: Annotated[list[MenuEntry], Field(max_length=20)]


class LeafView(Answer):
    """A button."""

    name: str
    target: Target
    page: str
    key: str


class EntryView(LeafView):
    """A top button."""

    entries: list[LeafView]


class PageView(Answer):
    """A page that may be chosen; whether the mini program shows it, too."""

    page: str
    title: str
    in_mini_program: bool


class KeyView(Answer):
    """Something the account knows an answer to."""

    key: str
    title: str


class ShownButtonView(Answer):
    """A button as WeChat has it: what it opens or asks."""

    name: str
    kind: str
    opens: str


class ShownEntryView(ShownButtonView):
    """A top button as WeChat has it."""

    entries: list[ShownButtonView]


class InWeChatView(Answer):
    """What WeChat shows now. ``unknown``: it could not be asked, and ``message`` says why."""

    state: Literal["same", "different", "none", "unknown"]
    message: str
    entries: list[ShownEntryView]


class LimitsView(Answer):
    """WeChat's limits; lengths in bytes of UTF-8."""

    top_entries: int
    sub_entries: int
    top_name_bytes: int
    sub_name_bytes: int
    key_bytes: int
    url_bytes: int


class MenuView(Answer):
    """The menu as published here and in WeChat, and what it may lead to."""

    version: int
    is_default: bool
    published_at: datetime | None
    published_by: str
    is_being_published: bool
    entries: list[EntryView]
    default_entries: list[EntryView]
    in_wechat: InWeChatView
    pages: list[PageView]
    keys: list[KeyView]
    base_url: str
    limits: LimitsView
