"""The worker's part of an import: the dry run, the import, and deleting the file.

A step is one transaction: the lines' effects, their problems, the file's place and the account's progress (the fence of
every run). Dying between two steps loses nothing, and the second time a line is seen it is unchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chalicelib.core import runtime
from chalicelib.core.audit import record
from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.table import Transaction
from chalicelib.domains.channel.migration import followers
from chalicelib.domains.channel.migration.imports import bindings, files, model, store
from chalicelib.domains.channel.migration.imports.files import FileUnreadable
from chalicelib.domains.channel.migration.imports.model import FINISHED, Import, ImportKind, ImportState
from chalicelib.domains.channel.migration.imports.rows import Fault, Row, check_table
from chalicelib.domains.channel.migration.imports.store import LineFaults
from chalicelib.domains.channel.migration.model import Progress, stored
from chalicelib.domains.channel.migration.ports import ACTOR, Run

LINES_A_STEP = 48
"""An openid is two items, and four more (place, list, report, progress) belong to a step's transaction of a hundred."""
FILE_GONE = "file_gone"
GOOD, BAD = "good", "bad"


class ImportWork:
    """The imports of one account in one run; a file is read once."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._read: tuple[str, list[Row]] | None = None
        self._encoding = ""

    def is_waiting(self) -> bool:
        """Whether a file has to be looked at."""
        return store.active(self._run.account.key) is not None

    def step(self, progress: Progress) -> bool:
        """Work through some lines of the oldest waiting file; ``False`` when there is none."""
        import_id = store.active(self._run.account.key)
        known = store.find(import_id) if import_id else None
        if known is None:
            return False
        if known.state in FINISHED:
            self._clean(known, progress)
        else:
            self._work_through(known, progress)
        return True

    def _clean(self, known: Import, progress: Progress) -> None:
        store.delete_file(known)
        transaction = Transaction()
        store.add_done_with(transaction, known)
        self._run.commit(transaction, stored(progress, 0))

    def _work_through(self, known: Import, progress: Progress) -> None:
        try:
            rows = self._rows(known)
        except FileUnreadable as unreadable:
            transaction = Transaction()
            store.add_change(transaction, model.unreadable(known, unreadable.code, self._run.clock()))
            self._run.commit(transaction, stored(progress, 0))
            return
        part = rows[known.next_row : known.next_row + LINES_A_STEP]
        if known.state is ImportState.CHECKING:
            self._check(replace(known, rows=len(rows), encoding=self._encoding), part, progress)
        else:
            self._import(known, part, progress)

    def _rows(self, known: Import) -> list[Row]:
        """Read and check the whole file; raises :class:`FileUnreadable`."""
        if self._read is None or self._read[0] != known.id:
            content = store.read_file(known)
            if content is None:
                raise FileUnreadable(FILE_GONE)
            table = files.read_table(content, known.kind)
            today = known.created_at.astimezone(SITE_ZONE).date()
            self._read = known.id, check_table(table, known.kind, today)
            self._encoding = table.encoding
        return self._read[1]

    def _check(self, known: Import, part: Sequence[Row], progress: Progress) -> None:
        judged = self._judged(known, part)
        faults = [LineFaults(row.number, row.faults) for row in judged if row.faults]
        outcomes = {GOOD: len(judged) - len(faults), BAD: len(faults)}
        transaction = Transaction()
        self._advance(transaction, known, outcomes, faults)
        self._run.commit(transaction, stored(progress, 0))

    def _import(self, known: Import, part: Sequence[Row], progress: Progress) -> None:
        judged = self._judged(known, part)
        faults = [LineFaults(row.number, row.faults) for row in judged if row.faults]
        good = [row for row in judged if not row.faults]
        transaction, outcomes, fresh = Transaction(), Counter[str](failed=len(faults)), 0
        if known.kind is ImportKind.FOLLOWERS:
            fresh = self._add_followers(transaction, good)
            outcomes.update(created=fresh, unchanged=len(good) - fresh)
        else:
            outcomes.update(self._add_bindings(transaction, known, good))
        self._advance(transaction, known, outcomes, faults)
        self._run.commit(transaction, stored(progress, fresh))

    def _judged(self, known: Import, part: Sequence[Row]) -> list[Row]:
        """The rows with what only the database knows: a binding needs a follower to belong to."""
        if known.kind is ImportKind.FOLLOWERS:
            return list(part)
        there = followers.known(self._run.account.app_id, [row.openid for row in part if row.openid])
        return [row if not row.openid or row.openid in there else _unknown(row) for row in part]

    def _add_followers(self, transaction: Transaction, rows: Sequence[Row]) -> int:
        app_id, openids = self._run.account.app_id, [row.openid for row in rows]
        there = followers.known(app_id, openids)
        fresh = [openid for openid in openids if openid not in there]
        followers.add_new(transaction, app_id, fresh, self._run.clock())
        return len(fresh)

    def _add_bindings(self, transaction: Transaction, known: Import, rows: Sequence[Row]) -> Counter[str]:
        now = self._run.clock()
        keep_until = now + timedelta(days=runtime.settings().personal_data_days)
        source = bindings.Source(self._run.account.app_id, known.kind, known.id, now, keep_until)
        before, outcomes = bindings.known(source, rows), Counter[str]()
        for row in rows:
            outcome = bindings.outcome(row, before.get((row.openid, row.key)))
            outcomes[outcome] += 1
            if outcome != "unchanged":
                bindings.add(transaction, source, row)
        return outcomes

    def _advance(
        self,
        transaction: Transaction,
        known: Import,
        outcomes: Counter[str] | dict[str, int],
        faults: Sequence[LineFaults],
    ) -> None:
        """Move the file on, and list what was wrong."""
        now = self._run.clock()
        changed = model.advanced(known, outcomes, min(known.next_row + LINES_A_STEP, known.rows), now)
        store.add_report(transaction, known, known.next_row, faults, now)
        store.add_change(transaction, changed)
        if changed.state is ImportState.DONE:
            record(
                transaction,
                subject=f"import:{known.id}",
                actor=ACTOR,
                action="import_finished",
                now=now,
                after=dict(changed.outcomes),
            )


def _unknown(row: Row) -> Row:
    return replace(row, faults=(*row.faults, Fault(files.OPENID, "openid_unknown")))
