"""Where LE sends its messages; no session, but a signature; answers in the contract's form (docs/integrators/le.md)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from chalicelib.core import runtime
from chalicelib.core.errors import NotFound
from chalicelib.core.http import PUBLIC, Api, Call, Reply
from chalicelib.core.inbox import Replayed
from chalicelib.core.logs import log_event
from chalicelib.domains.logistics.lanes.watching import ask_quietly
from chalicelib.domains.logistics.registrations.le_schemas import LeEvent
from chalicelib.domains.logistics.registrations.progress import Report
from chalicelib.domains.logistics.registrations.rechecking import recheck
from chalicelib.domains.logistics.registrations.registration import Status
from chalicelib.domains.logistics.registrations.reporting import Message, take_report
from chalicelib.integrations.house.receiving import envelope, is_from

PATH = "/api/le/events"
AHEAD = timedelta(seconds=300)
"""A message from further in the future cannot be true."""

api = Api(__name__, "le", {})


@api.route("POST", PATH, summary="LE tells of a registration, signed", access=PUBLIC, raw=True)
def take_event(call: Call) -> Reply:
    """200 once the message is stored (again for one sent twice); nothing is read before the signature fits."""
    client_id, secret = runtime.settings().le_client_id, runtime.secrets().get("le/secret")
    if not is_from(client_id, secret, PATH, call.headers, call.raw_body, call.now):
        log_event("le_event_refused", reason="signature")
        return _answer(call, 401, "UNAUTHENTICATED", "signature, time or client is wrong")
    try:
        event = LeEvent.model_validate_json(call.raw_body)
    except ValidationError as error:
        fields = sorted({str(found["loc"][0]) if found["loc"] else "body" for found in error.errors()})
        return _answer(call, 400, "INVALID_ARGUMENT", f"wrong members: {', '.join(fields)}")
    if event.at > call.now + AHEAD:
        return _answer(call, 400, "INVALID_ARGUMENT", "wrong members: at")
    return _take(call, event)


def _take(call: Call, event: LeEvent) -> Reply:
    message = Message(event.event_id, call.headers["x-nonce"])
    try:
        is_new = take_report(event.external_no, _report(event), recheck, call.now, message)
    except NotFound:
        return _answer(call, 404, "NOT_FOUND", "no such registration")
    except Replayed:
        log_event("le_event_refused", reason="replayed")
        return _answer(call, 401, "UNAUTHENTICATED", "the nonce was used before")
    if is_new:
        ask_quietly(call.now)  # a truck that moved stands elsewhere on the board
    return _answer(call, 200, "OK", None, {"duplicate": not is_new})


def _report(event: LeEvent) -> Report:
    return Report(
        status=Status(event.status),
        sequence=event.sequence,
        at=event.at,
        registration_no=event.registration_no,
        card_no=event.card_no,
        lane_code=event.lane_code,
        tare_kg=event.tare,
        gross_kg=event.gross,
        net_kg=event.net,
        reason=event.reason,
    )


def _answer(call: Call, status: int, code: str, message: str | None, data: Any = None) -> Reply:
    body = envelope(code, call.request_id, message, data)
    return Reply(body, status=status, content_type="application/json; charset=utf-8")
