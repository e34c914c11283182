"""Values of template messages: what fits a keyword, what is cut, what is refused before it is sent."""

from __future__ import annotations

import pytest

from chalicelib.core.notices.model import Notice
from chalicelib.core.settings import SettingsError, read_settings
from chalicelib.domains.channel.notices import KEYWORDS
from chalicelib.integrations.wechat.templates import ValueInvalid, fitting
from sandbox.cloud.stack import NOTICES
from tests.support.environment import ENVIRONMENT


@pytest.mark.parametrize(
    ("keyword", "text", "value"),
    [
        ("thing1", "林晓雨", "林晓雨"),
        ("thing4", "第一行\n第二行", "第一行 第二行"),
        ("thing4", "一" * 20, "一" * 20),
        ("thing4", "一" * 21, "一" * 19 + "…"),
        ("phrase3", "审核通过", "审核通过"),
        ("time2", "2026年11月23日 09:00~13:00", "2026年11月23日 09:00~13:00"),
        ("time2", "2026年11月23日 09:00~2026年11月24日 13:00", "2026年11月23日 09:00~2026年11月24日 13:00"),
        ("amount3", "￥12.50元", "￥12.50元"),
        ("car_number5", "闽A12345", "闽A12345"),
        ("character_string9", "A-1/2", "A-1/2"),
    ],
)
def test_what_fits(keyword: str, text: str, value: str) -> None:
    assert fitting(keyword, text) == value


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("thing1", ""),
        ("thing1", " \n"),
        ("phrase3", "六个汉字不行"),
        ("phrase3", "OK"),
        ("time2", "明天"),
        ("character_string9", "中文"),
        ("car_number5", "闽A12345678"),
        ("number1", "十"),
        ("first", "x"),
    ],
)
def test_what_does_not(keyword: str, text: str) -> None:
    with pytest.raises(ValueInvalid) as refused:
        fitting(keyword, text)
    assert not text.strip() or text not in str(refused.value), "values may be personal"


def test_every_notice_has_keywords_and_is_on_at_the_local_stage() -> None:
    assert set(KEYWORDS) == set(Notice)
    assert [name for names in NOTICES.values() for name in names] == [notice.value for notice in Notice]


def test_a_notice_nobody_knows_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(SettingsError, match="visit_aproved"):
        read_settings({**ENVIRONMENT, "WECHAT_TEMPLATES": "visit_aproved=x"})
    assert read_settings({**ENVIRONMENT, "WECHAT_TEMPLATES": ""}).wechat_templates == {}
