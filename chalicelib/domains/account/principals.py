"""The account's answer to "who is calling": read on every request, so that changes work at once."""

from __future__ import annotations

from chalicelib.core.session import Principal, Role
from chalicelib.domains.account import store
from chalicelib.domains.account.model import User, UserStatus


def find_principal(user_id: str) -> Principal | None:
    """The caller behind a session, or ``None`` when the user no longer exists. The session of an absorbed user is the
    session of who they are now."""
    user = store.find_user(user_id)
    return to_principal(user) if user else None


def to_principal(user: User) -> Principal:
    """A user as the rest of the product sees them."""
    return Principal(
        user_id=user.id,
        nickname=user.nickname,
        avatar_url=user.avatar_url,
        roles=frozenset(Role(role) for role in user.roles),
        disabled=user.status is UserStatus.DISABLED,
        signed_out_at=user.signed_out_at,
        also_owns=user.absorbed,
    )
