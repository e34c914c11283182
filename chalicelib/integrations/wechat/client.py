"""wechatpy's client with its token handling, retries, timeouts and errors replaced.

wechatpy 1.8.18 refreshes in every thread and process at once, retries without end, keeps the expiry per process and has
no timeouts. Its API groups (``client.message``, ``client.user`` …) keep working: they all go through :meth:`_request`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from wechatpy.client import WeChatClient

from chalicelib.integrations.errors import Retryable
from chalicelib.integrations.http import Http
from chalicelib.integrations.redaction import texts_within
from chalicelib.integrations.wechat import PEER, answers
from chalicelib.integrations.wechat.answers import TOKEN_ERRORS
from chalicelib.integrations.wechat.tokens import TOKEN_REJECTED, AccessTokens, TokenStore

_JSON = {"Content-Type": "application/json; charset=utf-8"}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class OfficialAccountClient(WeChatClient):  # type: ignore[misc]  # wechatpy publishes no types, so its class is Any
    """Calls the API of one official account with the token all processes share. Raises the sorted error tree only."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        store: TokenStore,
        *,
        api_base_url: str,
        http: Http | None = None,
        now: Callable[[], datetime] = _utc_now,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """``api_base_url`` is scheme and host, ``https://api.weixin.qq.com`` in production."""
        super().__init__(app_id, app_secret, auto_retry=False)
        self.API_BASE_URL = f"{api_base_url.rstrip('/')}/cgi-bin/"
        self._transport = http or Http(PEER)
        self._tokens = AccessTokens(store, self._fetch_stable_token, now, pause)

    @property
    def access_token(self) -> str:
        """The shared token; fetched when there is none."""
        return self._tokens.current().value

    def fetch_access_token(self) -> dict[str, str]:
        """Replace the shared token, unless somebody else is faster."""
        return {"access_token": self._tokens.replace(self._tokens.current()).value}

    def _request(self, method: str, url_or_endpoint: str, **options: Any) -> Any:
        """One business call; a rejected token is replaced once and the call repeated once.

        Options are wechatpy's ``params``, ``data`` and ``result_processor``, and our ``repeatable``: doing it twice is
        harmless (reads are). A rejected token proves that nothing was done, so the repetition needs no such promise.
        """
        process = options.pop("result_processor", None)
        token = self._tokens.current()
        result = self._send(method, url_or_endpoint, token.value, **options)
        if answers.errcode(result) in TOKEN_ERRORS:
            token = self._tokens.replace(token)
            result = self._send(method, url_or_endpoint, token.value, **options)
        code = answers.errcode(result)
        if code in TOKEN_ERRORS:
            self._tokens.give_up(token)
            raise Retryable(TOKEN_REJECTED, "a fresh access token is rejected", PEER, peer_code=str(code))
        if code != 0:
            raise answers.refusal(result, (token.value, self.secret, *texts_within(options.get("data"))))
        return process(result) if process else result

    def _send(
        self,
        method: str,
        endpoint: str,
        token: str,
        *,
        params: dict[str, Any] | None = None,
        data: Any = None,
        api_base_url: str | None = None,
        repeatable: bool | None = None,
    ) -> dict[str, Any]:
        url = (
            endpoint if endpoint.startswith(("http://", "https://")) else (api_base_url or self.API_BASE_URL) + endpoint
        )
        if repeatable is None:
            repeatable = method.upper() == "GET"
        query = {name: str(value) for name, value in {**(params or {}), "access_token": token}.items()}
        answer = self._transport.exchange(
            method.upper(), url, repeatable=repeatable, headers=_JSON, params=query, body=_body(data)
        )
        return answers.read(self._transport, answer, repeatable)

    def _fetch_stable_token(self, force: bool) -> tuple[str, int]:
        """``stable_token`` and not ``token``: asking twice does not kill the first answer."""
        body = {
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": self.secret,
            "force_refresh": force,
        }
        answer = self._transport.exchange(
            "POST", self.API_BASE_URL + "stable_token", repeatable=True, headers=_JSON, body=_body(body)
        )
        result = answers.read(self._transport, answer, True)
        if answers.errcode(result) != 0:
            raise answers.refusal(result, (self.secret,))
        seconds = result.get("expires_in")
        if not isinstance(seconds, int) or seconds <= 0:
            raise Retryable("answer_unreadable", "expires_in is missing", PEER, peer_code="http_200")
        return answers.required_text(self._transport, result, "access_token", True), seconds


def _body(data: Any) -> bytes | None:
    """JSON as real UTF-8: WeChat refuses names written as ``\\u`` escapes."""
    if data is None or isinstance(data, bytes):
        return data
    return data.encode() if isinstance(data, str) else json.dumps(data, ensure_ascii=False).encode()
