"""The account domain's way to WeChat, built on first use from settings and secrets."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.core import runtime
from chalicelib.domains.account.mini_program import MiniProgramOff, UserInfo, UserInfoRefused
from chalicelib.domains.account.model import Profile
from chalicelib.domains.account.sign_in import WeChatPerson

if TYPE_CHECKING:
    from chalicelib.integrations.wechat.mini_program import MiniProgram, MiniProgramGrant
    from chalicelib.integrations.wechat.oauth import WebAuthorisation

ANONYMOUS = "微信用户"
"""The nickname WeChat's mini programs show for everybody since October 2022: it names nobody."""


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


@cache
def _mini_program() -> MiniProgram:
    from chalicelib.integrations.wechat.mini_program import MiniProgram

    settings = runtime.settings()
    if not settings.wechat_mini_program_app_id:
        raise MiniProgramOff
    return MiniProgram(
        app_id=settings.wechat_mini_program_app_id,
        app_secret=runtime.secrets().get("wechat/mini_program_app_secret"),
        api_base_url=settings.wechat_api_base_url,
    )


def exchange_mini_program_code(code: str, info: UserInfo | None) -> Profile:
    """Who signed in, with nickname and picture when the page handed over what WeChat signed."""
    grant = _mini_program().exchange(code)
    app_id = runtime.settings().wechat_mini_program_app_id
    if info is None:
        return Profile(app_id, grant.openid, "", "", grant.unionid or None)
    return _told(info, grant, app_id)


def _told(info: UserInfo, grant: MiniProgramGrant, app_id: str) -> Profile:
    from chalicelib.integrations.wechat.mini_program import UserInfoInvalid, is_signed, open_user_data

    if not is_signed(info.raw_data, grant.session_key, info.signature):
        raise UserInfoRefused
    try:
        told = open_user_data(info.encrypted_data, info.iv, grant.session_key, app_id)
    except UserInfoInvalid:
        raise UserInfoRefused from None
    if told.get("openId") != grant.openid:
        raise UserInfoRefused
    nickname, avatar = str(told.get("nickName", "")), str(told.get("avatarUrl", ""))
    known = nickname not in ("", ANONYMOUS)
    return Profile(app_id, grant.openid, nickname if known else "", avatar if known else "", grant.unionid or None)
