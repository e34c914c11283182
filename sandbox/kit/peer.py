"""One simulated outside system: its faults, knobs and call log around its handlers."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.kit.clock import Clock, iso
from sandbox.kit.faults import Fault, FaultBook
from sandbox.kit.http import Call, DroppedConnection, receive_call
from sandbox.kit.knobs import Knobs
from sandbox.kit.store import Store

Handler = Callable[[Call], Response | Awaitable[Response]]
ErrorAnswer = Callable[[str], Response]
"""Builds the system's own error answer for a code (fault kind error_code)."""
ResultOf = Callable[[dict[str, Any]], tuple[str, str]]
"""Result code and message of a JSON answer, for the call log."""

BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass
class Peer:
    """A system named `wechat`, `gate` or `park`; `code_field` is where its JSON answers carry the result code, unless
    `result_of` finds it elsewhere."""

    name: str
    store: Store
    clock: Clock
    knobs: Knobs
    error_answer: ErrorAnswer
    code_field: str
    result_of: ResultOf | None = None

    def __post_init__(self) -> None:
        self.faults = FaultBook(self.store, self.name)

    def endpoint(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """The handler behind this system's faults and log."""

        async def serve(request: Request) -> Response:
            call = await receive_call(request)
            started = self.clock()
            faults = self.faults.take(call.path)
            response = await self._answer(call, handler, faults)
            self._log(call, response, faults, started)
            return response

        return serve

    async def _answer(self, call: Call, handler: Handler, faults: list[Fault]) -> Response:
        await asyncio.sleep(_pause(faults, after_commit=False))
        response = await self._affected(call, handler, faults)
        await asyncio.sleep(_pause(faults, after_commit=True))
        return response

    async def _affected(self, call: Call, handler: Handler, faults: list[Fault]) -> Response:
        breaking = next((fault for fault in faults if fault.kind != "delay"), None)
        if breaking and breaking.kind == "down":
            return DroppedConnection()
        if breaking and not _commits(breaking):
            return self._broken(breaking, None)
        response = await self._carry_out(call, handler)
        return self._broken(breaking, response) if breaking else response

    async def _carry_out(self, call: Call, handler: Handler) -> Response:
        with self.store.transaction():
            result = handler(call)
            if isinstance(result, Response):
                return result
        return await result

    def _broken(self, fault: Fault, response: Response | None) -> Response:
        if fault.kind == "lost_answer":
            return DroppedConnection()
        if fault.kind == "http_502":
            return Response(BAD_GATEWAY, 502, media_type="text/html")
        if fault.kind == "not_json":
            return Response("<html>系统维护中</html>", 200, media_type="text/html; charset=utf-8")
        if fault.kind == "data_null" and response is not None:
            return _without_data(response)
        return self.error_answer(fault.code or "")

    def _log(self, call: Call, response: Response, faults: list[Fault], started: float) -> None:
        dropped = isinstance(response, DroppedConnection)
        code, message = ("", "") if dropped else self._result(response)
        self.store.log_call(
            self.name,
            {
                "at": iso(started),
                "method": call.method,
                "path": call.path,
                "status": 0 if dropped else response.status_code,
                "code": code,
                "message": message,
                "faults": [fault.kind for fault in faults],
                "milliseconds": round((self.clock() - started) * 1000),
            },
        )

    def _result(self, response: Response) -> tuple[str, str]:
        try:
            body: Any = json.loads(bytes(response.body))
        except ValueError:
            return "", ""
        if not isinstance(body, dict):
            return "", ""
        return self.result_of(body) if self.result_of else _result(body, self.code_field)


def _pause(faults: list[Fault], *, after_commit: bool) -> float:
    """Seconds to wait before the call is carried out, or before its answer leaves."""
    return sum(fault.seconds for fault in faults if fault.kind == "delay" and fault.after_commit is after_commit)


def _commits(fault: Fault) -> bool:
    return fault.kind in ("lost_answer", "data_null") or fault.after_commit


def _without_data(response: Response) -> Response:
    body = json.loads(bytes(response.body))
    if isinstance(body, dict) and "data" in body:
        body["data"] = None
    return Response(json.dumps(body, ensure_ascii=False), response.status_code, media_type="application/json")


def _result(body: dict[str, Any], code_field: str) -> tuple[str, str]:
    """Result code and a short message; answers that echo keys (0x02401003) are cut before the first line break."""
    message = str(body.get("msg") or body.get("errmsg") or body.get("message") or "")
    hidden = str(body.get("code")) == "0x02401003"
    return str(body.get(code_field, "0")), "signature refused" if hidden else message.split("\n")[0][:120]
