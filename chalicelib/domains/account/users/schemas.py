"""Requests and answers of 用户管理."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.core.session import Role
from chalicelib.core.validation import Answer, Line, MobilePhone, OptionalMobile, Request
from chalicelib.domains.account.model import UserStatus

Version = Annotated[int, Field(ge=1, le=2**53)]


class UsersQuery(Request):
    """Everybody, or those whose nickname contains ``query``, who hold ``role``, who are in ``status``."""

    query: Annotated[str, Field(max_length=40)] = ""
    role: Role | None = None
    status: UserStatus | None = None
    cursor: Annotated[str, Field(max_length=2048)] | None = None


class DisablingView(Answer):
    """Why, by whom and since when a user is shut out."""

    reason: str
    by: str
    at: datetime


SignInWay = Literal["official_account", "mini_program"]


class OfficeUserView(Answer):
    """A user as administrators see them."""

    id: str
    openid: str
    nickname: str
    avatar_url: str
    status: UserStatus
    roles: list[Role]
    created_at: datetime
    signed_in_at: datetime
    disabling: DisablingView | None
    sign_in_ways: list[SignInWay]
    phone_masked: str | None
    phone: str | None
    """The work phone in full where one user is asked for; never in a list."""
    version: int


class OfficeUsersView(Answer):
    """One page. A narrowed list may have few or no ``items`` although more follow: ``examined`` users were looked at."""

    items: list[OfficeUserView]
    examined: int
    next_cursor: str | None


class ChangeRole(Request):
    """Give or take a role; ``version`` is the one that was seen."""

    role: Role
    granted: bool
    version: Version


class ChangeStatus(Request):
    """Shut out or let in; ``version`` is the one that was seen."""

    reason: Annotated[Line, Field(min_length=1, max_length=100)]
    version: Version


class ChangePhone(Request):
    """Enter or change the work phone; without ``phone`` it is removed. ``version`` is the one that was seen."""

    phone: OptionalMobile
    version: Version


class FindByPhone(Request):
    """In the body and not in the address: addresses end up in logs."""

    phone: MobilePhone
