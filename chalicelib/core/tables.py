"""What staff take out of the system as a table: bounded, harmless, the same rows as text and as an Excel file.

As text it is UTF-8 with a byte order mark, CRLF, and no cell that Excel would run as a formula; ``workbook.py`` makes an
Excel file of the same rows.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

CSV_TYPE = "text/csv; charset=utf-8"
CUT = "仅导出最新的 {limit} 条，请缩小日期范围后分次导出。"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | datetime | Decimal | None
"""Text, a moment on the plant's clock, or a quantity in tonnes."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their headers, the file's name without its ending, and where the rows were cut when there are more."""

    headers: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    name: str
    taken_at: datetime
    taken_by: str
    cut_at: int | None

    @property
    def remark(self) -> str:
        """What the last line of a file that is cut says."""
        return CUT.format(limit=self.cut_at) if self.cut_at else ""


def to_csv(table: Table) -> str:
    """The table as text; a cell that begins like a formula gets an apostrophe, which Excel shows as plain text."""
    written = io.StringIO()
    written.write("\ufeff")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(table.headers)
    writer.writerows([_harmless(cell) for cell in cells] for cells in table.rows)
    if table.remark:
        writer.writerow([table.remark])
    return written.getvalue()


def as_text(cell: Cell) -> str:
    """A cell as people read it."""
    if isinstance(cell, Decimal):
        return str(cell)
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else cell or ""


def looks_like_formula(cell: str) -> bool:
    """Whether Excel would run it when it is typed or read from text."""
    return cell.lstrip(" ").startswith(_FORMULA_STARTS)


def _harmless(cell: Cell) -> str:
    text = as_text(cell)
    return f"'{text}" if isinstance(cell, str) and looks_like_formula(cell) else text
