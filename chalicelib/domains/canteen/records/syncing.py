"""The schedule that copies what the canteen has posted, and the same run by hand.

By the canteen's cursor, never by time: a terminal that was offline posts late. Wherever a run dies, the next one repeats at
most a page; two at once lose and double nothing, because a place moves only from where the mover has seen it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.ids import new_id
from chalicelib.core.logs import log_event
from chalicelib.core.table import is_store_error
from chalicelib.domains.canteen.records import progress
from chalicelib.domains.canteen.records.copying import Copying
from chalicelib.domains.canteen.records.progress import Progress
from chalicelib.domains.canteen.records.shelf import Overtaken, Shelf, Table
from chalicelib.integrations.canteen.port import CanteenPort
from chalicelib.integrations.errors import PeerError, Refused

WRITERS = 4
"""Batches written side by side. The month everybody's rows lie in takes 1 000 writes a second, and 4 come close to that."""
ROUND_EVERY = timedelta(minutes=10)
"""How often a canteen is read account by account; everybody is one question more."""
SILENCE = timedelta(minutes=30)
"""A canteen that is down for less is no alarm of ours."""
STORE_ERROR = "temporarily_unavailable"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a run begins pages, and how long its process may live at most."""

    run_for: timedelta
    lease: timedelta


SCHEDULED = Patience(timedelta(seconds=35), timedelta(seconds=55))
"""The function lives for fifty seconds; the next run is a minute away."""
BY_HAND = Patience(timedelta(seconds=5), timedelta(seconds=15))
"""Within a request, which lives for ten."""


class SyncIncomplete(Exception):
    """The canteen does not tell; the alarm on the function's errors tells, the next run tries again."""


def sync(canteen: CanteenPort, clock: Callable[[], datetime]) -> dict[str, int]:
    """Copy what was posted since the last time. Raises :class:`SyncIncomplete` when somebody has to look at it."""
    began = clock()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        try:
            found = run(canteen, Table(pool), pool, clock, SCHEDULED)
        except PeerError as trouble:
            log_event("canteen_not_synced", code=trouble.code)
            _raise_if_lasting(trouble, Table(pool), clock())
            return {"failed": 1}
    rows = found.run.rows if found.run and found.run.started_at >= began else 0  # else another run is at it, or was
    counts = {"rows": rows, "behind": found.behind or 0}
    log_event("canteen_synced", **counts)
    return counts


def run(
    canteen: CanteenPort, shelf: Shelf, pool: Executor, clock: Callable[[], datetime], patience: Patience,
    *, at_once: bool = False,
) -> Progress:  # fmt: skip
    """One run, unless another one is at it; how it stands afterwards.

    ``at_once``: a round of accounts is begun although the last one is hardly over. Raises ``PeerError`` and the errors of
    the database, after they were recorded if that was possible.
    """
    now, seen = clock(), shelf.find()
    if not canteen.reads_all:
        if not (at_once or progress.is_round_due(seen, now, ROUND_EVERY)):
            return seen
        begun = progress.begin(progress.begin_round(seen, now), new_id(now), now, patience.lease)
    else:
        begun = progress.begin(seen, new_id(now), now, patience.lease)
    if begun is None:
        return seen
    try:
        shelf.replace(seen, begun)
        copying = Copying(canteen, shelf, pool, clock, now + patience.run_for, begun)
        _copy(copying)
    except Overtaken:
        log_event("canteen_sync_overtaken")
        return shelf.find()
    return copying.seen


def _copy(copying: Copying) -> None:
    """Everything there is; what ends it early is recorded and raised."""
    try:
        if copying.canteen.reads_all:
            copying.copy_all()
        else:
            copying.copy_accounts()
    except PeerError as trouble:
        copying.fail(trouble.code)
        raise
    except Exception as error:
        if is_store_error(error):
            with suppress(Exception):  # the database that failed may fail here, too: the lease ends by itself
                copying.fail(STORE_ERROR)
        raise


def _raise_if_lasting(trouble: PeerError, shelf: Shelf, now: datetime) -> None:
    """A refusal needs people; no answer needs them when it lasts."""
    last = shelf.find().last_success_at
    if isinstance(trouble, Refused) or last is None or now - last >= SILENCE:
        raise SyncIncomplete(trouble.code)
