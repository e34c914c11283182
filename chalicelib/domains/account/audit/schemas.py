"""Requests and answers of 操作记录."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from chalicelib.core.validation import Answer, Line, Request


class AuditQuery(Request):
    """A month (``YYYY-MM`` on the plant's calendar, this one if nothing is said), or one object's history."""

    month: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")] | None = None
    subject: Annotated[Line, Field(min_length=1, max_length=200)] | None = None
    cursor: Annotated[str, Field(max_length=2048)] | None = None


class AuditEntryView(Answer):
    """Who did what to which object, before, after, when. ``actor_name`` is empty for a command or an unknown user."""

    id: str
    at: datetime
    actor: str
    actor_name: str
    action: str
    subject: str
    subject_name: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AuditView(Answer):
    """One page, newest first."""

    items: list[AuditEntryView]
    next_cursor: str | None
