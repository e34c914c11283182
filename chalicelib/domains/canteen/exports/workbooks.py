"""The canteen's files as Excel workbooks. Loaded by whoever exports: no other request needs the library."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from chalicelib.core.tables import Cell, Table
from chalicelib.core.workbook import Layout, Sum, write_workbook
from chalicelib.domains.canteen.exports.model import What

YUAN = "#,##0.00"
_WIDE = {
    "消费时间": 17, "入账时间": 17, "下单时间": 17, "支付时间": 17, "退款到账时间": 17, "微信交易单号": 32, "充值单号": 30,
    "退款单号": 32, "退款原因": 24, "异常": 24, "商户": 18, "流水号": 16,
}  # fmt: skip
LAYOUTS = {
    What.RECORDS: Layout("消费记录", "消费记录", _WIDE, YUAN),
    What.TOP_UPS: Layout("充值记录", "充值记录", _WIDE, YUAN),
    What.STATEMENT: Layout("餐卡资金月报", "按日", _WIDE, YUAN),
}
GROUPED = {What.RECORDS: "类型", What.TOP_UPS: "状态", What.STATEMENT: "对账结果"}


def to_workbook(what: What, table: Table) -> bytes:
    """The file's bytes, with a sheet of sums: every column of money, and by kind or state."""
    column = table.headers.index
    grouped = column(GROUPED[what])
    sums: list[Sum] = [
        *((header, _sum(table, number)) for number, header in enumerate(table.headers) if header.endswith("（元）")),
        (f"按{GROUPED[what]}", None),
        *Counter(str(cells[grouped]) for cells in table.rows).most_common(),
    ]
    return write_workbook(table, LAYOUTS[what], sums)


def _sum(table: Table, column: int) -> Cell:
    return sum((cell for cells in table.rows if isinstance(cell := cells[column], Decimal)), Decimal("0.00"))
