"""The office's workbook: the rows of the filter with their kinds, nothing that runs, behind a link of minutes."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.core import downloads, runtime
from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import SITE_ZONE, from_text
from chalicelib.core.session import Device
from chalicelib.core.tables import Table
from chalicelib.domains.visitor import export
from chalicelib.domains.visitor.export import HEADERS
from chalicelib.domains.visitor.workbook import to_workbook
from tests.store.test_export import submit
from tests.support.client import Client, signed_in
from tests.support.environment import EXPORT_BUCKET

EXPORTS = "/api/office/visits/exports"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DAY_ZERO = datetime(1899, 12, 30, tzinfo=SITE_ZONE)


@pytest.fixture
def office(cloud: Any) -> Client:
    """An approver at the desk."""
    return signed_in("huang", "visitor_approver", device=Device.OFFICE)


def sheet_of(content: bytes, number: int = 1) -> list[list[Any]]:
    """A sheet's cells as Excel reads them: text as text, numbers as numbers."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(node.itertext()) for node in shared.findall(f"{_MAIN}si")]
        sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    assert not list(sheet.iter(f"{_MAIN}f")), "a formula"
    rows = []
    for row in sheet.iter(f"{_MAIN}row"):
        cells = {str(cell.get("r")).rstrip("0123456789"): _value(cell, texts) for cell in row.findall(f"{_MAIN}c")}
        rows.append([cells.get(chr(ord("A") + column)) for column in range(len(HEADERS))])
    return rows


def _value(cell: ElementTree.Element, texts: list[str]) -> Any:
    value = cell.findtext(f"{_MAIN}v")
    return None if value is None else texts[int(value)] if cell.get("t") == "s" else float(value)


def fetched(answer: Any) -> dict[str, Any]:
    """The object that the link of an answer leads to."""
    assert answer.status == 201, answer.text
    key = urlsplit(answer.json["url"]).path.rpartition("/")[2]
    return dict(runtime.aws_client("s3").get_object(Bucket=EXPORT_BUCKET, Key=key))


def test_rows_have_the_kinds_excel_knows(office: Client) -> None:
    visit = submit(signed_in("lin"), 1)
    found = fetched(office.post(EXPORTS, {}))
    header, row = sheet_of(found["Body"].read())
    assert tuple(header) == HEADERS
    shown = dict(zip(header, row, strict=True))
    assert (shown["访客姓名"], shown["访客手机号"], shown["被访人手机号"]) == ("林晓雨", "13800000000", "13900001111")
    start = DAY_ZERO + timedelta(days=shown["来访开始"])
    assert abs(start - from_text(visit["starts_at"])) < timedelta(minutes=1)
    assert shown["处理时间"] is None


def test_the_link_leads_to_a_download_for_minutes(office: Client) -> None:
    submit(signed_in("lin"), 1)
    answer = office.post(EXPORTS, {})
    found = fetched(answer)
    assert answer.json["name"].endswith(".xlsx")
    assert found["ContentDisposition"] == f'attachment; filename="{answer.json["name"]}"'
    assert found["ContentType"].endswith("spreadsheetml.sheet")
    query = parse_qs(urlsplit(answer.json["url"]).query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == [str(downloads.LINK_SECONDS)]
    again = office.post(EXPORTS, {}).json["url"]
    assert urlsplit(again).path != urlsplit(answer.json["url"]).path, "each file has a place of its own"


def test_the_workbook_holds_exactly_the_filter_and_its_sums(office: Client) -> None:
    visitor = signed_in("lin")
    visits = [submit(visitor, number, purpose=f"第{number}次") for number in range(3)]
    visitor.post(f"/api/visitor/visits/{visits[0]['id']}/cancel")
    answer = office.post(EXPORTS, {"status": "submitted", "q": "海峰"})
    assert (answer.json["rows"], answer.json["cut_at"]) == (2, None)
    content = fetched(answer)["Body"].read()
    assert sorted(row[HEADERS.index("事由")] for row in sheet_of(content)[1:]) == ["第1次", "第2次"]
    sums = {row[0]: row[1] for row in sheet_of(content, 2)}
    assert (sums["合计"], sums["待审批"], sums["导出人"]) == (2, 2, "huang")
    day = from_text(visits[1]["starts_at"]).astimezone(SITE_ZONE)
    assert sums[f"{day:%Y-%m-%d}"] == 2
    assert office.post(EXPORTS, {"status": "bad"}).code == "invalid_input"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", " ="])
def test_what_looks_like_a_formula_stays_text(start: str) -> None:
    cells = (f"{start}1+1", "https://evil.example", "00123")
    table = Table(("事由", "来访开始", "工号"), [cells], "visits", datetime.now(SITE_ZONE), "黄志强", None)
    table.rows[0] = (cells[0], datetime.now(SITE_ZONE), cells[2])
    content = to_workbook(table)
    assert sheet_of(content)[1][0].strip() == cells[0].strip()
    assert sheet_of(content)[1][2] == "00123"
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b'quotePrefix="1"' in book.read("xl/styles.xml")


def test_a_workbook_that_is_cut_says_so(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MAX_ROWS", 2)
    visitor = signed_in("lin")
    for number in range(3):
        submit(visitor, number)
    answer = office.post(EXPORTS, {})
    assert (answer.json["rows"], answer.json["cut_at"]) == (2, 2)
    assert sheet_of(fetched(answer)["Body"].read())[-1][0] == "仅导出最新的 2 条，请缩小日期范围后分次导出。"


def test_the_largest_workbook_is_small_and_quick() -> None:
    now = datetime.now(SITE_ZONE)
    row = ("待审批", "未下发", "林晓雨", "女", "13800000000", "闽A12345", "", "王海峰", "13900001111", "A1001")
    rows = [(*row, now, now, f"设备检修{number}", now, now, "陈建国", "", "") for number in range(export.MAX_ROWS)]
    content = to_workbook(Table(HEADERS, list(rows), "visits", now, "黄志强", None))
    assert len(content) < 2_000_000
    assert len(sheet_of(content)) == export.MAX_ROWS + 1


def test_whoever_takes_a_workbook_out_is_on_record_before_it_is_there(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(signed_in("lin"), 1)

    def broken(**_more: Any) -> None:
        raise EndpointConnectionError(endpoint_url="test")

    monkeypatch.setattr(runtime.aws_client("s3"), "put_object", broken)
    answer = office.post(EXPORTS, {"q": "林晓雨"})
    assert (answer.status, answer.code) == (503, "temporarily_unavailable")
    (entry,) = AuditEntry.query("visits:export")
    assert '"searched": true' in entry.after and "林晓雨" not in entry.after
    assert "Contents" not in runtime.aws_client("s3").list_objects_v2(Bucket=EXPORT_BUCKET)


def test_only_visitor_staff_at_a_desk(office: Client) -> None:
    assert signed_in("wu", "canteen", device=Device.OFFICE).post(EXPORTS, {}).code == "forbidden"
    assert signed_in("chen", "visitor_approver").post(EXPORTS, {}).code == "not_signed_in"
    assert list(AuditEntry.query("visits:export")) == []
