"""Where a visitor is: the same passages lead to the same place, in whatever order and however often they become known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domains.visitor import model as visits
from chalicelib.domains.visitor.model import Change, Push, Stage
from chalicelib.domains.visitor.passages import model
from chalicelib.domains.visitor.passages.model import Direction, Remark
from chalicelib.domains.visitor.visit import GateStatus, PresenceStatus, Status, Visit
from tests.support.visits import APPROVER, submitted

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ZONE = timezone(timedelta(hours=8))
HOUR = timedelta(hours=1)
IN, OUT = Direction.IN, Direction.OUT
PASSAGES = st.lists(st.tuples(st.sampled_from((IN, OUT)), st.integers(0, 8)), min_size=1, max_size=12)


def approved() -> Visit:
    """A window from 10:00 to 14:00 at the plant, its right on the devices."""
    visit = visits.approve(submitted(NOW), APPROVER.user_id, "陈建国", 1, NOW).visit
    ready = visits.gate_ready(visits.gate_registered(visit, "order-1", NOW).visit, "QR", NOW)
    assert ready is not None
    return ready.visit


def after(visit: Visit, *passages: tuple[Direction, datetime]) -> Visit:
    for direction, at in passages:
        change = model.passed(visit, direction, at)
        visit = change.visit if change else visit
    return visit


@given(PASSAGES, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_order_and_repetition_do_not_matter(passages: list[tuple[Direction, int]], chance: object) -> None:
    real = [(direction, NOW + minutes * timedelta(minutes=1)) for direction, minutes in passages]
    told = real + real[: len(real) // 2]
    chance.shuffle(told)  # type: ignore[attr-defined]
    presence = after(approved(), *told).presence
    assert presence == after(approved(), *sorted(real, key=lambda passage: passage[1])).presence
    latest = max(at for _, at in real)
    left = (OUT, latest) in real
    assert presence.status is (PresenceStatus.LEFT if left else PresenceStatus.INSIDE)
    assert presence.passed_at == latest
    entries = [at for direction, at in real if direction is IN]
    assert presence.entered_at == (min(entries) if entries else None)


class PresenceLife(RuleBasedStateMachine):
    """People decide, time passes, passages become known late; right and presence keep out of each other's way."""

    @initialize()
    def begin(self) -> None:
        self.now = NOW + HOUR
        self.visit = approved()
        self.happened: list[tuple[Direction, datetime]] = []
        self.pushes: list[Push] = []

    def apply(self, change: Change | None) -> None:
        if change is None:
            return
        assert change.visit.version == self.visit.version + 1
        self.visit = change.visit
        if change.push:
            self.pushes.append(change.push)

    @rule(direction=st.sampled_from((IN, OUT)), minutes_ago=st.integers(0, 300))
    def passes(self, direction: Direction, minutes_ago: int) -> None:
        at = self.now - timedelta(minutes=minutes_ago)
        self.happened.append((direction, at))
        self.apply(model.passed(self.visit, direction, at))

    @rule()
    def the_last_one_is_told_again(self) -> None:
        if self.happened:
            before = self.visit
            self.apply(model.passed(self.visit, *self.happened[-1]))
            assert self.visit.presence == before.presence

    @rule()
    def reception_signs_out(self) -> None:
        change = model.signed_out(self.visit, self.now)
        if change is not None:
            self.happened.append((OUT, self.now))
        self.apply(change)

    @rule(minutes=st.integers(1, 700))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def close(self) -> None:
        self.apply(visits.close(self.visit, self.now))

    @rule()
    def cancel(self) -> None:
        if visits.can_cancel(self.visit, self.now):
            self.apply(visits.cancel(self.visit, self.now))

    @rule()
    def night(self) -> None:
        self.apply(model.check_out(self.visit, self.now, 23, ZONE))

    @rule()
    def gate_revokes(self) -> None:
        self.apply(visits.gate_revoked(self.visit, self.now))

    @invariant()
    def nobody_is_lost(self) -> None:
        """Inside, unless the latest passage is an exit or the night came after it."""
        if not getattr(self, "happened", None):
            return
        latest = max(at for _, at in self.happened)
        presence = self.visit.presence
        if (OUT, latest) in self.happened:
            assert presence.status is PresenceStatus.LEFT
        elif presence.checked_out_at is None or latest > presence.checked_out_at:
            assert presence.status is PresenceStatus.INSIDE
        else:
            assert presence.status is PresenceStatus.CHECKED_OUT

    @invariant()
    def a_right_ends_with_the_visit(self) -> None:
        """An ended visit keeps its right only for somebody who is still inside, and it is revoked once."""
        visit = getattr(self, "visit", None)
        if visit is None:
            return
        assert self.pushes.count(Push.REVOKE) <= 1
        if visit.status is Status.ENDED and not visits.is_inside(visit):
            assert visit.gate.status in (GateStatus.REVOKING, GateStatus.REVOKED)
            assert Push.REVOKE in self.pushes

    @invariant()
    def somebody_inside_is_seen(self) -> None:
        visit = getattr(self, "visit", None)
        if visit is not None and visits.is_inside(visit):
            over = self.now >= visit.window.ends_at
            assert visits.stage(visit, self.now) is (Stage.OVERSTAYED if over else Stage.ENTERED)

    def teardown(self) -> None:
        """However it went: a day later the visit is closed, nobody is inside and no right is left."""
        self.now = max(self.now, self.visit.window.ends_at) + timedelta(days=2)
        self.close()
        self.night()
        self.gate_revokes()
        assert not visits.is_inside(self.visit)
        assert self.visit.gate.status is GateStatus.REVOKED


TestPresenceLife = PresenceLife.TestCase
TestPresenceLife.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)


def test_who_stays_is_overstayed_signed_out_at_night_and_may_still_turn_out_to_have_left() -> None:
    visit = after(approved(), (IN, NOW + HOUR))
    assert visits.stage(visit, NOW + 2 * HOUR) is Stage.ENTERED
    closed = visits.close(visit, visit.window.ends_at)
    assert closed is not None and closed.push is None, "the platform's list of people inside stays true"
    assert visits.stage(closed.visit, visit.window.ends_at) is Stage.OVERSTAYED
    night = datetime(2026, 11, 23, 23, 0, tzinfo=ZONE)
    assert model.check_out(closed.visit, night - timedelta(seconds=1), 23, ZONE) is None
    out = model.check_out(closed.visit, night, 23, ZONE)
    assert out is not None
    assert (out.push, out.visit.gate.status, out.visit.events[-1].name) == (
        Push.REVOKE,
        GateStatus.REVOKING,
        "checked_out",
    )
    assert visits.stage(out.visit, night) is Stage.CHECKED_OUT
    late = model.passed(out.visit, OUT, visit.window.ends_at + HOUR)
    assert late is not None and late.push is None
    assert visits.stage(late.visit, night) is Stage.LEFT
    assert late.visit.presence.left_at == visit.window.ends_at + HOUR


@pytest.mark.parametrize(
    ("ends", "hour", "expected"),
    [
        (datetime(2026, 11, 23, 14, tzinfo=ZONE), 23, datetime(2026, 11, 23, 23, tzinfo=ZONE)),
        (datetime(2026, 11, 23, 23, tzinfo=ZONE), 23, datetime(2026, 11, 23, 23, tzinfo=ZONE)),
        (datetime(2026, 11, 23, 23, 30, tzinfo=ZONE), 23, datetime(2026, 11, 24, 23, tzinfo=ZONE)),
        (datetime(2026, 11, 23, 14, tzinfo=ZONE), 0, datetime(2026, 11, 24, 0, tzinfo=ZONE)),
        (datetime(2026, 11, 23, 18, tzinfo=UTC), 3, datetime(2026, 11, 24, 3, tzinfo=ZONE)),
    ],
)
def test_the_night_comes_after_the_window(ends: datetime, hour: int, expected: datetime) -> None:
    visit = approved()
    visit = replace(visit, window=replace(visit.window, ends_at=ends))
    assert model.check_out_at(visit, hour, ZONE) == expected


def test_who_comes_after_the_night_is_given_another_day() -> None:
    visit = after(approved(), (IN, datetime(2026, 11, 24, 1, tzinfo=ZONE)))
    assert model.check_out_at(visit, 23, ZONE) == datetime(2026, 11, 24, 23, tzinfo=ZONE)


def test_our_own_signing_out_proves_nothing() -> None:
    visit = after(approved(), (IN, NOW + HOUR))
    revoking = replace(visit, gate=replace(visit.gate, status=GateStatus.REVOKING))
    assert model.signed_out(revoking, NOW + 2 * HOUR) is None
    assert model.signed_out(approved(), NOW + 2 * HOUR) is None, "somebody who never came cannot leave"


def test_an_entry_after_a_cancellation_is_seen_and_noted() -> None:
    cancelled = visits.cancel(approved(), NOW).visit
    assert model.remark(cancelled, IN, NOW + HOUR) is Remark.AFTER_CANCELLATION
    visit = after(cancelled, (IN, NOW + HOUR))
    assert visits.stage(visit, NOW + 2 * HOUR) is Stage.ENTERED
    left = after(visit, (OUT, NOW + 2 * HOUR))
    assert visits.stage(left, NOW + 3 * HOUR) is Stage.CANCELLED


def test_whoever_is_inside_cannot_cancel() -> None:
    visit = after(approved(), (IN, NOW + HOUR))
    assert not visits.can_cancel(visit, NOW + HOUR)
    assert visits.can_cancel(after(visit, (OUT, NOW + 2 * HOUR)), NOW + 2 * HOUR)


def test_remarks() -> None:
    visit = approved()
    assert model.remark(None, OUT, NOW) is Remark.UNKNOWN_ORDER
    assert model.remark(visit, IN, visit.window.starts_at) is None
    assert model.remark(visit, IN, visit.window.ends_at) is Remark.OUTSIDE_WINDOW
    assert model.remark(visit, OUT, visit.window.ends_at) is None


def test_the_time_line_ends_somewhere_the_presence_does_not() -> None:
    visit = approved()
    for minute in range(200):
        visit = after(visit, (IN if minute % 2 else OUT, NOW + minute * timedelta(minutes=1)))
    assert len(visit.events) == model.MAX_EVENTS
    assert visit.presence.passed_at == NOW + timedelta(minutes=199)


class TestSendingAgain:
    def failed(self, problem: str = "rights_failed") -> Visit:
        visit = visits.approve(submitted(NOW), APPROVER.user_id, "陈建国", 1, NOW).visit
        visit = visits.gate_registered(visit, "order-1", NOW).visit
        devices = (visits.DeviceRight("东门人脸机", "failed"),)
        change = visits.gate_failed(visits.with_devices(visit, devices), problem, NOW)
        assert change is not None
        return change.visit

    def test_waits_for_the_devices_again(self) -> None:
        visit = self.failed()
        change = visits.send_rights_again(visit, visit.version, NOW)
        gate = change.visit.gate
        assert (change.push, gate.status, gate.problem, gate.devices) == (
            Push.DOWNLOAD_AGAIN,
            GateStatus.WAITING,
            None,
            (),
        )

    @pytest.mark.parametrize("case", ["ready", "refused by the platform", "over", "old view"])
    def test_only_what_a_device_did_not_take(self, case: str) -> None:
        visit = approved() if case == "ready" else self.failed("gate_clash" if "refused" in case else "rights_late")
        now = visit.window.ends_at if case == "over" else NOW
        with pytest.raises(visits.VisitProblem):
            visits.send_rights_again(visit, visit.version - (case == "old view"), now)
