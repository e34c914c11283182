"""An export of registrations as an Excel workbook.

Loaded by whoever exports: no other request needs the library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from chalicelib.core.tables import Cell, Table
from chalicelib.core.workbook import Layout, Sum, write_workbook

LAYOUT = Layout(
    title="提送货登记",
    sheet="登记",
    widths={
        "客户": 24,
        "订单行": 24,
        "登记时间": 17,
        "到厂开始": 17,
        "到厂结束": 17,
        "运单号": 20,
        "结束原因": 24,
        "登记编号": 30,
    },
)


def to_workbook(table: Table) -> bytes:
    """The file's bytes, with how much was registered and weighed, and how many there are of each state and product."""
    column = table.headers.index
    sums: list[Sum] = [
        ("登记数量（吨）", _sum(table.rows, column("登记数量（吨）"))),
        ("净重（吨）", _sum(table.rows, column("净重（吨）"))),
        ("按状态", None),
        *Counter(str(cells[column("状态")]) for cells in table.rows).most_common(),
        ("按产品", None),
        *Counter(str(cells[column("产品")]) for cells in table.rows).most_common(),
    ]
    return write_workbook(table, LAYOUT, sums)


def _sum(rows: Iterable[tuple[Cell, ...]], column: int) -> Decimal:
    return sum((cell for cells in rows if isinstance(cell := cells[column], Decimal)), Decimal("0.000"))
