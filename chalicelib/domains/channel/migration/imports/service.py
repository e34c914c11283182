"""What staff do with a file: send it in parts, have it checked, have it taken over, throw it away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.errors import Conflict, InvalidInput, NotFound
from chalicelib.core.ids import new_id
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.channel.migration.imports import model, store
from chalicelib.domains.channel.migration.imports.model import (
    Import,
    ImportKind,
    ImportProblem,
    ImportReason,
    ImportState,
)

COMMIT_TRIES = 4


def any_import(import_id: str) -> Import:
    """A file by its id."""
    known = store.find(import_id)
    if known is None:
        raise NotFound
    return known


def open_import(staff: Principal, account: str, kind: ImportKind, file_name: str, size: int, now: datetime) -> Import:
    """Announce a file; its parts follow."""
    new = Import(new_id(now), account, kind, file_name, size, now, staff.nickname)
    transaction = Transaction()
    store.add_new(transaction, new)
    _audit(transaction, staff, new, "import_opened", now)
    transaction.commit()
    return new


def take_chunk(import_id: str, number: int, content: bytes, now: datetime) -> None:
    """Keep part ``number``; sending it again changes nothing."""
    known = any_import(import_id)
    if known.state is not ImportState.UPLOADING:
        raise Conflict(ImportReason.CHANGED.value)
    if not 0 <= number < known.chunks or len(content) != known.chunk_size(number):
        raise InvalidInput.of_field("content", "文件内容不完整，请重新选择文件")
    store.put_chunk(import_id, number, content, now)


def check_import(staff: Principal, import_id: str, now: datetime) -> Import:
    """The file is complete: have it checked. Nothing is taken over yet."""
    arrived = store.count_chunks(import_id)
    return _change(staff, import_id, lambda known: model.check(known, arrived), "import_checked", now)


def run_import(staff: Principal, import_id: str, now: datetime) -> Import:
    """Have the good lines taken over."""
    return _change(staff, import_id, model.run, "import_started", now)


def discard_import(staff: Principal, import_id: str, now: datetime) -> Import:
    """Throw the file away."""
    return _change(staff, import_id, lambda known: model.discard(known, now), "import_discarded", now)


def _change(
    staff: Principal, import_id: str, decide: Callable[[Import], Import | None], action: str, now: datetime
) -> Import:
    """A lost race loads and decides again."""
    for _ in range(COMMIT_TRIES):
        known = any_import(import_id)
        try:
            changed = decide(known)
        except ImportProblem as problem:
            raise Conflict(problem.reason.value) from None
        if changed is None:
            return known
        transaction = Transaction()
        store.add_change(transaction, changed)
        _audit(transaction, staff, changed, action, now)
        try:
            transaction.commit()
            return changed
        except (RaceLost, Contention):
            continue
    raise Conflict(ImportReason.CHANGED.value)


def _audit(transaction: Transaction, staff: Principal, known: Import, action: str, now: datetime) -> None:
    record(
        transaction,
        subject=f"import:{known.id}",
        actor=staff.user_id,
        action=action,
        now=now,
        after={"account": known.account, "kind": known.kind.value},
    )
