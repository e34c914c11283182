"""Events of the security platform: nobody signs them, so nothing in them is believed. Each makes us ask the platform.

An event is an outbox entry of its own under the platform's event id: sent twice, it is one entry. What the worker then
reads from the platform is kept by the platform's own keys; an event that is lost is made up for by the repairing reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.logs import log_event
from chalicelib.core.outbox.model import Entry, PushError, new_entry
from chalicelib.core.outbox.wake import enqueue
from chalicelib.core.outbox.worker import Done, Handler, Later, Outcome
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.gate_push import PEER
from chalicelib.domains.visitor.model import is_inside
from chalicelib.domains.visitor.passages.reading import PassageReader
from chalicelib.integrations.errors import PeerError, Refused

READ = "passages.read"
REACH = timedelta(minutes=2)
READINGS = 3
"""The platform may tell of a passage before it lists it."""
BELIEVED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hint:
    """What an event claims. ``order_id`` only narrows what is asked."""

    event_id: str
    at: datetime
    order_id: str


def take(hints: Iterable[Hint], now: datetime) -> int:
    """Ask for what the events claim; returns how many were new. One that claims another day is left to the schedule."""
    taken = 0
    for hint in hints:
        if abs(hint.at - now) < BELIEVED_FOR:
            taken += _enqueue(hint, now)
    return taken


def _enqueue(hint: Hint, now: datetime) -> bool:
    payload = {"at": to_text(hint.at), "order_id": hint.order_id}
    entry = new_entry(peer=PEER, subject=f"passages:{hint.event_id}", sequence=1, kind=READ, now=now, payload=payload)
    transaction = Transaction()
    enqueue(transaction, entry)
    try:
        transaction.commit()
    except RaceLost:
        return False
    return True


class HintPush:
    """The handler of the gate queue that follows hints up."""

    def __init__(self, reader: PassageReader, reading_interval: timedelta) -> None:
        self._reader = reader
        self._interval = reading_interval

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Kind of entry → handler."""
        return {READ: self._guarded(self._follow)}

    def _guarded(self, handler: Callable[[Entry], Outcome]) -> Handler:
        """A refusal is our configuration: the schedule's alarm tells it once, not every hint again."""

        def handle(entry: Entry) -> Outcome:
            try:
                return handler(entry)
            except Refused as refusal:
                log_event("hint_not_followed", error=refusal.code)
                return Done()
            except PeerError as trouble:
                return Later(PushError(trouble.code, trouble.message), sent=False, progress=entry.progress)

        return handle

    def _follow(self, entry: Entry) -> Outcome:
        found = self._reader.read_around(from_text(entry.payload["at"]), REACH)
        readings = entry.progress.get("readings", 0) + 1
        if self._ask_reception(entry.payload["order_id"]) or found or readings >= READINGS:
            return Done()
        return Later(None, sent=False, after=self._interval, progress={"readings": readings})

    def _ask_reception(self, order_id: str) -> bool:
        """Somebody of ours who is inside may have been signed out; ``True`` when that was what happened."""
        visit_id = store.find_order_owner(order_id) if order_id else None
        visit = store.find_visit(visit_id) if visit_id else None
        if visit is None or not is_inside(visit):
            return False
        return self._reader.ask(visit)
