"""Once an hour: tell keepers of certificates that end, forget people nobody keeps, delete pictures nobody attached.

The index ``by_due`` holds only what has something due, in the order it becomes due: a run costs what there is to do. Each
step is one conditional transaction that also says what is due next, so a run that dies is simply gone on with, and two at
once do nothing twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core import runtime
from chalicelib.core.clock import to_text
from chalicelib.core.logs import log_event, log_exception
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.logistics.archive import life, photos, store
from chalicelib.domains.logistics.archive.conversion import to_filed, to_person
from chalicelib.domains.logistics.archive.entries import add_audit, subject_of
from chalicelib.domains.logistics.archive.items import PERSON, UNKEPT_DUE, VEHICLE, PersonItem, VehicleItem, warning_due
from chalicelib.domains.logistics.archive.model import Photo
from chalicelib.domains.logistics.archive.notices import add_warnings
from chalicelib.domains.logistics.archive.photos import PhotoItem
from chalicelib.domains.logistics.archive.service import site_date

PAGE = 200
"""At most so many of a kind in a run; the longest due come first, the rest in the next one."""
RUN_TIME = timedelta(seconds=40)
"""Nothing is begun later in a run: the function lives for sixty seconds."""
_KINDS: dict[str, Any] = {VEHICLE: VehicleItem, PERSON: PersonItem}

ACTOR = "warn_certificates"

Step = Callable[[Any, Callable[[], datetime]], bool]
"""Works off one due item; whether something came of it."""


class RunIncomplete(Exception):
    """Some steps failed; the alarm on the function's errors tells, the next run tries again."""


def work_off(clock: Callable[[], datetime]) -> dict[str, int]:
    """Everything that is due; returns the numbers. Raises :class:`RunIncomplete` after the rest is done."""
    began, counts = clock(), Counter[str]()
    for name, step, due in _all_due(began):
        if clock() - began >= RUN_TIME:
            counts["left"] += 1
            continue
        counts[_outcome(name, step, due, clock)] += 1
    del counts["unchanged"]
    log_event("certificates_warned", **counts)
    if counts["failed"]:
        raise RunIncomplete(f"{counts['failed']} steps failed")
    return dict(counts)


def _all_due(now: datetime) -> Iterator[tuple[str, Step, Any]]:
    for kind, item in _KINDS.items():
        yield from ((f"warned_{kind}", _warn, due) for due in _due(item, warning_due(kind), now))
    limit = now - timedelta(days=runtime.settings().personal_data_days)
    yield from (("forgotten", _forget, due) for due in _due(PersonItem, UNKEPT_DUE, limit))
    yield from (("pictures", _delete, due) for due in _due(PhotoItem, photos.DUE, now))


def _due(item: Any, key: str, now: datetime) -> list[Any]:
    """Read before anything is done: what a step does must not lengthen its own list."""
    return list(item.by_due.query(key, item.due_at <= to_text(now), limit=PAGE, page_size=PAGE))


def _outcome(name: str, step: Step, due: Any, clock: Callable[[], datetime]) -> str:
    try:
        return name if step(due, clock) else "unchanged"
    except (RaceLost, Contention):  # changed this moment: the next run looks again
        return "unchanged"
    except Exception as error:
        log_exception("hourly_step_failed", error, step=name)
        return "failed"


def _warn(due: VehicleItem | PersonItem, clock: Callable[[], datetime]) -> bool:
    """*Closes*, by the condition on the revision: the same warning twice, and one by what has been renewed meanwhile."""
    seen, now = to_filed(due), clock()
    warned = life.warned(seen, site_date(now))
    transaction = Transaction()
    store.add_state(transaction, seen, warned)
    add_warnings(transaction, warned, now)
    transaction.commit()
    return True


def _forget(due: PersonItem, clock: Callable[[], datetime]) -> bool:
    """A person nobody kept for the retention limit; their pictures are due at once."""
    seen, now = to_person(due), clock()
    bare = life.forgotten(seen)
    transaction = Transaction()
    store.add_forgetting(transaction, seen, bare)
    for photo in seen.photos:
        photos.add_release(transaction, photo, subject_of(due.pk))
    add_audit(transaction, seen, bare, actor=ACTOR, action="forgotten", now=now)
    transaction.commit()
    return True


def _delete(due: PhotoItem, clock: Callable[[], datetime]) -> bool:
    """First the row says that nobody may take it, then the bucket forgets it, last the row goes: but not before its form
    has run out, because until then a browser could put the picture there again."""
    photo = Photo(due.pk.removeprefix("PHOTO#"), due.owner_id)
    transaction = Transaction()
    if due.dying_at is None and due.holders:
        photos.add_keep(transaction, photo)
        transaction.commit()
        return False
    if due.dying_at is None:
        photos.add_dying(transaction, photo, clock())
        transaction.commit()
    photos.delete(photo)
    is_over = due.upload_until < to_text(clock())
    transaction = Transaction()
    photos.add_end(transaction, photo, None if is_over else due.upload_until)
    transaction.commit()
    return is_over
