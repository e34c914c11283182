"""The retention limit: every hour, personal data that are kept long enough are taken out, and how many is put on record.

The index ``by_purge`` holds only what still has something to purge, in the order it becomes due: a run costs what there
is to do, whatever the history. Each step is one conditional transaction, so a run that dies is simply gone on with.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core import runtime
from chalicelib.core.clock import from_text, to_text
from chalicelib.core.ids import new_id
from chalicelib.core.logs import log_event, log_exception
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.core.table import Contention, Item, RaceLost, TableMeta, Transaction
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.privacy import erasure
from chalicelib.domains.visitor.privacy.erasure import ERASURE_KIND, ErasureIncomplete
from chalicelib.domains.visitor.privacy.faces import ledger, sweep
from chalicelib.domains.visitor.privacy.forgetting import forgotten
from chalicelib.domains.visitor.privacy.model import Erasure
from chalicelib.domains.visitor.saved import SAVED_KIND

PAGE = 100
PHOTOS = 500
"""Users are told that photos go within the hour: more a run than of what is due by the day."""
RUN_TIME = timedelta(seconds=40)
"""Nothing is begun later in a run: the function lives for sixty seconds, and the next run is an hour away."""
RUNS = "PURGE_RUNS"
RUNS_SHOWN = 20


class PurgeIncomplete(Exception):
    """Some data could not be taken out; the alarm on the function's errors tells, the next run tries again."""


class ByDue(GlobalSecondaryIndex["DueItem"]):
    """Everything of one kind that is to be purged, the longest due first."""

    class Meta:
        index_name = "by_purge"
        projection = AllProjection()

    purge_kind = UnicodeAttribute(hash_key=True)
    purge_after = UnicodeAttribute(range_key=True)


class DueItem(Item):
    """Any item that is to be purged, whatever else it holds."""

    class Meta(TableMeta):
        domain = "visitor"

    purge_kind = UnicodeAttribute()
    purge_after = UnicodeAttribute()
    face_id = UnicodeAttribute(null=True)
    face_hold = UnicodeAttribute(null=True)
    holders = UnicodeSetAttribute(null=True)
    upload_until = UnicodeAttribute(null=True)
    dying_at = UnicodeAttribute(null=True)
    by_due = ByDue()


class RunItem(Item):
    """What a run did, in numbers: ``PURGE_RUNS`` / time-sorted id."""

    class Meta(TableMeta):
        domain = "visitor"

    at = UnicodeAttribute()
    counts = UnicodeAttribute()


Step = Callable[[DueItem, Callable[[], datetime]], bool]
"""Works off one due item; whether something was taken out."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the schedule that did something."""

    id: str
    at: datetime
    counts: dict[str, int]


def purge_personal_data(clock: Callable[[], datetime]) -> dict[str, int]:
    """Take out what is kept long enough; returns the numbers. Raises :class:`PurgeIncomplete` after the rest is done."""
    now = clock()
    limit = now - timedelta(days=runtime.settings().personal_data_days)
    counts = Counter[str]()
    steps: list[tuple[str, Step, DueItem]] = [
        *[("photos", _delete_photo, due) for due in _due(ledger.PHOTO_KIND, now, PHOTOS)],
        *[("withdrawals", _finish_erasure, due) for due in _due(ERASURE_KIND, now)],
        *[("saved_visitors", _forget_saved, due) for due in _due(SAVED_KIND, limit)],
        *[("visits", _forget_visit, due) for due in _due(store.VISIT_KIND, limit)],
    ]
    for name, step, due in steps:
        if clock() - now >= RUN_TIME:
            counts["left"] += 1
            continue
        counts[_outcome(name, step, due, clock)] += 1
    del counts["unchanged"]
    _put_on_record(counts, now)
    if counts["failed"]:
        raise PurgeIncomplete(f"{counts['failed']} steps failed")
    return dict(counts)


def page_of_runs(cursor: str | None) -> Page[Run]:
    """What the schedule did, newest first."""
    results = RunItem.query(
        RUNS,
        scan_index_forward=False,
        limit=RUNS_SHOWN,
        page_size=RUNS_SHOWN,
        last_evaluated_key=decode_cursor(cursor, {"pk": RUNS}),
    )
    page = read_page(results, RUNS_SHOWN)
    return Page([Run(item.sk, from_text(item.at), json.loads(item.counts)) for item in page.items], page.next_cursor)


def _due(kind: str, until: datetime, limit: int = PAGE) -> Iterator[DueItem]:
    """At most so many: a run is bounded, and the oldest come first."""
    return DueItem.by_due.query(kind, DueItem.purge_after <= to_text(until), limit=limit, page_size=PAGE)


def _outcome(name: str, step: Step, due: DueItem, clock: Callable[[], datetime]) -> str:
    """One step's transaction; one person's trouble does not stop the others."""
    try:
        return name if step(due, clock) else "unchanged"
    except (RaceLost, Contention):  # changed this moment: the next run looks again
        return "unchanged"
    except Exception as error:
        log_exception("purge_step_failed", error, purge_kind=due.purge_kind)
        return "failed"


def _delete_photo(due: DueItem, clock: Callable[[], datetime]) -> bool:
    return sweep.delete_due(due, clock)


def _forget_visit(due: DueItem, clock: Callable[[], datetime]) -> bool:
    visit = store.find_visit(due.pk.removeprefix("VISIT#"))
    bare = forgotten(visit, clock()) if visit else None
    if visit is None or bare is None:
        return False
    transaction = Transaction()
    store.add_visit_change(transaction, visit, bare)
    transaction.commit()
    return True


def _forget_saved(due: DueItem, _clock: Callable[[], datetime]) -> bool:
    transaction = Transaction()
    transaction.delete("saved", due, DueItem.purge_after == due.purge_after)
    if due.face_id and due.face_hold:
        ledger.add_release(transaction, due.pk.removeprefix("USER#"), due.face_id, due.face_hold)
    transaction.commit()
    return True


def _finish_erasure(due: DueItem, clock: Callable[[], datetime]) -> bool:
    what = Erasure(due.sk.removeprefix("ERASURE#"))
    try:
        erasure.carry_out(due.pk.removeprefix("USER#"), what, clock, clock() + RUN_TIME / 4)
    except ErasureIncomplete:
        return False
    transaction = Transaction()
    transaction.delete("erasure", due, DueItem.purge_after == due.purge_after)
    transaction.commit()
    return True


def _put_on_record(counts: Counter[str], now: datetime) -> None:
    log_event("personal_data_purged", **counts)
    if counts:
        run = RunItem(RUNS, new_id(now), at=to_text(now), counts=json.dumps(counts))
        transaction = Transaction()
        transaction.create("run", run)
        transaction.commit()
