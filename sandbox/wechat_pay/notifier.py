"""Tells the product what happened: at once, then on WeChat's schedule until it answers 200 or 204 in time (contract B6.2)."""

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial

from sandbox.kit import outgoing
from sandbox.kit.clock import iso
from sandbox.kit.store import Document
from sandbox.wechat_pay.addresses import Addresses
from sandbox.wechat_pay.memory import NOTICE, PENDING, Memory
from sandbox.wechat_pay.notices import PAUSES, Told, envelope
from sandbox.wechat_pay.stamp import Stamp

TIMEOUT = 5
AT_ONCE = 32
GOOD = (200, 204)
HELD = "pay.held"
LAST = "pay.last_request"
USER_AGENT = "Mozilla/4.0"


class Notifier:
    """Notifications with their attempts; `look` sends what is due, as often as one likes."""

    def __init__(self, memory: Memory, stamp: Stamp, api_v3_key: str, addresses: Addresses) -> None:
        self._memory = memory
        self._stamp = stamp
        self._api_v3_key = api_v3_key
        self._addresses = addresses
        self._under_way: dict[str, asyncio.Task[None]] = {}
        # Threads of its own, one for each that is under way: nobody's five seconds pass in a queue.
        self._threads = ThreadPoolExecutor(AT_ONCE + 4)

    def tell(self, told: Told) -> None:
        """A new notification; switches may lose it, or hold a payment's back until its refund was told. No address: none."""
        if not told.url:
            return
        now = self._memory.clock()
        state = self._first_state(told)
        notice = {**asdict(told), "id": str(uuid.uuid4()), "created_at": now, "attempts": [], "state": state}
        self._save({**notice, "due_at": now if state == "pending" else None})
        if state == "held":
            self._memory.store.put(HELD, notice["id"], {"id": notice["id"], "out_trade_no": told.out_trade_no})

    def look(self) -> None:
        """Begin everything that is due; answers do not wait for each other. Inside a running loop."""
        now = self._memory.clock()
        for waiting in self._memory.store.all(PENDING):
            if len(self._under_way) >= AT_ONCE:
                return
            if waiting["due_at"] <= now and waiting["id"] not in self._under_way:
                self._begin(waiting["id"])

    def _begin(self, number: str) -> None:
        task = asyncio.get_running_loop().create_task(self._attempt(number))
        self._under_way[number] = task
        task.add_done_callback(lambda _: self._under_way.pop(number, None))

    def all(self) -> list[Document]:
        """Every notification, the newest first."""
        return self._memory.store.all(NOTICE)[::-1]

    def find(self, number: str) -> Document | None:
        """One notification."""
        return self._memory.store.get(NOTICE, number)

    async def send(self, notice: Document, tamper: str, kind: str) -> int:
        """One attempt now, outside the schedule: the product's status, 0 without an answer."""
        body = envelope(notice, self._api_v3_key, tamper)
        headers = {**self._stamp.headers(body, kind), "User-Agent": USER_AGENT, "Accept": "*/*"}
        request = {"url": self._addresses.reached_at(notice["url"]), "headers": headers, "body": body.decode()}
        self._memory.store.put(LAST, notice["id"], request)
        return await self._exchange(notice["id"], request, tamper or ("" if kind == "good" else kind))

    async def replay(self, notice: Document) -> int | None:
        """The last request again, byte for byte; None when there was none."""
        request = self._memory.store.get(LAST, notice["id"])
        return None if request is None else await self._exchange(notice["id"], request, "replay")

    def release(self, out_trade_no: str) -> None:
        """A refund was told: the payment it is of comes after it."""
        for held in self._memory.store.all(HELD):
            if held["out_trade_no"] == out_trade_no:
                self._memory.store.delete(HELD, held["id"])
                notice = self.find(held["id"]) or {}
                self._save({**notice, "state": "pending", "due_at": self._memory.clock()})

    def _first_state(self, told: Told) -> str:
        switches = self._memory.knobs.get("notices")
        if switches.get("lost"):
            return "lost"
        return "held" if switches.get("reordered") and told.original_type == "transaction" else "pending"

    async def _attempt(self, number: str) -> None:
        notice = self.find(number)
        if notice is None:
            self._memory.store.delete(PENDING, number)
            return
        tamper, kind = self._memory.knobs.get("notice_tamper") or "", self._memory.used_up("notice_signature")
        good = await self.send(notice, tamper, kind) in GOOD
        if good and self._memory.knobs.get("notices").get("duplicate"):
            await self.send(notice, tamper, kind)
        self._after(number, good)

    def _after(self, number: str, good: bool) -> None:
        notice = self.find(number)
        if notice is None:  # Everything was forgotten meanwhile.
            return
        tries = notice["tries"] = notice.get("tries", 0) + 1
        if good or tries > len(PAUSES):
            self._save({**notice, "state": "delivered" if good else "given_up", "due_at": None})
        else:
            pause = PAUSES[tries - 1] / max(float(self._memory.knobs.get("clock_speed")), 0.001)
            self._save({**notice, "due_at": self._memory.clock() + pause})
        if notice["original_type"] == "refund":
            self.release(notice["out_trade_no"])

    async def _exchange(self, number: str, request: Document, note: str) -> int:
        """The whole answer must be there in time, however slowly it comes."""
        body, headers = request["body"].encode(), request["headers"]
        post = partial(outgoing.call, request["url"], body, "application/json", TIMEOUT, headers, follow=False)
        work = asyncio.get_running_loop().run_in_executor(self._threads, post)
        try:
            status = (await asyncio.wait_for(work, TIMEOUT)).status
        except TimeoutError:
            status = 0
        notice = self.find(number)
        if notice is not None:
            attempt = {"at": iso(self._memory.clock()), "status": status, "note": note}
            self._save({**notice, "attempts": [*notice["attempts"], attempt]})
        return status

    def _save(self, notice: Document) -> None:
        self._memory.store.put(NOTICE, notice["id"], notice)
        if notice["due_at"] is None:
            self._memory.store.delete(PENDING, notice["id"])
        else:
            self._memory.store.put(PENDING, notice["id"], {"id": notice["id"], "due_at": notice["due_at"]})
