"""Request and answer of 企业动态."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from chalicelib.core.validation import Answer, Request


class NewsQuery(Request):
    """A page of the news."""

    cursor: Annotated[str, Field(max_length=2048)] | None = None


class ArticleView(Answer):
    """An article; ``url`` opens it in WeChat."""

    id: str
    title: str
    digest: str
    url: str
    picture_url: str | None
    published_at: datetime


class NewsView(Answer):
    """One page, newest first."""

    items: list[ArticleView]
    next_cursor: str | None
