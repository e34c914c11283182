"""Signing in with WeChat: from the authorise page back to a session.

What happens when it goes wrong between two steps:

* the callback arrives twice (double tap, back button): the code is claimed once; the second request of the same browser
  waits for the first one's result and ends the same way;
* somebody else's link with ``?code=`` is opened: the state cookie does not match, nothing is exchanged;
* the process dies after the claim or the exchange's answer is lost: the code is spent; the next attempt gets a new code
  from WeChat, once, then the user is asked to try again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.core.audit import record
from chalicelib.core.ids import new_id
from chalicelib.core.logs import log_event
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.account import model, store
from chalicelib.domains.account.identities import service as identities
from chalicelib.domains.account.model import Profile, User, UserStatus
from chalicelib.integrations.errors import PeerError, Refused

PATIENCE_SECONDS = 3.0
COMMIT_TRIES = 4


class SignInFailed(Exception):
    """Ends on the sign-in page with this code; ``restart`` says that a new code from WeChat may help."""

    def __init__(self, code: str, *, restart: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.restart = restart


@dataclass(frozen=True, slots=True)
class WeChatPerson:
    """Answer of the authorisation; ``snapshot`` marks the virtual account of a snapshot page."""

    profile: Profile
    snapshot: bool


class Exchange(Protocol):
    """Trades a code for a person; raises the adapter's errors."""

    def __call__(self, code: str) -> WeChatPerson: ...


def finish_sign_in(
    code: str, state: str, exchange: Exchange, now: datetime, pause: Callable[[float], None] = time.sleep
) -> User:
    """The user a callback belongs to, registered on their first visit. Raises :class:`SignInFailed`."""
    if not store.claim_code(code, state, now):
        return _repeated(code, state, pause)
    person = _exchange(code, exchange)
    if person.snapshot:
        raise SignInFailed("snapshot_user")
    user = _remember(person.profile, code, state, now)
    if user.status is UserStatus.DISABLED:
        raise SignInFailed("account_disabled")
    return user


def _repeated(code: str, state: str, pause: Callable[[float], None]) -> User:
    """The same callback again: follow the first request, if it was this browser's."""
    waited, step = 0.0, 0.25
    while True:
        claim = store.find_code(code)
        if claim is None or claim.sign_in_state != state:
            raise SignInFailed("state_mismatch", restart=True)
        if claim.user_id is not None:
            break
        if waited >= PATIENCE_SECONDS:
            raise SignInFailed("code_invalid", restart=True)
        pause(step)
        waited += step
    user = store.find_user(claim.user_id)
    if user is None:
        raise SignInFailed("code_invalid", restart=True)
    if user.status is UserStatus.DISABLED:
        raise SignInFailed("account_disabled")
    return user


def _exchange(code: str, exchange: Exchange) -> WeChatPerson:
    try:
        return exchange(code)
    except Refused as error:
        log_event("sign_in_refused", code=error.code)
        raise SignInFailed("code_invalid", restart=True) from None
    except PeerError as error:
        log_event("sign_in_unavailable", code=error.code)
        raise SignInFailed("wechat_unavailable") from None


def _remember(profile: Profile, code: str, state: str, now: datetime) -> User:
    """Create or refresh the user together with the code's result."""

    def along(transaction: Transaction, user: User) -> None:
        store.add_code_result(transaction, code, state, user.id, now)

    try:
        return identities.remember(profile, now, along)
    except Contention:
        raise SignInFailed("wechat_unavailable") from None


def appoint_staff(app_id: str, openid: str, role: str, name: str, now: datetime) -> User:
    """Give a staff role by command, before or after the person's first sign-in; repeating it changes nothing."""
    for _ in range(COMMIT_TRIES):
        transaction = Transaction()
        user_id = store.find_user_id(app_id, openid)
        known = store.find_user(user_id) if user_id else None
        if known is not None and role in known.roles:
            return known
        if known is None:
            base = model.register(new_id(now), Profile(app_id, openid, name, ""), now)
            user = model.appoint(base, role)
            store.add_new_user(transaction, user)
        else:
            user = model.appoint(known, role)
            store.add_user_change(transaction, user)
        record(
            transaction,
            subject=f"user:{user.id}",
            actor="command",
            action="role_granted",
            now=now,
            before={"roles": sorted(known.roles) if known else []},
            after={"roles": sorted(user.roles)},
        )
        try:
            transaction.commit()
            return user
        except (RaceLost, Contention):
            continue
    raise Contention("appoint_staff")
