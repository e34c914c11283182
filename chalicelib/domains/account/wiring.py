"""The account domain's way to WeChat, built on first use from settings and secrets."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.core import runtime
from chalicelib.domains.account.model import Profile
from chalicelib.domains.account.sign_in import WeChatPerson

if TYPE_CHECKING:
    from chalicelib.integrations.wechat.oauth import WebAuthorisation


@cache
def _authorisation() -> WebAuthorisation:
    # Imported on first use: only sign-in needs requests, every cold start would pay for it.
    from chalicelib.integrations.wechat.oauth import WebAuthorisation

    settings = runtime.settings()
    return WebAuthorisation(
        app_id=settings.wechat_app_id,
        app_secret=runtime.secrets().get("wechat/app_secret"),
        api_base_url=settings.wechat_api_base_url,
        open_base_url=settings.wechat_open_base_url,
    )


def authorise_url(state: str) -> str:
    """Where the browser goes to give consent."""
    return _authorisation().authorise_url(f"{runtime.settings().public_base_url}/api/sign-in/wechat/callback", state)


def exchange_code(code: str) -> WeChatPerson:
    """Who gave consent; a snapshot page's virtual account has no profile worth asking for."""
    grant = _authorisation().exchange(code)
    app_id = runtime.settings().wechat_app_id
    if grant.snapshot:
        return WeChatPerson(Profile(app_id, grant.openid, "", ""), snapshot=True)
    known = _authorisation().profile(grant)
    unionid = known.unionid or grant.unionid or None
    return WeChatPerson(Profile(app_id, grant.openid, known.nickname, known.avatar_url, unionid), snapshot=False)
