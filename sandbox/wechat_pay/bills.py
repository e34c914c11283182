"""The trade bill as text (contract B7.3, after the official fixture). Pure: amounts come in fen, the file has yuan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from sandbox.kit.clock import SHANGHAI
from sandbox.people import APP_ID
from sandbox.wechat_pay.merchant import MERCHANT_ID

TYPES = ("ALL", "SUCCESS", "REFUND")
ALL_COLUMNS = (
    *(
        "交易时间",
        "公众账号ID",
        "商户号",
        "特约商户号",
        "设备号",
        "微信订单号",
        "商户订单号",
        "用户标识",
        "交易类型",
        "交易状态",
    ),
    *(
        "付款银行",
        "货币种类",
        "应结订单金额",
        "代金券金额",
        "微信退款单号",
        "商户退款单号",
        "退款金额",
        "充值券退款金额",
    ),
    *("退款类型", "退款状态", "商品名称", "商户数据包", "手续费", "费率", "订单金额", "申请退款金额", "费率备注"),
)
REFUND_COLUMNS = ("微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态", "申请退款金额")
REFUND_TIMES = ("退款申请时间", "退款成功时间")
COLUMNS = {
    "ALL": ALL_COLUMNS,
    "SUCCESS": tuple(name for name in ALL_COLUMNS if name not in REFUND_COLUMNS),
    "REFUND": (ALL_COLUMNS[0], *REFUND_TIMES, *ALL_COLUMNS[1:]),
}
SUMMARY = (
    "总交易单数",
    "应结订单总金额",
    "退款总金额",
    "充值券退款总金额",
    "手续费总金额",
    "订单总金额",
    "申请退款总金额",
)
RATE_PERCENT = Decimal("0.60")
BOM = "\ufeff"


@dataclass(frozen=True)
class Payment:
    """A row of a payment; `at` is epoch seconds."""

    at: float
    transaction_id: str
    out_trade_no: str
    openid: str
    bank: str
    total_fen: int
    description: str
    attach: str = ""
    device: str = ""


@dataclass(frozen=True)
class Refund:
    """A row of a refund, with the payment it is of."""

    at: float
    payment: Payment
    refund_id: str
    out_refund_no: str
    refund_fen: int
    status: str
    success_at: float | None


def write(kind: str, payments: Sequence[Payment], refunds: Sequence[Refund]) -> bytes:
    """The whole file: header, rows in the order of their time, summary header, one summary row."""
    rows = [(one.at, _payment_cells(one)) for one in payments if kind != "REFUND"]
    rows += [(one.at, _refund_cells(one)) for one in refunds if kind != "SUCCESS"]
    cells = [row for _, row in sorted(rows, key=lambda row: row[0])]
    names = COLUMNS[kind]
    lines = [",".join(names), *(_line([row[name] for name in names]) for row in cells)]
    lines += [",".join(SUMMARY), _line(_summary(cells))]
    return (BOM + "".join(f"{line}\r\n" for line in lines)).encode()


def _line(cells: Sequence[str]) -> str:
    return ",".join(f"`{cell}" for cell in cells)


def _payment_cells(one: Payment) -> dict[str, str]:
    facts = {
        "交易时间": _time(one.at),
        "公众账号ID": APP_ID,
        "商户号": MERCHANT_ID,
        "特约商户号": "0",
        "设备号": one.device,
        "微信订单号": one.transaction_id,
        "商户订单号": one.out_trade_no,
        "用户标识": one.openid,
        "交易类型": "JSAPI",
        "交易状态": "SUCCESS",
        "付款银行": one.bank,
        "货币种类": "CNY",
        "应结订单金额": _yuan(one.total_fen),
        "代金券金额": "0.00",
        "商品名称": one.description,
        "商户数据包": one.attach,
        "手续费": _fee(one.total_fen),
        "费率": f"{RATE_PERCENT}%",
        "订单金额": _yuan(one.total_fen),
        "费率备注": "",
    }
    nothing = {
        "微信退款单号": "0",
        "商户退款单号": "0",
        "退款金额": "0.00",
        "充值券退款金额": "0.00",
        "申请退款金额": "0.00",
    }
    return {**facts, **nothing, "退款类型": "", "退款状态": ""}


def _refund_cells(one: Refund) -> dict[str, str]:
    return {
        **_payment_cells(one.payment),
        "交易时间": _time(one.at),
        "交易状态": "REFUND",
        "应结订单金额": "0.00",
        "订单金额": "0.00",
        "微信退款单号": one.refund_id,
        "商户退款单号": one.out_refund_no,
        "退款金额": _yuan(one.refund_fen),
        "申请退款金额": _yuan(one.refund_fen),
        "退款类型": "ORIGINAL",
        "退款状态": one.status,
        "手续费": _fee(-one.refund_fen),
        "退款申请时间": _time(one.at),
        "退款成功时间": _time(one.success_at) if one.success_at else "",
    }


def _summary(rows: Sequence[dict[str, str]]) -> list[str]:
    """The count and the sums are written like floating-point numbers, as WeChat does."""
    names = ("应结订单金额", "退款金额", "充值券退款金额", "手续费", "订单金额", "申请退款金额")
    sums = [sum((Decimal(row[name]) for row in rows), Decimal(0)) for name in names]
    return [str(float(len(rows))), *(str(float(_rounded(amount, "0.01"))) for amount in sums)]


def _yuan(fen: int) -> str:
    return str(_rounded(Decimal(fen) / 100, "0.01"))


def _fee(fen: int) -> str:
    """Rounded to a fen, written with five places."""
    return str(_rounded(_rounded(Decimal(fen) / 100 * RATE_PERCENT / 100, "0.01"), "0.00001"))


def _rounded(amount: Decimal, unit: str) -> Decimal:
    return amount.quantize(Decimal(unit), ROUND_HALF_UP) + 0  # There is no -0.00.


def _time(at: float) -> str:
    return f"{datetime.fromtimestamp(at, SHANGHAI):%Y-%m-%d %H:%M:%S}"
