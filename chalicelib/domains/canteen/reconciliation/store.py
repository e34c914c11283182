"""Runs and differences in DynamoDB; every condition stands here with the race it closes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.ids import derived_id
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.core.table import Transaction
from chalicelib.domains.canteen.reconciliation.model import Difference, Kind, Known, Run, RunState, State, Sums
from chalicelib.domains.canteen.table import CanteenItem

RUN, DIFFERENCE = "reconciliation", "difference"
PAGE_SIZE = 50
OPEN_A_CALL = 200
"""A bad day has many differences, and only its date is wanted."""


class RunItem(CanteenItem):
    """The last comparison of a day: ``RECON#<day>`` / ``RUN``; listed by month."""

    state = UnicodeAttribute()
    ran_at = UnicodeAttribute()
    message = UnicodeAttribute(null=True)
    sums = UnicodeAttribute()
    open_differences = NumberAttribute()


class DifferenceItem(CanteenItem):
    """A difference of a day: ``RECON#<day>`` / ``DIFF#<id>``; listed by state."""

    difference = UnicodeAttribute()
    state = UnicodeAttribute()
    found_at = UnicodeAttribute()
    version = NumberAttribute()
    settled_at = UnicodeAttribute(null=True)
    settled_by = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)


def difference_id(day: str, difference: Difference) -> str:
    """The same whenever the day is compared: ``<day>~<26 characters>``."""
    return f"{day}~{derived_id('difference', day, difference.kind.value, difference.key)}"


def find_run(day: str) -> Run | None:
    """A day's last comparison, consistently read."""
    item = RunItem.find(_pk(day), "RUN")
    return to_run(item) if item else None


def runs_of(month: str) -> list[Run]:
    """A month's days that were compared, newest first: one query of at most 31 items."""
    return [to_run(item) for item in RunItem.by_kind.query(month_key(month), scan_index_forward=False)]


def keep_run(run: Run) -> None:
    """What the last comparison found. Two at once find the same."""
    RunItem(
        _pk(run.day),
        "RUN",
        state=run.state.value,
        ran_at=to_text(run.ran_at),
        message=run.message or None,
        sums=json.dumps(asdict(run.sums)),
        open_differences=run.open_differences,
        created_at=run.day,
        kind_key=month_key(run.day[:7]),
    ).save()


def differences_of(day: str) -> dict[str, Known]:
    """What was ever found on a day, by id, consistently read."""
    items = DifferenceItem.query(_pk(day), DifferenceItem.sk.startswith("DIFF#"), consistent_read=True)
    return {known.id: known for known in map(to_known, items)}


def find_difference(difference_id: str) -> Known | None:
    """A difference by its id, consistently read."""
    day, _, name = difference_id.partition("~")
    item = DifferenceItem.find(_pk(day), f"DIFF#{name}")
    return to_known(item) if item else None


def page_of(state: State, cursor: str | None) -> Page[Known]:
    """Differences in a state, newest day first."""
    partition = status_key(state)
    found = DifferenceItem.by_status.query(
        partition,
        scan_index_forward=False,
        limit=PAGE_SIZE,
        page_size=PAGE_SIZE,
        last_evaluated_key=decode_cursor(cursor, {"status_key": partition}),
    )
    page = read_page(found, PAGE_SIZE)
    return Page([to_known(item) for item in page.items], page.next_cursor)


def add_difference(transaction: Transaction, seen: Known | None, changed: Known) -> None:
    """*Closes*: two comparisons at once, and one that meets a person who settles."""
    unchanged = DifferenceItem.version == seen.version if seen else DifferenceItem.pk.does_not_exist()
    transaction.put("difference", _to_item(changed), unchanged)


def month_key(month: str) -> str:
    """Partition of a month's days (``YYYY-MM``)."""
    return f"{RUN}#{month}"


def status_key(state: State) -> str:
    """Partition of the differences in a state."""
    return f"{DIFFERENCE}#{state.value}"


def to_run(item: Any) -> Run:
    """The domain's form."""
    return Run(
        day=item.pk.removeprefix("RECON#"),
        state=RunState(item.state),
        ran_at=from_text(item.ran_at),
        message=item.message or "",
        sums=Sums(**json.loads(item.sums)),
        open_differences=int(item.open_differences),
    )


def to_known(item: Any) -> Known:
    """The domain's form."""
    facts = json.loads(item.difference)
    day = item.pk.removeprefix("RECON#")
    return Known(
        id=f"{day}~{item.sk.removeprefix('DIFF#')}",
        day=day,
        difference=Difference(**{**facts, "kind": Kind(facts["kind"])}),
        state=State(item.state),
        found_at=from_text(item.found_at),
        version=int(item.version),
        settled_at=from_text(item.settled_at) if item.settled_at else None,
        settled_by=item.settled_by,
        reason=item.reason,
    )


def _to_item(known: Known) -> DifferenceItem:
    facts = {each.name: getattr(known.difference, each.name) for each in fields(Difference)}
    return DifferenceItem(
        _pk(known.day),
        f"DIFF#{known.id.partition('~')[2]}",
        difference=json.dumps({name: value for name, value in facts.items() if value is not None}),
        state=known.state.value,
        found_at=to_text(known.found_at),
        version=known.version,
        settled_at=_text(known.settled_at),
        settled_by=known.settled_by,
        reason=known.reason,
        created_at=f"{known.day}#{known.id}",
        status_key=status_key(known.state),
        kind_key=DIFFERENCE,
    )


def _text(instant: datetime | None) -> str | None:
    return to_text(instant) if instant else None


def _pk(day: str) -> str:
    return f"RECON#{day}"


def days_with_open(limit: int) -> Iterator[str]:
    """The newest days with something open, each once."""
    seen: set[str] = set()
    for item in DifferenceItem.by_status.query(status_key(State.OPEN), scan_index_forward=False, page_size=OPEN_A_CALL):
        day = item.pk.removeprefix("RECON#")
        if day not in seen:
            if len(seen) == limit:
                return
            seen.add(day)
            yield day
