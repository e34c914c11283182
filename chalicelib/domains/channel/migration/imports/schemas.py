"""Requests and answers of the imports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Base64Bytes, Field

from chalicelib.core.validation import Answer, Line, Request
from chalicelib.domains.channel.migration.imports.model import LARGEST_FILE, ImportKind, ImportState

Cursor = Annotated[str, Field(max_length=2048)] | None


class OpenImport(Request):
    """Announce a file."""

    account: Literal["canteen", "logistics"]
    kind: ImportKind
    file_name: Annotated[Line, Field(min_length=1, max_length=120)]
    size: Annotated[int, Field(ge=1, le=LARGEST_FILE)]


class SendChunk(Request):
    """A part of the file, in base64."""

    content: Annotated[Base64Bytes, Field(max_length=60_000)]


class ImportsQuery(Request):
    """Where a list goes on."""

    cursor: Cursor = None


class ImportView(Answer):
    """A file and what became of it."""

    id: str
    account: str
    kind: ImportKind
    file_name: str
    size: int
    state: ImportState
    created_at: datetime
    created_by: str
    chunks: int
    chunk_bytes: int
    encoding: str
    rows: int
    next_row: int
    good: int
    bad: int
    outcomes: dict[str, int]
    problem: str
    """Why the file cannot be read, in Chinese; empty when it can."""
    finished_at: datetime | None


class ImportsView(Answer):
    """Files, the newest first."""

    items: list[ImportView]
    next_cursor: str | None = None


class LineView(Answer):
    """What is wrong with a line, one sentence for each fault."""

    id: str
    line: int
    faults: list[str]


class LinesView(Answer):
    """Problems by line."""

    items: list[LineView]
    next_cursor: str | None = None
