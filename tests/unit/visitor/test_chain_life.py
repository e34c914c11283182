"""The whole life of reservations, with the real handlers and worker on a gate in memory: fifty thousand random steps.

People submit, approve, refuse, change and cancel; windows end, data are forgotten; the platform is down, refuses, loses its
answers or answers late, and the worker dies in the middle. The invariants hold after every step.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chalicelib.core.outbox.model import State, reopen
from chalicelib.core.outbox.worker import drain
from chalicelib.domains.visitor import gate_push, model
from chalicelib.domains.visitor.gate_push import GatePush
from chalicelib.domains.visitor.model import Change, Push, Reason, VisitProblem
from chalicelib.domains.visitor.privacy.forgetting import forgotten
from chalicelib.domains.visitor.visit import OPEN, GateStatus, Status, Visit, Window
from chalicelib.integrations.errors import Refused, Retryable, UnknownOutcome
from tests.support.fake_gate import FakeGate, Order
from tests.support.faults import ProcessDied
from tests.support.memory import Memory, MemoryTransaction
from tests.support.visits import APPROVER, HOST, PERSON, VISITOR, window_after

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STEPS = 50_000
STEPS_EACH = 50
PEOPLE = ("approve", "approve", "approve", "change", "change", "refuse", "cancel", "close")
"""Chosen with equal chance: what makes a visit go on comes more often than what ends it."""
OPERATIONS = ("find_host", "register", "find_registration", "rights", "qr_content", "revoke", "revoke")
RETENTION = timedelta(days=180)


class VisitLives(RuleBasedStateMachine):
    """One visitor reserves again and again; each reservation may become a chain of changed ones."""

    steps: ClassVar[int] = 0
    memory: ClassVar[Memory]
    """Under the worker's and the handlers' feet; emptied for every life."""

    @initialize()
    def begin(self) -> None:
        for table in (self.memory.visits, self.memory.entries, self.memory.owners):
            table.clear()
        self.now = NOW
        self.gate = FakeGate()
        self.handlers = GatePush(self.gate, timedelta(seconds=20), lambda: self.now).handlers
        self.serial = 0
        self.approvals: set[str] = set()
        self.submit()

    # What people do

    @property
    def current(self) -> Visit:
        """The newest visit."""
        return self.memory.visits[f"V{self.serial}"]

    def next_visit(self, window: Window) -> Visit:
        """A request; its purpose names it at the gate, too."""
        self.serial += 1
        name = f"V{self.serial}"
        return model.submit(
            visit_id=name,
            owner_id=VISITOR.user_id,
            visitor=PERSON,
            host=HOST,
            window=window,
            purpose=name,
            now=self.now,
        )

    def commit(self, seen: Visit, change: Change | None, new: Visit | None = None) -> None:
        """One transaction; nothing is under way beside it, so it cannot lose."""
        transaction = MemoryTransaction()
        if change is not None:
            assert change.visit.version == seen.version + 1, "every change is a new version"
            gate_push.add_change(transaction, seen, change, self.now)  # type: ignore[arg-type]
        if new is not None:
            self.memory.add_new_visit(transaction, new)
        transaction.commit()

    def submit(self) -> None:
        """The first visit of a chain."""
        visit = self.next_visit(window_after(self.now))
        self.commit(visit, None, visit)

    @rule(what=st.sampled_from(PEOPLE), stale=st.integers(0, 7))
    def step_person(self, what: str, stale: int) -> None:
        """Whose visit is over reserves again; what is not possible is tried all the same, now and then."""
        self.count()
        if self.current.status not in OPEN and stale != 1:
            self.submit()
        self.act(what, stale=stale == 0)

    def act(self, what: str, *, stale: bool = False) -> None:
        """A person's command, refused without effect when it is not possible."""
        before = dict(self.memory.visits)
        try:
            {
                "approve": self.approve,
                "refuse": self.refuse,
                "cancel": self.cancel,
                "change": self.change,
                "close": self.close,
            }[what](stale)
        except VisitProblem:
            assert self.memory.visits == before, "a refusal changes nothing"

    def approve(self, stale: bool) -> None:
        visit = self.current
        change = model.approve(visit, APPROVER.user_id, "陈建国", visit.version - stale, self.now)
        assert not stale and visit.status is Status.SUBMITTED and self.now < visit.window.ends_at
        self.commit(visit, change)
        self.approvals.add(visit.id)

    def refuse(self, stale: bool) -> None:
        visit = self.current
        self.commit(visit, model.refuse(visit, APPROVER.user_id, "陈建国", "资料", visit.version - stale, self.now))

    def cancel(self, _stale: bool) -> None:
        self.commit(self.current, model.cancel(self.current, self.now))

    def change(self, stale: bool) -> None:
        """At the same time, an hour later or when the old window is over; a stale one believes the other decision."""
        old = self.current
        seen = old.status
        if stale:
            seen = Status.SUBMITTED if old.status is Status.APPROVED else Status.APPROVED
        shift = timedelta(hours=(0, 1, 6)[self.serial % 3])
        window = Window(old.window.starts_at + shift, old.window.ends_at + shift)
        wanted = self.next_visit(window)
        try:
            change, new = model.change(old, wanted, seen, self.now)
        except VisitProblem:
            self.serial -= 1
            raise
        assert not stale
        self.commit(old, change, new)

    def close(self, _stale: bool) -> None:
        """The schedule: before the end it does nothing, afterwards nothing stays open."""
        for visit in list(self.memory.visits.values()):
            change = model.close(visit, self.now)
            assert change is None or self.now >= visit.window.ends_at
            if change is not None:
                self.commit(visit, change)

    def try_what_may_not_be(self) -> None:
        """An approver's own visit, an outdated view, a visit that was changed meanwhile."""
        visit = self.current
        tries = [(visit, VISITOR, visit.version), (visit, APPROVER, visit.version - 1)]
        tries += [(old, APPROVER, old.version) for old in self.memory.visits.values() if old.replaced_by]
        for tried, approver, version in tries:
            with pytest.raises(VisitProblem) as refused:
                model.approve(tried, approver.user_id, "某人", version, self.now)
            assert not tried.replaced_by or refused.value.reason is Reason.REPLACED

    def purge(self) -> None:
        """Half a year later; what the gate still holds was revoked long before, or stands among the failed pushes."""
        if self.current.status in OPEN or self.unrevoked():
            return
        self.now += RETENTION
        for visit in list(self.memory.visits.values()):
            bare = forgotten(visit, self.now)
            if bare is not None:
                assert bare.visitor.phone != PERSON.phone
                self.commit(visit, Change(bare))

    @rule(
        what=st.sampled_from(["wait", "wait", "staff", "staff", "purge", "forbidden"]),
        number=st.integers(0, 5),
    )
    def step_other(self, what: str, number: int) -> None:
        """Time passes; data are forgotten; staff sends a failed push again, in whatever order."""
        self.count()
        if what == "wait":
            self.now += timedelta(minutes=(1, 2, 5, 20, 90, 300)[number])
        elif what == "staff":
            self.send_again(number)
        else:
            {"purge": self.purge, "forbidden": self.try_what_may_not_be}[what]()

    # What the gate does

    @rule(
        operation=st.sampled_from(OPERATIONS),
        how=st.sampled_from(["well", "well", "before", "lost", "refused", "refused", "dies", "late"]),
        meanwhile=st.sampled_from(PEOPLE),
        rights=st.sampled_from(["ready", "ready", "ready", "pending", "failed"]),
    )
    def step_deliver(self, operation: str, how: str, meanwhile: str, rights: str) -> None:
        """The worker is woken for every object, while one call of the platform goes wrong once."""
        self.count()
        self.gate.rights_state = rights
        self.gate.trouble = self.trouble(operation, how, meanwhile)
        self.work()

    def trouble(self, operation: str, how: str, meanwhile: str) -> Callable[[str, str], None]:
        """``late``: the answer takes so long that somebody acts before it arrives."""
        remaining = [operation]

        def meet(called: str, moment: str) -> None:
            if called not in remaining or moment != ("before" if how in ("before", "refused") else "after"):
                return
            remaining.clear()
            if how == "before":
                raise Retryable("gate_down", "connection refused", "gate", sent=False)
            if how == "refused":
                raise Refused("gate_request_invalid", "refused", "gate")
            if how == "dies":
                raise ProcessDied(called)
            if how == "late":
                self.act(meanwhile)
            if how == "lost" and called == "register":
                raise UnknownOutcome("answer_lost", "read timeout", "gate")
            if how == "lost":
                raise Retryable("answer_lost", "read timeout", "gate", sent=True)

        return meet

    def work(self) -> None:
        """One wake-up for each object that has something to do."""
        keys = {key for (key, _), entry in self.memory.entries.items() if entry.state is State.PENDING}
        for key in sorted(keys):
            with suppress(ProcessDied):
                drain(
                    key,
                    self.handlers,
                    clock=lambda: self.now,
                    deadline=self.now + timedelta(seconds=50),
                    pause=lambda seconds: setattr(self, "now", self.now + timedelta(seconds=seconds)),
                )
            self.never_two_rights_of_a_chain()

    def send_again(self, number: int) -> None:
        """Whichever failed push staff presses."""
        failed = [entry for _, entry in sorted(self.memory.entries.items()) if entry.state is State.FAILED]
        if failed:
            entry = failed[number % len(failed)]
            self.memory.entries[entry.object_key, entry.sequence] = reopen(entry, self.now)

    # What always holds

    def count(self) -> None:
        type(self).steps += 1

    def live_orders(self) -> list[tuple[Visit, Order]]:
        """Every right at the gate with the visit it was given for."""
        return [(self.memory.visits[named(order)], order) for order in self.gate.orders if order.live]

    def unrevoked(self) -> list[str]:
        """Visits whose revocation is under way or has failed visibly."""
        entries = self.memory.entries.values()
        return [
            entry.payload["visit_id"]
            for entry in entries
            if entry.kind == Push.REVOKE.value and entry.state is not State.DONE
        ]

    @invariant()
    def no_right_without_a_current_approval(self) -> None:
        if not hasattr(self, "gate"):
            return
        for visit, _ in self.live_orders():
            assert visit.id in self.approvals
            assert visit.status is Status.APPROVED or visit.id in self.unrevoked(), visit

    @invariant()
    def never_two_rights_of_a_chain(self) -> None:
        if not hasattr(self, "gate"):
            return
        chains = [visit.chain_id for visit, _ in self.live_orders()]
        assert len(chains) == len(set(chains)), chains

    @invariant()
    def at_most_one_visit_is_open_and_it_is_the_newest(self) -> None:
        if hasattr(self, "gate"):
            still_open = [visit.id for visit in self.memory.visits.values() if visit.status in OPEN]
            assert still_open in ([], [self.current.id])

    @invariant()
    def approved_is_ready_or_visibly_failed_or_on_its_way(self) -> None:
        if not hasattr(self, "gate") or self.current.status is not Status.APPROVED:
            return
        visit = self.current
        pending = [
            entry
            for entry in self.memory.entries_of(f"gate:visit:{visit.chain_id}")
            if entry.state is State.PENDING and entry.payload["visit_id"] == visit.id
        ]
        assert visit.gate.status in (GateStatus.READY, GateStatus.FAILED) or pending, "waiting, with nothing under way"
        if visit.gate.status is GateStatus.READY:
            assert [named(order) for _, order in self.live_orders()].count(visit.id) == 1

    @invariant()
    def revoked_means_no_right(self) -> None:
        if not hasattr(self, "gate"):
            return
        live = {visit.id for visit, _ in self.live_orders()}
        for visit in self.memory.visits.values():
            if visit.gate.status is GateStatus.REVOKED:
                assert visit.id not in live and visit.gate.qr_content is None

    def teardown(self) -> None:
        """However it went: once the window is over and the gate answers again, no right is left, and nothing is open."""
        if not hasattr(self, "gate"):
            return
        self.gate.trouble = lambda operation, moment: None
        self.gate.rights_state = "ready"
        self.now = max(self.now, self.current.window.ends_at)
        self.act("close")
        for _ in range(12):
            for key, entry in self.memory.entries.items():
                if entry.state is State.FAILED and entry.kind == Push.REVOKE.value:
                    self.memory.entries[key] = reopen(entry, self.now)
            self.now += timedelta(minutes=20)
            self.work()
        assert self.live_orders() == []
        assert all(entry.state is not State.PENDING for entry in self.memory.entries.values())
        for visit in self.memory.visits.values():
            assert visit.status not in OPEN
            assert visit.gate.status in (GateStatus.NONE, GateStatus.REVOKED)


def named(order: Order) -> str:
    """Id of the visit an order was given for: the purpose it has in this test, before our number."""
    return order.visit.purpose.partition(" ")[0]


@pytest.mark.usefixtures("environment")
def test_fifty_thousand_random_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    VisitLives.steps = 0
    VisitLives.memory = Memory()
    VisitLives.memory.install(monkeypatch)
    lives = STEPS * 5 // (STEPS_EACH * 4)  # some lives are cut short
    run_state_machine_as_test(
        VisitLives,
        settings=settings(
            max_examples=lives,
            stateful_step_count=STEPS_EACH,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert VisitLives.steps >= STEPS, VisitLives.steps
