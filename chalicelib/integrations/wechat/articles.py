"""The account's published articles (``freepublish/batchget``): read page by page, checked before anybody is shown them.

WeChat gives addresses with ``http``, which its hosts serve over TLS as well; a secure page may load nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from chalicelib.integrations.errors import Retryable
from chalicelib.integrations.wechat import PEER
from chalicelib.integrations.wechat.client import OfficialAccountClient

PAGE_SIZE = 20
"""The most WeChat gives at once."""
ARTICLE_HOST = "mp.weixin.qq.com"
PICTURE_HOSTS = ("mmbiz.qpic.cn", "mmbiz.qlogo.cn")
"""Where WeChat keeps the pictures of articles. They are shown to pages that send no address of their own only."""
TITLE_LENGTH = 64
DIGEST_LENGTH = 120


@dataclass(frozen=True, slots=True)
class PublishedArticle:
    """One article. A message may hold several; ``index`` counts them from 0."""

    message_id: str
    index: int
    title: str
    digest: str
    url: str
    picture_url: str
    """Empty when there is none."""
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ArticlesPage:
    """Some of the account's messages."""

    total: int
    """Messages of the account."""
    message_ids: list[str]
    articles: list[PublishedArticle]
    """Deleted ones, and those without a title or a proper address, are left out."""


def read_articles(client: OfficialAccountClient, offset: int, further_host: str = "") -> ArticlesPage:
    """The messages from ``offset`` on, as WeChat orders them; ``further_host`` (with port) may serve them, too."""
    body = {"offset": offset, "count": PAGE_SIZE, "no_content": 1}
    answer = client.post("freepublish/batchget", data=body, repeatable=True)
    total, items = answer.get("total_count"), answer.get("item", [])
    if not isinstance(total, int) or not isinstance(items, list):
        raise Retryable("answer_unreadable", "total_count or item is missing", PEER, peer_code="http_200")
    messages = [item for item in items if isinstance(item, dict) and isinstance(item.get("article_id"), str)]
    articles = [article for item in messages for article in _articles(item, further_host)]
    return ArticlesPage(total, [item["article_id"] for item in messages], articles)


def _articles(item: Mapping[str, Any], further_host: str) -> Iterator[PublishedArticle]:
    content, seconds = item.get("content"), item.get("update_time")
    news = content.get("news_item") if isinstance(content, dict) else None
    if not isinstance(news, list) or not isinstance(seconds, int) or not 0 < seconds < 2**33:
        return
    for index, one in enumerate(news):
        if not isinstance(one, dict) or one.get("is_deleted"):
            continue
        title = _line(one.get("title"), TITLE_LENGTH)
        url = _address(one.get("url"), (ARTICLE_HOST,), further_host)
        if title and url:
            picture = _address(one.get("thumb_url"), PICTURE_HOSTS, further_host)
            digest = _line(one.get("digest"), DIGEST_LENGTH)
            yield PublishedArticle(
                item["article_id"], index, title, digest, url, picture, datetime.fromtimestamp(seconds, UTC)
            )


def _line(text: Any, limit: int) -> str:
    line = " ".join(text.split()) if isinstance(text, str) else ""
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _address(text: Any, hosts: tuple[str, ...], further_host: str) -> str:
    """The address on one of WeChat's hosts with ``https``, or as it is on the further one; empty for anything else."""
    if not isinstance(text, str) or len(text) > 1024 or any(ord(character) <= 32 for character in text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    if parts.netloc in hosts:
        return parts._replace(scheme="https").geturl()
    return text if further_host and parts.netloc == further_host else ""
