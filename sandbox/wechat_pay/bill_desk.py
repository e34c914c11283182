"""Bills: which day can be had when, the link, the file (contract B7)."""

import gzip
import hashlib
import secrets
from datetime import date, datetime, timedelta

from sandbox.kit.clock import SHANGHAI, day_of
from sandbox.kit.store import Document
from sandbox.wechat_pay import bills
from sandbox.wechat_pay.errors import PayError, wrong
from sandbox.wechat_pay.memory import Memory
from sandbox.wechat_pay.orders import Orders
from sandbox.wechat_pay.refunds import Refunds

LINK = "pay.bill_link"
READY_HOUR = 10
LONGEST_DAYS = 92
"""Three months."""
# What a bill says of a refund; a closed one moved no money and is not in it.
STATUSES = {"SUCCESS": "SUCCESS", "PROCESSING": "PROCESSING", "ABNORMAL": "CHANGE"}
DOWNLOAD = "/v3/billdownload/file"


class BillDesk:
    """Answers for bills and the files behind their links."""

    def __init__(self, memory: Memory, orders: Orders, refunds: Refunds) -> None:
        self._memory = memory
        self._orders = orders
        self._refunds = refunds

    def ask(self, query: dict[str, str], base_url: str) -> Document:
        """/v3/bill/tradebill. Raises PARAM_ERROR, INVALID_REQUEST, STATEMENT_CREATING, NO_STATEMENT_EXIST."""
        kind, tar = query.get("bill_type", "ALL"), query.get("tar_type")
        if set(query) - {"bill_date", "bill_type", "tar_type"} or kind not in bills.TYPES or tar not in (None, "GZIP"):
            raise wrong("bill_type", "bill_date、bill_type 或 tar_type 不对")
        day = _day(query.get("bill_date", ""))
        self._check_day(day)
        plain = self.file(day, kind)
        if plain is None:
            raise PayError("NO_STATEMENT_EXIST", "账单不存在")
        token = secrets.token_urlsafe(24)
        ends = self._memory.clock() + float(self._memory.knobs.get("bill_link_seconds"))
        doc = {"day": day.isoformat(), "kind": kind, "gzip": tar == "GZIP", "ends": ends, "text": plain.decode()}
        self._memory.store.put(LINK, token, doc)
        link = f"{base_url}{DOWNLOAD}?token={token}" + ("&tartype=gzip" if tar else "")
        return {"hash_type": "SHA1", "hash_value": hashlib.sha1(plain).hexdigest(), "download_url": link}

    def download(self, query: dict[str, str]) -> bytes:
        """The file as it was when its link was made. INVALID_REQUEST for a link that is none, or too old."""
        link = self._memory.store.get(LINK, query.get("token", ""))
        if link is None or self._memory.clock() > link["ends"]:
            raise PayError("INVALID_REQUEST", "下载链接已失效，请重新申请账单")
        content = str(link["text"]).encode()
        return gzip.compress(content) if link["gzip"] else content

    def file(self, day: date, kind: str) -> bytes | None:
        """The bill of a day as things stand; None when nothing was paid or refunded."""
        paid = [
            order for order in self._orders.all()[::-1] if order["state"] == "SUCCESS" and not order.get("not_in_bill")
        ]
        payments = {order["out_trade_no"]: _payment(order) for order in paid}
        today = [one for one in payments.values() if day_of(one.at) == day.isoformat()]
        back = [_refund(one, payments[one["out_trade_no"]]) for one in self._billed_refunds(day, set(payments))]
        wanted = {"ALL": (today, back), "SUCCESS": (today, []), "REFUND": ([], back)}[kind]
        return bills.write(kind, *wanted) if any(wanted) else None

    def _billed_refunds(self, day: date, orders: set[str]) -> list[Document]:
        return [
            one
            for one in self._refunds.all()[::-1]
            if one["status"] in STATUSES
            and one["out_trade_no"] in orders
            and day_of(one["created_at"]) == day.isoformat()
        ]

    def _check_day(self, day: date) -> None:
        now = datetime.fromtimestamp(self._memory.clock(), SHANGHAI)
        if day > now.date() or day < now.date() - timedelta(days=LONGEST_DAYS):
            raise PayError("INVALID_REQUEST", "账单日期不对，只能查三个月内的账单")
        if self._memory.knobs.get("bills_at_once"):
            return
        if day == now.date():
            raise PayError("INVALID_REQUEST", "账单日期不对，当天的账单次日才有")
        ready = datetime.combine(day + timedelta(days=1), datetime.min.time(), SHANGHAI) + timedelta(hours=READY_HOUR)
        if now < ready:
            raise PayError("STATEMENT_CREATING", "账单生成中，请稍后再试")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise wrong("bill_date", "格式应为 YYYY-MM-DD", text) from None
    if day.isoformat() != text:
        raise wrong("bill_date", "格式应为 YYYY-MM-DD", text)
    return day


def _payment(order: Document) -> bills.Payment:
    """`billed_fen`: what a test has the bill say instead of the truth."""
    request = order["request"]
    return bills.Payment(
        at=order["paid_at"],
        transaction_id=order["transaction_id"],
        out_trade_no=order["out_trade_no"],
        openid=request["payer"]["openid"],
        bank=order["bank_type"],
        total_fen=order.get("billed_fen") or request["amount"]["total"],
        description=request["description"],
        attach=request.get("attach", ""),
        device=request.get("scene_info", {}).get("device_id", ""),
    )


def _refund(refund: Document, payment: bills.Payment) -> bills.Refund:
    return bills.Refund(
        at=refund["created_at"],
        payment=payment,
        refund_id=refund["refund_id"],
        out_refund_no=refund["out_refund_no"],
        refund_fen=refund["request"]["amount"]["refund"],
        status=STATUSES[refund["status"]],
        success_at=refund["success_at"],
    )
