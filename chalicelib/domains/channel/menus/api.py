"""Routes of 公众号菜单: administrators only."""

from __future__ import annotations

from typing import Any

from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.channel import wiring
from chalicelib.domains.channel.callback.replies import TOPICS
from chalicelib.domains.channel.menu import MENU
from chalicelib.domains.channel.menus import model, service
from chalicelib.domains.channel.menus.model import Entries, Entry, Surroundings
from chalicelib.domains.channel.menus.schemas import (
    EntryView,
    InWeChatView,
    KeyView,
    LimitsView,
    MenuEntry,
    MenuLeaf,
    MenuView,
    PageView,
    PublishMenu,
    ShownButtonView,
    ShownEntryView,
)
from chalicelib.domains.channel.menus.service import Account, Actor, InWeChat
from chalicelib.domains.channel.texts import TEXTS
from chalicelib.integrations.texts import TEXTS as PEER_TEXTS

ADMINISTRATOR = office(Role.ADMINISTRATOR)
LIMITS = LimitsView(
    top_entries=model.TOP_ENTRIES,
    sub_entries=model.SUB_ENTRIES,
    top_name_bytes=model.TOP_NAME_BYTES,
    sub_name_bytes=model.SUB_NAME_BYTES,
    key_bytes=model.KEY_BYTES,
    url_bytes=model.URL_BYTES,
)

api = Api(__name__, "menu", TEXTS)


@api.route(
    "GET",
    "/api/office/menu",
    summary="The menu, as published here and in WeChat",
    access=ADMINISTRATOR,
    answer=MenuView,
)
def show_menu(call: Call) -> MenuView:
    return _show(wiring.menu_account(), call)


@api.route(
    "POST",
    "/api/office/menu/publish",
    summary="Publish a menu to WeChat",
    access=ADMINISTRATOR,
    body=PublishMenu,
    answer=MenuView,
)
def publish_menu(call: Call) -> MenuView:
    body: PublishMenu = call.body
    account = wiring.menu_account()
    actor = Actor(call.user.user_id, call.user.nickname)
    service.publish(account, tuple(_entry(one) for one in body.entries), body.version, actor, call.now)
    return _show(account, call)


def _entry(wanted: MenuLeaf) -> Entry:
    """Only what the target uses is kept: a page chosen before 点击 was is none of the menu."""
    children = tuple(_entry(child) for child in wanted.entries) if isinstance(wanted, MenuEntry) else ()
    if children:
        return Entry(wanted.name, entries=children)
    if wanted.target is model.Target.CLICK:
        return Entry(wanted.name, target=wanted.target, key=wanted.key)
    return Entry(wanted.name, wanted.page, target=wanted.target)


def _show(account: Account, call: Call) -> MenuView:
    published, in_wechat = service.look(account, call.now)
    around = account.around
    return MenuView(
        version=published.version,
        is_default=published.entries is None,
        published_at=published.published_at,
        published_by=published.actor_name,
        is_being_published=published.claim is not None,
        entries=_views(service.menu_of(published, around)),
        default_entries=_views(model.by_default(MENU, around)),
        in_wechat=_in_wechat(in_wechat),
        pages=_pages(around),
        keys=[KeyView(key=topic.key, title=topic.title) for topic in TOPICS],
        base_url=around.base_url,
        limits=LIMITS,
    )


def _views(entries: Entries) -> list[EntryView]:
    return [EntryView.model_validate(one) for one in model.to_plain(entries)]


def _pages(around: Surroundings) -> list[PageView]:
    return [
        PageView(page=page, title=title, in_mini_program=page in around.mini_program_pages)
        for page, title in around.pages.items()
    ]


def _in_wechat(shown: InWeChat) -> InWeChatView:
    message = PEER_TEXTS.get(shown.error, PEER_TEXTS["wechat_refused"]) if shown.error else ""
    entries = [_shown(button) for button in shown.buttons]
    return InWeChatView.model_validate({"state": shown.state, "message": message, "entries": entries})


def _shown(button: dict[str, Any]) -> ShownEntryView:
    children = [ShownButtonView(**_facts(child)) for child in button.get("sub_button") or []]
    return ShownEntryView(**_facts(button), entries=children)


def _facts(button: dict[str, Any]) -> dict[str, str]:
    opens = button.get("pagepath") or button.get("url") or button.get("key") or ""
    return {"name": str(button.get("name", "")), "kind": str(button.get("type", "")), "opens": str(opens)}
