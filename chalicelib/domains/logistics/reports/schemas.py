"""Requests and answers about entry reports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.core.validation import Answer, Day, Instant, OptionalPlate, Plate, Request
from chalicelib.domains.logistics.schemas import Cursor, DriverNo, ProductCode, RequestId


class NewReport(Request):
    """A truck's first report. Vehicle and people must be in the archive."""

    request_id: RequestId
    plate_number: Plate
    trailer_plate_number: OptionalPlate = None
    driver_no: DriverNo
    escort_no: DriverNo | None = None
    product_code: ProductCode
    expected_at: Instant


class ReportView(Answer):
    """A report."""

    id: str
    plate_number: str
    trailer_plate_number: str | None
    tank_no: str | None
    driver_name: str
    driver_phone: str
    escort_name: str | None
    product_code: str
    product_name: str
    expected_at: datetime
    created_at: datetime
    le: Literal["waiting", "done", "failed"]
    le_problem: str | None
    report_no: str | None


class ReportsQuery(Request):
    """Newest first."""

    cursor: Cursor | None = None


class OfficeReportsQuery(Request):
    """Newest first; days are those of the report."""

    plate_number: Annotated[str, Field(max_length=16)] | None = None
    first: Day | None = None
    last: Day | None = None
    cursor: Cursor | None = None


class ReportsView(Answer):
    """A page of reports."""

    items: list[ReportView]
    next_cursor: str | None
