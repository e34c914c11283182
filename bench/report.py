"""Tables as people read them: measured value, budget, ok or over."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``cells`` are texts under the table's columns; ``ok`` is ``None`` where there is no budget to hold."""

    cells: tuple[str, ...]
    ok: bool | None

    @property
    def verdict(self) -> str:
        """The last column."""
        return {True: "ok", False: "OVER", None: ""}[self.ok]


@dataclass
class Table:
    """One budget. ``notes`` say how it was measured and what a figure leaves out."""

    title: str
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: str, ok: bool | None = None) -> None:
        """Add a line."""
        if len(cells) != len(self.columns):
            raise ValueError(f"{self.title}: {len(cells)} cells for {len(self.columns)} columns")
        self.rows.append(Row(cells, ok))

    @property
    def over(self) -> int:
        """How many lines break their budget."""
        return sum(row.ok is False for row in self.rows)


def render(table: Table) -> str:
    """The table as text: the first column left, all others right."""
    lines: list[Sequence[str]] = [(*table.columns, "")]
    lines += [(*row.cells, row.verdict) for row in table.rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(lines[0]))]
    shown = ["  ".join(_pad(text, widths[at], left=at == 0) for at, text in enumerate(line)).rstrip() for line in lines]
    rule = "-" * max(map(_width, shown))
    return "\n".join([table.title, rule, shown[0], rule, *shown[1:], *(f"  {note}" for note in table.notes), ""])


def _pad(text: str, width: int, *, left: bool) -> str:
    blanks = " " * (width - _width(text))
    return text + blanks if left else blanks + text


def _width(text: str) -> int:
    """Columns on a screen: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
