"""Answers of the office's list of pushes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.core.validation import Answer, Request


class PushesQuery(Request):
    """Unfinished pushes of one peer."""

    peer: Literal["canteen", "export", "gate", "le", "park", "pay", "wechat"] = "gate"
    state: Literal["pending", "failed"] = "pending"
    cursor: Annotated[str, Field(max_length=2048)] | None = None


class PushView(Answer):
    """One push that is not done."""

    id: str
    peer: str
    kind: str
    subject: str
    """The business object, such as ``visit:01J…``."""
    state: Literal["pending", "done", "failed"]
    attempts: int
    error_code: str | None
    error_message: str | None
    next_attempt_at: datetime
    created_at: datetime


class PushesView(Answer):
    """A page of pushes."""

    items: list[PushView]
    next_cursor: str | None = None
    peers: list[str]
    """Outside systems of this deployment: a park that is switched off is not one."""
    switched_off: list[str] = Field(default_factory=list)
    """With the peer ``wechat``: notices that have no template id in the settings and are therefore not sent."""
