"""Life of outbox entries of one object: whatever dies or is late, each push is done once recorded, in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.core.outbox import model
from chalicelib.core.outbox.model import LEASE, Entry, NotDue, PushError, State

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ERROR = PushError("gate_down", "connection refused")


class OutboxLife(RuleBasedStateMachine):
    """Workers begin, die, postpone, complete and fail; a dead worker may come back after its lease."""

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.entries: dict[int, Entry] = {}
        self.running: list[Entry] = []
        self.finished: list[int] = []

    @rule()
    def enqueue(self) -> None:
        number = len(self.entries) + 1
        self.entries[number] = model.new_entry(peer="gate", subject="visit:1", sequence=number, kind="k", now=self.now)

    @rule(seconds=st.integers(1, 120))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def start(self) -> None:
        due = model.next_due(self.entries.values(), self.now)
        if due is None:
            return
        begun = model.begin(due, self.now)
        self.entries[due.sequence] = begun
        self.running.append(begun)

    @rule(result=st.sampled_from(["complete", "postpone", "fail", "die"]), late=st.booleans())
    def finish(self, result: str, late: bool) -> None:
        """A worker records its result; the store's condition refuses it when the entry moved on (its fencing token)."""
        if not self.running:
            return
        begun = self.running.pop(0 if late else -1)
        current = self.entries[begun.sequence]
        if result == "die" or current != begun:
            return
        if result == "complete":
            self.entries[begun.sequence] = model.complete(begun, self.now)
            self.finished.append(begun.sequence)
        elif result == "fail":
            self.entries[begun.sequence] = model.fail(begun, self.now, ERROR, maybe_sent=False)
        else:
            until = self.now + timedelta(seconds=20)
            self.entries[begun.sequence] = model.postpone(begun, until, error=ERROR, maybe_sent=False)

    @invariant()
    def done_once_and_in_order(self) -> None:
        finished = getattr(self, "finished", [])
        assert finished == sorted(set(finished))

    @invariant()
    def nothing_overtakes_a_pending_entry(self) -> None:
        entries = getattr(self, "entries", {})
        pending = [number for number, entry in entries.items() if entry.state is State.PENDING]
        done = [number for number, entry in entries.items() if entry.state is State.DONE]
        assert not pending or not done or max(done) < min(pending)

    @invariant()
    def a_dead_attempt_comes_back(self) -> None:
        for entry in getattr(self, "entries", {}).values():
            if entry.state is State.PENDING:
                assert entry.next_attempt_at <= self.now + LEASE


TestOutboxLife = OutboxLife.TestCase
TestOutboxLife.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


@given(attempts=st.integers(1, 1000))
def test_back_off_doubles_up_to_the_cap(attempts: int) -> None:
    pause = model.back_off(attempts, 20, 900).total_seconds()
    assert pause == min(900, 20 * 2 ** min(attempts - 1, 16))


def test_a_running_attempt_is_not_begun_again_before_its_lease_ends() -> None:
    entry = model.new_entry(peer="gate", subject="visit:1", sequence=1, kind="k", now=NOW)
    begun = model.begin(entry, NOW)
    with pytest.raises(NotDue):
        model.begin(begun, NOW + LEASE - timedelta(seconds=1))
    again = model.begin(begun, NOW + LEASE)
    assert (again.attempts, again.maybe_sent) == (2, True)


def test_a_done_entry_is_not_sent_again() -> None:
    entry = model.new_entry(peer="gate", subject="visit:1", sequence=1, kind="k", now=NOW)
    with pytest.raises(NotDue):
        model.reopen(model.complete(model.begin(entry, NOW), NOW), NOW)
