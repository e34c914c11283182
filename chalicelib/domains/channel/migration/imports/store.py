"""Imported files in the channel table; every condition stands here with the race it closes.

A file comes in parts, each sealed (they hold phone and ID numbers), and is deleted as soon as it is done with; what nobody
finishes is deleted by its time to live. The report of problems names lines, columns and rules, never values.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.core.sealing import sealer
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.channel.migration.imports.model import WORKED_ON, Import, ImportKind, ImportState
from chalicelib.domains.channel.migration.imports.rows import Fault

IMPORTS, ACTIVE = "IMPORTS", "IMPORTS_ACTIVE"
KEEP_FILE = timedelta(days=3)
"""A file that nobody finishes."""
KEEP_REPORT = timedelta(days=90)
PAGE_SIZE = 20
REPORT_PAGE = 5
"""Report items a page; each holds the problems of one step's lines."""


class ImportItem(Item):
    """A file: ``IMPORTS`` / time-sorted id. A handful a year, so one partition is their list."""

    class Meta(TableMeta):
        domain = "channel"

    account = UnicodeAttribute()
    kind = UnicodeAttribute()
    file_name = UnicodeAttribute()
    size = NumberAttribute()
    created_at = UnicodeAttribute()
    created_by = UnicodeAttribute()
    state = UnicodeAttribute()
    version = NumberAttribute()
    encoding = UnicodeAttribute(null=True)
    rows = NumberAttribute()
    next_row = NumberAttribute()
    checked = UnicodeAttribute()
    outcomes = UnicodeAttribute()
    problem = UnicodeAttribute(null=True)
    finished_at = UnicodeAttribute(null=True)


class ActiveItem(Item):
    """A file the worker has to look at: ``IMPORTS_ACTIVE`` / ``<account>#<id>``."""

    class Meta(TableMeta):
        domain = "channel"


class ChunkItem(Item):
    """A sealed part of a file: ``IMPORT#<id>`` / ``CHUNK#<number>``."""

    class Meta(TableMeta):
        domain = "channel"

    content = UnicodeAttribute()


class ReportItem(Item):
    """Problems of some lines: ``IMPORT#<id>`` / ``REPORT#<pass>#<first row>``."""

    class Meta(TableMeta):
        domain = "channel"

    faults = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class LineFaults:
    """What is wrong with one line."""

    number: int
    faults: tuple[Fault, ...]


def find(import_id: str) -> Import | None:
    """A file by its id."""
    item = ImportItem.find(IMPORTS, import_id)
    return _to_import(item) if item else None


def page_of_imports(cursor: str | None) -> Page[Import]:
    """Files, the newest first."""
    results = ImportItem.query(
        IMPORTS,
        scan_index_forward=False,
        limit=PAGE_SIZE,
        page_size=PAGE_SIZE,
        last_evaluated_key=decode_cursor(cursor, {"pk": IMPORTS}),
    )
    page = read_page(results, PAGE_SIZE)
    return Page([_to_import(item) for item in page.items], page.next_cursor)


def active(account: str) -> str | None:
    """Id of the account's oldest file the worker has to look at."""
    found = ActiveItem.query(ACTIVE, ActiveItem.sk.startswith(f"{account}#"), consistent_read=True, limit=1)
    return next((item.sk.partition("#")[2] for item in found), None)


def add_new(transaction: Transaction, new: Import) -> None:
    """*Closes*: two files under one id."""
    transaction.create("import", _to_item(new))


def add_change(transaction: Transaction, changed: Import) -> None:
    """*Closes*: two administrators, or one and the worker, moving a file on at once. Keeps the worker's list true."""
    transaction.put("import", _to_item(changed), ImportItem.version == changed.version - 1)
    pointer = ActiveItem(ACTIVE, f"{changed.account}#{changed.id}")
    (transaction.put if changed.state in WORKED_ON else transaction.delete)("active", pointer)


def add_done_with(transaction: Transaction, gone: Import) -> None:
    """The worker has nothing more to do for a file."""
    transaction.delete("active", ActiveItem(ACTIVE, f"{gone.account}#{gone.id}"))


def put_chunk(import_id: str, number: int, content: bytes, now: datetime) -> None:
    """Keep a part; sent again it replaces itself. One that arrives after the file was deleted goes by its time to live."""
    sealed = sealer().seal(base64.b64encode(content).decode(), f"{import_id}#{number}")
    expires_at = to_epoch(now + KEEP_FILE)
    ChunkItem(_key(import_id), _chunk(number), content=sealed, expires_at=expires_at).save()


def count_chunks(import_id: str) -> int:
    """How many parts are there."""
    return ChunkItem.count(_key(import_id), ChunkItem.sk.startswith("CHUNK#"), consistent_read=True)


def read_file(known: Import) -> bytes | None:
    """The whole file, ``None`` when a part is missing (deleted after its time)."""
    items = list(ChunkItem.query(_key(known.id), ChunkItem.sk.startswith("CHUNK#"), consistent_read=True))
    if len(items) != known.chunks:
        return None
    opened = (sealer().open(item.content, f"{known.id}#{number}") for number, item in enumerate(items))
    return b"".join(base64.b64decode(part) for part in opened)


def delete_file(known: Import) -> None:
    """Delete every part; harmless to repeat."""
    with ChunkItem.batch_write() as batch:
        for number in range(known.chunks):
            batch.delete(ChunkItem(_key(known.id), _chunk(number), content=""))


def add_report(
    transaction: Transaction, known: Import, first_row: int, faults: Sequence[LineFaults], now: datetime
) -> None:
    """Problems of the lines from ``first_row`` on; nothing when there are none."""
    if not faults:
        return
    content = json.dumps([[line.number, [asdict(fault) for fault in line.faults]] for line in faults])
    key = f"{_report(known.state)}{first_row:07d}"
    expires_at = to_epoch(now + KEEP_REPORT)
    transaction.put("report", ReportItem(_key(known.id), key, faults=content, expires_at=expires_at))


def page_of_faults(known: Import, cursor: str | None, limit: int = REPORT_PAGE) -> Page[LineFaults]:
    """Problems by line, of the import if it has begun, else of the dry run."""
    results = ReportItem.query(
        _key(known.id),
        ReportItem.sk.startswith(_report(known.state)),
        limit=limit,
        page_size=limit,
        last_evaluated_key=decode_cursor(cursor, {"pk": _key(known.id)}),
    )
    page = read_page(results, limit)
    return Page([line for item in page.items for line in _lines(item)], page.next_cursor)


def every_fault(known: Import) -> Iterator[LineFaults]:
    """All problems by line."""
    items = ReportItem.query(_key(known.id), ReportItem.sk.startswith(_report(known.state)))
    return (line for item in items for line in _lines(item))


def _lines(item: ReportItem) -> list[LineFaults]:
    loaded = json.loads(item.faults)
    return [LineFaults(number, tuple(Fault(**fault) for fault in faults)) for number, faults in loaded]


def _report(state: ImportState) -> str:
    return "REPORT#RUN#" if state in (ImportState.IMPORTING, ImportState.DONE) else "REPORT#CHECK#"


def _key(import_id: str) -> str:
    return f"IMPORT#{import_id}"


def _chunk(number: int) -> str:
    return f"CHUNK#{number:05d}"


def _to_item(known: Import) -> ImportItem:
    return ImportItem(
        IMPORTS,
        known.id,
        account=known.account,
        kind=known.kind.value,
        file_name=known.file_name,
        size=known.size,
        created_at=to_text(known.created_at),
        created_by=known.created_by,
        state=known.state.value,
        version=known.version,
        encoding=known.encoding or None,
        rows=known.rows,
        next_row=known.next_row,
        checked=json.dumps(dict(known.checked)),
        outcomes=json.dumps(dict(known.outcomes)),
        problem=known.problem or None,
        finished_at=to_text(known.finished_at) if known.finished_at else None,
    )


def _to_import(item: ImportItem) -> Import:
    return Import(
        item.sk,
        item.account,
        ImportKind(item.kind),
        item.file_name,
        int(item.size),
        from_text(item.created_at),
        item.created_by,
        state=ImportState(item.state),
        version=int(item.version),
        encoding=item.encoding or "",
        rows=int(item.rows),
        next_row=int(item.next_row),
        checked=json.loads(item.checked),
        outcomes=json.loads(item.outcomes),
        problem=item.problem or "",
        finished_at=from_text(item.finished_at) if item.finished_at else None,
    )
