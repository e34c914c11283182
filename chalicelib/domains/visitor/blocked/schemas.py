"""Requests and answers of the block list."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.core.validation import Answer, Line, MobilePhone, PersonName, Request


def _blank_is_absent(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


class BlockPhone(Request):
    """``reason`` is for staff only; visitors never read it."""

    phone: MobilePhone
    name: Annotated[PersonName | None, BeforeValidator(_blank_is_absent)] = None
    reason: Annotated[Line, Field(min_length=1, max_length=100)]


class ReleasePhone(Request):
    """In the body and not in the address: addresses end up in logs."""

    phone: MobilePhone


class BlockedView(Answer):
    """One blocked phone number."""

    id: str
    phone: str
    name: str | None
    reason: str
    blocked_by: str
    blocked_at: datetime


class BlockedPageView(Answer):
    """A page of the block list."""

    items: list[BlockedView]
    next_cursor: str | None = None


class BlockedQuery(Request):
    """Where the list goes on."""

    cursor: Annotated[str, Field(max_length=2048)] | None = None
