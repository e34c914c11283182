"""What the product wants to know of people passing the gates, without any vendor's words.

Errors as in :mod:`chalicelib.integrations.gate.port`; every operation may be repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Passage:
    """A visitor passed one gate. ``event_id`` is the platform's key of it; ``order_id`` may be nobody's of ours."""

    event_id: str
    order_id: str
    at: datetime
    device_id: str
    device_name: str
    credential: str
    """``qr``, ``card``, ``plate``, ``face``, or empty when the platform does not say."""


class PassagePort(Protocol):
    """The record of who passed."""

    def passages(self, since: datetime, until: datetime) -> Iterator[Passage | None]:
        """Every passage from ``since`` to ``until`` in no particular order; ``None`` for a row that cannot be read."""
        ...

    def is_signed_out(self, order_id: str) -> bool:
        """Whether somebody signed the visitor out at the platform (not the platform by itself when the time was over)."""
        ...


class EventPort(Protocol):
    """Being told of passages as they happen."""

    def subscribe(self, destination: str) -> Collection[int]:
        """Have passages and signing out told to ``destination``; returns the event types that were not told there yet."""
        ...
