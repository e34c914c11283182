"""Writing a file: the handler of ``export.write`` in the queue of exports.

One attempt stores one part, or puts the file together when the last part is there. What an attempt did is recorded with its
entry in one transaction; one that dies is made again and replaces its own part. A hundred thousand rows are twenty parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.outbox.model import Entry, PushError
from chalicelib.core.outbox.wake import wake_quietly
from chalicelib.core.outbox.worker import Done, Effect, Failed, Handler, Later, Outcome
from chalicelib.core.table import Transaction
from chalicelib.core.tables import CSV_TYPE, Table, to_csv
from chalicelib.domains.canteen.exports import files, model, store
from chalicelib.domains.canteen.exports.model import Export, State
from chalicelib.domains.canteen.exports.sources import HEADERS, next_slice

WRITE = "export.write"
PEER = "export"
AT_ONCE = timedelta(milliseconds=1)
GIVE_UP_AFTER = 12
"""Attempts without a new part: something is wrong with this file."""
TOO_OFTEN = PushError("export_failed", "it failed too often")

Change = Callable[[Export], Export]


def handlers(clock: Callable[[], datetime]) -> Mapping[str, Handler]:
    """Kind of entry → handler."""
    return {WRITE: lambda entry: write(entry, clock)}


def write(entry: Entry, clock: Callable[[], datetime]) -> Outcome:
    """One attempt."""
    export = store.find_export(entry.payload["export_id"])
    if export is None or export.state in (State.READY, State.FAILED):
        return Done()
    if entry.attempts - export.parts > GIVE_UP_AFTER:
        return Failed(TOO_OFTEN, _effect(export, lambda seen: model.failed(seen, TOO_OFTEN.code)))
    if model.is_complete(export):
        _put_together(export, clock())
        return Done(_effect(export, model.ready, lambda: files.drop_parts(export)))
    found = next_slice(export.wanted, export.cursor)
    files.put_part(export, export.parts + 1, found.rows)
    grown = _effect(
        export,
        lambda seen: model.with_part(seen, len(found.rows), found.cursor, found.reached),
        lambda: wake_quietly([entry]),
    )
    return Later(None, sent=False, after=AT_ONCE, effect=grown)


def _put_together(export: Export, now: datetime) -> None:
    table = Table(
        headers=HEADERS[export.wanted.what],
        rows=list(files.read_parts(export)),
        name=export.name.rpartition(".")[0],
        taken_at=now.astimezone(SITE_ZONE),
        taken_by=export.taken_by,
        cut_at=None,
    )
    if export.wanted.format == "csv":
        files.put_file(export, to_csv(table).encode(), CSV_TYPE)
    else:
        from chalicelib.core.workbook import MEDIA_TYPE
        from chalicelib.domains.canteen.exports.workbooks import to_workbook

        files.put_file(export, to_workbook(export.wanted.what, table), MEDIA_TYPE)


def _effect(export: Export, change: Change, afterwards: Callable[[], None] | None = None) -> Effect:
    """Recorded on the condition that nobody else has written meanwhile; ``afterwards`` once it is."""

    def effect(transaction: Transaction) -> None:
        store.add_change(transaction, export, change(export))
        if afterwards is not None:
            transaction.after_commit(afterwards)

    return effect
