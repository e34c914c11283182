"""Connects the channel to this deployment's official account, on first use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.core import runtime
from chalicelib.domains.channel.menu import MENU, MiniProgram, build_menu
from chalicelib.domains.channel.model import Button
from chalicelib.domains.channel.notify import Message, NoticeInvalid

if TYPE_CHECKING:
    from chalicelib.integrations.wechat.client import OfficialAccountClient


@cache
def official_account() -> OfficialAccountClient:
    """The API client; it and wechatpy are imported here, because most requests and workers never need them."""
    from chalicelib.domains.channel.store import DynamoTokenStore
    from chalicelib.integrations.wechat.client import OfficialAccountClient

    settings = runtime.settings()
    return OfficialAccountClient(
        settings.wechat_app_id,
        runtime.secrets().get("wechat/app_secret"),
        DynamoTokenStore(settings.wechat_app_id),
        api_base_url=settings.wechat_api_base_url,
    )


def configured_menu() -> list[Button]:
    """The menu with this deployment's addresses."""
    settings = runtime.settings()
    mini_program = None
    if settings.wechat_mini_program_app_id:
        mini_program = MiniProgram(settings.wechat_mini_program_app_id, settings.wechat_mini_program_pages)
    return build_menu(MENU, settings.public_base_url, mini_program)


def send_menu(buttons: list[Button]) -> None:
    """Publish at WeChat."""
    from chalicelib.integrations.wechat.menu import create_menu

    create_menu(official_account(), {"button": buttons})


def send_notice(message: Message) -> str:
    """Send a template message; a value that does not fit its keyword is not sent."""
    from chalicelib.integrations.wechat.templates import TemplateMessage, ValueInvalid, fitting, send_template

    try:
        data = {keyword: fitting(keyword, text) for keyword, text in message.data.items()}
    except ValueInvalid as invalid:
        raise NoticeInvalid(str(invalid)) from None
    url = runtime.settings().public_base_url + message.page
    wanted = TemplateMessage(message.openid, message.template_id, url, data, message.message_id)
    return send_template(official_account(), wanted)
