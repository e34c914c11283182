"""Top-ups and their outbox in memory, under the real steps, use cases, handlers and worker (see ``memory``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from chalicelib.core.clock import site_day
from chalicelib.core.outbox.model import State
from chalicelib.domains.canteen.topups import deciding, querying, steps, store
from chalicelib.domains.canteen.topups.top_up import Day, TopUp
from tests.support.memory import MemoryTransaction, OutboxMemory


@dataclass
class TopUps(OutboxMemory):
    """What DynamoDB would hold; every condition is that of the stores."""

    top_ups: dict[str, TopUp] = field(default_factory=dict)
    days: dict[tuple[str, str], Day] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put it under the steps, the handlers and the worker."""
        super().install(patch)
        patch.setattr(steps, "Transaction", MemoryTransaction)
        patch.setattr(steps, "enqueue", self.add_entry)
        patch.setattr(steps, "add_notice", lambda *_, **__: None)
        patch.setattr(steps, "record", lambda *_, **__: None)
        patch.setattr(querying, "log_event", lambda *_, **__: None)
        patch.setattr(deciding, "existing", self.top_ups.__getitem__)
        patch.setattr(store, "find_top_up", self.top_ups.get)
        patch.setattr(store, "find_day", self.find_day)
        patch.setattr(store, "due", self.due_top_ups)
        patch.setattr(store, "add_new", self.add_new)
        patch.setattr(store, "add_change", self.add_change)
        patch.setattr(store, "add_day", self.add_day)
        patch.setattr(store, "add_nonce", self.add_nonce)
        patch.setattr(store, "add_accepted_refund", lambda *_: None)

    def find_day(self, owner_id: str, instant: datetime) -> Day:
        """Empty when there is none."""
        day = site_day(instant)
        return self.days.get((owner_id, day), Day(owner_id, day))

    def due_top_ups(self, now: datetime, limit: int) -> list[TopUp]:
        """The longest waiting first."""
        due = [top_up for top_up in self.top_ups.values() if top_up.look and top_up.look.due_at <= now]
        return sorted(due, key=lambda top_up: top_up.look.due_at if top_up.look else now)[:limit]

    def due_objects(self, peer: str, now: datetime) -> list[str]:
        """Objects with a pending entry whose time has come."""
        waiting = [entry for entry in self.entries.values() if entry.peer == peer and entry.state is State.PENDING]
        return sorted({entry.object_key for entry in waiting if entry.next_attempt_at <= now})

    def add_new(self, transaction: Any, top_up: TopUp) -> None:
        """One that does not exist yet."""
        transaction.add("new_top_up", lambda: top_up.id not in self.top_ups, lambda: self._put(top_up))

    def add_change(self, transaction: Any, seen: TopUp, changed: TopUp) -> None:
        """One as it was seen."""
        transaction.add("top_up", lambda: self.top_ups[seen.id].version == seen.version, lambda: self._put(changed))

    def add_day(self, transaction: Any, seen: Day, changed: Day) -> None:
        """A day's list as it was seen."""
        key = (changed.owner_id, changed.day)
        transaction.add(
            "day",
            lambda: (self.days[key].version if key in self.days else 0) == seen.version,
            lambda: self.days.__setitem__(key, changed),
        )

    def add_nonce(self, transaction: Any, nonce: str, _now: datetime) -> None:
        """One that was not believed yet."""
        transaction.add("nonce", lambda: nonce not in self.nonces, lambda: self.nonces.add(nonce))

    def _put(self, top_up: TopUp) -> None:
        self.top_ups[top_up.id] = top_up
