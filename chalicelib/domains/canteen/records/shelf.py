"""Where copied rows and the places reached are kept; every condition stands here with the race it closes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from chalicelib.core.batches import Pause
from chalicelib.core.clock import from_text, to_text
from chalicelib.core.paging import decode_cursor, encode_cursor
from chalicelib.core.table import Item, Key, TableMeta, condition_failed
from chalicelib.domains.canteen.bindings.binding import Binding
from chalicelib.domains.canteen.bindings.store import BOUND, BindingItem, status_key, to_record
from chalicelib.domains.canteen.records import store
from chalicelib.domains.canteen.records.progress import AccountPlace, Progress, Round, Run
from chalicelib.integrations.canteen.port import Row

PROGRESS_KEY: Key = ("SYNC", "ROWS")
BINDINGS_A_CALL = 50


class Overtaken(Exception):
    """Another run has gone on from the same place."""


class ProgressItem(Item):
    """Stored form of the progress: ``SYNC`` / ``ROWS``."""

    class Meta(TableMeta):
        domain = "canteen"

    place = UnicodeAttribute()
    version = NumberAttribute()
    run_id = UnicodeAttribute(null=True)
    run_started_at = UnicodeAttribute(null=True)
    run_lease_until = UnicodeAttribute(null=True)
    run_rows = NumberAttribute(null=True)
    run_ended_at = UnicodeAttribute(null=True)
    run_error = UnicodeAttribute(null=True)
    last_success_at = UnicodeAttribute(null=True)
    synced_until = UnicodeAttribute(null=True)
    behind = NumberAttribute(null=True)
    round_began_at = UnicodeAttribute(null=True)
    round_place = UnicodeAttribute(null=True)
    round_is_over = BooleanAttribute(null=True)


class AccountPlaceItem(Item):
    """How far an account is read on its own: ``ACCOUNT#<no>`` / ``SYNC``."""

    class Meta(TableMeta):
        domain = "canteen"

    place = UnicodeAttribute()
    digest = UnicodeAttribute()
    version = NumberAttribute()


class Shelf(Protocol):
    """What a run needs of the database; tests put a memory under it."""

    def find(self) -> Progress:
        """Where the copying stands, consistently read."""
        ...

    def replace(self, seen: Progress, changed: Progress) -> None:
        """Raises :class:`Overtaken` when it is not as it was seen any more."""
        ...

    def keep(self, rows: Sequence[Row]) -> None:
        """All of these rows are kept when it returns; kept again, they are the same."""
        ...

    def find_account(self, account_no: str) -> AccountPlace:
        """How far an account is read, consistently."""
        ...

    def replace_account(self, seen: AccountPlace, changed: AccountPlace) -> None:
        """Raises :class:`Overtaken`."""
        ...

    def bound(self, place: str) -> Iterator[tuple[Binding, str]]:
        """Bindings behind a place, the oldest first, each with the place behind it."""
        ...


@dataclass(frozen=True, slots=True)
class Table:
    """The shelf in DynamoDB. ``pool`` writes the batches of a page side by side."""

    pool: Executor
    pause: Pause = time.sleep

    def find(self) -> Progress:
        """See the shelf."""
        return find_progress()

    def replace(self, seen: Progress, changed: Progress) -> None:
        """*Closes*: two runs that move the same place, and one that outlived its lease moving it back."""
        _replace(_progress_item(changed), seen.version, lambda: self.find() == changed)

    def keep(self, rows: Sequence[Row]) -> None:
        """See the shelf. *Closes* nothing: whoever writes a row writes the same."""
        store.put_rows(rows, self.pool, self.pause)

    def find_account(self, account_no: str) -> AccountPlace:
        """See the shelf."""
        item = AccountPlaceItem.find(*_account_key(account_no))
        return (
            AccountPlace(account_no, item.place, item.digest, int(item.version)) if item else AccountPlace(account_no)
        )

    def replace_account(self, seen: AccountPlace, changed: AccountPlace) -> None:
        """*Closes*: two runs that read one account."""
        item = AccountPlaceItem(
            *_account_key(changed.account_no), place=changed.place, digest=changed.digest, version=changed.version
        )
        _replace(item, seen.version, lambda: self.find_account(changed.account_no) == changed)

    def bound(self, place: str) -> Iterator[tuple[Binding, str]]:
        """See the shelf."""
        partition = status_key(BOUND)
        start = decode_cursor(place, {"status_key": partition})
        for item in BindingItem.by_status.query(partition, page_size=BINDINGS_A_CALL, last_evaluated_key=start):
            names = ("pk", "sk", "status_key", "created_at")
            place = encode_cursor({name: {"S": getattr(item, name)} for name in names}) or ""
            yield to_record(item).binding, place


def find_progress() -> Progress:
    """Where the copying stands, consistently read."""
    return to_progress(ProgressItem.find(*PROGRESS_KEY))


def _replace(item: Any, version: int, is_ours: Callable[[], bool]) -> None:
    """One conditional write. After a refusal or a lost answer the item is read back: it may be ours that stands there."""
    unchanged = type(item).version == version if version else type(item).pk.does_not_exist()
    try:
        item.save(unchanged)
    except PutError as error:
        if is_ours():
            return
        if condition_failed(error):
            raise Overtaken from None
        raise


def to_progress(item: ProgressItem | None) -> Progress:
    """The domain's form; nothing copied yet when there is none."""
    if item is None:
        return Progress()
    return Progress(
        place=item.place,
        version=int(item.version),
        run=_run(item) if item.run_id else None,
        last_success_at=_instant(item.last_success_at),
        synced_until=_instant(item.synced_until),
        behind=None if item.behind is None else int(item.behind),
        round=_round(item) if item.round_began_at else None,
    )


def _progress_item(progress: Progress) -> ProgressItem:
    run, turn = progress.run, progress.round
    return ProgressItem(
        *PROGRESS_KEY,
        place=progress.place,
        version=progress.version,
        run_id=run.id if run else None,
        run_started_at=to_text(run.started_at) if run else None,
        run_lease_until=to_text(run.lease_until) if run else None,
        run_rows=run.rows if run else None,
        run_ended_at=_text(run.ended_at) if run else None,
        run_error=run.error if run else None,
        last_success_at=_text(progress.last_success_at),
        synced_until=_text(progress.synced_until),
        behind=progress.behind,
        round_began_at=to_text(turn.began_at) if turn else None,
        round_place=turn.place if turn else None,
        round_is_over=turn.is_over if turn else None,
    )


def _run(item: Any) -> Run:
    return Run(
        id=item.run_id,
        started_at=from_text(item.run_started_at),
        lease_until=from_text(item.run_lease_until),
        rows=int(item.run_rows),
        ended_at=_instant(item.run_ended_at),
        error=item.run_error or "",
    )


def _round(item: Any) -> Round:
    return Round(from_text(item.round_began_at), item.round_place or "", bool(item.round_is_over))


def _account_key(account_no: str) -> Key:
    return f"ACCOUNT#{account_no}", "SYNC"


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def _text(instant: datetime | None) -> str | None:
    return to_text(instant) if instant else None
