"""Changes of a user by an administrator: load, decide, commit.

A change is repeatable after a lost answer, and it is refused when the user is no longer what the administrator saw.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.core.audit import record
from chalicelib.core.china import masked_mobile
from chalicelib.core.errors import Conflict, Forbidden, NotFound
from chalicelib.core.session import Principal, Role
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.account import model, phones, store
from chalicelib.domains.account.model import Disabling, User, UserProblem, UserReason

COMMIT_TRIES = 4

Decide = Callable[[User], User | None]


def any_user(user_id: str) -> User:
    """A user by id."""
    user = store.find_user(user_id)
    if user is None:
        raise NotFound
    return user


def change_role(actor: Principal, user_id: str, role: Role, granted: bool, seen_version: int, now: datetime) -> User:
    """Give or take a staff role; works on the user's next request."""

    def decide(user: User) -> User | None:
        return model.change_role(user, role.value, granted=granted, by=actor.user_id, seen_version=seen_version)

    return _change(actor, user_id, decide, "role_granted" if granted else "role_revoked", None, now)


def disable_user(actor: Principal, user_id: str, reason: str, seen_version: int, now: datetime) -> User:
    """Shut a user out, with a reason; works on their next request."""
    disabling = Disabling(reason, actor.user_id, actor.nickname, now)
    return _change(
        actor, user_id, lambda user: model.disable(user, disabling, seen_version), "user_disabled", reason, now
    )


def enable_user(actor: Principal, user_id: str, reason: str, seen_version: int, now: datetime) -> User:
    """Let a user in again, with a reason."""
    return _change(actor, user_id, lambda user: model.enable(user, seen_version), "user_enabled", reason, now)


def change_phone(actor: Principal, user_id: str, phone: str | None, seen_version: int, now: datetime) -> User:
    """Enter, change or remove the work phone; whoever has it keeps it."""
    return _change(
        actor, user_id, lambda user: model.change_phone(user, phone, seen_version), "phone_changed", None, now
    )


def user_with_phone(phone: str) -> User:
    """The user who has this work phone, whatever their status."""
    user_id = phones.find_holder(phone)
    user = store.find_user(user_id) if user_id else None
    if user is None:
        raise NotFound("phone_unknown")
    return user


def _change(actor: Principal, user_id: str, decide: Decide, action: str, reason: str | None, now: datetime) -> User:
    """A lost race loads and decides again, so that the loser learns why."""
    for _ in range(COMMIT_TRIES):
        user = any_user(user_id)
        try:
            changed = decide(user)
        except UserProblem as problem:
            raise Conflict(problem.reason.value) from None
        if changed is None:
            return user
        try:
            _commit(actor, user, changed, action, reason, now)
            return changed
        except RaceLost as race:
            if "actor" in race.names:
                raise Forbidden("forbidden") from None
            if "phone" in race.names and "user" not in race.names:
                raise Conflict("phone_taken") from None
        except Contention:
            continue
    raise Conflict(UserReason.CHANGED.value)


def _commit(actor: Principal, seen: User, changed: User, action: str, reason: str | None, now: datetime) -> None:
    transaction = Transaction()
    if actor.user_id != seen.id:
        store.add_administrator_check(transaction, actor.user_id)
    store.add_user_change(transaction, changed)
    phones.add_phone_change(transaction, seen, changed)
    after = _state(changed)
    record(
        transaction,
        subject=f"user:{seen.id}",
        actor=actor.user_id,
        action=action,
        now=now,
        before=_state(seen),
        after={**after, "reason": reason} if reason else after,
    )
    transaction.commit()


def _state(user: User) -> dict[str, Any]:
    state = {"status": user.status.value, "roles": sorted(user.roles), "version": user.version}
    return {**state, "phone": masked_mobile(user.phone)} if user.phone else state
