"""Requests and answers of the account's endpoints."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from chalicelib.core.session import Role
from chalicelib.core.validation import Answer, Request

ShownStatus = Literal["waiting", "scanned", "confirmed", "refused", "expired"]


class SignInQuery(Request):
    """Where to go after signing in."""

    return_to: Annotated[str, Field(max_length=512)] = "/"


class CallbackQuery(Request):
    """WeChat's answer. A ``code`` is opaque; anything else WeChat adds one day is not ours to refuse."""

    model_config = ConfigDict(extra="ignore")

    code: Annotated[str, Field(max_length=512)] = ""
    state: Annotated[str, Field(max_length=128)] = ""


class UserView(Answer):
    """Who is signed in."""

    id: str
    nickname: str
    avatar_url: str
    roles: list[Role]


class SessionView(Answer):
    """The session of this page and the token its writes must carry in ``X-CSRF-Token``."""

    user: UserView
    csrf_token: str


class OfficeTicketView(Answer):
    """A QR code to show: ``sign_in_url`` is its content."""

    ticket: str
    sign_in_url: str
    expires_at: datetime


class OfficeCheckView(Answer):
    """What became of the QR code; ``confirmed`` appears once, together with the session cookie."""

    status: ShownStatus


class OfficeRequestView(Answer):
    """The office sign-in as the phone shows it."""

    status: ShownStatus
    browser: str
    expires_at: datetime
