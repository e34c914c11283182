"""Taking a passage down: the passage and what it means for its visit are one transaction, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.errors import Unavailable
from chalicelib.core.notices.entries import add_notice
from chalicelib.core.notices.model import Notice
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.gate_push import add_change
from chalicelib.domains.visitor.model import Change
from chalicelib.domains.visitor.passages import model
from chalicelib.domains.visitor.passages.model import Direction
from chalicelib.domains.visitor.passages.store import KnownPassage, add_passage
from chalicelib.domains.visitor.visit import Visit
from chalicelib.integrations.gate.passage_port import Passage

COMMIT_TRIES = 4
NEWS_FOR = timedelta(hours=2)
"""A host is told of an arrival that is not older; afterwards it is no news."""

Decide = Callable[[Visit, datetime], Change | None]


@dataclass(frozen=True, slots=True)
class Recorder:
    """Keeps passages. ``exit_devices`` are the gates by which people leave; every other passage is an entry.

    ``find_user_by_phone`` gives the id of the active user with a staff phone, for the host who is told of an arrival.
    """

    exit_devices: frozenset[str]
    find_user_by_phone: Callable[[str], str | None]

    def record(self, passage: Passage, now: datetime) -> bool:
        """Keep a passage with its effect; ``False`` for one that was kept before."""
        direction = Direction.OUT if passage.device_id in self.exit_devices else Direction.IN
        visit_id = store.find_order_owner(passage.order_id) if passage.order_id else None
        for _ in range(COMMIT_TRIES):
            visit = store.find_visit(visit_id) if visit_id else None
            transaction = Transaction()
            add_passage(transaction, _kept(passage, visit, direction), now)
            change = model.passed(visit, direction, passage.at) if visit else None
            if visit is not None and change is not None:
                self._add_change(transaction, visit, change, passage.at, now)
            try:
                transaction.commit()
                return True
            except RaceLost as race:
                if "passage" in race.names:
                    return False
            except Contention:
                pass
        raise Unavailable

    def change(self, visit_id: str, decide: Decide, now: datetime) -> Visit | None:
        """Carry out what was read about a visit without a passage; ``None`` when it changes nothing."""
        for _ in range(COMMIT_TRIES):
            visit = store.find_visit(visit_id)
            change = decide(visit, now) if visit else None
            if visit is None or change is None:
                return None
            transaction = Transaction()
            add_change(transaction, visit, change, now)
            try:
                transaction.commit()
                return change.visit
            except (RaceLost, Contention):
                pass
        raise Unavailable

    def _add_change(self, transaction: Transaction, seen: Visit, change: Change, at: datetime, now: datetime) -> None:
        add_change(transaction, seen, change, now)
        if not model.is_arrival(seen, change.visit) or now - at >= NEWS_FOR:
            return
        host_id = self.find_user_by_phone(seen.host.phone)
        if host_id is not None:
            subject, version = f"visit:{seen.id}", change.visit.version
            add_notice(transaction, Notice.VISIT_ARRIVED, subject=subject, sequence=version, user_id=host_id, now=now)


def _kept(passage: Passage, visit: Visit | None, direction: Direction) -> KnownPassage:
    return KnownPassage(
        event_id=passage.event_id,
        at=passage.at,
        order_id=passage.order_id,
        visit_id=visit.id if visit else None,
        device_name=passage.device_name,
        credential=passage.credential,
        direction=direction,
        remark=model.remark(visit, direction, passage.at),
    )
