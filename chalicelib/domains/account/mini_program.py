"""Signing in from the mini program: a code of ``wx.login`` for a bearer token.

The code works once. When an answer is lost, or the process dies after the exchange, the page calls ``wx.login`` again,
which asks the person nothing, and sends the new code: nothing is left over but a refreshed user.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chalicelib.core.errors import Conflict, Forbidden, InvalidInput, Problem, RateLimited, Unavailable
from chalicelib.core.logs import log_event
from chalicelib.core.table import Contention
from chalicelib.domains.account.identities import service as identities
from chalicelib.domains.account.model import Profile, User, UserStatus
from chalicelib.integrations.errors import PeerError

_BY_NUMBER: dict[str, tuple[type[Problem], str]] = {
    "40029": (InvalidInput, "mini_code_invalid"),
    "41008": (InvalidInput, "mini_code_invalid"),
    "42003": (InvalidInput, "mini_code_invalid"),
    "40163": (InvalidInput, "mini_code_used"),
    "45011": (RateLimited, "mini_sign_in_too_often"),
    "40226": (Forbidden, "mini_user_blocked"),
    "-1": (Unavailable, "mini_wechat_busy"),
}
"""WeChat's number → what the person is told, each its own sentence; what is not here is nothing they can mend."""


class MiniProgramOff(Exception):
    """This deployment has no mini program."""


class UserInfoRefused(Exception):
    """What the page says WeChat told of the person was not signed and sealed for this sign-in."""


@dataclass(frozen=True, slots=True)
class UserInfo:
    """What ``wx.getUserInfo`` handed to the page, as it came."""

    raw_data: str = field(repr=False)
    signature: str
    encrypted_data: str = field(repr=False)
    iv: str


class Exchange(Protocol):
    """Trades a code for a profile; raises the adapter's errors, :class:`MiniProgramOff`, :class:`UserInfoRefused`."""

    def __call__(self, code: str, info: UserInfo | None) -> Profile: ...


def sign_in(code: str, info: UserInfo | None, exchange: Exchange, now: datetime) -> User:
    """The user behind a code, registered on their first visit or joined to the user their unionid names."""
    profile = _exchange(code, info, exchange)
    try:
        user = identities.remember(profile, now)
    except Contention:
        raise Unavailable from None
    if user.status is UserStatus.DISABLED:
        raise Forbidden("account_disabled")
    return user


def _exchange(code: str, info: UserInfo | None, exchange: Exchange) -> Profile:
    try:
        return exchange(code, info)
    except MiniProgramOff:
        raise Conflict("mini_program_off") from None
    except UserInfoRefused:
        raise InvalidInput("mini_user_info_invalid") from None
    except PeerError as error:
        log_event("mini_sign_in_failed", code=error.code, peer_code=error.peer_code)
        kind, code = _BY_NUMBER.get(error.peer_code, (Unavailable, "mini_wechat_unavailable"))
        raise kind(code) from None
