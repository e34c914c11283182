"""Reads the daily bill: text without quoting, each cell after a backtick, amounts in yuan, a summary at the end.

Format: https://pay.weixin.qq.com/doc/v3/merchant/4012791866. Columns go by name: other bills have other ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from chalicelib.integrations.wechat_pay.port import Bill, BillPayment, BillRefund

FEN_A_YUAN = 100
_BEIJING = timezone(timedelta(hours=8))
_TIME_LENGTH = len("2026-11-26 08:00:00")
_AMOUNT = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,20})?(?:E[0-9]{1,2})?", re.ASCII)
_NOISE = Decimal("0.001")
"""The summary's numbers are printed floats: sums like 0.30000000000000004 yuan."""
_COUNT = "总交易单数"
_SUMS = {
    "应结订单总金额": "应结订单金额",
    "退款总金额": "退款金额",
    "订单总金额": "订单金额",
    "申请退款总金额": "申请退款金额",
}
"""Columns of the summary and the ones they add up."""

_Cells = Mapping[str, str]


class BillUnreadable(ValueError):
    """Not a bill, or one that contradicts itself; says where, without anybody's data."""


def read_bill(day: date, file: bytes) -> Bill:
    """The bill of ``day``. Raises :class:`BillUnreadable`, also when the rows are not what the summary says."""
    header, *lines = _lines(file)
    if len(lines) < 2 or not lines[-2].startswith(_COUNT):
        raise BillUnreadable("the summary is missing")
    rows = [_cells(header.split(","), line, f"row {number}") for number, line in enumerate(lines[:-2], 1)]
    summary = _cells(lines[-2].split(","), lines[-1], "the summary")
    _compare(summary, rows)
    return Bill(
        day=day,
        payments=tuple(_payment(row) for row in rows if row["交易状态"] == "SUCCESS"),
        refunds=tuple(_refund(row) for row in rows if row["交易状态"] == "REFUND"),
        total_count=len(rows),
        total_fen=_about(summary, "订单总金额"),
        refund_fen=_about(summary, "申请退款总金额"),
    )


def fen(yuan: str) -> int:
    """``"0.01"`` → 1; nothing counts as nothing. Raises :class:`BillUnreadable` for anything but whole fen."""
    amount = _decimal(yuan or "0")
    if amount != amount.to_integral_value():
        raise BillUnreadable("an amount is not in whole fen")
    return int(amount)


def _lines(file: bytes) -> list[str]:
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BillUnreadable("not UTF-8") from None
    return [line.removesuffix("\r") for line in text.rstrip("\r\n").split("\n")]


def _cells(columns: list[str], line: str, where: str) -> _Cells:
    """A comma ends a cell only before a backtick: descriptions may hold commas."""
    cells = line.removeprefix("`").split(",`")
    if not line.startswith("`") or len(cells) != len(columns):
        raise BillUnreadable(f"{where} has not the columns of its header")
    return dict(zip(columns, cells, strict=True))


def _compare(summary: _Cells, rows: list[_Cells]) -> None:
    if _about(summary, _COUNT) != len(rows) * FEN_A_YUAN:
        raise BillUnreadable("the summary counts other rows")
    for total, column in _SUMS.items():
        if _about(summary, total) != sum(fen(_cell(row, column)) for row in rows):
            raise BillUnreadable(f"the summary's {total} is not the sum of the rows")
    unknown = {_cell(row, "交易状态") for row in rows} - {"SUCCESS", "REFUND", "REVOKED"}
    if unknown or {_cell(row, "货币种类") for row in rows} - {"CNY"}:
        raise BillUnreadable("a row has a state or currency that is not known")


def _payment(row: _Cells) -> BillPayment:
    return BillPayment(
        transaction_id=_said(row, "微信订单号"),
        out_trade_no=_cell(row, "商户订单号"),
        openid=_cell(row, "用户标识"),
        paid_at=_instant(row),
        amount_fen=fen(_cell(row, "订单金额")),
    )


def _refund(row: _Cells) -> BillRefund:
    """A refund has a row of its own; its time is the row's."""
    return BillRefund(
        refund_id=_said(row, "微信退款单号"),
        out_refund_no=_cell(row, "商户退款单号"),
        transaction_id=_said(row, "微信订单号"),
        out_trade_no=_cell(row, "商户订单号"),
        amount_fen=fen(_cell(row, "申请退款金额")),
        status=_cell(row, "退款状态"),
        at=_instant(row),
    )


def _cell(row: _Cells, column: str) -> str:
    if column not in row:
        raise BillUnreadable(f"the column {column} is missing")
    return row[column]


def _said(row: _Cells, column: str) -> str:
    """WeChat Pay's own number must be there (``0`` stands for none); the merchant's may be missing: the merchant number
    may serve other systems, too."""
    value = _cell(row, column)
    if value in ("", "0"):
        raise BillUnreadable(f"{column} is empty")
    return value


def _instant(row: _Cells) -> datetime:
    text = _cell(row, "交易时间")
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise BillUnreadable("交易时间 is not a time") from None
    if len(text) != _TIME_LENGTH:
        raise BillUnreadable("交易时间 is not a time")
    return value.replace(tzinfo=_BEIJING).astimezone(UTC)


def _about(summary: _Cells, column: str) -> int:
    amount = _decimal(_cell(summary, column))
    nearest = amount.to_integral_value()
    if abs(amount - nearest) > _NOISE:
        raise BillUnreadable(f"{column} is not in whole fen")
    return int(nearest)


def _decimal(yuan: str) -> Decimal:
    """In fen. The form is looked at first: a number may not fill the memory."""
    if not _AMOUNT.fullmatch(yuan):
        raise BillUnreadable("an amount is not a number")
    return Decimal(yuan) * FEN_A_YUAN
