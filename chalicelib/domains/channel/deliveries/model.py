"""What became of a notice. Standard library only.

::

    (entry in the outbox) ── attempt ──▶ waiting ──▶ … ──▶ accepted ── report ──▶ delivered | blocked | failed
                                 │                            (WeChat has taken it)
                                 └──▶ failed, unneeded

WeChat's report (``TEMPLATESENDJOBFINISH``) names the message by the number it gave when it accepted it. The report is a
request of its own and may come before our own result is written, late, twice, or about a message that is none of ours: so
number and notice meet in a *slot* per number, and whoever comes second brings them together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Delivery(StrEnum):
    """What became of a template message that WeChat had accepted."""

    DELIVERED = "delivered"
    BLOCKED = "blocked"
    """The user takes no messages of this account."""
    FAILED = "failed"
    """WeChat's own failure."""


class Result(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    """Not sent yet, or not known; it will be tried again."""
    ACCEPTED = "accepted"
    """WeChat has it and has not reported."""
    DELIVERED = "delivered"
    BLOCKED = "blocked"
    FAILED = "failed"
    UNNEEDED = "unneeded"
    """No longer true when its turn came: not sent."""


REPORT_CODES = {Delivery.BLOCKED: "wechat_user_blocked", Delivery.FAILED: "wechat_system_failed"}


@dataclass(frozen=True, slots=True)
class Report:
    """What WeChat says of a message, once."""

    delivery: Delivery
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeKey:
    """Which notice: the outbox entry that asked for it, and when it did."""

    object_key: str
    sequence: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A number of WeChat's: what is known of it so far."""

    report: Report | None = None
    notice: NoticeKey | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One notice as the office sees it."""

    key: NoticeKey
    kind: str
    user_id: str
    result: Result
    error_code: str = ""
    message_id: str = ""
    """WeChat's number, once it has accepted the message."""
    tried_at: datetime | None = None
    reported_at: datetime | None = None


def with_report(record: Record, report: Report | None) -> Record:
    """The record of an accepted message once its report is there."""
    if report is None:
        return record
    return replace(
        record,
        result=Result(report.delivery.value),
        error_code=REPORT_CODES.get(report.delivery, ""),
        reported_at=report.at,
    )


def delivery_of(status: str) -> Delivery:
    """``success``, ``failed:user block``, ``failed: system failed``; anything new is a failure."""
    word = "".join(status.lower().split())
    return {"success": Delivery.DELIVERED, "failed:userblock": Delivery.BLOCKED}.get(word, Delivery.FAILED)
