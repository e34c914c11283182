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


class UserInfoBody(Request):
    """The answer of ``wx.getUserInfo``, all of it: the signature and the sealed data are checked."""

    model_config = ConfigDict(str_strip_whitespace=False)

    raw_data: Annotated[str, Field(max_length=4096)]
    signature: Annotated[str, Field(max_length=64)]
    encrypted_data: Annotated[str, Field(max_length=8192)]
    iv: Annotated[str, Field(max_length=64)]


class MiniProgramSignIn(Request):
    """A code of ``wx.login``, and the person's profile when they gave it."""

    code: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[0-9A-Za-z_-]+$")]
    user_info: UserInfoBody | None = None


class MiniProgramSessionView(Answer):
    """``token`` goes into ``Authorization: Bearer`` of every further request, until ``expires_at``."""

    token: str
    expires_at: datetime
    user: UserView


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
