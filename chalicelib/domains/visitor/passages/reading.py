"""The repairing reader: every few minutes, all passages since the last time, whatever events came or got lost.

It reads from a stored place with an overlap, because the platform may list a passage late, and moves the place only over
what it has kept. A passage is kept once by its key, so a run that dies, runs twice or meets another is simply gone on with.
Nobody is signed out at night unless the passages of the day have been read again just before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.audit import record
from chalicelib.core.clock import SITE_ZONE, to_text
from chalicelib.core.logs import log_event, log_exception
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.visitor.gate_push import add_change
from chalicelib.domains.visitor.passages import model, store
from chalicelib.domains.visitor.passages.recording import Recorder
from chalicelib.domains.visitor.store import VISIT_KIND, VisitItem, find_visit, to_visit
from chalicelib.domains.visitor.visit import Visit
from chalicelib.integrations.errors import PeerError, Refused
from chalicelib.integrations.gate.passage_port import Passage, PassagePort

ACTOR = "read_passages"
OVERLAP = timedelta(hours=1)
FIRST_LOOK = timedelta(hours=1)
LOOK_BACK = timedelta(days=3)
"""How far a reader that was away, or is held up by a passage it cannot keep, looks back at most."""
CHUNK = timedelta(hours=6)
SILENCE = timedelta(minutes=30)
"""A platform that is down for less is no alarm of ours."""
RUN_TIME = timedelta(seconds=40)
ASKED = 20
CHECKED_OUT = 50


class ReadingIncomplete(Exception):
    """Not everything was read or kept; the alarm on the function's errors tells, the next run tries again."""


@dataclass(frozen=True, slots=True)
class PassageReader:
    """Reads from one platform. ``check_out_hour``: when, on the plant's clock, whoever is not known to be gone is signed out."""

    gate: PassagePort
    recorder: Recorder
    check_out_hour: int
    clock: Callable[[], datetime]

    def run(self) -> dict[str, int]:
        """Read, keep, look after those who are overdue; returns counts. Raises :class:`ReadingIncomplete` at the end."""
        now, counts = self.clock(), Counter[str]()
        begun = store.find_read_until()
        since = max(begun - OVERLAP, now - LOOK_BACK) if begun else now - FIRST_LOOK
        try:
            self._read(since, now, counts)
            self._look_after_overdue(now, counts)
        except PeerError as trouble:
            log_exception("passages_not_read", trouble)
            if isinstance(trouble, Refused) or (begun is not None and now - begun >= SILENCE):
                raise ReadingIncomplete(f"the platform does not tell: {trouble.code}") from None
            counts["later"] += 1
        log_event("passages_read", **+counts)
        if counts["failed"]:
            raise ReadingIncomplete(f"{counts['failed']} could not be kept")
        return dict(+counts)

    def read_around(self, at: datetime, reach: timedelta) -> int:
        """Keep what the platform tells of the time round a moment; returns how many passages there were."""
        counts = Counter[str]()
        self._keep_all(self.gate.passages(at - reach, at + reach), self.clock(), counts)
        if counts["failed"]:
            raise ReadingIncomplete(f"{counts['failed']} could not be kept")
        return counts["new"] + counts["known"]

    def ask(self, visit: Visit) -> bool:
        """Ask whether reception has signed somebody out who is inside, and keep it."""
        if not self.gate.is_signed_out(visit.gate.order_id or ""):
            return False
        return self.recorder.change(visit.id, model.signed_out, self.clock()) is not None

    def _read(self, since: datetime, until: datetime, counts: Counter[str]) -> None:
        """Chunk by chunk; the place moves as long as everything before it is kept."""
        while since < until and self.clock() - until < RUN_TIME:
            end = min(since + CHUNK, until)
            self._keep_all(self.gate.passages(since, end), until, counts)
            if not counts["failed"] and self.clock() - until < RUN_TIME:
                _move_place(end)
            since = end

    def _keep_all(self, found: Iterator[Passage | None], now: datetime, counts: Counter[str]) -> None:
        """In the order they happened; what is known already costs a hundredth of a call."""
        rows = list(found)
        passages = sorted((row for row in rows if row is not None), key=lambda passage: passage.at)
        counts["unreadable"] += len(rows) - len(passages)
        known = store.known_events(passage.event_id for passage in passages)
        counts["known"] += len(known)
        for passage in passages:
            if passage.event_id not in known and self.clock() - now < RUN_TIME:
                counts[self._keep(passage)] += 1

    def _keep(self, passage: Passage) -> str:
        """One passage's trouble does not stop the others."""
        try:
            return "new" if self.recorder.record(passage, self.clock()) else "known"
        except Exception as error:
            log_exception("passage_not_kept", error, order_id=passage.order_id)
            return "failed"

    def _look_after_overdue(self, now: datetime, counts: Counter[str]) -> None:
        """Of those who should be gone: who was signed out at reception, and at night the others.

        Before anybody is signed out the whole day is read again: a device that was offline tells late.
        """
        overdue = overdue_visits(now)
        for visit in overdue[:ASKED]:
            self.ask(visit)
        due = [visit for visit in overdue if now >= model.check_out_at(visit, self.check_out_hour, SITE_ZONE)]
        if due:
            self._keep_all(self.gate.passages(now - timedelta(days=1), now), now, counts)
        for visit in due:
            if not counts["failed"] and self.clock() - now < RUN_TIME:
                counts[self._check_out(visit.id, now)] += 1

    def _check_out(self, visit_id: str, now: datetime) -> str:
        """One visit's transaction; whoever passes at this moment is first, and the next run looks again."""
        visit = find_visit(visit_id)
        change = model.check_out(visit, now, self.check_out_hour, SITE_ZONE) if visit else None
        if visit is None or change is None:
            return "changed"
        transaction = Transaction()
        add_change(transaction, visit, change, now)
        record(
            transaction,
            subject=f"visit:{visit.id}",
            actor=ACTOR,
            action="visit_checked_out",
            now=now,
            before={"presence": visit.presence.status.value, "version": visit.version},
            after={"presence": change.visit.presence.status.value, "version": change.visit.version},
        )
        try:
            transaction.commit()
        except (RaceLost, Contention):
            return "changed"
        return "checked_out"


def overdue_visits(now: datetime) -> list[Visit]:
    """Who is inside although their window is over, the longest over first; a run looks after a page of them."""
    until = VisitItem.inside_until <= to_text(now)
    found = VisitItem.by_inside.query(VISIT_KIND, until, limit=CHECKED_OUT, page_size=CHECKED_OUT)
    return [to_visit(item) for item in found]


def _move_place(until: datetime) -> None:
    transaction = Transaction()
    store.add_read_until(transaction, until)
    with suppress(RaceLost, Contention):  # another reader is further on
        transaction.commit()
