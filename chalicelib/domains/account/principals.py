"""The account's answer to "who is calling": read on every request, so that changes work at once."""

from __future__ import annotations

from chalicelib.core.session import Principal, Role
from chalicelib.domains.account import store
from chalicelib.domains.account.model import UserStatus


def find_principal(user_id: str) -> Principal | None:
    """The caller behind a session, or ``None`` when the user no longer exists."""
    user = store.find_user(user_id)
    if user is None:
        return None
    return Principal(
        user_id=user.id,
        nickname=user.nickname,
        avatar_url=user.avatar_url,
        roles=frozenset(Role(role) for role in user.roles),
        disabled=user.status is UserStatus.DISABLED,
        signed_out_at=user.signed_out_at,
    )
