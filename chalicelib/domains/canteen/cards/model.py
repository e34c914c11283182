"""A card reported lost, or found again: every decision, pure. ``None`` means that there is nothing to do.

::

    (nothing) ──report──▶ pushing ──▶ done | refused
                             ▲           │
                             └──report───┘

The report is ours from the moment it is stored; the canteen blocks the card as soon as it can be reached.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Wanted(StrEnum):
    """What the card is to be; the canteen's words."""

    LOST = "lost"
    NORMAL = "normal"


class Progress(StrEnum):
    """How far the canteen is with it."""

    PUSHING = "pushing"
    DONE = "done"
    REFUSED = "refused"


REMEMBERED = 5


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A card, whose it is, and what the canteen said last that it is (``None``: neither)."""

    card_no: str
    account_no: str
    owner_id: str
    told: Wanted | None
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """The last report about a card."""

    card_no: str
    account_no: str
    owner_id: str
    wanted: Wanted
    progress: Progress
    changed_at: datetime
    version: int
    asked_as: int
    """Version that asked for it: the sequence of its push."""
    requests: tuple[str, ...] = ()
    """The last taps: one that arrives again, late, is none."""
    reason: str = ""
    """Why the canteen refused: a stable code or its own sentence."""


def report(known: Report | None, card: OwnCard, wanted: Wanted, request_id: str, now: datetime) -> Report | None:
    """A person's word about their card. The same word again while it is on its way, or done, changes nothing; one that the
    canteen's counter has undone since counts again."""
    if known is not None and request_id in known.requests:
        return None
    if known is not None and known.wanted is wanted and _holds(known, card):
        return None
    requests = (*(known.requests if known else ()), request_id)[-REMEMBERED:]
    version = known.version + 1 if known else 1
    return Report(
        card.card_no, card.account_no, card.owner_id, wanted, Progress.PUSHING, now, version, version, requests
    )


def _holds(known: Report, card: OwnCard) -> bool:
    if known.progress is Progress.DONE:
        return card.told is known.wanted or card.told_at <= known.changed_at
    return known.progress is Progress.PUSHING


def masked(card_no: str) -> str:
    """The last four digits."""
    return f"****{card_no[-4:]}"


def done(known: Report, sequence: int, now: datetime) -> Report | None:
    """The canteen has it. An older report's result says nothing about a younger one."""
    return _result(known, sequence, Progress.DONE, "", now)


def refused(known: Report, sequence: int, reason: str, now: datetime) -> Report | None:
    """The canteen does not take it: the person has to go to its counter."""
    return _result(known, sequence, Progress.REFUSED, reason, now)


def _result(known: Report, sequence: int, progress: Progress, reason: str, now: datetime) -> Report | None:
    if known.asked_as != sequence or known.progress is not Progress.PUSHING:
        return None
    return replace(known, progress=progress, reason=reason, changed_at=now, version=known.version + 1)
