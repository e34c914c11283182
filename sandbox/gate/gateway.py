"""The Artemis gateway: who calls, is it signed, is it allowed; then the service behind (contract A2, A3)."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from sandbox.gate import codes, persons, records
from sandbox.gate.codes import GateError, read_json
from sandbox.gate.events import EventService
from sandbox.gate.platform import Platform
from sandbox.gate.signature import is_signed_by, received_string
from sandbox.gate.visitor_service import VisitorService
from sandbox.kit.http import Call, json_response
from sandbox.kit.store import Document

REPLAY_WINDOW = 900
"""Seconds a timestamp may be off, and a nonce is remembered (the vendor's number is not public)."""
Service = Callable[[Any], Document]


@dataclass(frozen=True)
class Partner:
    """The caller the platform knows: AK and SK."""

    app_key: str
    app_secret: str


class Gateway:
    """Path → service, for one partner."""

    def __init__(self, platform: Platform, partner: Partner, more: Mapping[str, Service] | None = None) -> None:
        """`more`: services of the platform beside these, by their paths."""
        self.platform = platform
        self.events = EventService(platform.store, platform.clock, platform.knobs)
        self.visitors = VisitorService(platform, self.events)
        self._partner = partner
        services = {**self._paths(), **(more or {})}
        self._services = {f"/artemis/api/{path}": service for path, service in services.items()}

    def serve(self, call: Call) -> Response:
        """The answer to one call; HTTP 200 for refusals, too."""
        headers = {"X-Ca-Request-Id": secrets.token_hex(16)}
        try:
            self._admit(call)
            body = self._services[call.path](read_json(call))
        except GateError as error:
            body = error.envelope()
            headers["X-Ca-Error-Message"] = error.text.split("\n")[0]
        return json_response(body, headers=headers)

    def _paths(self) -> dict[str, Service]:
        visitors, platform, events = self.visitors, self.platform, self.events
        return {
            "visitor/v1/appointment/registration": visitors.register_directly,
            "visitor/v1/appointment": visitors.appoint,
            "visitor/v2/appointment": visitors.appoint,
            "visitor/v1/appointment/cancel": visitors.cancel,
            "visitor/v1/appointment/records": lambda body: records.appointment_records(platform, body),
            "visitor/v2/appointment/records": lambda body: records.appointment_records(platform, body),
            "visitor/v1/visiting/records": lambda body: records.visiting_records(platform, body),
            "visitor/v2/visiting/records": lambda body: records.visiting_records(platform, body),
            "visitor/v1/order/register": visitors.check_in,
            "visitor/v1/visitor/out": visitors.sign_out,
            "visitor/v1/privilege/group": lambda body: records.privilege_groups(platform, body),
            "visitor/v1/auth/qcode": visitors.limited_code,
            "visitor/v1/auth/download/result": visitors.download_result,
            "visitor/v1/auth/download/again": visitors.download_again,
            "visitor/v1/event/turnover/search": lambda body: records.passages(platform, body),
            "resource/v1/person/condition/personInfo": persons.by_condition,
            "resource/v1/person/phoneNo/personInfo": persons.by_phone,
            "resource/v1/person/certificateNo/personInfo": persons.by_certificate,
            "resource/v2/person/advance/personList": persons.advanced,
            "eventService/v1/eventSubscriptionByEventTypes": events.subscribe,
            "eventService/v1/eventUnSubscriptionByEventTypes": events.unsubscribe,
            "eventService/v1/eventSubscriptionView": events.view,
        }

    def _admit(self, call: Call) -> None:
        """Refuse in the gateway's order: key, signature, replay, authorisation, limit, path."""
        key = call.header("x-ca-key")
        if not key:
            raise GateError(codes.APP_KEY_MISSING)
        if key != self._partner.app_key:
            raise GateError(codes.APP_KEY_UNKNOWN)
        if not call.header("x-ca-signature"):
            raise GateError(codes.SIGNATURE_MISSING)
        if not is_signed_by(call, self._partner.app_secret):
            raise GateError(codes.SIGNATURE_WRONG, f"appKey {key}, server string to sign:\n{received_string(call)}")
        if self.platform.knobs.get("replay_protection"):
            self._refuse_replay(call)
        if any(call.path.startswith(path) for path in self.platform.knobs.get("unauthorised_paths")):
            raise GateError(codes.API_NOT_AUTHORISED)
        self._limit()
        if call.method != "POST" or call.path not in self._services:
            raise GateError(codes.RESOURCE_UNKNOWN, "api path")

    def _refuse_replay(self, call: Call) -> None:
        """Timestamp (ms) and nonce are optional; a stale timestamp or a used nonce counts as a wrong signature."""
        timestamp, nonce, now = call.header("x-ca-timestamp"), call.header("x-ca-nonce"), self.platform.clock()
        is_stale = timestamp is not None and (
            not timestamp.isdigit() or abs(now - int(timestamp) / 1000) > REPLAY_WINDOW
        )
        if is_stale:
            raise GateError(codes.SIGNATURE_WRONG, "timestamp expired")
        if nonce is None:
            return
        seen = self.platform.store.get("gate.nonce", nonce)
        if seen is not None and now - seen["at"] <= REPLAY_WINDOW:
            raise GateError(codes.SIGNATURE_WRONG, "nonce used")
        self.platform.store.put("gate.nonce", nonce, {"at": now})

    def _limit(self) -> None:
        """0x0240100b when the calls of this minute are used up."""
        limit = self.platform.knobs.get("call_limit_per_minute")
        if limit is None:
            return
        minute = str(int(self.platform.clock() // 60))
        used = int((self.platform.store.get("gate.minute", minute) or {"n": 0})["n"])
        if used >= int(limit):
            raise GateError(codes.CALL_LIMIT)
        self.platform.store.put("gate.minute", minute, {"n": used + 1})


def error_answer(code: str) -> Response:
    """The answer for a switched-on fault."""
    return json_response(GateError(code).envelope())
