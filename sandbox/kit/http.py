"""HTTP plumbing of the simulators: raw requests, JSON answers, dropped connections."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

TRANSPORT = "sandbox.transport"


class ConnectionDropped(Exception):
    """Raised instead of closing the socket when there is no socket (in-process test client)."""


@dataclass(frozen=True)
class Call:
    """One received request, body read, nothing decoded that a signature may cover."""

    method: str
    path: str
    raw_query: str
    headers: list[tuple[str, str]]
    body: bytes
    query: dict[str, str] = field(default_factory=dict)
    raw_path: str = ""

    @property
    def target(self) -> str:
        """Path and query exactly as they were sent."""
        path = self.raw_path or self.path
        return f"{path}?{self.raw_query}" if self.raw_query else path

    def header(self, name: str) -> str | None:
        """The first header of that (lower case) name."""
        return next((value for key, value in self.headers if key == name), None)

    def json(self) -> Any:
        """The decoded body; ValueError when it is not UTF-8 JSON."""
        return json.loads(self.body.decode("utf-8"))


async def receive_call(request: Request) -> Call:
    """Read the whole request; header values are decoded as UTF-8 with Latin-1 as fallback."""
    raw_query = request.scope["query_string"].decode("latin-1")
    headers = [(name.decode("latin-1").lower(), decode_header(value)) for name, value in request.scope["headers"]]
    scope, query = request.scope, parse_parameters(raw_query)
    raw_path = scope.get("raw_path", b"").decode("latin-1")
    return Call(request.method, scope["path"], raw_query, headers, await request.body(), query, raw_path)


def decode_header(value: bytes) -> str:
    """Header bytes as text."""
    try:
        return value.decode("utf-8").strip()
    except UnicodeDecodeError:
        return value.decode("latin-1").strip()


def parse_parameters(text: str) -> dict[str, str]:
    """`k=v` pairs of a query or form, decoded, empty values kept; a key without `=` is discarded."""
    pairs = (part.split("=", 1) for part in text.split("&") if "=" in part)
    return {unquote_plus(key): unquote_plus(value) for key, value in pairs}


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON as real UTF-8."""
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(content, status, headers, "application/json; charset=utf-8")


def refusal(code: str, message: str, status: int = 400) -> Response:
    """An error of the control API (not of a simulated system)."""
    return json_response({"code": code, "message": message}, status)


class DroppedConnection(Response):
    """Closes the connection without a byte of answer: what a lost answer or a dead server looks like."""

    async def __call__(self, scope: Scope, receive: Receive, _: Send) -> None:
        transport = scope.get(TRANSPORT)
        if transport is None:
            raise ConnectionDropped
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            await asyncio.sleep(0)


def remember_transport(scope: Scope, send: Send) -> None:
    """Keep the socket where DroppedConnection finds it: the server's own `send` is a method of what owns it."""
    scope[TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
