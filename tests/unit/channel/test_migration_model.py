"""Decisions of the migration: what may be ordered when, and what an answer of WeChat means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domains.channel.migration import model
from chalicelib.domains.channel.migration.model import (
    Conversion,
    MigrationProblem,
    MigrationReason,
    MigrationStage,
    Order,
    Progress,
    Reason,
    Result,
    SourceForm,
    Trouble,
)

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
NEW = Order("canteen"), Progress("canteen")
KNOWN = replace(NEW[1], version=3, pulled=10)


def started(progress: Progress = KNOWN, approved_on: date = TODAY, order: Order = NEW[0]) -> Order | None:
    return model.start_convert(
        order,
        progress,
        NOW,
        today=TODAY,
        approved_on=approved_on,
        source_form=SourceForm.RAW_ID,
        retry_failed=False,
    )


def pulling() -> Order:
    order = model.start_pull(*NEW, NOW)
    assert order is not None
    return order


def test_a_pull_runs_is_paused_goes_on_and_ends() -> None:
    order, progress = pulling(), NEW[1]
    assert model.stage(order, progress, NOW) is MigrationStage.PULLING
    assert model.start_pull(order, progress, NOW) is None
    paused = model.pause(order, progress, NOW)
    assert paused is not None
    assert model.stage(paused, progress, NOW) is MigrationStage.PAUSED
    assert model.pause(paused, progress, NOW) is None
    resumed = model.resume(paused, progress, NOW)
    assert resumed is not None and resumed.run == order.run, "resuming goes on and does not begin anew"
    done = model.ended(progress, resumed, NOW)
    assert model.stage(resumed, done, NOW) is MigrationStage.PULLED
    with pytest.raises(MigrationProblem):
        model.resume(resumed, done, NOW)


@pytest.mark.parametrize(
    ("progress", "approved_on", "reason"),
    [
        (NEW[1], TODAY, MigrationReason.NOTHING_PULLED),
        (KNOWN, TODAY + timedelta(days=1), MigrationReason.NOT_APPROVED_YET),
        (KNOWN, TODAY - timedelta(days=15), MigrationReason.WINDOW_OVER),
    ],
)
def test_a_conversion_that_cannot_begin(progress: Progress, approved_on: date, reason: MigrationReason) -> None:
    with pytest.raises(MigrationProblem) as refused:
        started(progress, approved_on)
    assert refused.value.reason is reason


def test_a_conversion_waits_for_the_pull() -> None:
    with pytest.raises(MigrationProblem) as refused:
        started(order=pulling())
    assert refused.value.reason is MigrationReason.BUSY


def test_the_same_order_twice_is_one_and_another_one_waits() -> None:
    order = started()
    assert order is not None
    assert started(order=order) is None
    with pytest.raises(MigrationProblem) as refused:
        started(order=order, approved_on=TODAY - timedelta(days=1))
    assert refused.value.reason is MigrationReason.BUSY


def test_the_last_day_of_the_window_counts() -> None:
    assert started(approved_on=TODAY - timedelta(days=14)) is not None
    assert [model.days_left(TODAY - timedelta(days=ago), TODAY) for ago in (0, 14, 15, 16)] == [15, 1, 0, 0]


def test_trouble_waits_longer_and_longer_and_a_new_order_does_not_wait() -> None:
    order, progress, pauses = pulling(), NEW[1], []
    for _ in range(8):
        progress = model.put_off(progress, order, Trouble("peer_busy", "", NOW))
        assert progress.retry_at is not None
        pauses.append((progress.retry_at - NOW).total_seconds())
    assert pauses == [20, 40, 80, 160, 320, 640, 900, 900]
    assert model.stage(order, progress, NOW) is MigrationStage.WAITING
    resumed = model.resume(order, progress, NOW)
    assert resumed is not None
    assert model.is_due(resumed, progress, NOW)


def test_a_lease_keeps_others_out_until_it_ends() -> None:
    taken = model.take_lease(NEW[1], "one", NOW)
    assert taken is not None
    assert model.take_lease(taken, "two", NOW + timedelta(seconds=74)) is None
    assert model.take_lease(taken, "two", NOW + timedelta(seconds=75)) is not None
    assert model.take_lease(model.release(taken), "two", NOW) is not None


def test_answers_count_by_name_and_never_by_place() -> None:
    answers = [
        Conversion("c", "", "ori_openid error"),
        Conversion("stranger", "oNEWx", "ok"),
        Conversion("a", "oNEWa", "ok"),
        Conversion("d", "", "ok"),
        Conversion("e", "oNEW1", "ok"),
        Conversion("e", "oNEW2", "ok"),
        Conversion("f", "", "system error"),
        Conversion("g", "oNEWg", "ok"),
        Conversion("g", "oNEWg", "ok"),
    ]
    assert model.match(list("abcdefg"), answers) == [
        Result("a", new_openid="oNEWa"),
        Result("b", reason=Reason.NO_ANSWER),
        Result("c", reason=Reason.NOT_FOLLOWER, message="ori_openid error"),
        Result("d", reason=Reason.NO_ANSWER, message="ok"),
        Result("e", reason=Reason.CONTRADICTORY),
        Result("f", reason=Reason.OTHER, message="system error"),
        Result("g", new_openid="oNEWg"),
    ]


@given(st.lists(st.sampled_from([None, *Reason]), max_size=50))
def test_the_counters_add_up(reasons: list[Reason | None]) -> None:
    known = model.stored(NEW[1], len(reasons))
    progress = model.settled(known, [Result(str(at), reason=reason) for at, reason in enumerate(reasons)])
    assert progress.waiting == 0
    assert progress.converted + progress.failed_total == len(reasons)
    again = model.requeued(progress, [reason.value for reason in reasons if reason])
    assert (again.failed, again.waiting) == ({}, len([reason for reason in reasons if reason]))
