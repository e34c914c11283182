"""The account's published articles in memory, newest first, twenty at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from chalicelib.integrations.wechat.articles import PAGE_SIZE, ArticlesPage, PublishedArticle

FIRST = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)


@dataclass
class FakeArticles:
    """``trouble`` is called with (operation, "before" | "after") and may raise: the fault wrapper's hook."""

    messages: list[list[PublishedArticle]] = field(default_factory=list)
    reads: int = 0
    serial: int = 0
    trouble: Callable[[str, str], None] = lambda operation, moment: None

    def publish(self, *titles: str) -> None:
        self.serial += 1
        number = self.serial
        at = FIRST + timedelta(minutes=number)
        message = [
            PublishedArticle(f"M{number}", index, title, "", "https://mp.weixin.qq.com/s", "", at)
            for index, title in enumerate(titles)
        ]
        self.messages.insert(0, message)

    def fetch(self, offset: int) -> ArticlesPage:
        self.trouble("read", "before")
        self.reads += 1
        page, total = self.messages[offset : offset + PAGE_SIZE], len(self.messages)
        articles = [article for message in page for article in message]
        self.trouble("read", "after")
        return ArticlesPage(total, [message[0].message_id for message in page], articles)
