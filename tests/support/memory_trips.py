"""Registrations, counters and claims in memory, under the real steps, handlers and worker (see ``memory``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from chalicelib.core.outbox.model import Entry, State
from chalicelib.domains.logistics.registrations import steps, store
from chalicelib.domains.logistics.registrations.registration import Registration
from chalicelib.domains.logistics.registrations.store import FREE, claimed
from chalicelib.domains.logistics.stock import store as stock
from chalicelib.domains.logistics.stock.model import Product, Reading
from chalicelib.domains.logistics.stock.store import Movement
from tests.support.memory import MemoryTransaction, OutboxMemory


@dataclass
class Trips(OutboxMemory):
    """What DynamoDB would hold; every condition is that of the stores."""

    registrations: dict[str, Registration] = field(default_factory=dict)
    held: Counter[str] = field(default_factory=Counter)
    movements: set[str] = field(default_factory=set)
    claims: dict[str, str] = field(default_factory=dict)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put it under the steps, the handlers and the worker."""
        super().install(patch)
        patch.setattr(steps, "Transaction", MemoryTransaction)
        patch.setattr(steps, "enqueue", self.add_entry)
        patch.setattr(steps, "add_notice", lambda *_, **__: None)
        patch.setattr(steps, "record", lambda *_, **__: None)
        patch.setattr(store, "find_registration", self.registrations.get)
        patch.setattr(store, "add_new", self.add_new)
        patch.setattr(store, "add_change", self.add_change)
        patch.setattr(store, "add_claims", self.add_claims)
        patch.setattr(store, "add_forced_claims", self.add_forced_claims)
        patch.setattr(store, "add_freed_claims", self.add_freed_claims)
        patch.setattr(store, "taken_by_others", self.taken_by_others)
        patch.setattr(stock, "add_movement", self.add_movement)
        patch.setattr(stock, "add_guarded_movement", self.add_guarded_movement)

    def due(self, now: datetime, limit: int) -> list[str]:
        """Objects with a pending entry whose time has come, the longest waiting first."""
        waiting = [
            entry for entry in self.entries.values() if entry.state is State.PENDING and entry.next_attempt_at <= now
        ]
        waiting.sort(key=lambda entry: entry.next_attempt_at)
        return list(dict.fromkeys(entry.object_key for entry in waiting[:limit]))

    def waiting(self) -> list[Entry]:
        """Everything that is not done."""
        return [entry for entry in self.entries.values() if entry.state is State.PENDING]

    def add_new(self, transaction: Any, registration: Registration) -> None:
        """One that does not exist yet."""
        new = registration.id not in self.registrations
        transaction.add("new_registration", lambda: new, lambda: self._put(registration))

    def add_change(self, transaction: Any, seen: Registration, changed: Registration) -> None:
        """As it was seen."""
        same = lambda: self.registrations[seen.id].version == seen.version  # noqa: E731
        transaction.add("registration", same, lambda: self._put(changed))

    def add_claims(self, transaction: Any, registration: Registration) -> None:
        """Nobody else's."""
        for key in claimed(registration):
            mine = self.claims.get(key, registration.id) == registration.id
            transaction.add(f"claim {key}", lambda mine=mine: mine, lambda key=key: self._claim(key, registration.id))

    def add_forced_claims(self, transaction: Any, registration: Registration) -> None:
        """Whosever it was."""
        for key in claimed(registration):
            transaction.add(f"claim {key}", lambda: True, lambda key=key: self._claim(key, registration.id))

    def add_freed_claims(self, transaction: Any, registration: Registration, foreign: Collection[str] = ()) -> None:
        """Only one's own."""
        for key in claimed(registration):
            if key not in foreign:
                mine = self.claims.get(key, registration.id) == registration.id
                transaction.add(f"{FREE}{key}", lambda mine=mine: mine, lambda key=key: self.claims.pop(key, None))

    def taken_by_others(self, registration: Registration) -> set[str]:
        """Somebody else's now."""
        return {key for key in claimed(registration) if self.claims.get(key, registration.id) != registration.id}

    def add_movement(self, transaction: Any, movement: Movement) -> None:
        """Once a movement."""
        new = movement.key not in self.movements
        transaction.add("movement", lambda: new, lambda: self._move(movement))

    def add_guarded_movement(
        self, transaction: Any, product: Product, movement: Movement, reading: Reading, room_kg: int
    ) -> None:
        """As long as it fits."""
        transaction.add("stock", lambda: self.held[product.code] <= room_kg, lambda: None)
        self.add_movement(transaction, movement)

    def _put(self, registration: Registration) -> None:
        self.registrations[registration.id] = registration

    def _claim(self, key: str, registration_id: str) -> None:
        self.claims[key] = registration_id

    def _move(self, movement: Movement) -> None:
        self.movements.add(movement.key)
        self.held[movement.product_code] += movement.delta_kg
