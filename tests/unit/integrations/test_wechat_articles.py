"""Published articles: what WeChat may say, and what of it is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.integrations.errors import Retryable
from chalicelib.integrations.wechat.articles import read_articles
from chalicelib.integrations.wechat.client import OfficialAccountClient
from chalicelib.integrations.wechat.tokens import TokenRecord
from tests.support.memory_token_store import MemoryTokenStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AT = 1_764_000_000
URL, PICTURE = "http://mp.weixin.qq.com/s?__biz=a&idx=1#rd", "http://mmbiz.qpic.cn/mmbiz_jpg/x/0?wx_fmt=jpeg"


@pytest.fixture
def client(peer) -> OfficialAccountClient:
    store = MemoryTokenStore(TokenRecord(1, "live-token", NOW - timedelta(hours=1), NOW + timedelta(hours=1)))
    http = peer.http("wechat")
    return OfficialAccountClient("wx1", "secret", store, api_base_url=peer.url, http=http, now=lambda: NOW)


def news(**changed):
    return {"title": "标题", "digest": "摘要", "url": URL, "thumb_url": PICTURE, "is_deleted": False, **changed}


def page(*items, total=1, seconds=AT):
    item = {"article_id": "M1", "content": {"news_item": list(items)}, "update_time": seconds}
    return 200, {"total_count": total, "item_count": 1, "item": [item]}


def test_it_is_asked_for_without_the_text(client, peer):
    peer.says(page(news()))
    read_articles(client, 40)
    assert peer.received[0].json == {"offset": 40, "count": 20, "no_content": 1}


def test_addresses_are_secured(client, peer):
    peer.says(page(news()))
    found = read_articles(client, 0)
    assert (found.total, found.message_ids) == (1, ["M1"])
    article = found.articles[0]
    assert article.url == URL.replace("http:", "https:")
    assert article.picture_url == PICTURE.replace("http:", "https:")
    assert article.updated_at == datetime.fromtimestamp(AT, UTC)


def test_deleted_and_broken_ones_are_left_out_and_their_places_kept(client, peer):
    peer.says(page(news(is_deleted=True), news(title=" "), None, news(url="javascript:alert(1)"), news(title="好的")))
    assert [(one.index, one.title) for one in read_articles(client, 0).articles] == [(4, "好的")]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://mp.weixin.qq.com/s/abc", True),
        ("http://mp.weixin.qq.com.evil.example/s", False),
        ("http://mp.weixin.qq.com@evil.example/s", False),
        ("http://evil.example/mp.weixin.qq.com", False),
        ("//mp.weixin.qq.com/s", False),
        ("ftp://mp.weixin.qq.com/s", False),
        ("http://mp.weixin.qq.com/a b", False),
        ("http://[", False),
        ("http://phone.test:9000/s", True),
        ("http://phone.test/s", False),
        (None, False),
        (7, False),
    ],
)
def test_only_wechats_own_addresses(client, peer, address, kept):
    peer.says(page(news(url=address)))
    assert bool(read_articles(client, 0, "phone.test:9000").articles) is kept


def test_a_picture_from_elsewhere_is_no_picture(client, peer):
    peer.says(page(news(thumb_url="https://evil.example/x.jpg"), news(thumb_url="")))
    assert [one.picture_url for one in read_articles(client, 0).articles] == ["", ""]


def test_long_texts_are_cut_and_lines_joined(client, peer):
    peer.says(page(news(title="题" * 70, digest="摘\n要" * 90)))
    article = read_articles(client, 0).articles[0]
    assert (len(article.title), article.title[-1], len(article.digest)) == (64, "…", 120)
    assert "\n" not in article.digest


@pytest.mark.parametrize("answer", [{}, {"total_count": "1", "item": []}, {"total_count": 1, "item": {}}])
def test_an_answer_that_cannot_be_read_is_for_later(client, peer, answer):
    peer.says((200, answer))
    with pytest.raises(Retryable, match="answer_unreadable"):
        read_articles(client, 0)


@pytest.mark.parametrize("seconds", [0, -1, "1764000000", None, 2**40])
def test_a_time_that_is_none_leaves_the_article_out(client, peer, seconds):
    peer.says(page(news(), seconds=seconds))
    assert read_articles(client, 0).articles == []


def test_an_account_without_articles(client, peer):
    peer.says((200, {"total_count": 0, "item_count": 0}))
    assert read_articles(client, 0).articles == []
