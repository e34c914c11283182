"""Signed calls to the Artemis gateway, with its envelope and codes sorted into the error tree."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.gate.codes import ALREADY_REGISTERED, MEANINGS, Kind, Meaning
from chalicelib.integrations.gate.port import AlreadyRegistered
from chalicelib.integrations.gate.signature import content_md5, sign
from chalicelib.integrations.http import Answer, Http
from chalicelib.integrations.redaction import redact, texts_within

PEER = "gate"
PREFIX = "/artemis"


def _epoch_milliseconds() -> str:
    return str(time.time_ns() // 1_000_000)


def _new_nonce() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Artemis:
    """One application key at one gateway. ``base_url`` is scheme and host; the prefix is added here."""

    base_url: str
    app_key: str = field(repr=False)
    app_secret: str = field(repr=False)
    http: Http = field(default_factory=lambda: Http(PEER))
    """Also names whose platform it is: its codes begin with it (``gate_refused``)."""
    meanings: Mapping[str, Meaning] = field(default_factory=lambda: MEANINGS, repr=False)
    timestamp: Callable[[], str] = _epoch_milliseconds
    nonce: Callable[[], str] = _new_nonce

    def call(self, path: str, payload: Mapping[str, Any], *, repeatable: bool) -> Any:
        """POST ``payload`` to ``path`` (without the prefix) and return ``data`` of a successful answer.

        ``repeatable`` says that doing it twice is harmless; otherwise a lost, unreadable or doubtful answer is an
        unknown outcome. ``Accept`` is set and signed because requests would add its own; ``Content-MD5`` puts the body
        under the signature.
        """
        body = json.dumps(payload, ensure_ascii=False).encode()
        headers = self._signed_headers(PREFIX + path, body)
        url = self.base_url.rstrip("/").removesuffix(PREFIX) + PREFIX + path
        answer = self.http.exchange("POST", url, repeatable=repeatable, headers=headers, body=body)
        known = (self.app_key, self.app_secret, headers["X-Ca-Signature"], *texts_within(dict(payload)))
        return self._data(answer, repeatable, known)

    def _signed_headers(self, path: str, body: bytes) -> dict[str, str]:
        headers = {
            "Accept": "*/*",
            "Content-MD5": content_md5(body),
            "Content-Type": "application/json",
            "X-Ca-Key": self.app_key,
            "X-Ca-Nonce": self.nonce(),
            "X-Ca-Timestamp": self.timestamp(),
        }
        signature = sign(self.app_secret, "POST", path, headers)
        return {**headers, "X-Ca-Signature": signature.value, "X-Ca-Signature-Headers": signature.signed_headers}

    def _data(self, answer: Answer, repeatable: bool, known: Iterable[str]) -> Any:
        envelope = _envelope(answer.body)
        if envelope is None:
            raise self._without_envelope(answer.status, repeatable)
        code = envelope["code"]
        if code == "0" and answer.status < 300:
            return envelope.get("data")
        if code == "0":
            raise self._without_envelope(answer.status, repeatable)
        raise self._refusal(code, str(envelope.get("msg", "")), repeatable, known)

    def _without_envelope(self, status: int, repeatable: bool) -> PeerError:
        """Sort an answer that is not the platform's own (a proxy's error page, half a body) by its HTTP status."""
        peer, peer_code = self.http.peer, f"http_{status}"
        if status == 429:
            return Retryable("peer_busy", "too many requests", peer, peer_code=peer_code)
        if status == 413:
            return Refused(f"{peer}_request_invalid", "the request is too large", peer, peer_code=peer_code)
        if 300 <= status < 500 and status != 408:
            return Refused("wrong_address", "there is no such interface at this address", peer, peer_code=peer_code)
        if status >= 500:
            return self.http.lost("peer_failed", "server error", repeatable, peer_code)
        return self.http.lost("answer_unreadable", "the answer is not in the platform's form", repeatable, peer_code)

    def _refusal(self, code: str, message: str, repeatable: bool, known: Iterable[str]) -> PeerError:
        peer, code = self.http.peer, code.strip()
        # An unlisted code is taken as final; its message is all the office has to go by.
        meaning = self.meanings.get(code.lower()) or Meaning(Kind.FINAL, f"{peer}_refused", redact(message, known))
        if code.lower() == ALREADY_REGISTERED:
            return AlreadyRegistered(meaning.code, meaning.description, peer, peer_code=code)
        if meaning.kind is Kind.FINAL:
            return Refused(meaning.code, meaning.description, peer, peer_code=redact(code, known))
        if meaning.kind is Kind.NOT_DONE:
            return Retryable(meaning.code, meaning.description, peer, peer_code=code)
        return self.http.lost(meaning.code, meaning.description, repeatable, code)


def _envelope(body: bytes) -> dict[str, Any] | None:
    """``{"code": "0", "msg": …, "data": …}`` or ``None`` when it is anything else; ``code`` is a text by contract."""
    try:
        envelope = json.loads(body)
    except ValueError:
        return None
    return envelope if isinstance(envelope, dict) and isinstance(envelope.get("code"), str) else None
