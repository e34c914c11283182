"""One signed exchange under the house's conventions, its answer sorted into the error tree."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.house.members import Unreadable, line
from chalicelib.integrations.house.signature import sign
from chalicelib.integrations.http import Answer, Http
from chalicelib.integrations.redaction import redact, texts_within

REQUEST_ID_LENGTH = 32
_CODES = {
    "STATE_CONFLICT": "state_conflict",
    "IDEMPOTENCY_CONFLICT": "key_reused",
    "INVALID_ARGUMENT": "request_invalid",
    "UNAUTHENTICATED": "credentials_refused",
}
_STATUSES = {401: "credentials_refused", 403: "not_authorised"}
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a peer said that will not do what it was asked."""

    peer: str
    status: int
    code: str
    reason: str
    """On one line, cut to what people read; may hold somebody's data."""
    message: str
    data: Any
    known: tuple[str, ...] = field(repr=False)
    """What was sent: it is taken out of everything that is logged."""

    def redacted(self, text: str) -> str:
        """``text`` without anybody's data."""
        return redact(text, self.known)

    def plain(self, codes: Mapping[str, str]) -> Refused:
        """The error for it: ``codes`` name what only this peer says, the rest is every peer's."""
        code = codes.get(self.code) or f"{self.peer}_{_CODES.get(self.code) or _STATUSES.get(self.status, 'refused')}"
        peer_code = self.redacted(self.code) or f"http_{self.status}"
        return Refused(code, self.redacted(self.message), self.peer, peer_code=peer_code)


@dataclass(frozen=True, slots=True)
class House:
    """A peer that keeps the conventions. ``http`` also names it; its name begins our codes (``park_refused``)."""

    base_url: str
    client_id: str
    secret: str = field(repr=False)
    http: Http
    refused: Callable[[Refusal], Refused]
    """Makes the error of a final refusal; the peer's adapter gives it."""
    timestamp: Callable[[], str] = lambda: str(int(time.time()))
    nonce: Callable[[], str] = lambda: secrets.token_hex(16)

    def call(self, method: str, target: str, payload: Mapping[str, Any] | None = None) -> Any:
        """``data`` of a successful answer; raises :class:`Retryable` or what ``refused`` makes."""
        body = b"" if payload is None else json.dumps(payload, ensure_ascii=False).encode()
        timestamp, nonce = self.timestamp(), self.nonce()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Client-Id": self.client_id,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Sign": sign(self.secret, method, target, timestamp, nonce, body),
        }
        url = self.base_url.rstrip("/") + target
        answer = self.http.exchange(method, url, repeatable=True, headers=headers, body=body or None)
        return self._data(answer, (self.client_id, self.secret, *texts_within(dict(payload or {}))))

    def read(self, data: Any, reader: Callable[[Any], _Read]) -> _Read:
        """``data`` through ``reader``; what it cannot read is told by the member's name only, and asked for again."""
        try:
            return reader(data)
        except Unreadable as unreadable:
            raise self._unreadable(str(unreadable)) from None

    def _data(self, answer: Answer, known: tuple[str, ...]) -> Any:
        envelope = _envelope(answer.body)
        if 200 <= answer.status < 300 and envelope is not None and envelope["code"] == "OK":
            return envelope.get("data")
        raise self._sorted(answer.status, envelope, known)

    def _sorted(self, status: int, envelope: Mapping[str, Any] | None, known: tuple[str, ...]) -> PeerError:
        peer, code = self.http.peer, str(envelope["code"]) if envelope else ""
        peer_code = redact(code, known) or f"http_{status}"
        if status == 429:
            return Retryable("peer_busy", "too many requests", peer, peer_code=peer_code)
        if code == "IN_PROGRESS":
            return Retryable(f"{peer}_in_progress", "the first request is still running", peer, peer_code=peer_code)
        if status >= 500 or status == 408:
            return Retryable("peer_failed", "server error", peer, peer_code=peer_code)
        if 200 <= status < 300:
            return self._unreadable("the answer is not in the contract's form", peer_code)
        if envelope is None:
            ours = f"{peer}_{_STATUSES[status]}" if status in _STATUSES else "wrong_address"
            return Refused(ours, "no such interface here", peer, peer_code=peer_code)
        reason, message = line(envelope.get("reason")), line(envelope.get("message"))
        return self.refused(Refusal(peer, status, code, reason, message, envelope.get("data"), known))

    def _unreadable(self, message: str, peer_code: str = "") -> Retryable:
        return Retryable("answer_unreadable", message, self.http.peer, peer_code=peer_code)


def with_query(path: str, parameters: Mapping[str, str | None]) -> str:
    """The target with its parameters in the order of their names; those that are ``None`` are left out."""
    given = sorted((name, value) for name, value in parameters.items() if value is not None)
    return f"{path}?{urlencode(given)}" if given else path


def request_id(key: str) -> str:
    """The same for the same intention, so that a repetition is recognised; whatever ``key`` holds stays secret."""
    return hashlib.sha256(key.encode()).hexdigest()[:REQUEST_ID_LENGTH]


def _envelope(body: bytes) -> dict[str, Any] | None:
    try:
        envelope = json.loads(body)
    except ValueError:
        return None
    return envelope if isinstance(envelope, dict) and isinstance(envelope.get("code"), str) else None
