"""Visits taken out of the system as a table: exactly the filter, bounded, and audited before anybody gets the file."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.session import Principal
from chalicelib.core.table import Transaction
from chalicelib.core.tables import Cell, Table, as_text
from chalicelib.domains.visitor import model, search
from chalicelib.domains.visitor.park.entries import policy
from chalicelib.domains.visitor.search import Wanted
from chalicelib.domains.visitor.texts import GATE_WORDS, PARK_WORDS, STAGE_WORDS
from chalicelib.domains.visitor.visit import Visit

MAX_ROWS = 5000
"""What the API function reads and writes well within its ten seconds and Lambda's six megabytes."""
HEADERS = (
    "状态", "门禁", "访客姓名", "性别", "访客手机号", "车牌号", "身份证号（隐去中段）", "被访人", "被访人手机号", "被访人工号",
    "来访开始", "来访结束", "事由", "提交时间", "处理时间", "处理人", "拒绝原因", "门禁平台单号", "入厂时间", "离厂时间",
)  # fmt: skip
PARK_HEADERS = ("园区", "园区说明", "园区单号")
_GENDERS = {"male": "男", "female": "女"}


def take_out(staff: Principal, wanted: Wanted, now: datetime) -> Table:
    """The visits of a filter among the newest ``MAX_ROWS``. Who took how many out of the system is audited."""
    visits, is_cut = search.newest(wanted, MAX_ROWS)
    _audit(staff, wanted, len(visits), now)
    park = policy().on
    return Table(
        headers=HEADERS + (PARK_HEADERS if park else ()),
        rows=[row(visit, now) + (park_cells(visit) if park else ()) for visit in visits],
        name=f"visits-{now.astimezone(SITE_ZONE):%Y%m%d-%H%M}",
        taken_at=_moment(now),
        taken_by=staff.nickname,
        cut_at=MAX_ROWS if is_cut else None,
    )


def row(visit: Visit, now: datetime) -> tuple[Cell, ...]:
    """One visit in the order of ``HEADERS``."""
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
        _moment(visit.decided_at) if visit.decided_at else None,
        visit.decided_by_name or "",
        visit.refusal_reason or "",
        visit.gate.order_id or "",
        _moment(visit.presence.entered_at) if visit.presence.entered_at else None,
        _moment(visit.presence.left_at) if visit.presence.left_at else None,
    )


def park_cells(visit: Visit) -> tuple[Cell, ...]:
    """The park's columns, in the order of ``PARK_HEADERS``; a deployment without a park has none."""
    return PARK_WORDS[visit.park.status.value], visit.park.reason or "", visit.park.visit_no or ""


def _moment(instant: datetime) -> datetime:
    return instant.astimezone(SITE_ZONE)


def _audit(staff: Principal, wanted: Wanted, count: int, now: datetime) -> None:
    """The words searched for may name a person, so only that there were some is kept."""
    transaction = Transaction()
    period = wanted.period
    record(
        transaction,
        subject="visits:export",
        actor=staff.user_id,
        action="visits_exported",
        now=now,
        after={
            "rows": count,
            "status": wanted.status.value if wanted.status else None,
            "inside": wanted.inside,
            "from": as_text(_moment(period.since)) if period.since else None,
            "until": as_text(_moment(period.until)),
            "day": f"{_moment(wanted.day):%Y-%m-%d}" if wanted.day else None,
            "searched": bool(wanted.text),
        },
    )
    transaction.commit()
