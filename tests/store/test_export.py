"""The office's file for Excel: exactly the filter, readable, harmless, bounded, audited."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import SITE_ZONE, from_text
from chalicelib.core.session import Device
from chalicelib.core.tables import Table, to_csv
from chalicelib.domains.visitor import export
from chalicelib.domains.visitor.export import HEADERS
from chalicelib.domains.visitor.model import Stage
from chalicelib.domains.visitor.texts import GATE_WORDS, PARK_WORDS, STAGE_WORDS
from chalicelib.domains.visitor.visit import GateStatus, ParkStatus
from tests.store.test_visits_api import form
from tests.support.client import Client, signed_in

FILE = "/api/office/visits.csv"


@pytest.fixture
def office(cloud: Any) -> Client:
    """An approver at the desk."""
    return signed_in("huang", "visitor_approver", device=Device.OFFICE)


def read(answer: Any) -> list[list[str]]:
    """As Excel reads it."""
    assert answer.status == 200, answer.text
    assert answer.text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))


def submit(visitor: Client, number: int, **changes: Any) -> Any:
    answer = visitor.post("/api/visitor/visits", form(f"4f9d1c1e-0000-4000-8000-{number:012d}", **changes))
    assert answer.status == 201, answer.text
    return answer.json


def test_a_row_says_what_the_page_says(office: Client) -> None:
    visit = submit(signed_in("lin"), 1)
    answer = office.get(FILE)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="visits-2')
    assert answer.headers["cache-control"] == "no-store"
    assert "x-export-cut" not in answer.headers
    assert answer.text.count("\r\n") == answer.text.count("\n") == 2
    header, row = read(answer)
    assert tuple(header) == HEADERS
    shown = dict(zip(header, row, strict=True))
    start = from_text(visit["starts_at"]).astimezone(SITE_ZONE)
    assert shown == {
        **dict.fromkeys(HEADERS, ""),
        "状态": "待审批",
        "门禁": "未下发",
        "访客姓名": "林晓雨",
        "性别": "女",
        "访客手机号": "13800000000",
        "车牌号": "闽A12345",
        "被访人": "王海峰",
        "被访人手机号": "13900001111",
        "来访开始": f"{start:%Y-%m-%d %H:%M}",
        "来访结束": f"{from_text(visit['ends_at']).astimezone(SITE_ZONE):%Y-%m-%d %H:%M}",
        "事由": visit["purpose"],
        "提交时间": f"{from_text(visit['submitted_at']).astimezone(SITE_ZONE):%Y-%m-%d %H:%M}",
    }


def test_the_file_holds_exactly_the_filter(office: Client) -> None:
    visitor, approver = signed_in("lin"), signed_in("chen", "visitor_approver")
    visits = [submit(visitor, number) for number in range(3)]
    approver.post(f"/api/visitor/approvals/{visits[1]['id']}/refuse", {"version": 1, "reason": "被访人出差"})
    assert len(read(office.get(FILE))) == 4
    _, refused = read(office.get(FILE, status="refused"))
    assert (refused[HEADERS.index("状态")], refused[HEADERS.index("拒绝原因")]) == ("已拒绝", "被访人出差")
    assert refused[HEADERS.index("处理人")] == "chen"
    today = from_text(visits[0]["submitted_at"]).astimezone(SITE_ZONE).date()
    days = {"from": str(today), "to": str(today + timedelta(days=1))}
    assert len(read(office.get(FILE, status="submitted", **days))) == 3
    assert read(office.get(FILE, **{"from": "2020-01-01", "to": "2020-01-02"})) == [list(HEADERS)]
    assert office.get(FILE, status="bad").code == "invalid_input"


def test_a_file_that_is_cut_says_so(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MAX_ROWS", 2)
    visitor = signed_in("lin")
    newest = [submit(visitor, number, purpose=f"第{number}次") for number in range(3)][1:]
    answer = office.get(FILE)
    _, *rows, last = read(answer)
    assert answer.headers["x-export-cut"] == "2"
    assert sorted(row[HEADERS.index("事由")] for row in rows) == sorted(visit["purpose"] for visit in newest)
    assert last == ["仅导出最新的 2 条，请缩小日期范围后分次导出。"]
    monkeypatch.setattr(export, "MAX_ROWS", 3)
    whole = office.get(FILE)
    assert ("x-export-cut" in whole.headers, len(read(whole))) == (False, 4)


def test_every_page_of_the_query_is_read(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.domains.visitor.search.BULK_PAGE_SIZE", 2)
    visitor = signed_in("lin")
    for number in range(7):
        submit(visitor, number, purpose=f"第{number}次")
    rows = read(office.get(FILE))[1:]
    assert [row[HEADERS.index("事由")] for row in rows] == [f"第{number}次" for number in reversed(range(7))]


def test_what_visitors_write_is_never_run_by_excel(office: Client) -> None:
    submit(signed_in("lin"), 1, purpose='=HYPERLINK("http://evil.example","点我"), "再来"')
    row = read(office.get(FILE))[1]
    assert row[HEADERS.index("事由")] == '\'=HYPERLINK("http://evil.example","点我"), "再来"'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " ="])
def test_cells_that_begin_like_formulas(start: str) -> None:
    cells = (f"{start}1+1", "2-1", "甲=乙")
    text = to_csv(Table((), [cells], "visits", datetime.now(SITE_ZONE), "黄志强", None))
    _, cells = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert cells == [f"'{start}1+1", "2-1", "甲=乙"]


def test_whoever_takes_data_out_is_on_record(office: Client) -> None:
    submit(signed_in("lin"), 1)
    office.get(FILE, status="submitted")
    (entry,) = AuditEntry.query("visits:export")
    assert (entry.action, entry.actor) == ("visits_exported", "USERHUANG")
    after = json.loads(entry.after)
    assert (after["rows"], after["status"]) == (1, "submitted")
    assert "13800000000" not in entry.after


def test_only_visitor_staff_at_a_desk(office: Client) -> None:
    submit(signed_in("lin"), 1)
    assert signed_in("wu", "canteen", device=Device.OFFICE).get(FILE).code == "forbidden"
    assert signed_in("chen", "visitor_approver").get(FILE).code == "not_signed_in"
    assert list(AuditEntry.query("visits:export")) == []


def test_every_stage_and_gate_state_has_its_word() -> None:
    assert set(STAGE_WORDS) == {stage.value for stage in Stage}
    assert set(GATE_WORDS) == {status.value for status in GateStatus}
    assert set(PARK_WORDS) == {status.value for status in ParkStatus}
