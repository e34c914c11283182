"""Messages to the product: signed, sent again until they are stored."""

import asyncio
import json
import secrets
from collections.abc import Coroutine
from dataclasses import dataclass

from sandbox.house.signature import sign
from sandbox.kit import outgoing
from sandbox.kit.clock import Clock, iso
from sandbox.kit.knobs import Knobs
from sandbox.kit.store import Document, Store

TIMEOUT = 5
PAUSES = (1, 5, 30, 120, 600)


@dataclass(frozen=True)
class Line:
    """From which system to which path, as whom, and which answers end the attempts."""

    system: str
    client_id: str
    path: str
    final: tuple[int, ...]


class EventSender:
    """One system's messages to the product at an address."""

    def __init__(self, line: Line, store: Store, clock: Clock, knobs: Knobs, product_url: str, secret: str) -> None:
        self._line = line
        self._store = store
        self._clock = clock
        self._knobs = knobs
        self._url = product_url
        self._secret = secret
        self._sending: set[asyncio.Task[None]] = set()

    def tell(self, content: Document) -> None:
        """A message in the background; switches may lose it, double it, or send it after the next one."""
        switches = self._knobs.get("events")
        if switches.get("lost"):
            return
        event = {"eventId": secrets.token_hex(12), **content}
        events = self._in_order(event, bool(switches.get("reordered")))
        self._start(self._deliver(events * (2 if switches.get("duplicate") else 1)))

    async def send(self, event: Document, secret: str | None = None) -> int:
        """One attempt with a fresh nonce, or another's secret; the product's HTTP status, 0 without an answer."""
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = self._headers(body, secret or self._secret)
        url = self._url + self._line.path
        answer = await asyncio.to_thread(outgoing.call, url, body, "application/json", TIMEOUT, headers=headers)
        line = {"at": iso(self._clock()), "status": answer.status, "event": event}
        self._store.log_call(f"{self._line.system}-events", line)
        return answer.status

    def sent(self) -> list[Document]:
        """Every attempt, newest first."""
        return self._store.calls(f"{self._line.system}-events")

    def _in_order(self, event: Document, held_back: bool) -> list[Document]:
        """What goes out now: with the switch `reordered` a message waits for the next one and is sent after it."""
        kind = f"{self._line.system}.held_event"
        held = self._store.get(kind, "held")
        self._store.delete(kind, "held")
        if held is not None:
            return [event, held]
        if not held_back:
            return [event]
        self._store.put(kind, "held", event)
        return []

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _deliver(self, events: list[Document]) -> None:
        for event in events:
            if await self.send(event) not in self._line.final:
                self._start(self._again(event))

    async def _again(self, event: Document) -> None:
        for pause in PAUSES:
            await asyncio.sleep(pause)
            if await self.send(event) in self._line.final:
                return

    def _headers(self, body: bytes, secret: str) -> dict[str, str]:
        timestamp, nonce = str(int(self._clock())), secrets.token_hex(12)
        headers = {"X-Client-Id": self._line.client_id, "X-Timestamp": timestamp, "X-Nonce": nonce}
        return {**headers, "X-Sign": sign(secret, "POST", self._line.path, timestamp, nonce, body)}
