"""A file staff asked for: facts and how it grows, pure. Standard library only.

::

    waiting ──part──▶ writing ──part…──▶ ready | failed
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum


class What(StrEnum):
    """What is written."""

    RECORDS = "records"
    TOP_UPS = "topups"
    STATEMENT = "statement"


class State(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a file is to hold: exactly what the list's filter shows. A statement is of ``first``'s month."""

    what: What
    format: str
    first: date
    last: date
    kind: str | None = None
    meal: str | None = None
    status: str | None = None
    account_no: str | None = None
    merchant: str | None = None
    number: str | None = None
    needs_people: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """A file and how far it has come."""

    id: str
    user_id: str
    taken_by: str
    """Nickname, for the file's last sheet."""
    token: str
    """Where its parts and the file lie: nobody guesses it."""
    wanted: Wanted
    created_at: datetime
    state: State = State.WAITING
    parts: int = 0
    rows: int = 0
    cursor: str | None = None
    """Where the list goes on; ``None`` before the first part and after the last one."""
    reached: date | None = None
    """Day of the last row written."""
    version: int = 1
    message: str = ""

    @property
    def name(self) -> str:
        """Of the file as it is downloaded."""
        days = self.wanted.first.strftime("%Y%m%d"), self.wanted.last.strftime("%Y%m%d")
        span = days[0][:6] if self.wanted.what is What.STATEMENT else "-".join(days)
        return f"canteen-{self.wanted.what.value}-{span}.{self.wanted.format}"

    @property
    def fraction(self) -> float:
        """How much of it is written, by the days gone through (newest first)."""
        if self.state is State.READY:
            return 1.0
        if self.reached is None:
            return 0.0
        days = (self.wanted.last - self.wanted.first).days + 1
        return min(0.99, max(0.0, (self.wanted.last - self.reached).days / days))


def with_part(export: Export, rows: int, cursor: str | None, reached: date | None) -> Export:
    """One more part is stored."""
    return replace(
        export,
        state=State.WRITING,
        parts=export.parts + 1,
        rows=export.rows + rows,
        cursor=cursor,
        reached=reached or export.reached,
        version=export.version + 1,
    )


def is_complete(export: Export) -> bool:
    """Whether the last part is stored and the file can be put together."""
    return export.parts > 0 and export.cursor is None


def ready(export: Export) -> Export:
    """The file can be fetched."""
    return replace(export, state=State.READY, version=export.version + 1)


def failed(export: Export, message: str) -> Export:
    """It will not be; ``message`` is a code of the domain's texts."""
    return replace(export, state=State.FAILED, message=message, version=export.version + 1)
