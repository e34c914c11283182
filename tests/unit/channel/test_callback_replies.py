"""What the chat answers, and what a message means."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domains.channel.callback.model import (
    Erasure,
    Message,
    MessageInvalid,
    read_message,
)
from chalicelib.domains.channel.callback.replies import TOPICS, reply_to
from chalicelib.domains.channel.deliveries.model import Delivery, delivery_of

BASE = "https://campus.example.cn"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LONGEST_BYTES = 2048
"""WeChat's limit of a text reply."""


def text(content: str) -> Message:
    return Message("gh_1", "o_1", NOW, "text", text=content, message_id="1")


def event(name: str, key: str = "") -> Message:
    return Message("gh_1", "o_1", NOW, "event", event=name, key=key)


def links(reply: str | None) -> list[tuple[str, str]]:
    return re.findall(r'<a href="https://campus\.example\.cn([^"]+)">([^<]+)</a>', reply or "")


def test_the_welcome_leads_to_the_three_entries() -> None:
    reply = reply_to(event("subscribe", "qrscene_7"), BASE)
    assert reply is not None and reply.startswith("欢迎关注东南电化")
    assert links(reply) == [
        ("/logistics", "智慧物流"),
        ("/visitor/reserve", "访客预约"),
        ("/canteen", "餐卡服务"),
    ]


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("菜单", "/logistics"),
        ("帮助", "/logistics"),
        ("HELP", "/logistics"),
        ("？", "/logistics"),
        ("访客", "/visitor/reserve"),
        ("我要预约来访", "/visitor/reserve"),
        ("餐卡", "/canteen"),
        ("饭卡余额？", "/canteen"),
        ("物流", "/logistics"),
        ("怎么排队", "/logistics"),
    ],
)
def test_keywords(said: str, first: str) -> None:
    assert links(reply_to(text(said), BASE))[0][0] == first


def test_the_visitor_topic_has_every_page_of_its_menu() -> None:
    assert [page for page, _ in links(reply_to(text("访客"), BASE))] == [
        "/visitor/reserve",
        "/visitor/visits",
        "/visitor/approvals",
        "/visitor/saved",
    ]


def test_anything_else_gets_a_short_help() -> None:
    reply = reply_to(text("今天天气"), BASE)
    assert reply is not None and "没有找到" in reply and "帮助" in reply and len(links(reply)) == 3


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.key)
def test_a_click_asks_what_its_keyword_asks(topic) -> None:
    assert reply_to(event("click", topic.key), BASE) == reply_to(text(topic.keywords[0]), BASE)


def test_an_unknown_button_gets_the_help() -> None:
    assert reply_to(event("click", "old-button"), BASE) == reply_to(text("帮助"), BASE)


@pytest.mark.parametrize(
    "message",
    [event("view", BASE), event("unsubscribe"), event("scan"), event("templatesendjobfinish"), event("new_event")],
    ids=lambda message: message.event,
)
def test_other_events_are_not_answered(message: Message) -> None:
    assert reply_to(message, BASE) is None


@pytest.mark.parametrize("kind", ["image", "voice", "location", ""])
def test_other_messages_are_not_answered(kind: str) -> None:
    assert reply_to(Message("gh_1", "o_1", NOW, kind), BASE) is None


@given(st.text(max_size=300))
def test_every_text_gets_one_of_the_known_answers(said: str) -> None:
    """Nothing of what somebody writes comes back, so nobody can make the account say something."""
    known = {reply_to(text(topic.keywords[0]), BASE) for topic in TOPICS} | {reply_to(text("今天天气"), BASE)}
    reply = reply_to(text(said), BASE)
    assert reply in known and reply is not None and len(reply.encode()) <= LONGEST_BYTES


FIELDS = {"ToUserName": "gh_1", "FromUserName": "o_1", "CreateTime": "1795395600", "MsgType": "event", "Event": "CLICK"}


def test_a_message_is_known_by_its_id_and_an_event_by_sender_second_and_name() -> None:
    assert (
        read_message({**FIELDS, "MsgId": "7", "Event": ""}).identity == read_message({"MsgId": "7", **FIELDS}).identity
    )
    once = read_message(FIELDS).identity
    for name, value in (("FromUserName", "o_2"), ("CreateTime", "1795395601"), ("Event", "VIEW")):
        assert read_message({**FIELDS, name: value}).identity != once
    assert read_message({**FIELDS, "EventKey": "other"}).identity == once


@pytest.mark.parametrize(
    "broken",
    [{"FromUserName": ""}, {"CreateTime": ""}, {"CreateTime": "soon"}, {"CreateTime": "9" * 12}, {"CreateTime": "١"}],
)
def test_a_message_without_sender_or_time_is_none(broken: dict[str, str]) -> None:
    with pytest.raises(MessageInvalid):
        read_message({**FIELDS, **broken})


def test_authorisation_events_name_the_person_in_openid() -> None:
    message = read_message({**FIELDS, "Event": "user_authorization_revoke", "OpenID": "o_2"})
    assert (message.openid, message.erasure) == ("o_2", Erasure.CONSENT_WITHDRAWN)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("success", Delivery.DELIVERED),
        ("failed:user block", Delivery.BLOCKED),
        ("failed: user block", Delivery.BLOCKED),
        ("failed: system failed", Delivery.FAILED),
        ("failed:system failed", Delivery.FAILED),
        ("", Delivery.FAILED),
    ],
)
def test_delivery_reports(status: str, result: Delivery) -> None:
    assert delivery_of(status) is result


def test_what_is_old_or_from_the_future_has_no_effect() -> None:
    message = event("unsubscribe")
    assert message.is_fresh(NOW + timedelta(minutes=59)) and message.is_fresh(NOW - timedelta(minutes=59))
    assert not message.is_fresh(NOW + timedelta(minutes=61)) and not message.is_fresh(NOW - timedelta(minutes=61))
