"""Visits as a file for Excel: UTF-8 with a byte order mark, CRLF, and no cell that Excel would run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.session import Principal
from chalicelib.core.table import Transaction
from chalicelib.domains.visitor import lists, model
from chalicelib.domains.visitor.lists import Period
from chalicelib.domains.visitor.model import Status, Visit
from chalicelib.domains.visitor.park.entries import policy
from chalicelib.domains.visitor.texts import EXPORT_CUT, GATE_WORDS, PARK_WORDS, STAGE_WORDS

MAX_ROWS = 5000
"""What the API function reads and writes well within its ten seconds and Lambda's six megabytes."""
HEADERS = (
    "状态", "门禁", "访客姓名", "性别", "访客手机号", "车牌号", "身份证号（隐去中段）", "被访人", "被访人手机号", "被访人工号",
    "来访开始", "来访结束", "事由", "提交时间", "处理时间", "处理人", "拒绝原因", "门禁平台单号",
)  # fmt: skip
PARK_HEADERS = ("园区", "园区说明", "园区单号")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_GENDERS = {"male": "男", "female": "女"}


@dataclass(frozen=True, slots=True)
class Export:
    """The file's text, its name, and whether there were more rows than it holds."""

    text: str
    name: str
    is_cut: bool


def export_visits(staff: Principal, status: Status | None, period: Period, now: datetime) -> Export:
    """The newest ``MAX_ROWS`` visits of a filter. Who took how many out of the system is audited."""
    found = lists.newest(status, period, MAX_ROWS + 1)
    visits, is_cut = found[:MAX_ROWS], len(found) > MAX_ROWS
    _audit(staff, status, period, len(visits), now)
    park = policy().on
    rows = [row(visit, now) + (park_cells(visit) if park else ()) for visit in visits]
    if is_cut:
        rows.append((EXPORT_CUT.format(limit=MAX_ROWS),))
    name = f"visits-{now.astimezone(SITE_ZONE):%Y%m%d-%H%M}.csv"
    return Export(to_csv([HEADERS + (PARK_HEADERS if park else ()), *rows]), name, is_cut)


def row(visit: Visit, now: datetime) -> tuple[str, ...]:
    """One visit in the order of ``HEADERS``; times on the plant's clock."""
    return (
        STAGE_WORDS[model.stage(visit, now).value],
        GATE_WORDS[visit.gate.status.value],
        visit.visitor.name,
        _GENDERS.get(visit.visitor.gender, ""),
        visit.visitor.phone,
        visit.visitor.plate_number or "",
        visit.visitor.id_number.masked if visit.visitor.id_number else "",
        visit.host.name,
        visit.host.phone,
        visit.host.job_number or "",
        _moment(visit.window.starts_at),
        _moment(visit.window.ends_at),
        visit.purpose,
        _moment(visit.submitted_at),
        _moment(visit.decided_at),
        visit.decided_by_name or "",
        visit.refusal_reason or "",
        visit.gate.order_id or "",
    )


def park_cells(visit: Visit) -> tuple[str, ...]:
    """The park's columns, in the order of ``PARK_HEADERS``; a deployment without a park has none."""
    return PARK_WORDS[visit.park.status.value], visit.park.reason or "", visit.park.visit_no or ""


def to_csv(rows: Sequence[Sequence[str]]) -> str:
    """Rows as text; a cell that begins like a formula gets an apostrophe, which Excel shows as plain text."""
    written = io.StringIO()
    written.write("\ufeff")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in cells] for cells in rows)
    return written.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA_STARTS) else cell


def _moment(instant: datetime | None) -> str:
    return f"{instant.astimezone(SITE_ZONE):%Y-%m-%d %H:%M}" if instant else ""


def _audit(staff: Principal, status: Status | None, period: Period, count: int, now: datetime) -> None:
    transaction = Transaction()
    record(
        transaction,
        subject="visits:export",
        actor=staff.user_id,
        action="visits_exported",
        now=now,
        after={
            "rows": count,
            "status": status.value if status else None,
            "from": _moment(period.since) or None,
            "until": _moment(period.until),
        },
    )
    transaction.commit()
