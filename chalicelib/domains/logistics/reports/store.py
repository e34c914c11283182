"""Entry reports in DynamoDB."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.merging import MergedList
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.core.table import Key, Transaction
from chalicelib.domains.logistics.reports.model import Crew, Report
from chalicelib.domains.logistics.table import LogisticsItem

KIND = "report"
PAGE_SIZE = 20


class ReportItem(LogisticsItem):
    """``REPORT#<id>`` / ``REPORT``; ``created_at`` is when it was made."""

    owner_id = UnicodeAttribute()
    plate_number = UnicodeAttribute()
    trailer_plate_number = UnicodeAttribute(null=True)
    tank_no = UnicodeAttribute(null=True)
    driver = UnicodeAttribute()
    escort = UnicodeAttribute(null=True)
    product_code = UnicodeAttribute()
    product_name = UnicodeAttribute()
    expected_at = UnicodeAttribute()
    report_no = UnicodeAttribute(null=True)
    le_problem = UnicodeAttribute(null=True)


def key_of(report_id: str) -> Key:
    """Key of a report's item."""
    return f"REPORT#{report_id}", "REPORT"


def find_report(report_id: str) -> Report | None:
    """A report, consistently read."""
    item = ReportItem.find(*key_of(report_id))
    return to_report(item) if item else None


def add_new(transaction: Transaction, report: Report) -> None:
    """*Closes*: one form sent twice making two reports."""
    transaction.create("report", _to_item(report))


def add_answer(transaction: Transaction, report: Report) -> None:
    """What LE said. *Closes*: a refusal overwriting that LE has it, told by an attempt that was slower."""
    unanswered = ReportItem.report_no.does_not_exist()
    transaction.put("report", _to_item(report), unanswered)


def page_of_own(owner_ids: Sequence[str], cursor: str | None) -> Page[Report]:
    """A user's own reports, newest first, under whichever id they were made."""
    own: MergedList[ReportItem] = MergedList(ReportItem.by_owner.query, "owner_key", "created_at", PAGE_SIZE)
    page = own.page([_own(owner_id) for owner_id in owner_ids], cursor)
    return Page([to_report(item) for item in page.items], page.next_cursor)


def page_of_all(since: datetime | None, until: datetime | None, cursor: str | None) -> Page[Report]:
    """All reports of a period, newest first."""
    return _page(ReportItem.by_kind, "kind_key", KIND, _made_in(since, until), cursor)


def page_of_plate(
    plate_number: str, since: datetime | None, until: datetime | None, cursor: str | None
) -> Page[Report]:
    """Those of a tractor or rigid vehicle."""
    return _page(ReportItem.by_plate, "plate_key", f"{KIND}#{plate_number}", _made_in(since, until), cursor)


def to_report(item: ReportItem) -> Report:
    """The report of a stored item."""
    return Report(
        id=item.pk.removeprefix("REPORT#"),
        owner_id=item.owner_id,
        plate_number=item.plate_number,
        trailer_plate_number=item.trailer_plate_number,
        tank_no=item.tank_no,
        driver=Crew(*json.loads(item.driver)),
        escort=Crew(*json.loads(item.escort)) if item.escort else None,
        product_code=item.product_code,
        product_name=item.product_name,
        expected_at=from_text(item.expected_at),
        created_at=from_text(item.created_at),
        report_no=item.report_no,
        le_problem=item.le_problem,
    )


def _to_item(report: Report) -> ReportItem:
    return ReportItem(
        *key_of(report.id),
        created_at=to_text(report.created_at),
        owner_key=_own(report.owner_id),
        kind_key=KIND,
        plate_key=f"{KIND}#{report.plate_number}",
        owner_id=report.owner_id,
        plate_number=report.plate_number,
        trailer_plate_number=report.trailer_plate_number,
        tank_no=report.tank_no,
        driver=_crew(report.driver),
        escort=_crew(report.escort) if report.escort else None,
        product_code=report.product_code,
        product_name=report.product_name,
        expected_at=to_text(report.expected_at),
        report_no=report.report_no,
        le_problem=report.le_problem,
    )


def _crew(crew: Crew) -> str:
    return json.dumps([crew.driver_no, crew.name, crew.phone], ensure_ascii=False)


def _own(owner_id: str) -> str:
    return f"{KIND}#{owner_id}"


def _made_in(since: datetime | None, until: datetime | None) -> Any:
    """From ``since`` until before ``until``."""
    first = to_text(since) if since else ""
    if until is not None:
        return ReportItem.created_at.between(first or "0", to_text(until - timedelta(milliseconds=1)))
    return ReportItem.created_at >= first if first else None


def _page(index: Any, name: str, partition: str, condition: Any, cursor: str | None) -> Page[Report]:
    start = decode_cursor(cursor, {name: partition})
    results = index.query(
        partition, condition, scan_index_forward=False, limit=PAGE_SIZE, page_size=PAGE_SIZE, last_evaluated_key=start
    )
    page = read_page(results, PAGE_SIZE)
    return Page([to_report(item) for item in page.items], page.next_cursor)
