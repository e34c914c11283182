"""Status messages to the enterprise: signed, sent again until they are stored."""

import asyncio
import json
import secrets
from typing import Any

from sandbox.kit import outgoing
from sandbox.kit.clock import iso
from sandbox.kit.store import Document
from sandbox.park.platform import CLIENT_ID, Platform
from sandbox.park.signature import sign

PATH = "/api/park/events"
TIMEOUT = 5
PAUSES = (1, 5, 30, 120, 600)
FINAL = (200, 400, 401, 404)


class EventSender:
    """One enterprise's address and secret."""

    def __init__(self, platform: Platform, product_url: str, secret: str) -> None:
        self._platform = platform
        self._url = product_url
        self._secret = secret
        self._sending: set[asyncio.Task[None]] = set()

    def tell(self, visit: Document, status: str, at: str | None = None) -> None:
        """A message about a visit, in the background; switches may lose or double it."""
        switches = self._platform.knobs.get("events")
        if switches["lost"]:
            return
        event = {"eventId": secrets.token_hex(12), "visitNo": visit["visitNo"], "status": status}
        event["at"] = at or iso(self._platform.clock())
        if visit.get("reason"):
            event["reason"] = visit["reason"]
        for _ in range(2 if switches["duplicate"] else 1):
            task = asyncio.get_running_loop().create_task(self._deliver(event))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def send(self, event: Document, secret: str | None = None) -> int:
        """One attempt with a fresh nonce, or another's secret; the product's HTTP status, 0 without an answer."""
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = self._headers(body, secret or self._secret)
        answer = await asyncio.to_thread(
            outgoing.call, self._url + PATH, body, "application/json", TIMEOUT, headers=headers
        )
        line = {"at": iso(self._platform.clock()), "status": answer.status, "event": event}
        self._platform.store.log_call("park-events", line)
        return answer.status

    async def _deliver(self, event: Document) -> None:
        for pause in (*PAUSES, None):
            if await self.send(event) in FINAL or pause is None:
                return
            await asyncio.sleep(pause)

    def _headers(self, body: bytes, secret: str) -> dict[str, str]:
        timestamp, nonce = str(int(self._platform.clock())), secrets.token_hex(12)
        headers: dict[str, Any] = {"X-Client-Id": CLIENT_ID, "X-Timestamp": timestamp, "X-Nonce": nonce}
        return {**headers, "X-Sign": sign(secret, "POST", PATH, timestamp, nonce, body)}
