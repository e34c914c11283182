"""An export of visits as an Excel workbook.

Loaded by whoever exports: no other request needs the library.
"""

from __future__ import annotations

from collections import Counter

from chalicelib.core.tables import Table
from chalicelib.core.workbook import Layout, write_workbook

LAYOUT = Layout(
    title="访客预约",
    sheet="预约",
    widths={
        "来访开始": 17,
        "来访结束": 17,
        "提交时间": 17,
        "处理时间": 17,
        "入厂时间": 17,
        "离厂时间": 17,
        "事由": 24,
        "拒绝原因": 24,
        "门禁平台单号": 38,
    },
)


def to_workbook(table: Table) -> bytes:
    """The file's bytes, with how many visits there are of each state and each day."""
    stages = Counter(str(cells[0]) for cells in table.rows)
    start = table.headers.index("来访开始")
    days = Counter(f"{cells[start]:%Y-%m-%d}" for cells in table.rows)
    sums = [("按状态", None), *stages.most_common(), ("按来访日期", None), *sorted(days.items())]
    return write_workbook(table, LAYOUT, sums)
