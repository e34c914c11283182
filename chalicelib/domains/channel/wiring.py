"""Connects the channel to this deployment's official account, on first use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.core import runtime

IN_REQUEST_SECONDS = 2.5
"""A person waits, and three calls must fit into the API function's ten seconds."""

if TYPE_CHECKING:
    from chalicelib.domains.channel.menus.model import Button, Surroundings
    from chalicelib.domains.channel.menus.service import Account
    from chalicelib.domains.channel.notify import Message
    from chalicelib.integrations.wechat.articles import ArticlesPage
    from chalicelib.integrations.wechat.client import OfficialAccountClient
    from chalicelib.integrations.wechat.tokens import AccessTokens


@cache
def official_account(read_seconds: float | None = None) -> OfficialAccountClient:
    """The API client; it and wechatpy are imported here, because most requests and workers never need them."""
    from chalicelib.domains.channel.store import DynamoTokenStore
    from chalicelib.integrations.http import READ_SECONDS, Http
    from chalicelib.integrations.wechat import PEER
    from chalicelib.integrations.wechat.client import OfficialAccountClient

    settings = runtime.settings()
    return OfficialAccountClient(
        settings.wechat_app_id,
        runtime.secrets().get("wechat/app_secret"),
        DynamoTokenStore(settings.wechat_app_id),
        api_base_url=settings.wechat_api_base_url,
        http=Http(PEER, read_seconds=read_seconds or READ_SECONDS),
    )


@cache
def js_tickets() -> AccessTokens:
    """The JS-SDK's ticket under the rules of the access token: kept, renewed early, fetched by one at a time."""
    import time

    from chalicelib.core.clock import utc_now
    from chalicelib.domains.channel.store import DynamoTokenStore
    from chalicelib.integrations.wechat.jssdk import fetch_ticket
    from chalicelib.integrations.wechat.tokens import AccessTokens

    store = DynamoTokenStore(runtime.settings().wechat_app_id, "TICKET")
    return AccessTokens(store, lambda _force: fetch_ticket(official_account(IN_REQUEST_SECONDS)), utc_now, time.sleep)


def surroundings() -> Surroundings:
    """What of this deployment the menu may lead to."""
    from chalicelib.domains.channel.menu import PAGES
    from chalicelib.domains.channel.menus.model import Surroundings

    settings = runtime.settings()
    has_mini_program = bool(settings.wechat_mini_program_app_id)
    return Surroundings(
        settings.public_base_url,
        PAGES,
        settings.wechat_mini_program_app_id,
        settings.wechat_mini_program_pages if has_mini_program else {},
    )


def menu_account(read_seconds: float | None = IN_REQUEST_SECONDS) -> Account:
    """The account's menu: where it is published and read."""
    from chalicelib.domains.channel.menus.service import Account

    def send(buttons: list[Button]) -> None:
        from chalicelib.integrations.wechat.menu import create_menu

        create_menu(official_account(read_seconds), {"button": buttons})

    def read() -> list[Button] | None:
        from chalicelib.integrations.wechat.menu import read_buttons

        return read_buttons(official_account(read_seconds))

    return Account(runtime.settings().wechat_app_id, surroundings(), send, read)


def read_news(offset: int) -> ArticlesPage:
    """The account's messages from an offset on."""
    from urllib.parse import urlsplit

    from chalicelib.integrations.wechat.articles import read_articles

    return read_articles(official_account(), offset, urlsplit(runtime.settings().wechat_open_base_url).netloc)


def send_notice(message: Message) -> str:
    """Send a template message; a value that does not fit its keyword is not sent."""
    from chalicelib.domains.channel.notify import NoticeInvalid
    from chalicelib.integrations.wechat.templates import TemplateMessage, ValueInvalid, fitting, send_template

    try:
        data = {keyword: fitting(keyword, text) for keyword, text in message.data.items()}
    except ValueInvalid as invalid:
        raise NoticeInvalid(str(invalid)) from None
    url = runtime.settings().public_base_url + message.page
    wanted = TemplateMessage(message.openid, message.template_id, url, data, message.message_id)
    return send_template(official_account(), wanted)
