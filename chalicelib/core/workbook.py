"""A table as an Excel workbook: real dates and quantities, numbers of people as text, a sheet of sums, nothing that runs.

Loaded by whoever exports: no other request needs the library.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from chalicelib.core.tables import Cell, Table, looks_like_formula

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MANY = 10_000
"""Rows above which cells are not kept until the end: a hundred thousand rows would need some hundred megabytes."""
_ROW_BY_ROW = {"in_memory": False, "constant_memory": True}
_MOMENT = "yyyy-mm-dd hh:mm"
_TONNES = "0.000"
_USUAL_WIDTH = 13

Sum = tuple[str, Cell | int]
"""A line of the second sheet; without a value it is a heading."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a kind of table looks in Excel."""

    title: str
    sheet: str
    widths: Mapping[str, int]
    """Of columns that need another than the usual one, by their header."""
    decimals: str = _TONNES
    """How Excel shows its decimal numbers."""


def write_workbook(table: Table, layout: Layout, sums: Sequence[Sum]) -> bytes:
    """The file's bytes. ``sums`` follow what every table's second sheet begins with: when, by whom, how many."""
    written = io.BytesIO()
    options = _OPTIONS if len(table.rows) <= MANY else _OPTIONS | _ROW_BY_ROW
    with xlsxwriter.Workbook(written, options) as book:
        book.set_properties({"title": layout.title, "created": table.taken_at.replace(tzinfo=None)})
        _write_rows(book, table, layout)
        _write_sums(book, table, layout, sums)
    return written.getvalue()


def _write_rows(book: Any, table: Table, layout: Layout) -> None:
    """Header, filter buttons, one line a row."""
    sheet = book.add_worksheet(layout.sheet)
    writer = _Writer(book, sheet, layout.decimals)
    for column, header in enumerate(table.headers):
        sheet.set_column(column, column, layout.widths.get(header, _USUAL_WIDTH))
        sheet.write_string(0, column, header, writer.bold)
    for number, cells in enumerate(table.rows, start=1):
        for column, cell in enumerate(cells):
            writer.write(number, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(table.headers) - 1)
    if table.remark:
        sheet.write_string(len(table.rows) + 2, 0, table.remark, writer.bold)


def _write_sums(book: Any, table: Table, layout: Layout, sums: Sequence[Sum]) -> None:
    sheet = book.add_worksheet("汇总")
    writer = _Writer(book, sheet, layout.decimals)
    sheet.set_column(0, 1, 22)
    lines: list[Sum] = [
        ("导出时间", table.taken_at),
        ("导出人", table.taken_by),
        ("合计", len(table.rows)),
        *([("说明", table.remark)] if table.remark else []),
        *sums,
    ]
    for number, (name, value) in enumerate(lines):
        sheet.write_string(number, 0, str(name), writer.bold if value is None else None)
        writer.write(number, 1, value)


class _Writer:
    """Cells by their kind, in the formats of one workbook."""

    def __init__(self, book: Any, sheet: Any, decimals: str) -> None:
        self._sheet = sheet
        self.bold = book.add_format({"bold": True})
        self._moment = book.add_format({"num_format": _MOMENT, "align": "left"})
        self._decimal = book.add_format({"num_format": decimals})
        # "quote prefix" keeps such a cell text when somebody edits it or saves it as CSV.
        self._quoted = book.add_format({"quote_prefix": True})

    def write(self, row: int, column: int, cell: Cell | int) -> None:
        if isinstance(cell, datetime):
            self._sheet.write_datetime(row, column, cell.replace(tzinfo=None), self._moment)
        elif isinstance(cell, Decimal):
            self._sheet.write_number(row, column, cell, self._decimal)
        elif isinstance(cell, int):
            self._sheet.write_number(row, column, cell)
        elif cell:
            self._sheet.write_string(row, column, cell, self._quoted if looks_like_formula(cell) else None)
