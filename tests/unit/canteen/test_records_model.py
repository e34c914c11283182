"""What a row means, and how it is stored: written as plain attributes, read through the item's model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.clock import SITE_ZONE, site_day, site_month
from chalicelib.domains.canteen.records import model, progress, store
from chalicelib.domains.canteen.records.model import Kind, Meal, MonthTotals, Row
from chalicelib.domains.canteen.records.progress import Progress
from chalicelib.domains.canteen.records.store import RowItem
from chalicelib.integrations.canteen import port

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LEASE = timedelta(seconds=55)


def row(kind: Kind = Kind.CONSUME, amount_fen: int = -1200, at: str = "2026-11-23T12:00", late: int = 0) -> Row:
    occurred = datetime.fromisoformat(at).replace(tzinfo=SITE_ZONE)
    return Row(
        "1", "60010001", occurred, occurred + timedelta(hours=late), kind, amount_fen, 0, "", "", None, None, None
    )


@pytest.mark.parametrize(
    ("at", "meal"),
    [
        ("05:00", Meal.BREAKFAST), ("09:59", Meal.BREAKFAST), ("10:00", Meal.LUNCH), ("14:59", Meal.LUNCH),
        ("15:00", Meal.DINNER), ("20:59", Meal.DINNER), ("21:00", Meal.NIGHT), ("00:00", Meal.NIGHT), ("04:59", Meal.NIGHT),
    ],
)  # fmt: skip
def test_a_meal_is_told_by_the_plants_clock(at: str, meal: Meal) -> None:
    eaten = row(at=f"2026-11-23T{at}")
    assert model.meal_of(eaten, SITE_ZONE) is meal
    assert model.meal_of(row(Kind.REFUND, at=f"2026-11-23T{at}"), SITE_ZONE) is None


def test_late_is_a_later_day_and_not_a_later_hour() -> None:
    assert not model.is_late(row(at="2026-11-23T00:30", late=23), SITE_ZONE)
    assert model.is_late(row(at="2026-11-23T23:30", late=1), SITE_ZONE)


def test_a_month_adds_up() -> None:
    rows = [
        row(), row(amount_fen=-800), row(Kind.REFUND, 300), row(Kind.RECHARGE, 5000), row(Kind.SUBSIDY, 30_000),
        row(Kind.ADJUST, -50),
    ]  # fmt: skip
    assert model.totals_of(rows) == MonthTotals(spent_fen=1700, topped_up_fen=5000, subsidy_fen=30_000, count=6)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
MOMENTS = st.builds(
    lambda thousandths, zone: datetime.fromtimestamp(thousandths / 1000, zone),
    st.integers(1_600_000_000_000, 2_000_000_000_000), st.sampled_from([UTC, SITE_ZONE]),
)  # fmt: skip
ROWS = st.builds(
    port.Row,
    key=st.text("0123456789TZ-abcdef", min_size=1, max_size=29), account_no=st.text("0123456789", min_size=1, max_size=12),
    occurred_at=MOMENTS, posted_at=MOMENTS, kind=st.sampled_from(port.RowKind), amount_fen=st.integers(-(10**9), 10**9),
    balance_after_fen=st.integers(-(10**9), 10**9), merchant=TEXT, terminal=TEXT, serial_no=st.none() | TEXT,
    staff_no=st.none() | TEXT, name_masked=st.none() | TEXT,
)  # fmt: skip


@given(ROWS)
def test_what_is_written_as_attributes_is_read_as_it_was(posted: port.Row) -> None:
    """One form of the item: the model writes what the fast way writes, and reads back what was posted."""
    written: Any = store.attributes_of(posted)
    item = RowItem.from_raw_data(dict(written))
    assert item.serialize() == written
    kept = store.to_row(item)
    names = [name for name in Row.__dataclass_fields__ if name != "kind"]
    assert [getattr(kept, name) for name in names] == [getattr(posted, name) for name in names]
    assert kept.kind.value == posted.kind.value
    assert item.kind_key == f"row#{site_month(posted.occurred_at)}" and item.account_key == f"row#{posted.account_no}"
    is_recharge = posted.kind is port.RowKind.RECHARGE
    assert item.day_key == (f"recharge#{site_day(posted.posted_at)}" if is_recharge else None)


def begun(seen: Progress, now: datetime = NOW) -> Progress:
    found = progress.begin(seen, "R", now, LEASE)
    assert found is not None
    return found


def test_a_run_waits_for_the_one_that_is_at_it_and_not_for_one_that_died() -> None:
    first = begun(Progress())
    assert first.run is not None
    assert progress.begin(first, "S", NOW + LEASE - timedelta(seconds=1), LEASE) is None
    assert progress.state_of(first.run, NOW) == "running"
    later = NOW + LEASE
    assert (progress.state_of(first.run, later), progress.error_of(first.run, later)) == ("failed", progress.DIED)
    assert begun(first, later).version == first.version + 1
    assert begun(progress.ended(first, NOW), NOW).version == first.version + 2, (
        "one that has ended is waited for by nobody"
    )


def test_the_copy_is_complete_up_to_when_the_run_began() -> None:
    page = progress.kept_page(begun(Progress()), 200, "200", 50)
    assert (page.synced_until, progress.is_caught_up(page, NOW)) == (None, False)
    last = progress.ended_with_last_page(page, 50, "250", 0, NOW + timedelta(seconds=9))
    assert last.run is not None
    assert (last.synced_until, last.place, last.run.rows, last.behind) == (NOW, "250", 250, 0)
    assert progress.is_caught_up(last, NOW + progress.FRESH)
    assert not progress.is_caught_up(last, NOW + progress.FRESH + timedelta(seconds=1)), "nobody has looked since"
    assert progress.answers_now(last, NOW + timedelta(seconds=9))
    failed = progress.ended(begun(last, NOW + LEASE), NOW + LEASE, "peer_unreachable")
    assert (failed.last_success_at, failed.synced_until) == (last.last_success_at, NOW)
    assert not progress.answers_now(failed, NOW + LEASE)


def test_a_round_of_accounts_goes_on_where_it_was() -> None:
    first = progress.kept_account(begun(progress.begin_round(Progress(), NOW)), 3, "after-1")
    out_of_time = progress.ended(first, NOW)
    assert out_of_time.round is not None
    assert progress.is_round_due(out_of_time, NOW, timedelta(minutes=10))
    again = begun(progress.begin_round(out_of_time, NOW + LEASE), NOW + LEASE)
    assert again.round == out_of_time.round
    over = progress.ended_with_round(again, NOW + LEASE)
    assert (over.synced_until, over.round and over.round.is_over) == (NOW, True), "since the round began"
    assert not progress.is_round_due(over, NOW + timedelta(minutes=9), timedelta(minutes=10))
    assert progress.is_round_due(over, NOW + timedelta(minutes=10), timedelta(minutes=10))
