"""Where a user can be reached through the official account."""

from __future__ import annotations

from chalicelib.core import runtime
from chalicelib.domains.account import store
from chalicelib.domains.account.model import UserStatus


def find_openid(user_id: str) -> str | None:
    """The user's openid at this official account; ``None`` for somebody unknown, disabled, or who only ever came
    from the mini program (template messages are the account's)."""
    user = store.find_user(user_id)
    if user is None or user.status is UserStatus.DISABLED:
        return None
    return user.openid_at(runtime.settings().wechat_app_id)
