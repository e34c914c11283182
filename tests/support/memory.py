"""Visits, registrations and outbox in memory, under the real model, handlers and worker: fast enough for many steps.

Every condition that the stores write into DynamoDB stands here as a plain comparison; what else is in a transaction (audit,
notices, wake-ups) is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox import worker
from chalicelib.core.outbox.model import Entry
from chalicelib.core.table import RaceLost
from chalicelib.domains.visitor import gate_push, store
from chalicelib.domains.visitor.visit import Visit


class MemoryTransaction:
    """Everything or nothing, like the real one."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, Callable[[], bool], Callable[[], None]]] = []

    def add(self, name: str, holds: Callable[[], bool], write: Callable[[], None]) -> None:
        """A write with its condition."""
        self._parts.append((name, holds, write))

    def commit(self) -> None:
        """Raises ``RaceLost`` with the names of the conditions that do not hold."""
        failed = [name for name, holds, _ in self._parts if not holds()]
        if failed:
            raise RaceLost(failed)
        for _, _, write in self._parts:
            write()


@dataclass
class OutboxMemory:
    """What DynamoDB would hold of the outbox."""

    entries: dict[tuple[str, int], Entry] = field(default_factory=dict)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put it under the worker."""
        patch.setattr(worker, "Transaction", MemoryTransaction)
        patch.setattr(worker, "log_event", lambda *_, **__: None)
        patch.setattr(outbox, "add", self.add_entry)
        patch.setattr(outbox, "add_begin", self.add_progress)
        patch.setattr(outbox, "add_result", self.add_progress)
        patch.setattr(outbox, "entries_of", self.entries_of)

    def entries_of(self, object_key: str) -> list[Entry]:
        """In order."""
        return sorted(
            (entry for (key, _), entry in self.entries.items() if key == object_key), key=lambda entry: entry.sequence
        )

    def add_entry(self, transaction: Any, entry: Entry) -> None:
        """Object and sequence are unique."""
        key = (entry.object_key, entry.sequence)
        transaction.add("outbox", lambda: key not in self.entries, lambda: self.entries.__setitem__(key, entry))

    def add_progress(self, transaction: Any, seen: Entry, changed: Entry) -> None:
        """An entry as it was seen."""
        key = (seen.object_key, seen.sequence)
        transaction.add("outbox", lambda: self.entries[key] == seen, lambda: self.entries.__setitem__(key, changed))


@dataclass
class Memory(OutboxMemory):
    """With visits and the orders of the gate."""

    visits: dict[str, Visit] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put it under the worker and the gate's handlers."""
        super().install(patch)
        patch.setattr(gate_push, "add_visit_notice", lambda *_: None)
        patch.setattr(gate_push, "enqueue", self.add_entry)
        patch.setattr(store, "find_visit", self.visits.get)
        patch.setattr(store, "add_new_visit", self.add_new_visit)
        patch.setattr(store, "add_visit_change", self.add_visit_change)
        patch.setattr(store, "find_order_owner", self.owners.get)
        patch.setattr(store, "add_order_claim", self.add_order_claim)

    def add_new_visit(self, transaction: Any, visit: Visit) -> None:
        """A visit that does not exist yet."""
        transaction.add("new_visit", lambda: visit.id not in self.visits, lambda: self._put(visit))

    def add_visit_change(self, transaction: Any, seen: Visit, changed: Visit) -> None:
        """A visit as it was seen."""
        transaction.add("visit", lambda: self.visits[seen.id].version == seen.version, lambda: self._put(changed))

    def add_order_claim(self, transaction: Any, order_id: str, visit_id: str) -> None:
        """An order that nobody else has."""
        transaction.add(
            "order",
            lambda: self.owners.get(order_id, visit_id) == visit_id,
            lambda: self.owners.__setitem__(order_id, visit_id),
        )

    def _put(self, visit: Visit) -> None:
        self.visits[visit.id] = visit
