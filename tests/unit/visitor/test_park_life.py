"""The park's side of a visit: commands, lost answers, late and doubled messages; in the end both sides agree."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domains.visitor import model
from chalicelib.domains.visitor.model import Change, Stage, VisitProblem
from chalicelib.domains.visitor.park import model as park
from chalicelib.domains.visitor.park.model import ParkPush, Policy, Report
from chalicelib.domains.visitor.visit import OPEN, GateStatus, Park, ParkStatus, Status, Visit
from tests.support.visits import APPROVER, submitted

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ON = Policy(on=True, required=True)
WORDS = {"pending": ParkStatus.WAITING, "accepted": ParkStatus.ACCEPTED, "rejected": ParkStatus.REJECTED}


@dataclass
class Held:
    """What the platform holds."""

    facts: object
    status: str
    at: datetime


def facts_of(visit: Visit) -> object:
    return visit.window, visit.visitor.plate_number


class ParkLife(RuleBasedStateMachine):
    """People decide, the worker pushes in order, the committee decides when it likes, its messages arrive in any order."""

    @initialize(required=st.booleans())
    def begin(self, required: bool) -> None:
        self.now = NOW
        self.policy = replace(ON, required=required)
        self.visit = submitted(NOW)
        self.queue: list[ParkPush] = []
        self.held: Held | None = None
        self.messages: list[Report] = []

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def apply(self, change: Change | None) -> None:
        if change is not None:
            followed = park.follow(self.visit, change, self.policy)
            assert followed.visit.version > self.visit.version
            self.visit = followed.visit
            self.queue += [ParkPush(followed.park_push)] if followed.park_push else []

    @rule()
    def approve(self) -> None:
        with suppress(VisitProblem):
            self.apply(model.approve(self.visit, APPROVER.user_id, "陈建国", self.visit.version, self.tick()))

    @rule()
    def cancel(self) -> None:
        with suppress(VisitProblem):
            self.apply(model.cancel(self.visit, self.tick()))

    @rule(hours=st.integers(0, 3), asks_again=st.booleans())
    def change_times(self, hours: int, asks_again: bool) -> None:
        """As a change will be: other times, undecided again or approved at once."""
        if self.visit.status not in OPEN:
            return
        window = replace(self.visit.window, ends_at=self.visit.window.ends_at + timedelta(hours=hours))
        status = Status.SUBMITTED if asks_again else self.visit.status
        self.apply(Change(replace(self.visit, window=window, status=status, version=self.visit.version + 1)))

    @rule()
    def close(self) -> None:
        self.now = max(self.now, self.visit.window.ends_at)
        self.apply(model.close(self.visit, self.tick()))

    @rule(decides=st.sampled_from(["pending", "accepted", "rejected"]), lost=st.booleans())
    def push(self, decides: str, lost: bool) -> None:
        if not self.queue:
            return
        answer = self.carry_out(self.queue[0], decides)
        if not lost:
            self.queue.pop(0)
            self.record(answer)

    def carry_out(self, push: ParkPush, decides: str) -> Report | None:
        """The platform's side: repeated calls find what the first one made."""
        if push is ParkPush.CANCEL:
            if self.held:
                self.held = replace(self.held, status="cancelled", at=self.tick())
            return None
        if self.visit.status is not Status.APPROVED:
            return None
        if self.held is None or self.held.status == "cancelled" or self.held.facts != facts_of(self.visit):
            self.held = Held(facts_of(self.visit), decides, self.tick())
        return Report(WORDS[self.held.status], self.held.at, "P1")

    def record(self, answer: Report | None) -> None:
        changed = park.reported(self.visit, answer, self.now) if answer else park.cancelled(self.visit, self.now)
        self.visit = changed or self.visit

    @rule(accepts=st.booleans())
    def committee_decides(self, accepts: bool) -> None:
        if self.held and self.held.status != "cancelled":
            self.held = replace(self.held, status="accepted" if accepts else "rejected", at=self.tick())
            self.messages.append(Report(WORDS[self.held.status], self.held.at, reason="管控" if not accepts else None))

    @rule(number=st.integers(0, 5), again=st.booleans())
    def deliver(self, number: int, again: bool) -> None:
        if self.messages:
            place = number % len(self.messages)
            message = self.messages[place] if again else self.messages.pop(place)
            self.visit = park.reported(self.visit, message, self.now) or self.visit

    @invariant()
    def ready_means_that_everybody_required_has_accepted(self) -> None:
        if model.stage(self.visit, self.now) is Stage.READY:
            assert self.visit.gate.status is GateStatus.READY
            assert not self.visit.park.required or self.visit.park.status is ParkStatus.ACCEPTED

    @rule()
    def the_gate_answers(self) -> None:
        registered = self.visit.status is Status.APPROVED and self.visit.gate.status is GateStatus.WAITING
        change = model.gate_ready(self.visit, "QR", self.tick()) if registered else None
        self.visit = change.visit if change else self.visit

    def teardown(self) -> None:
        """Everything arrives in the end: the park holds exactly what is approved, and we know what it says."""
        while self.queue:
            self.record(self.carry_out(self.queue.pop(0), "pending"))
        if self.visit.status is Status.APPROVED:
            assert self.held and self.held.facts == facts_of(self.visit)
            if self.held.status in WORDS:
                self.record(Report(WORDS[self.held.status], self.held.at, "P1"))
                assert self.visit.park.status is WORDS[self.held.status]
        elif self.visit.status is not Status.SUBMITTED:
            assert self.held is None or self.held.status == "cancelled"
            assert self.visit.park.status in (ParkStatus.NONE, ParkStatus.CANCELLED)


TestParkLife = ParkLife.TestCase
TestParkLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def approved(policy: Policy = ON) -> Visit:
    visit = submitted(NOW)
    return park.follow(visit, model.approve(visit, "A", "陈建国", visit.version, NOW), policy).visit


def test_a_park_that_is_switched_off_has_no_part() -> None:
    visit = approved(Policy(on=False, required=True))
    assert visit.park == Park()
    assert park.reported(visit, Report(ParkStatus.REJECTED, NOW), NOW) is None
    assert park.switched_off(visit) is None
    waiting = approved()
    released = park.switched_off(waiting)
    assert released is not None and released.park == Park()


def test_an_unrequired_park_never_decides() -> None:
    visit = approved(Policy(on=True, required=False))
    ready = model.gate_ready(visit, "QR", NOW)
    assert ready is not None and model.stage(ready.visit, NOW) is Stage.READY
    rejected = park.reported(ready.visit, Report(ParkStatus.REJECTED, NOW, "P1", "管控"), NOW)
    assert rejected is not None and model.stage(rejected, NOW) is Stage.READY


@pytest.mark.parametrize(
    ("park_status", "gate_status", "expected"),
    [
        (ParkStatus.WAITING, GateStatus.WAITING, Stage.AWAITING_GATE),
        (ParkStatus.WAITING, GateStatus.READY, Stage.AWAITING_PARK),
        (ParkStatus.ACCEPTED, GateStatus.WAITING, Stage.AWAITING_GATE),
        (ParkStatus.ACCEPTED, GateStatus.READY, Stage.READY),
        (ParkStatus.REJECTED, GateStatus.WAITING, Stage.PARK_REJECTED),
        (ParkStatus.REJECTED, GateStatus.READY, Stage.PARK_REJECTED),
        (ParkStatus.FAILED, GateStatus.READY, Stage.PARK_FAILED),
        (ParkStatus.ACCEPTED, GateStatus.FAILED, Stage.GATE_FAILED),
        (ParkStatus.REJECTED, GateStatus.FAILED, Stage.GATE_FAILED),
    ],
)
def test_the_one_word(park_status: ParkStatus, gate_status: GateStatus, expected: Stage) -> None:
    visit = approved()
    visit = replace(visit, park=replace(visit.park, status=park_status), gate=replace(visit.gate, status=gate_status))
    assert model.stage(visit, NOW) is expected


def test_what_is_older_than_the_last_word_is_not_believed() -> None:
    visit = park.reported(approved(), Report(ParkStatus.ACCEPTED, NOW + timedelta(seconds=9), "P1"), NOW)
    assert visit is not None
    assert park.reported(visit, Report(ParkStatus.REJECTED, NOW + timedelta(seconds=8), "P1"), NOW) is None
    assert park.reported(visit, Report(ParkStatus.WAITING, NOW + timedelta(seconds=9), "P1"), NOW) is None
    rejected = park.reported(visit, Report(ParkStatus.REJECTED, NOW + timedelta(seconds=10), None, "管控"), NOW)
    assert rejected is not None and (rejected.park.reason, rejected.park.visit_no) == ("管控", "P1")


def test_passages_are_lines_and_bounded() -> None:
    visit = approved()
    entered = park.passed(visit, "entered", NOW)
    assert entered is not None and entered.park == visit.park
    assert park.passed(entered, "entered", NOW) is None, "told twice"
    full = replace(visit, events=visit.events * park.MAX_EVENTS)
    assert park.passed(full, "left", NOW) is None


def test_a_refusal_with_a_sentence_is_the_parks_no_anything_else_ours() -> None:
    no = park.failed(approved(), "park_declined", "园区临时管控", NOW)
    ours = park.failed(approved(), "park_credentials_refused", None, NOW)
    assert no is not None and ours is not None
    assert (no.park.status, ours.park.status) == (ParkStatus.REJECTED, ParkStatus.FAILED)
