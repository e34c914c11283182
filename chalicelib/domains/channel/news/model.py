"""Company news as it is kept, and what a reading of the account changes of it. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

MOST = 200
"""Messages that are kept, as WeChat orders them: the newest first."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article. ``key`` sorts by time of publication, then by its place in its message, and is its identity."""

    key: str
    title: str
    digest: str
    url: str
    picture_url: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """What makes the kept articles those of the account."""

    put: list[Article]
    delete: list[str]
    """Keys."""

    @property
    def count(self) -> int:
        """Writes it takes."""
        return len(self.put) + len(self.delete)


def key_of(published_at: datetime, index: int, message_id: str) -> str:
    """Text order is: older before newer, in a message the last before the first. Read backwards it is as in WeChat."""
    return f"{int(published_at.timestamp()):012d}#{999 - index:03d}#{message_id}"


def changes_of(known: Mapping[str, Article], wanted: Iterable[Article]) -> Changes:
    """An article that was published anew has another key: the old one goes, the new one comes."""
    by_key = {article.key: article for article in wanted}
    put = [article for key, article in by_key.items() if known.get(key) != article]
    return Changes(put, [key for key in known if key not in by_key])


def is_complete(total: int, message_ids: list[str]) -> bool:
    """Whether a reading saw every message once.

    The account may change between two pages: then a message is missing or there twice, and what is missing must not be
    taken for deleted.
    """
    return len(message_ids) == len(set(message_ids)) == min(total, MOST)
