"""The adapter for Tencent Cloud SMS behind :class:`~.port.SmsPort`: one signed ``SendSms`` for one number.

HTTP 200 proves nothing: a failure of the call is ``Response.Error``, a failure of the number is its ``Code`` other than ``Ok``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from chalicelib.integrations.errors import PeerError, Refused, Retryable, UnknownOutcome
from chalicelib.integrations.http import Answer, Http
from chalicelib.integrations.redaction import redact
from chalicelib.integrations.sms.codes import OK, Kind, meaning
from chalicelib.integrations.sms.signature import Credentials, authorization

PEER = "sms"
SERVICE = "sms"
ACTION = "SendSms"
VERSION = "2021-01-11"
CONTENT_TYPE = "application/json"
READ_SECONDS = 3.0
"""A person waits for it, and the API function lives ten seconds."""


@dataclass(frozen=True, slots=True)
class Sender:
    """What was approved at Tencent: application, signature of the company, and the template with code and minutes."""

    region: str
    app_id: str
    sign_name: str
    template_id: str


@dataclass(frozen=True, slots=True)
class SmsClient:
    """Sends under one signature. The request is signed for the host of ``base_url``, whose path is not used."""

    base_url: str
    credentials: Credentials
    sender: Sender
    http: Http = field(default_factory=lambda: Http(PEER, read_seconds=READ_SECONDS))
    timestamp: Callable[[], int] = lambda: int(time.time())

    def send_code(self, phone: str, code: str, minutes: int) -> None:
        """See the port."""
        body = self._body(phone, code, minutes)
        known = (phone, code, self.credentials.secret_id, self.credentials.secret_key)
        parts = urlsplit(self.base_url)
        url = f"{parts.scheme}://{parts.netloc}/"
        answer = self.http.exchange("POST", url, repeatable=False, headers=self._headers(parts.netloc, body), body=body)
        failure = _failure(answer, known)
        if failure is not None:
            raise failure

    def _body(self, phone: str, code: str, minutes: int) -> bytes:
        content = {
            "PhoneNumberSet": [f"+86{phone}"],
            "SmsSdkAppId": self.sender.app_id,
            "TemplateId": self.sender.template_id,
            "SignName": self.sender.sign_name,
            "TemplateParamSet": [code, str(minutes)],
        }
        return json.dumps(content).encode()

    def _headers(self, host: str, body: bytes) -> dict[str, str]:
        timestamp = self.timestamp()
        return {
            "Content-Type": CONTENT_TYPE,
            "Host": host,
            "X-TC-Action": ACTION,
            "X-TC-Version": VERSION,
            "X-TC-Region": self.sender.region,
            "X-TC-Timestamp": str(timestamp),
            "Authorization": authorization(self.credentials, SERVICE, host, CONTENT_TYPE, timestamp, body),
        }


def _failure(answer: Answer, known: tuple[str, ...]) -> PeerError | None:
    """``None`` when the one number was taken over."""
    if answer.status != 200:
        return _bad_status(answer.status)
    response = _response(answer.body)
    error = response.get("Error")
    if isinstance(error, dict):
        return _sorted(error, known)
    statuses = response.get("SendStatusSet")
    if not isinstance(statuses, list) or len(statuses) != 1 or not isinstance(statuses[0], dict):
        return UnknownOutcome("answer_unreadable", "the answer is not in the documented form", PEER)
    return None if statuses[0].get("Code") == OK else _sorted(statuses[0], known)


def _bad_status(status: int) -> PeerError:
    peer_code = f"http_{status}"
    if status == 429:
        return Retryable("peer_busy", "too many requests", PEER, peer_code=peer_code)
    if status >= 500:
        return UnknownOutcome("peer_failed", "server error", PEER, peer_code=peer_code)
    return Refused("wrong_address", "no such interface here", PEER, peer_code=peer_code)


def _sorted(said: Mapping[str, Any], known: tuple[str, ...]) -> PeerError:
    kind, code = meaning(str(said.get("Code")))
    peer_code = _redacted_code(str(said.get("Code")), known)
    message = redact(str(said.get("Message", "")), known)
    if kind is Kind.NOT_DONE:
        return Retryable(code, message, PEER, peer_code=peer_code)
    if kind is Kind.MAYBE_DONE:
        return UnknownOutcome(code, message, PEER, peer_code=peer_code)
    return Refused(code, message, PEER, peer_code=peer_code)


def _redacted_code(code: str, known: tuple[str, ...]) -> str:
    """Tencent's codes are long words joined by a dot: they are kept, if they look like one."""
    words = code.split(".")
    return code if all(word.isascii() and word.isalpha() for word in words) else redact(code, known)


def _response(body: bytes) -> Mapping[str, Any]:
    """``Response`` of the answer, empty when there is none."""
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    response = content.get("Response") if isinstance(content, dict) else None
    return response if isinstance(response, dict) else {}
