"""What the account answers in the chat, as data. A reply depends on the message alone: a repeated one is answered alike."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from chalicelib.domains.channel.callback.model import Message
from chalicelib.domains.channel.menu import MENU
from chalicelib.domains.channel.menus.model import Entry


@dataclass(frozen=True, slots=True)
class Topic:
    """Something people ask about: the words they use, and what they are told above the links."""

    key: str
    """Key of a ``click`` button that asks the same."""
    title: str
    """What such a button tells, for whoever makes one."""
    keywords: tuple[str, ...]
    text: str
    links: tuple[tuple[str, str], ...]
    """Title and page."""


def _links(entry: Entry) -> tuple[tuple[str, str], ...]:
    return tuple((child.name, child.page) for child in entry.entries) or ((entry.name, entry.page),)


def _entrances() -> tuple[tuple[str, str], ...]:
    """The menu's entries; one with sub entries leads to its first."""
    return tuple((entry.name, _links(entry)[0][1]) for entry in MENU)


_LOGISTICS, _VISITOR, _CANTEEN = MENU
WELCOME = "欢迎关注东南电化！在这里可以办理："
HINT = "发送“帮助”看看能做什么。"
HELP = Topic("help", "帮助", ("帮助", "菜单", "功能", "怎么用", "help", "?"), "东南电化公众号可以办理：", _entrances())
TOPICS = (
    Topic(
        "visitor",
        "访客预约说明",
        ("访客", "预约", "来访", "拜访", "审批", "入厂"),
        "访客预约：填写来访信息，被访部门审批后，凭二维码在门岗通行。",
        _links(_VISITOR),
    ),
    Topic(
        "canteen",
        "餐卡服务说明",
        ("餐卡", "食堂", "充值", "饭卡", "余额", "挂失", "餐"),
        "餐卡服务：",
        _links(_CANTEEN),
    ),
    Topic(
        "logistics",
        "智慧物流说明",
        ("物流", "提货", "送货", "排队", "报备", "车辆", "司机"),
        "智慧物流：",
        _links(_LOGISTICS),
    ),
    HELP,
)
"""In this order: what names a business is told about it, 帮助 shows them all."""
UNKNOWN = Topic("", "", (), "没有找到与您发送的内容有关的服务。", _entrances())


def reply_to(message: Message, base_url: str) -> str | None:
    """The text of the answer; ``None`` where nothing is said (``VIEW``, pictures, delivery reports …)."""
    if message.event == "subscribe":
        return _render(WELCOME, HELP.links, base_url) + f"\n\n{HINT}"
    if message.kind == "event":
        return _tell(_clicked(message.key), base_url) if message.event == "click" else None
    if message.kind == "text":
        return _tell(_asked(message.text), base_url)
    return None


def _clicked(key: str) -> Topic:
    return next((topic for topic in TOPICS if topic.key == key), HELP)


def _asked(text: str) -> Topic:
    words = unicodedata.normalize("NFKC", text).casefold()
    return next((topic for topic in TOPICS if any(word in words for word in topic.keywords)), UNKNOWN)


def _tell(topic: Topic, base_url: str) -> str:
    told = _render(topic.text, topic.links, base_url)
    return told + f"\n\n{HINT}" if topic is UNKNOWN else told


def _render(text: str, links: tuple[tuple[str, str], ...], base_url: str) -> str:
    """WeChat's client shows anchors of a text reply as links."""
    lines = [f'<a href="{base_url}{page}">{title}</a>' for title, page in links]
    return "\n".join([text, "", *lines])
