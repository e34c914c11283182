"""Request and answer of 通知记录."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from chalicelib.core.validation import Answer, Request
from chalicelib.domains.channel.deliveries.model import Result


class NoticesQuery(Request):
    """A month (``YYYY-MM`` on the plant's calendar, this one if nothing is said), or everything that stands alike."""

    month: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")] | None = None
    result: Result | None = None
    cursor: Annotated[str, Field(max_length=2048)] | None = None


class NoticeView(Answer):
    """A message to a user. ``error_code`` says why it has not arrived, or not yet."""

    id: str
    kind: str
    subject: str
    """What it is about, such as ``visit:01J…``."""
    user_id: str
    user_name: str
    """Empty when there is no such user any more."""
    result: Result
    error_code: str | None
    asked_at: datetime
    tried_at: datetime | None
    reported_at: datetime | None


class NoticesView(Answer):
    """One page, newest first."""

    items: list[NoticeView]
    next_cursor: str | None
