"""Web authorisation of the official account: authorise URL, code exchange, profile. Keeps nothing between calls.

wechatpy's own class stores one user's token on the instance and has no timeouts, so it is not used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from chalicelib.integrations.http import Http
from chalicelib.integrations.wechat import PEER, answers

READ_SECONDS = 3.0
"""A user waits, and exchange and profile together must fit into the API function's ten seconds."""

Scope = Literal["snsapi_base", "snsapi_userinfo"]
_STATE = re.compile(r"[a-zA-Z0-9]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code was exchanged for. ``access_token`` is this user's own and must stay on the server."""

    openid: str
    scope: str
    access_token: str = field(repr=False)
    unionid: str = ""
    """Only with ``snsapi_userinfo`` and an open-platform binding."""
    snapshot: bool = False
    """The virtual account of a snapshot page: anonymous, must not be bound to anything."""


@dataclass(frozen=True, slots=True)
class WeChatProfile:
    """Nickname and avatar; WeChat stopped giving sex and region in 2021."""

    openid: str
    nickname: str
    avatar_url: str
    unionid: str = ""


@dataclass(frozen=True, slots=True)
class WebAuthorisation:
    """One official account. Base URLs are scheme and host, so that a simulator can stand in."""

    app_id: str
    app_secret: str = field(repr=False)
    api_base_url: str
    open_base_url: str
    http: Http = field(default_factory=lambda: Http(PEER, read_seconds=READ_SECONDS))

    def authorise_url(self, redirect_uri: str, state: str, scope: Scope = "snsapi_userinfo") -> str:
        """Where to send the browser. WeChat insists on this order of parameters and on the fragment."""
        if not _STATE.fullmatch(state):
            raise ValueError("state must be 1 to 128 letters and digits")
        query = urlencode(
            [
                ("appid", self.app_id),
                ("redirect_uri", redirect_uri),
                ("response_type", "code"),
                ("scope", scope),
                ("state", state),
            ]
        )
        return f"{self.open_base_url.rstrip('/')}/connect/oauth2/authorize?{query}#wechat_redirect"

    def exchange(self, code: str) -> Grant:
        """Trade a code, which works once and for five minutes.

        Refused with ``code_invalid`` when it is wrong, used or too old. A lost answer is an unknown outcome: the code
        may be spent, and only a new authorisation gives another.
        """
        parameters = {
            "appid": self.app_id,
            "secret": self.app_secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        result = self._get("/sns/oauth2/access_token", parameters, repeatable=False)
        return Grant(
            openid=answers.required_text(self.http, result, "openid", False),
            scope=answers.optional_text(result, "scope"),
            access_token=answers.required_text(self.http, result, "access_token", False),
            unionid=answers.optional_text(result, "unionid"),
            snapshot=str(result.get("is_snapshotuser", 0)) == "1",
        )

    def profile(self, grant: Grant) -> WeChatProfile:
        """Nickname and avatar of the user who granted ``snsapi_userinfo``."""
        parameters = {"access_token": grant.access_token, "openid": grant.openid, "lang": "zh_CN"}
        result = self._get("/sns/userinfo", parameters, repeatable=True)
        return WeChatProfile(
            openid=answers.required_text(self.http, result, "openid", True),
            nickname=answers.optional_text(result, "nickname"),
            avatar_url=answers.optional_text(result, "headimgurl"),
            unionid=answers.optional_text(result, "unionid"),
        )

    def _get(self, path: str, parameters: Mapping[str, str], *, repeatable: bool) -> dict[str, Any]:
        url = self.api_base_url.rstrip("/") + path
        answer = self.http.exchange("GET", url, repeatable=repeatable, params=parameters)
        result = answers.read(self.http, answer, repeatable)
        if answers.errcode(result) != 0:
            raise answers.refusal(result, parameters.values())
        return result
