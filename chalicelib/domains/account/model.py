"""Users and office sign-in tickets: states and decisions, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

TICKET_LIFETIME = timedelta(minutes=3)


ADMINISTRATOR = "administrator"
"""The role that manages all others."""


class UserStatus(StrEnum):
    """Whether a user may use the account."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """A person as one WeChat app knows them: official account and mini program each give an openid of their own."""

    app_id: str
    openid: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What WeChat told of a person at sign-in."""

    app_id: str
    openid: str
    nickname: str
    avatar_url: str
    unionid: str | None = None
    """The same at every app of one open-platform account; ``None`` or empty where WeChat did not tell."""

    @property
    def identity(self) -> Identity:
        """As whom the person came."""
        return Identity(self.app_id, self.openid)


@dataclass(frozen=True, slots=True)
class Disabling:
    """Why somebody is shut out, who decided it (name as of then) and when."""

    reason: str
    by: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signed in at least once, or was appointed before."""

    id: str
    app_id: str
    openid: str
    nickname: str
    avatar_url: str
    status: UserStatus
    roles: frozenset[str]
    created_at: datetime
    signed_in_at: datetime
    version: int
    disabling: Disabling | None = None
    signed_out_at: datetime | None = None
    """Sessions that began before this moment have ended: the person withdrew the consent they rest on."""
    phone: str | None = None
    """Work phone, 11 digits; entered by an administrator, by which hosts are found."""
    unionid: str | None = None
    also: frozenset[Identity] = frozenset()
    """As whom else the person comes; ``app_id`` and ``openid`` are the identity that made the user."""
    absorbed: tuple[str, ...] = ()
    """Ids of users that turned out to be this person: what they own is this user's (see ``identities/model.py``)."""
    merged_into: str | None = None
    """Set on an absorbed user: who the person is now."""

    @property
    def identities(self) -> frozenset[Identity]:
        """Everybody WeChat knows this person as."""
        return self.also | {Identity(self.app_id, self.openid)}

    def openid_at(self, app_id: str) -> str | None:
        """The person's openid at an app, if they ever came from there."""
        return next((one.openid for one in self.identities if one.app_id == app_id), None)

    @property
    def administers(self) -> bool:
        """Whether this user manages others now."""
        return self.status is UserStatus.ACTIVE and ADMINISTRATOR in self.roles


def register(user_id: str, profile: Profile, now: datetime) -> User:
    """A first sign-in makes a user without roles."""
    return User(
        id=user_id,
        app_id=profile.app_id,
        openid=profile.openid,
        nickname=profile.nickname,
        avatar_url=profile.avatar_url,
        status=UserStatus.ACTIVE,
        roles=frozenset(),
        created_at=now,
        signed_in_at=now,
        version=1,
        unionid=profile.unionid or None,
    )


def sign_in(user: User, profile: Profile, now: datetime) -> User:
    """A later sign-in refreshes name and picture; WeChat may send blanks, which do not erase what is known."""
    return replace(
        user,
        nickname=profile.nickname or user.nickname,
        avatar_url=profile.avatar_url or user.avatar_url,
        signed_in_at=now,
        version=user.version + 1,
    )


def appoint(user: User, role: str) -> User:
    """Give a staff role."""
    return replace(user, roles=user.roles | {role}, version=user.version + 1)


def erase_profile(user: User, *, spares_staff: bool, signed_out_at: datetime | None) -> User | None:
    """Forget nickname and picture, which only WeChat's consent gave us; ``None`` when there is nothing to do.

    ``spares_staff``: who holds a role keeps them, since colleagues must see who approved. A later sign-in, with consent,
    brings them back. The openid stays: it is the key under which the person's own visits are found.
    """
    if spares_staff and user.roles:
        return None
    changed = replace(user, nickname="", avatar_url="", signed_out_at=signed_out_at or user.signed_out_at)
    return None if changed == user else replace(changed, version=user.version + 1)


class UserReason(StrEnum):
    """Why a change of a user is refused."""

    CHANGED = "user_changed"
    OWN_ACCOUNT = "own_account"
    OWN_ADMINISTRATION = "own_administration"


class UserProblem(Exception):
    """A change of a user that is refused."""

    def __init__(self, reason: UserReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def change_role(user: User, role: str, *, granted: bool, by: str, seen_version: int) -> User | None:
    """Give or take a role; ``None`` when it is so already. Nobody takes the administration away from themselves:
    that a second administrator has to do it is what keeps one (see ``store.add_administrator_check``)."""
    if (role in user.roles) == granted:
        return None
    if user.id == by and role == ADMINISTRATOR:
        raise UserProblem(UserReason.OWN_ADMINISTRATION)
    _check_seen(user, seen_version)
    roles = user.roles | {role} if granted else user.roles - {role}
    return replace(user, roles=roles, version=user.version + 1)


def disable(user: User, disabling: Disabling, seen_version: int) -> User | None:
    """Shut a user out; ``None`` when exactly this was done already (a lost answer, pressed again)."""
    if user.id == disabling.by:
        raise UserProblem(UserReason.OWN_ACCOUNT)
    known = user.disabling
    if user.status is UserStatus.DISABLED and known and (known.by, known.reason) == (disabling.by, disabling.reason):
        return None
    if user.status is UserStatus.DISABLED:
        raise UserProblem(UserReason.CHANGED)
    _check_seen(user, seen_version)
    return replace(user, status=UserStatus.DISABLED, disabling=disabling, version=user.version + 1)


def enable(user: User, seen_version: int) -> User | None:
    """Let a user in again, with the roles they had; ``None`` when they are in."""
    if user.status is UserStatus.ACTIVE:
        return None
    _check_seen(user, seen_version)
    return replace(user, status=UserStatus.ACTIVE, disabling=None, version=user.version + 1)


def change_phone(user: User, phone: str | None, seen_version: int) -> User | None:
    """Enter, change or remove (``None``) the work phone; ``None`` when it is so already."""
    if user.phone == phone:
        return None
    _check_seen(user, seen_version)
    return replace(user, phone=phone, version=user.version + 1)


def _check_seen(user: User, seen_version: int) -> None:
    if user.version != seen_version:
        raise UserProblem(UserReason.CHANGED)


class TicketStatus(StrEnum):
    """Life of an office sign-in: waiting → scanned → confirmed → used, or refused; all of it within three minutes."""

    WAITING = "waiting"
    SCANNED = "scanned"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    USED = "used"


class TicketProblem(StrEnum):
    """Why a ticket cannot go on."""

    EXPIRED = "ticket_expired"
    USED = "ticket_used"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A QR code on an office screen: bound to the browser that asked, single-use, short-lived."""

    id: str
    browser_fingerprint: str
    browser: str
    """What the person holding the phone is shown, such as ``Windows · Chrome``."""
    created_at: datetime
    status: TicketStatus = TicketStatus.WAITING
    user_id: str | None = None

    @property
    def valid_until(self) -> datetime:
        """The end of its three minutes."""
        return self.created_at + TICKET_LIFETIME


def scan(ticket: Ticket, now: datetime) -> Ticket | TicketProblem:
    """A signed-in phone opened the QR code; scanning again changes nothing."""
    problem = _closed(ticket, now)
    return problem or replace(ticket, status=TicketStatus.SCANNED)


def confirm(ticket: Ticket, user_id: str, now: datetime) -> Ticket | TicketProblem:
    """The phone's user lets the browser in as themselves."""
    problem = _closed(ticket, now)
    return problem or replace(ticket, status=TicketStatus.CONFIRMED, user_id=user_id)


def refuse(ticket: Ticket, user_id: str, now: datetime) -> Ticket | TicketProblem:
    """The phone's user does not know this browser."""
    problem = _closed(ticket, now)
    return problem or replace(ticket, status=TicketStatus.REFUSED, user_id=user_id)


def redeem(ticket: Ticket, browser_fingerprint: str, now: datetime) -> Ticket | None:
    """The browser that asked takes the confirmed ticket, once; ``None`` while there is nothing to take."""
    redeemable = ticket.status is TicketStatus.CONFIRMED and now < ticket.valid_until
    if not redeemable or ticket.browser_fingerprint != browser_fingerprint:
        return None
    return replace(ticket, status=TicketStatus.USED)


def _closed(ticket: Ticket, now: datetime) -> TicketProblem | None:
    if now >= ticket.valid_until:
        return TicketProblem.EXPIRED
    if ticket.status not in (TicketStatus.WAITING, TicketStatus.SCANNED):
        return TicketProblem.USED
    return None
