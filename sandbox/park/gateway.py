"""The platform's HTTP interface: signature, idempotency, then the call itself."""

import asyncio
import re
import secrets
from collections.abc import Awaitable
from typing import Any

from starlette.responses import Response

from sandbox.kit.http import Call, json_response
from sandbox.kit.store import Document
from sandbox.park import rules
from sandbox.park.errors import ParkError
from sandbox.park.platform import Platform, shown
from sandbox.park.signature import Door

BASE = "/park/v1/visits"
_ONE = re.compile(rf"{BASE}/(?P<visit_no>[^/]+)(?P<cancel>/cancel)?")


class Gateway:
    """Method and path → what the platform does."""

    def __init__(self, platform: Platform, door: Door) -> None:
        self.platform = platform
        self._door = door

    def serve(self, call: Call) -> Response | Awaitable[Response]:
        """The answer to one call; slow when the platform is set to be."""
        number = secrets.token_hex(8)
        try:
            self._door.admit(call)
            response, is_new = self._carry_out(call, number)
        except ParkError as error:
            return error.response(number)
        seconds = float(self.platform.knobs.get("processing_seconds")) if is_new else 0
        return _late(response, seconds) if seconds else response

    def _carry_out(self, call: Call, number: str) -> tuple[Response, bool]:
        match = _ONE.fullmatch(call.path)
        if call.method == "POST" and call.path == BASE:
            return self._once(call, number, 201, lambda body: self.platform.create(body))
        if match and match["cancel"] and call.method == "POST":
            return self._once(call, number, 200, lambda _: self.platform.cancel(match["visit_no"]))
        if match and not match["cancel"] and call.method == "PUT":
            visit = self.platform.change(match["visit_no"], rules.read_object(call))
            return _ok(visit, 200, number), False
        if match and not match["cancel"] and call.method == "GET":
            return _ok(self.platform.find(match["visit_no"]), 200, number), False
        raise ParkError("NOT_FOUND", "no such interface")

    def _once(self, call: Call, number: str, status: int, work: Any) -> tuple[Response, bool]:
        """A POST is carried out once a key; a repetition gets the first answer."""
        body = rules.read_object(call)
        key = rules.request_id(body)
        known = self.platform.known_answer(key, call.body)
        if known is not None:
            return json_response(known["body"], known["status"], {"X-Idempotent-Replay": "true"}), False
        answer = _envelope(work(body), number)
        self.platform.keep_answer(key, call.body, status, answer)
        return json_response(answer, status), True


def _envelope(visit: Document, number: str) -> Document:
    return {"code": "OK", "data": shown(visit), "requestId": number}


def _ok(visit: Document, status: int, number: str) -> Response:
    return json_response(_envelope(visit, number), status)


async def _late(response: Response, seconds: float) -> Response:
    await asyncio.sleep(seconds)
    return response
