"""Where the park's platform sends its status messages; answers in the contract's form, not in ours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from chalicelib.core import runtime
from chalicelib.core.errors import NotFound
from chalicelib.core.http import PUBLIC, Api, Call, Reply
from chalicelib.core.inbox import Replayed
from chalicelib.core.logs import log_event
from chalicelib.domains.visitor.park import events
from chalicelib.domains.visitor.park.entries import policy
from chalicelib.domains.visitor.park.events import Message
from chalicelib.domains.visitor.park.schemas import ParkEvent
from chalicelib.domains.visitor.texts import TEXTS
from chalicelib.integrations.house.receiving import envelope, is_from

PATH = "/api/park/events"
AHEAD = timedelta(seconds=300)
"""A message from further in the future would make every later one look old."""

api = Api(__name__, "visitor", TEXTS)


@api.route("POST", PATH, summary="Status messages of the park's platform, signed", access=PUBLIC, raw=True)
def take_park_event(call: Call) -> Reply:
    """200 once the message is stored (again for one sent twice); nothing is read before the signature fits."""
    if not policy().on:
        return _answer(call, 404, "NOT_FOUND", "there is no park here")
    if not _is_from_park(call):
        log_event("park_event_refused", reason="signature")
        return _answer(call, 401, "UNAUTHENTICATED", "signature, time or client is wrong")
    try:
        event = ParkEvent.model_validate_json(call.raw_body)
    except ValidationError as error:
        fields = sorted({str(found["loc"][0]) if found["loc"] else "body" for found in error.errors()})
        return _answer(call, 400, "INVALID_ARGUMENT", f"wrong members: {', '.join(fields)}")
    if event.at > call.now + AHEAD:
        return _answer(call, 400, "INVALID_ARGUMENT", "wrong members: at")
    return _take(call, Message(event.event_id, event.visit_no, event.status, event.at, event.reason))


def _take(call: Call, message: Message) -> Reply:
    try:
        is_new = events.take(message, call.headers["x-nonce"], call.now)
    except NotFound:
        return _answer(call, 404, "NOT_FOUND", "no such visit")
    except Replayed:
        log_event("park_event_refused", reason="replayed")
        return _answer(call, 401, "UNAUTHENTICATED", "the nonce was used before")
    return _answer(call, 200, "OK", None, {"duplicate": not is_new})


def _is_from_park(call: Call) -> bool:
    client_id, secret = runtime.settings().park_client_id, runtime.secrets().get("park/secret")
    return is_from(client_id, secret, PATH, call.headers, call.raw_body, call.now)


def _answer(call: Call, status: int, code: str, message: str | None, data: Any = None) -> Reply:
    body = envelope(code, call.request_id, message, data)
    return Reply(body, status=status, content_type="application/json; charset=utf-8")
