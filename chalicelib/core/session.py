"""Sessions: a signed token that names a user and the kind of device it was given to, and the CSRF token bound to it.

The token carries no rights: the user's status and roles are read on every request, so that disabling somebody or taking
a role away works on the next request.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from chalicelib.core.ids import new_token


class Device(StrEnum):
    """Where a session lives. A token of one kind is worthless as the other."""

    PHONE = "phone"
    OFFICE = "office"
    MINI_PROGRAM = "mini_program"


LIFETIME = {
    Device.PHONE: timedelta(days=30),
    Device.OFFICE: timedelta(hours=12),
    Device.MINI_PROGRAM: timedelta(days=7),
}
"""A clerk signs in once a working day; a driver should not have to sign in before every trip; a mini program signs in
again by itself, so its token, which no browser guards, is worth less when it is lost."""

# A mini program keeps no cookies: its token comes as `Authorization: Bearer`.
COOKIE = {Device.PHONE: "session", Device.OFFICE: "office"}
COOKIE_PATH = {Device.PHONE: "/", Device.OFFICE: "/api/office"}


class Role(StrEnum):
    """What staff may do; a user without any role is a visitor, driver or employee."""

    VISITOR_APPROVER = "visitor_approver"
    LOGISTICS = "logistics"
    CANTEEN = "canteen"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling, as read from the user's item on this request."""

    user_id: str
    nickname: str
    avatar_url: str
    roles: frozenset[Role]
    disabled: bool = False
    signed_out_at: datetime | None = None
    """Sessions that began before this moment have ended."""
    also_owns: tuple[str, ...] = ()
    """Ids of users that turned out to be this person."""

    @property
    def owner_ids(self) -> tuple[str, ...]:
        """Under which ids this person's own things are stored; new ones under the first."""
        return (self.user_id, *self.also_owns)

    def may(self, roles: frozenset[Role]) -> bool:
        """Whether one of ``roles`` is held; an administrator holds them all. No roles asked for: everybody may."""
        return not roles or Role.ADMINISTRATOR in self.roles or bool(roles & self.roles)


@dataclass(frozen=True, slots=True)
class Session:
    """An opened, valid session token."""

    user_id: str
    device: Device
    session_id: str
    began_at: datetime
    """In whole seconds."""


def seal(keys: list[str], user_id: str, device: Device, now: datetime) -> str:
    """A new session token; the first key signs."""
    claims = {"u": user_id, "d": device.value, "s": new_token()[:22], "e": int((now + LIFETIME[device]).timestamp())}
    return _serializer(keys).dumps(claims)


def unseal(keys: list[str], token: str, device: Device, now: datetime) -> Session | None:
    """The session of a token, or ``None`` when it is forged, expired or of the other kind of device."""
    try:
        claims: Any = _serializer(keys).loads(token)
    except BadSignature:
        return None
    if claims["d"] != device.value or claims["e"] <= now.timestamp():
        return None
    began_at = datetime.fromtimestamp(claims["e"], UTC) - LIFETIME[device]
    return Session(claims["u"], device, claims["s"], began_at)


def has_ended(session: Session, principal: Principal) -> bool:
    """Whether the user's sessions were ended after this one had begun; a new sign-in in the same second goes on."""
    ended = principal.signed_out_at
    return ended is not None and session.began_at < ended.replace(microsecond=0)


def csrf_token(keys: list[str], session: Session) -> str:
    """What a page of this session must send along with every write."""
    return hmac.new(keys[0].encode(), f"csrf:{session.session_id}".encode(), hashlib.sha256).hexdigest()[:40]


def csrf_matches(keys: list[str], session: Session, presented: str) -> bool:
    """Constant-time check against every accepted key."""
    return any(hmac.compare_digest(csrf_token([key], session).encode(), presented.encode()) for key in keys)


def _serializer(keys: list[str]) -> URLSafeSerializer:
    """itsdangerous signs with the last key of its list and accepts them all; ours is newest first."""
    return URLSafeSerializer(
        list(reversed(keys)), salt="campus-session", signer_kwargs={"digest_method": hashlib.sha256}
    )


def set_cookie(name: str, value: str, *, path: str, max_age: int, secure: bool) -> str:
    """A ``Set-Cookie`` value: not readable by scripts, not sent by other sites' forms or images."""
    flags = "; Secure" if secure else ""
    return f"{name}={value}; Path={path}; Max-Age={max_age}; HttpOnly; SameSite=Lax{flags}"
