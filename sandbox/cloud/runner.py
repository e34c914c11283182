"""Runs MiniStack (in its own environment, `python runner.py`) with four things it lacks.

- API Gateway compresses an answer when the API says `minimumCompressionSize` and the caller accepts gzip; so does this,
  for the requests to the API's public domain.
- MiniStack saves its state when it is stopped; this saves every minute too, so that a crash costs a minute at most.
- With `MINUTE_SECONDS`, rules of `rate(1 minute)` fire every so many seconds, so that tests need not wait for the clock.
- Its Lambda workers share their unpacked code.
"""

import asyncio
import gzip
import logging
import os
import time
from typing import Any

from ministack import app as ministack
from ministack.core.persistence import save_all
from ministack.services import apigateway_v1, eventbridge
from shared_code import share_code

SAVE_EVERY_SECONDS = 60
logger = logging.getLogger("runner")


def compression_threshold() -> int | None:
    """Smallest answer in bytes that the deployed API wants compressed; there is one API on this machine."""
    sizes = [api.get("minimumCompressionSize") for api in list(apigateway_v1._rest_apis.values())]
    wanted = [int(size) for size in sizes if size is not None]
    return min(wanted) if wanted else None


def accepts_gzip(scope: Any) -> bool:
    """Whether the caller of the public domain takes gzip."""
    headers = dict(scope.get("headers", []))
    host = headers.get(b"host", b"").decode().split(":")[0]
    return host == os.environ["PUBLIC_DOMAIN"] and b"gzip" in headers.get(b"accept-encoding", b"")


class Compressing:
    """ASGI: passes everything on, and compresses as API Gateway would."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection scope."""
        if scope["type"] == "lifespan":
            await self._with_saving(scope, receive, send)
        elif scope["type"] == "http" and accepts_gzip(scope):
            await self._inner(scope, receive, _Compressor(send).send)
        else:
            await self._inner(scope, receive, send)

    async def _with_saving(self, scope: Any, receive: Any, send: Any) -> None:
        saving = asyncio.create_task(save_regularly())
        try:
            await self._inner(scope, receive, send)
        finally:
            saving.cancel()


class _Compressor:
    """Holds an answer back until it is whole, then sends it compressed if it is large enough."""

    def __init__(self, send: Any) -> None:
        self._send = send
        self._start: Any = None
        self._body = b""

    async def send(self, message: Any) -> None:
        """Take one ASGI message of the answer."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        headers = [(name, value) for name, value in self._start["headers"] if name.lower() != b"content-length"]
        threshold = compression_threshold()
        encoded = any(name.lower() == b"content-encoding" for name, _ in headers)
        if threshold is not None and len(self._body) >= threshold and not encoded:
            self._body = gzip.compress(self._body, 6)
            headers.append((b"content-encoding", b"gzip"))
        if self._start["status"] not in (204, 304):
            headers.append((b"content-length", str(len(self._body)).encode()))
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": self._body})


async def save_regularly() -> None:
    """Save the state every minute; a save that fails is said and tried again."""
    while True:
        await asyncio.sleep(SAVE_EVERY_SECONDS)
        try:
            save_all(ministack._build_persistence_save_dict())
        except Exception:
            logger.exception("saving the state failed")


def shorten_the_minute(seconds: int) -> None:
    """What is to run every minute runs every so many seconds; rarer schedules keep their rate.

    The first minute is a whole one: a stack that starts has enough to do.
    """
    parse, whole_until = eventbridge._parse_rate_seconds, time.monotonic() + 60

    def parse_shortened(rate: str) -> int | None:
        short = rate == "rate(1 minute)" and time.monotonic() > whole_until
        return seconds if short else parse(rate)

    eventbridge._parse_rate_seconds = parse_shortened
    eventbridge._SCHEDULER_TICK_INTERVAL = 1


if __name__ == "__main__":
    if "MINUTE_SECONDS" in os.environ:
        shorten_the_minute(int(os.environ["MINUTE_SECONDS"]))
    share_code()
    # It says one line per service and save.
    logging.getLogger("persistence").setLevel(logging.WARNING)
    ministack.app = Compressing(ministack.app)
    ministack.main()
