"""The canteen's rows, and how their copying stands, as answers."""

from __future__ import annotations

from datetime import date, datetime

from chalicelib.core.clock import SITE_ZONE
from chalicelib.domains.canteen.records import model, progress
from chalicelib.domains.canteen.records.lists import Sums
from chalicelib.domains.canteen.records.model import MonthTotals, Row
from chalicelib.domains.canteen.records.progress import Progress, Run
from chalicelib.domains.canteen.records.schemas import (
    DayMealSum,
    MonthSums,
    OfficeRowView,
    RecordSums,
    RowView,
    RunView,
    SyncView,
)
from chalicelib.domains.canteen.records.standing import COUNTED, Standing
from chalicelib.domains.canteen.records.texts import run_text


def show(row: Row) -> RowView:
    """A row for whose account it is."""
    meal = model.meal_of(row, SITE_ZONE)
    return RowView(
        key=row.key,
        occurred_at=row.occurred_at,
        posted_at=row.posted_at,
        is_late=model.is_late(row, SITE_ZONE),
        kind=row.kind.value,
        amount_fen=row.amount_fen,
        balance_after_fen=row.balance_after_fen,
        merchant=row.merchant,
        meal=meal.value if meal else None,
        top_up_id=row.serial_no,
    )


def show_to_office(row: Row) -> OfficeRowView:
    """A row for the office."""
    shown = show(row)
    return OfficeRowView(
        **{name: getattr(shown, name) for name in RowView.model_fields},
        account_no=row.account_no,
        staff_no=row.staff_no,
        name_masked=row.name_masked,
        terminal=row.terminal,
    )


def show_month(totals: MonthTotals) -> MonthSums:
    """What a month adds up to."""
    return MonthSums(
        spent_fen=totals.spent_fen,
        topped_up_fen=totals.topped_up_fen,
        subsidy_fen=totals.subsidy_fen,
        count=totals.count,
    )


def show_sums(sums: Sums, next_cursor: str | None) -> RecordSums:
    """A slice of sums."""
    days = [
        DayMealSum(day=date.fromisoformat(day), meal=meal.value, count=count, spent_fen=spent)
        for (day, meal), (count, spent) in sorted(sums.meals.items())
    ]
    return RecordSums(
        count=sums.count,
        spent_fen=sums.spent_fen,
        topped_up_fen=sums.topped_up_fen,
        subsidy_fen=sums.subsidy_fen,
        other_fen=sums.other_fen,
        days=days,
        next_cursor=next_cursor,
    )


def show_sync(seen: Progress, standing: Standing, now: datetime) -> SyncView:
    """How every synchronisation with the canteen stands."""
    return SyncView(
        rows_synced_at=seen.synced_until,
        rows_behind=seen.behind,
        is_caught_up=progress.is_caught_up(seen, now),
        last_run=_run(seen.run, now) if seen.run else None,
        last_success_at=seen.last_success_at,
        credits_pending=standing.credits.pending,
        credits_failed=standing.credits.failed,
        losses_pending=standing.losses.pending,
        losses_failed=standing.losses.failed,
        refunds_pending=standing.refunds.pending,
        refunds_failed=standing.refunds.failed,
        counted_up_to=COUNTED,
        balance_live=progress.answers_now(seen, now),
    )


def _run(run: Run, now: datetime) -> RunView:
    error = progress.error_of(run, now)
    return RunView(
        started_at=run.started_at,
        ended_at=run.ended_at,
        rows=run.rows,
        state=progress.state_of(run, now),
        error_code=error or None,
        error_text=run_text(error),
    )
