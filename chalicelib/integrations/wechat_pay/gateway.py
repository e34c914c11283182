"""One signed exchange with WeChat Pay: what was signed is what is sent, and an answer counts once its signature holds."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from chalicelib.integrations.errors import Retryable
from chalicelib.integrations.house.members import Row, Unreadable
from chalicelib.integrations.http import Answer, Http
from chalicelib.integrations.redaction import texts_within
from chalicelib.integrations.wechat_pay import PEER, answers, codes
from chalicelib.integrations.wechat_pay.keys import Keyring, Merchant
from chalicelib.integrations.wechat_pay.signature import authorization, fault_of, lower_names

_Read = TypeVar("_Read")


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Gateway:
    """The way to WeChat Pay. ``base_url`` is scheme and host, ``https://api.mch.weixin.qq.com`` in production.

    ``keys`` gives what is known now: certificates change while a process lives.
    """

    base_url: str
    merchant: Merchant = field(repr=False)
    keys: Callable[[], Keyring] = field(repr=False)
    http: Http = field(default_factory=lambda: Http(PEER))
    now: Callable[[], datetime] = _utc_now
    nonce: Callable[[], str] = lambda: secrets.token_hex(16)

    def call(self, method: str, target: str, payload: Mapping[str, Any] | None = None) -> Answer:
        """A successful answer that is provably WeChat Pay's. Every call of ours may be repeated."""
        keys = self.keys()
        answer = self.exchange(method, target, payload, keys)
        self.require_genuine(answer, keys)
        return answer

    def exchange(self, method: str, target: str, payload: Mapping[str, Any] | None, keys: Keyring) -> Answer:
        """A successful answer whose signature nobody has looked at; anything else is raised.

        ``target`` is the path with its query, percent-encoded as it goes out.
        """
        body = b"" if payload is None else json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        headers = self._headers(method, target, body, keys.public_key_id)
        url = self.base_url.rstrip("/") + target
        answer = self.http.exchange(method, url, repeatable=True, headers=headers, body=body or None)
        if not 200 <= answer.status < 300:
            raise codes.failure(answer, tuple(texts_within(dict(payload or {}))))
        return answer

    def require_genuine(self, answer: Answer, keys: Keyring) -> None:
        """Raise unless one of ``keys`` signed the raw bytes of ``answer`` just now. A probe fails here: repeat it."""
        fault = fault_of(keys, lower_names(answer.headers), answer.body, self.now())
        if fault:
            code, message = "pay_answer_not_genuine", f"the answer is not provably WeChat Pay's: {fault}"
            raise Retryable(code, message, PEER, peer_code=f"http_{answer.status}")

    def read(self, answer: Answer, reader: Callable[[Row], _Read]) -> _Read:
        """The answer's object through ``reader``; what it cannot read is told by the member's name only."""
        try:
            return reader(answers.parsed(answer.body))
        except Unreadable as unreadable:
            raise unclear(str(unreadable)) from None

    def _headers(self, method: str, target: str, body: bytes, public_key_id: str) -> dict[str, str]:
        path = urlsplit(self.base_url).path.rstrip("/") + target
        timestamp = str(int(self.now().timestamp()))
        headers = {
            "Accept": "application/json",
            "User-Agent": "campus",
            "Authorization": authorization(self.merchant, method, path, timestamp, self.nonce(), body),
        }
        if body:
            headers["Content-Type"] = "application/json"
        return headers | ({"Wechatpay-Serial": public_key_id} if public_key_id else {})


def unclear(what: str) -> Retryable:
    """The error for an answer that cannot be understood: nothing is concluded from it."""
    return Retryable("answer_unreadable", what, PEER, peer_code="http_200")
