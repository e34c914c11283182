"""The life of a visit against a model of the gate: random commands, lost and late answers; the invariants always hold."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.core.opening import ALWAYS_OPEN, read_opening_hours
from chalicelib.domains.visitor import model
from chalicelib.domains.visitor.model import Change, Push, Reason, Stage, VisitProblem
from chalicelib.domains.visitor.visit import OPEN, GateStatus, Status, Visit, Window
from chalicelib.domains.visitor.window import WindowProblem, check_window
from tests.support.visits import APPROVER, VISITOR, submitted, window_after

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class VisitLife(RuleBasedStateMachine):
    """Commands come in any order; the gate carries out pushes in order, each answer arrives, late or after a retry."""

    pushes = Bundle("pushes")

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.visit: Visit = submitted(NOW)
        self.queue: list[Push] = []
        self.right: str | None = None
        self.approved_once = False
        self.closed = False

    def apply(self, change: Change | None) -> None:
        if change is None:
            return
        assert change.visit.version == self.visit.version + 1, "every change is a new version"
        self.visit = change.visit
        if change.push:
            self.queue.append(change.push)

    @rule(stale=st.booleans())
    def approve(self, stale: bool) -> None:
        version = self.visit.version - 1 if stale else self.visit.version
        before = self.visit
        try:
            self.apply(model.approve(self.visit, APPROVER.user_id, "陈建国", version, self.now))
            self.approved_once = True
            assert not stale and before.status is Status.SUBMITTED and self.now < before.window.ends_at
        except VisitProblem:
            assert self.visit == before

    @rule()
    def approve_own(self) -> None:
        before = self.visit
        with pytest.raises(VisitProblem):
            self.apply(model.approve(self.visit, VISITOR.user_id, "林晓雨", self.visit.version, self.now))
        assert self.visit == before

    @rule()
    def refuse(self) -> None:
        with suppress(VisitProblem):
            self.apply(model.refuse(self.visit, APPROVER.user_id, "陈建国", "资料不全", self.visit.version, self.now))

    @rule()
    def cancel(self) -> None:
        with suppress(VisitProblem):
            self.apply(model.cancel(self.visit, self.now))

    @rule(minutes=st.integers(1, 200))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def close(self) -> None:
        """The schedule comes: before the end it does nothing, afterwards nothing stays open."""
        before = self.visit
        self.apply(model.close(self.visit, self.now))
        if self.now < before.window.ends_at:
            assert self.visit == before
        else:
            assert self.visit.status not in OPEN
            self.closed = True

    @rule(outcome=st.sampled_from(["done", "lost", "refused", "cancelled_meanwhile", "closed_meanwhile"]))
    def gate_works(self, outcome: str) -> None:
        """The gate carries out the oldest push; its answer may be lost (the push stays) or refused."""
        if not self.queue:
            return
        push = self.queue[0]
        if push is Push.REGISTER:
            self._register(outcome)
        elif push is Push.RIGHTS:
            self.queue.pop(0)
            answered = model.gate_failed if outcome == "refused" else None
            change = (
                answered(self.visit, "rights_failed", self.now)
                if answered
                else model.gate_ready(self.visit, "QR", self.now)
            )
            self.apply(change)
        elif outcome != "lost":
            self.queue.pop(0)
            self.right = None
            self.apply(model.gate_revoked(self.visit, self.now))

    def _register(self, outcome: str) -> None:
        if self.visit.status is not Status.APPROVED and self.right is None:
            self.queue.pop(0)
            return
        if outcome == "refused" and self.right is None:
            self.queue.pop(0)
            self.apply(model.gate_failed(self.visit, "host_unknown", self.now))
            return
        self.right = "order-1"
        if outcome == "cancelled_meanwhile":
            self.cancel()
        if outcome == "closed_meanwhile":
            self.now = max(self.now, self.visit.window.ends_at)
            self.close()
        if outcome != "lost":
            self.queue.pop(0)
            self.apply(model.gate_registered(self.visit, self.right, self.now))

    @invariant()
    def no_right_without_approval(self) -> None:
        if getattr(self, "right", None):
            assert self.approved_once
            assert self.visit.status is Status.APPROVED or Push.REVOKE in self.queue

    @invariant()
    def approved_is_ready_or_visibly_failed_or_on_its_way(self) -> None:
        visit = getattr(self, "visit", None)
        if visit and visit.status is Status.APPROVED:
            settled = visit.gate.status in (GateStatus.READY, GateStatus.FAILED)
            assert settled or self.queue, "waiting with nothing under way"
            assert visit.gate.status is not GateStatus.READY or self.right

    @invariant()
    def no_right_after_the_window_once_closed(self) -> None:
        """Once closed, a right is gone or its revocation is on the way, and what is on the way makes no new one."""
        if getattr(self, "closed", False):
            assert self.right is None or Push.REVOKE in self.queue
            assert self.visit.gate.status not in (GateStatus.WAITING, GateStatus.READY, GateStatus.FAILED)

    @invariant()
    def revoked_means_no_right(self) -> None:
        visit = getattr(self, "visit", None)
        if visit and visit.gate.status is GateStatus.REVOKED:
            assert self.right is None
            assert visit.gate.qr_content is None

    def teardown(self) -> None:
        """However it went: when the window is over, the schedule has come and the gate has answered, no right is left."""
        self.now = max(self.now, self.visit.window.ends_at)
        self.close()
        while self.queue:
            self.gate_works("done")
        assert self.right is None
        assert self.visit.gate.status in (GateStatus.NONE, GateStatus.REVOKED)
        assert self.visit.status not in OPEN


TestVisitLife = VisitLife.TestCase
TestVisitLife.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


def test_approval_needs_the_version_that_was_seen() -> None:
    visit = submitted(NOW)
    with pytest.raises(VisitProblem) as refused:
        model.approve(visit, APPROVER.user_id, "陈建国", 7, NOW)
    assert refused.value.reason is Reason.CHANGED


def test_a_request_whose_window_is_over_is_expired_and_cannot_be_approved() -> None:
    visit = submitted(NOW)
    after = visit.window.ends_at
    assert model.stage(visit, after) is Stage.EXPIRED
    with pytest.raises(VisitProblem) as refused:
        model.approve(visit, APPROVER.user_id, "陈建国", 1, after)
    assert refused.value.reason is Reason.WINDOW_OVER


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=9)])
def test_an_undecided_request_expires_and_the_gate_is_told_nothing(late: timedelta) -> None:
    visit = submitted(NOW)
    change = model.close(visit, visit.window.ends_at + late)
    assert change is not None
    assert (change.visit.status, change.visit.gate.status, change.push) == (Status.EXPIRED, GateStatus.NONE, None)
    assert change.visit.events[-1].name == "expired"
    with pytest.raises(VisitProblem) as refused:
        model.approve(change.visit, APPROVER.user_id, "陈建国", change.visit.version, visit.window.ends_at)
    assert refused.value.reason is Reason.WINDOW_OVER


def test_an_approved_visit_ends_and_its_right_is_revoked() -> None:
    visit = model.approve(submitted(NOW), APPROVER.user_id, "陈建国", 1, NOW).visit
    assert model.close(visit, visit.window.ends_at - timedelta(milliseconds=1)) is None
    change = model.close(visit, visit.window.ends_at)
    assert change is not None
    assert (change.visit.status, change.visit.gate.status, change.push) == (
        Status.ENDED,
        GateStatus.REVOKING,
        Push.REVOKE,
    )
    assert model.stage(change.visit, NOW) is Stage.ENDED
    assert model.close(change.visit, visit.window.ends_at) is None


def test_cancelling_a_submitted_request_tells_the_gate_nothing() -> None:
    change = model.cancel(submitted(NOW), NOW)
    assert (change.visit.status, change.visit.gate.status, change.push) == (Status.CANCELLED, GateStatus.NONE, None)


@pytest.mark.parametrize(
    ("window", "problem"),
    [
        (Window(NOW, NOW), WindowProblem.END_BEFORE_START),
        (window_after(NOW, hours=-1), WindowProblem.START_PASSED),
        (window_after(NOW, length=0.4), WindowProblem.TOO_SHORT),
        (window_after(NOW, length=24 * 7 + 0.1), WindowProblem.TOO_LONG),
        (window_after(NOW, hours=24 * 61), WindowProblem.TOO_FAR_AHEAD),
        (window_after(NOW, hours=-0.1), None),
        (window_after(NOW, length=24 * 7), None),
    ],
)
def test_windows(window: Window, problem: WindowProblem | None) -> None:
    assert check_window(window, ALWAYS_OPEN, NOW) is problem


# NOW is Monday 09:00 at the plant.
WEEK = read_opening_hours("mon-fri 08:00-12:00,13:30-17:30; sat 08:30-11:30; closed 2026-11-25")


@pytest.mark.parametrize(
    ("start", "length", "problem"),
    [
        (timedelta(0), timedelta(hours=3), None),
        (timedelta(0), timedelta(hours=6), None),  # across the midday break
        (timedelta(0), timedelta(hours=8, minutes=30), None),  # until the last minute
        (timedelta(0), timedelta(hours=8, minutes=31), WindowProblem.END_OUTSIDE_HOURS),
        (timedelta(hours=3), timedelta(hours=2), WindowProblem.START_OUTSIDE_HOURS),  # begins with the break
        (timedelta(hours=2), timedelta(hours=2), WindowProblem.END_OUTSIDE_HOURS),  # ends in the break
        (timedelta(0), timedelta(days=1), None),  # over night, both ends within hours
        (timedelta(0), timedelta(hours=12), WindowProblem.END_OUTSIDE_HOURS),
        (timedelta(0), timedelta(days=2), WindowProblem.END_DAY_CLOSED),  # Wednesday is closed
        (timedelta(days=2), timedelta(days=1), WindowProblem.START_DAY_CLOSED),
        (timedelta(days=1), timedelta(days=2), None),  # closed in between
        (timedelta(days=5), timedelta(hours=2), None),
        (timedelta(days=5), timedelta(hours=3), WindowProblem.END_OUTSIDE_HOURS),
        (timedelta(days=6), timedelta(hours=2), WindowProblem.START_DAY_CLOSED),
        (timedelta(hours=-1), timedelta(hours=2), WindowProblem.START_PASSED),  # the older rules come first
    ],
)
def test_both_ends_of_a_window_lie_within_the_plants_hours(
    start: timedelta, length: timedelta, problem: WindowProblem | None
) -> None:
    window = Window(NOW + start, NOW + start + length)
    assert check_window(window, WEEK, NOW) is problem
