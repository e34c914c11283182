"""An export as an Excel workbook: real dates, numbers of people as text, a sheet of sums, nothing that runs.

Loaded by whoever exports: no other request needs the library.
"""

from __future__ import annotations

import io
from collections import Counter
from datetime import datetime
from typing import Any

import xlsxwriter

from chalicelib.domains.visitor.export import Cell, Export, looks_like_formula

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_MOMENT = "yyyy-mm-dd hh:mm"
_WIDTHS = {
    "来访开始": 17,
    "来访结束": 17,
    "提交时间": 17,
    "处理时间": 17,
    "入厂时间": 17,
    "离厂时间": 17,
    "事由": 24,
    "拒绝原因": 24,
    "门禁平台单号": 38,
}
_USUAL_WIDTH = 13


def to_workbook(export: Export) -> bytes:
    """The file's bytes."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, _OPTIONS) as book:
        book.set_properties({"title": "访客预约", "created": export.taken_at.replace(tzinfo=None)})
        _write_rows(book, export)
        _write_sums(book, export)
    return written.getvalue()


def _write_rows(book: Any, export: Export) -> None:
    """Header, filter buttons, one line a visit."""
    sheet = book.add_worksheet("预约")
    writer = _Writer(book, sheet)
    for column, header in enumerate(export.headers):
        sheet.set_column(column, column, _WIDTHS.get(header, _USUAL_WIDTH))
        sheet.write_string(0, column, header, writer.bold)
    for number, cells in enumerate(export.rows, start=1):
        for column, cell in enumerate(cells):
            writer.write(number, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(export.rows), len(export.headers) - 1)
    if export.remark:
        sheet.write_string(len(export.rows) + 2, 0, export.remark, writer.bold)


def _write_sums(book: Any, export: Export) -> None:
    """How many, of each state and each day."""
    sheet = book.add_worksheet("汇总")
    writer = _Writer(book, sheet)
    sheet.set_column(0, 1, 22)
    stages = Counter(str(cells[0]) for cells in export.rows)
    start = export.headers.index("来访开始")
    days = Counter(f"{cells[start]:%Y-%m-%d}" for cells in export.rows)
    lines: list[tuple[Cell, Cell | int]] = [
        ("导出时间", export.taken_at),
        ("导出人", export.taken_by),
        ("合计", len(export.rows)),
        *([("说明", export.remark)] if export.remark else []),
        ("按状态", None),
        *stages.most_common(),
        ("按来访日期", None),
        *sorted(days.items()),
    ]
    for number, (name, value) in enumerate(lines):
        sheet.write_string(number, 0, str(name), writer.bold if value is None else None)
        writer.write(number, 1, value)


class _Writer:
    """Cells by their kind, in the formats of one workbook."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._sheet = sheet
        self.bold = book.add_format({"bold": True})
        self._moment = book.add_format({"num_format": _MOMENT, "align": "left"})
        # "quote prefix" keeps such a cell text when somebody edits it or saves it as CSV.
        self._quoted = book.add_format({"quote_prefix": True})

    def write(self, row: int, column: int, cell: Cell | int) -> None:
        if isinstance(cell, datetime):
            self._sheet.write_datetime(row, column, cell.replace(tzinfo=None), self._moment)
        elif isinstance(cell, int):
            self._sheet.write_number(row, column, cell)
        elif cell:
            self._sheet.write_string(row, column, cell, self._quoted if looks_like_formula(cell) else None)
