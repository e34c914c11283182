"""An HTTP interface of the house: signature, idempotency, then the call itself."""

import asyncio
import secrets
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from sandbox.house.answers import FirstAnswers
from sandbox.house.errors import HouseError
from sandbox.house.members import REQUEST_ID, matching, read_object
from sandbox.house.signature import Door
from sandbox.kit.http import Call, json_response
from sandbox.kit.knobs import Knobs

Work = Callable[[dict[str, Any]], Any]
"""A read body → the data of the answer."""


class HouseGateway(ABC):
    """Method and path → what the system does; a subclass knows its paths."""

    def __init__(self, door: Door, answers: FirstAnswers, knobs: Knobs) -> None:
        self._door = door
        self._answers = answers
        self._knobs = knobs

    @abstractmethod
    def carry_out(self, call: Call, number: str) -> tuple[Response, bool]:
        """The answer, and whether something was done that may take its time. Raises HouseError."""

    def serve(self, call: Call) -> Response | Awaitable[Response]:
        """The answer to one call; slow when the system is set to be."""
        number = secrets.token_hex(8)
        try:
            self._door.admit(call)
            response, is_new = self.carry_out(call, number)
        except HouseError as error:
            return error.response(number)
        seconds = self._processing_seconds() if is_new else 0
        return _late(response, seconds) if seconds else response

    def once(
        self, call: Call, number: str, status: int, work: Work, member: str = "requestId"
    ) -> tuple[Response, bool]:
        """A POST is carried out once a key, which is in `member`; a repetition gets the first answer."""
        body = read_object(call)
        key = matching(body, member, REQUEST_ID)
        known = self._answers.known(key, call.body)
        if known is not None:
            return json_response(known["body"], known["status"], {"X-Idempotent-Replay": "true"}), False
        answer = _envelope(work(body), number)
        self._answers.keep(key, call.body, status, answer, self._processing_seconds())
        return json_response(answer, status), True

    def _processing_seconds(self) -> float:
        return float(self._knobs.get("processing_seconds"))


def no_such_interface() -> HouseError:
    """The refusal of an unknown method or path."""
    return HouseError("NOT_FOUND", "no such interface")


def ok(data: Any, number: str) -> tuple[Response, bool]:
    """A plain answer."""
    return json_response(_envelope(data, number)), False


def _envelope(data: Any, number: str) -> dict[str, Any]:
    return {"code": "OK", "data": data, "requestId": number}


async def _late(response: Response, seconds: float) -> Response:
    await asyncio.sleep(seconds)
    return response
