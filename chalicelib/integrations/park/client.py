"""The adapter for the proposed contract of the park's platform (docs/integrators/park.md) behind :class:`~.port.ParkPort`."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, get_args

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.http import Answer, Http
from chalicelib.integrations.park.port import Decision, Declined, ParkAnswer, ParkVisit
from chalicelib.integrations.park.signature import sign
from chalicelib.integrations.redaction import redact, texts_within

PEER = "park"
VISITS = "/park/v1/visits"
REQUEST_ID_LENGTH = 32
REASON_LENGTH = 100
_SITE_ZONE = timezone(timedelta(hours=8))
_REFUSALS = {
    "NOT_FOUND": "park_visit_unknown",
    "STATE_CONFLICT": "park_state_conflict",
    "IDEMPOTENCY_CONFLICT": "park_key_reused",
    "INVALID_ARGUMENT": "park_request_invalid",
    "UNAUTHENTICATED": "park_credentials_refused",
}
_STATUSES = {401: "park_credentials_refused", 403: "park_not_authorised"}


@dataclass(frozen=True, slots=True)
class ParkClient:
    """One enterprise at one park. ``area`` names the park's gates visitors may use; empty leaves it to the park."""

    base_url: str
    client_id: str
    secret: str = field(repr=False)
    enterprise_code: str
    area: tuple[str, ...] = ()
    http: Http = field(default_factory=lambda: Http(PEER))
    timestamp: Callable[[], str] = lambda: str(int(time.time()))
    nonce: Callable[[], str] = lambda: secrets.token_hex(16)

    def register(self, visit: ParkVisit, key: str) -> ParkAnswer:
        """See the port. A number the park holds already is an earlier registration of ours: its state is the answer."""
        body = {"enterpriseCode": self.enterprise_code, "visitNo": visit.visit_no, **_first_facts(visit)}
        body |= {"area": list(self.area)} if self.area else {}
        try:
            return _read_answer(self._call("POST", VISITS, {"requestId": _request_id(key, body), **body}))
        except Refused as refusal:
            if refusal.code != "park_state_conflict":
                raise
            found = self.find(visit.visit_no)
            if found is None or found.decision == "cancelled":
                raise
            return found

    def change(self, visit: ParkVisit) -> ParkAnswer:
        """See the port."""
        return _read_answer(self._call("PUT", f"{VISITS}/{visit.visit_no}", _changeable_facts(visit)))

    def cancel(self, visit_no: str, key: str) -> None:
        """See the port."""
        body = {"requestId": _request_id(key, {"visitNo": visit_no})}
        try:
            self._call("POST", f"{VISITS}/{visit_no}/cancel", body)
        except Refused as refusal:
            if refusal.code not in ("park_visit_unknown", "park_state_conflict"):
                raise

    def find(self, visit_no: str) -> ParkAnswer | None:
        """See the port."""
        try:
            return _read_answer(self._call("GET", f"{VISITS}/{visit_no}", None))
        except Refused as refusal:
            if refusal.code == "park_visit_unknown":
                return None
            raise

    def _call(self, method: str, target: str, payload: Mapping[str, Any] | None) -> Any:
        """One signed exchange; ``data`` of a successful answer, everything else sorted into the error tree."""
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
        return _data(answer, (self.client_id, self.secret, *texts_within(dict(payload or {}))))


def _first_facts(visit: ParkVisit) -> dict[str, Any]:
    return {
        "kind": "person",
        "visitor": {"name": visit.visitor_name, "phone": visit.phone, "certificateType": "none"},
        "companions": [],
        **_changeable_facts(visit),
        "consent": {"idNumber": False, "face": False},
    }


def _changeable_facts(visit: ParkVisit) -> dict[str, Any]:
    vehicle = {"plateNo": visit.plate_number, "hazardous": False} if visit.plate_number else None
    return {
        "vehicle": vehicle,
        "host": {"name": visit.host_name, "phone": visit.host_phone},
        "purpose": visit.purpose,
        "startAt": _wire_time(visit.starts_at),
        "endAt": _wire_time(visit.ends_at),
        "approvedAt": _wire_time(visit.approved_at),
        "approvedBy": visit.approved_by,
    }


def _wire_time(instant: datetime) -> str:
    return instant.astimezone(_SITE_ZONE).isoformat(timespec="seconds")


def _request_id(key: str, body: Mapping[str, Any]) -> str:
    """The same for the same intention and content, so that a repetition is recognised and a correction is not refused."""
    content = json.dumps([key, body], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:REQUEST_ID_LENGTH]


def _data(answer: Answer, known: tuple[str, ...]) -> Any:
    envelope = _envelope(answer.body)
    if 200 <= answer.status < 300 and envelope is not None and envelope["code"] == "OK":
        return envelope.get("data")
    raise _sorted(answer.status, envelope, known)


def _sorted(status: int, envelope: Mapping[str, Any] | None, known: tuple[str, ...]) -> PeerError:
    code = str(envelope["code"]) if envelope else ""
    peer_code = redact(code, known) or f"http_{status}"
    if status == 429:
        return Retryable("peer_busy", "too many requests", PEER, peer_code=peer_code)
    if code == "IN_PROGRESS":
        return Retryable("park_in_progress", "the first request is still running", PEER, peer_code=peer_code)
    if status >= 500 or status == 408:
        return Retryable("peer_failed", "server error", PEER, peer_code=peer_code)
    if 200 <= status < 300:
        return Retryable("answer_unreadable", "the answer is not in the contract's form", PEER, peer_code=peer_code)
    if envelope is None:
        return Refused(_STATUSES.get(status, "wrong_address"), "no such interface here", PEER, peer_code=peer_code)
    if status == 422:
        reason = _line(envelope.get("reason")) or _line(envelope.get("message"))
        return Declined("park_declined", redact(reason, known), PEER, reason)
    message = redact(_line(envelope.get("message")), known)
    return Refused(_REFUSALS.get(code) or _STATUSES.get(status, "park_refused"), message, PEER, peer_code=peer_code)


def _envelope(body: bytes) -> dict[str, Any] | None:
    try:
        envelope = json.loads(body)
    except ValueError:
        return None
    return envelope if isinstance(envelope, dict) and isinstance(envelope.get("code"), str) else None


def _read_answer(data: Any) -> ParkAnswer:
    """``{"parkVisitNo", "status", "reason"?, "updatedAt"}``."""
    try:
        decision: Decision = data["status"]
        if decision not in get_args(Decision):
            raise ValueError(decision)
        at = datetime.fromisoformat(data["updatedAt"])
        if at.tzinfo is None:
            raise ValueError("updatedAt without offset")
        return ParkAnswer(str(data["parkVisitNo"]), decision, at, _line(data.get("reason")))
    except (KeyError, TypeError, ValueError):
        raise Retryable("answer_unreadable", "the answer lacks a member of the contract", PEER) from None


def _line(value: object) -> str:
    """A sentence of the park's on one line, cut to what people read."""
    return " ".join(value.split())[:REASON_LENGTH] if isinstance(value, str) else ""
