"""Entry reports as pages show them."""

from __future__ import annotations

from typing import Literal

from chalicelib.core.paging import Page
from chalicelib.domains.logistics.reports.model import Report
from chalicelib.domains.logistics.reports.schemas import ReportsView, ReportView
from chalicelib.integrations.texts import problem_text


def report_view(report: Report) -> ReportView:
    """One report."""
    return ReportView(
        id=report.id,
        plate_number=report.plate_number,
        trailer_plate_number=report.trailer_plate_number,
        tank_no=report.tank_no,
        driver_name=report.driver.name,
        driver_phone=report.driver.phone,
        escort_name=report.escort.name if report.escort else None,
        product_code=report.product_code,
        product_name=report.product_name,
        expected_at=report.expected_at,
        created_at=report.created_at,
        le=_le(report),
        le_problem=problem_text(report.le_problem),
        report_no=report.report_no,
    )


def page_view(page: Page[Report]) -> ReportsView:
    """A page of them."""
    return ReportsView(items=[report_view(report) for report in page.items], next_cursor=page.next_cursor)


def _le(report: Report) -> Literal["waiting", "done", "failed"]:
    if report.report_no:
        return "done"
    return "failed" if report.le_problem else "waiting"
