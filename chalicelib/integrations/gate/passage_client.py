"""Passages and event subscriptions of Hikvision's platform, behind the ports of :mod:`.passage_port`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from chalicelib.integrations.errors import Retryable
from chalicelib.integrations.gate import answers
from chalicelib.integrations.gate.answers import Unreadable
from chalicelib.integrations.gate.client import to_platform_time
from chalicelib.integrations.gate.event_types import FOLLOWED
from chalicelib.integrations.gate.passage_port import Passage
from chalicelib.integrations.gate.transport import PEER, Artemis

TURNOVER = "/api/visitor/v1/event/turnover/search"
VISITING = "/api/visitor/v2/visiting/records"
SUBSCRIBE = "/api/eventService/v1/eventSubscriptionByEventTypes"
SUBSCRIPTIONS = "/api/eventService/v1/eventSubscriptionView"
RAW = 0
SIGNED_OUT = "6"
PAGE_SIZE = 1000
"""The platform's largest page."""
MAX_PAGES = 50
LONGEST_ID = 128
_CREDENTIALS = {"0": "card", "1": "card", "2": "card", "3": "qr", "4": "plate"}

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class PassageClient:
    """Implements both passage ports on one platform."""

    artemis: Artemis

    def passages(self, since: datetime, until: datetime) -> Iterator[Passage | None]:
        """See the port. A row that cannot be read must not hide the others."""
        # the platform is asked in whole seconds: the one that is not over belongs to the period, too
        period = {"eventTimeBegin": to_platform_time(since), "eventTimeEnd": to_platform_time(_next_second(until))}
        for row in self._rows(TURNOVER, period):
            try:
                yield passage(row)
            except Unreadable:
                yield None

    def is_signed_out(self, order_id: str) -> bool:
        """See the port."""
        rows = self._rows(VISITING, {"orderId": order_id})
        states = [_text(row, "visitorStatus") for row in rows if _text(row, "orderId") == order_id]
        return states == [SIGNED_OUT]

    def subscribe(self, destination: str) -> tuple[int, ...]:
        """See the port."""
        known = self._read(lambda data: told_to(data, destination), self._ask(SUBSCRIPTIONS, {}))
        missing = tuple(kind for kind in FOLLOWED if kind not in known)
        if missing:
            self._ask(SUBSCRIBE, {"eventTypes": list(missing), "eventDest": destination, "subType": RAW})
        return missing

    def _rows(self, path: str, query: dict[str, Any]) -> Iterator[answers.Row]:
        seen = 0
        for page in range(1, MAX_PAGES + 1):
            data = self._ask(path, {**query, "pageNo": page, "pageSize": PAGE_SIZE})
            rows = self._read(answers.rows, data)
            yield from rows
            seen += len(rows)
            if not rows or seen >= self._read(answers.total, data):
                return
        raise Retryable("answer_unreadable", "the platform's pages do not end", PEER, peer_code="0")

    def _ask(self, path: str, payload: dict[str, Any]) -> Any:
        return self.artemis.call(path, payload, repeatable=True)

    def _read(self, reader: Callable[[Any], _T], value: Any) -> _T:
        try:
            return reader(value)
        except Unreadable as error:
            raise Retryable("answer_unreadable", str(error), PEER, peer_code="0") from error


def _next_second(instant: datetime) -> datetime:
    whole = instant.replace(microsecond=0)
    return whole if whole == instant else whole + timedelta(seconds=1)


def passage(row: answers.Row) -> Passage:
    """A row of the turnover search; of whom it is about only the order is read."""
    device_id = answers.required(row, "deviceIndexCode")
    event_id = answers.required(row, "eventId")
    if len(event_id) > LONGEST_ID:
        raise Unreadable("eventId is too long")
    return Passage(
        event_id=event_id,
        order_id=answers.text(row, "orderId")[:LONGEST_ID],
        at=answers.instant(row, "eventTime"),
        device_id=device_id,
        device_name=answers.text(row, "deviceDesc") or device_id,
        credential=_CREDENTIALS.get(answers.text(row, "cardType"), ""),
    )


def told_to(data: Any, destination: str) -> frozenset[int]:
    """The event types that are told to a destination already."""
    found = data.get("detail") if isinstance(data, dict) else None
    if not isinstance(found, list):
        raise Unreadable("data has no list of subscriptions")
    kinds = [entry.get("eventTypes") for entry in found if _is_subscription(entry, destination)]
    return frozenset(kind for several in kinds if isinstance(several, list) for kind in several)


def _is_subscription(entry: Any, destination: str) -> bool:
    return isinstance(entry, dict) and entry.get("eventDest") == destination


def _text(row: answers.Row, name: str) -> str:
    try:
        return answers.text(row, name)
    except Unreadable:
        return ""
