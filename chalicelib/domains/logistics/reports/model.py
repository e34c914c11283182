"""An entry report: a truck's first announcement. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

AHEAD = timedelta(days=30)
"""How far ahead a truck may be reported."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Who comes, as filed when it was reported."""

    driver_no: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was reported does not change; how LE took it does."""

    id: str
    owner_id: str
    plate_number: str
    trailer_plate_number: str | None
    tank_no: str | None
    driver: Crew
    escort: Crew | None
    product_code: str
    product_name: str
    expected_at: datetime
    created_at: datetime
    report_no: str | None = None
    """LE's number, once it has it."""
    le_problem: str | None = None


def accepted(report: Report, report_no: str) -> Report:
    """LE has it."""
    return replace(report, report_no=report_no, le_problem=None)


def refused(report: Report, problem: str) -> Report | None:
    """LE does not take it; ``None`` when it has it already."""
    return None if report.report_no else replace(report, le_problem=problem)
