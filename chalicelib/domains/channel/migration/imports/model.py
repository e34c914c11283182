"""Life of an imported file: states and decisions, no I/O, no clock.

::

    uploading ──check──▶ checking ──▶ checked ──run──▶ importing ──▶ done
        │                  └─▶ unreadable  │
        └───────────── discard ────────────┴──▶ discarded

``checking`` is the dry run: it takes nothing over and lists every problem by line. The rows are worked through by number;
``next_row`` says where to go on, so both passes survive a death at any point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

CHUNK_BYTES = 40_000
"""A part of the file; in base64 it fits into a request of 64 kB."""
LARGEST_FILE = 5_000_000
"""About fifty thousand lines."""


class ImportKind(StrEnum):
    """What a file holds."""

    FOLLOWERS = "followers"
    PHONES = "phones"
    DRIVERS = "drivers"
    VEHICLES = "vehicles"


class ImportState(StrEnum):
    """Where a file stands."""

    UPLOADING = "uploading"
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    UNREADABLE = "unreadable"
    DISCARDED = "discarded"


FINISHED = frozenset({ImportState.DONE, ImportState.UNREADABLE, ImportState.DISCARDED})
"""Nothing more happens to the file; the worker deletes it."""
WORKED_ON = FINISHED | {ImportState.CHECKING, ImportState.IMPORTING}
"""States in which the worker has something to do."""


class ImportReason(StrEnum):
    """Why an order is refused."""

    NOT_UPLOADED = "import_incomplete"
    CHANGED = "import_changed"


class ImportProblem(Exception):
    """An order that is refused."""

    def __init__(self, reason: ImportReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Import:
    """One file of one old account."""

    id: str
    account: str
    kind: ImportKind
    file_name: str
    size: int
    created_at: datetime
    created_by: str
    state: ImportState = ImportState.UPLOADING
    version: int = 1
    encoding: str = ""
    rows: int = 0
    next_row: int = 0
    checked: Mapping[str, int] = field(default_factory=dict)
    """Outcome of the dry run: ``good``, ``bad``."""
    outcomes: Mapping[str, int] = field(default_factory=dict)
    """Outcome of the import: ``created``, ``updated``, ``unchanged``, ``failed``."""
    problem: str = ""
    """Why the file cannot be read."""
    finished_at: datetime | None = None

    @property
    def chunks(self) -> int:
        """Parts the file comes in."""
        return -(-self.size // CHUNK_BYTES)

    def chunk_size(self, number: int) -> int:
        """Bytes of part ``number``, counted from 0."""
        return min(CHUNK_BYTES, self.size - number * CHUNK_BYTES)


def check(known: Import, arrived: int) -> Import | None:
    """The upload is complete: begin the dry run; ``None`` when it has begun already."""
    if known.state in (ImportState.CHECKING, ImportState.CHECKED):
        return None
    if known.state is not ImportState.UPLOADING:
        raise ImportProblem(ImportReason.CHANGED)
    if arrived != known.chunks:
        raise ImportProblem(ImportReason.NOT_UPLOADED)
    return _next(known, state=ImportState.CHECKING)


def run(known: Import) -> Import | None:
    """Take over what the dry run found good; ``None`` when that is going on or done."""
    if known.state in (ImportState.IMPORTING, ImportState.DONE):
        return None
    if known.state is not ImportState.CHECKED:
        raise ImportProblem(ImportReason.CHANGED)
    return _next(known, state=ImportState.IMPORTING, next_row=0)


def discard(known: Import, now: datetime) -> Import | None:
    """Throw the file away; ``None`` when that has happened. One that is being taken over is finished first."""
    if known.state in (ImportState.DISCARDED, ImportState.UNREADABLE):
        return None
    if known.state not in (ImportState.UPLOADING, ImportState.CHECKING, ImportState.CHECKED):
        raise ImportProblem(ImportReason.CHANGED)
    return _next(known, state=ImportState.DISCARDED, finished_at=now)


def unreadable(known: Import, problem: str, now: datetime) -> Import:
    """The file cannot be read, or is gone."""
    return _next(known, state=ImportState.UNREADABLE, problem=problem, finished_at=now)


def advanced(known: Import, outcomes: Mapping[str, int], until: int, now: datetime) -> Import:
    """The rows up to ``until`` have their outcomes; behind the last one the pass is over."""
    over = until >= known.rows
    if known.state is ImportState.CHECKING:
        checked = ImportState.CHECKED if over else ImportState.CHECKING
        return _next(known, state=checked, next_row=until, checked=_sum(known.checked, outcomes))
    return _next(
        known,
        state=ImportState.DONE if over else ImportState.IMPORTING,
        next_row=until,
        outcomes=_sum(known.outcomes, outcomes),
        finished_at=now if over else None,
    )


def _sum(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(first) + Counter(second))


def _next(known: Import, **changes: object) -> Import:
    return replace(known, version=known.version + 1, **changes)  # type: ignore[arg-type]  # the fields are named above
