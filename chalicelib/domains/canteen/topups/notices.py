"""What a diner is told about a top-up through the official account, and in which words."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.notices.model import Facts, Notice
from chalicelib.domains.canteen.topups import store
from chalicelib.domains.canteen.topups.money import to_yuan
from chalicelib.domains.canteen.topups.top_up import Status, TopUp

REMARK_LENGTH = 20
"""Of a template's text, by WeChat's rule."""


def top_up_facts(notice: Notice, top_up_id: str, _now: datetime) -> Facts | None:
    """The words of a notice, ``None`` when it is not true (any more)."""
    top_up = store.find_top_up(top_up_id)
    if top_up is None:
        return None
    told = {Notice.TOP_UP_CREDITED: _credited, Notice.TOP_UP_REFUNDED: _refunded}.get(notice)
    values = told(top_up) if told else None
    return Facts(f"/canteen/top-ups/{top_up_id}", values) if values else None


def _credited(top_up: TopUp) -> dict[str, str] | None:
    if top_up.status is not Status.CREDITED or top_up.credit is None:
        return None
    after = top_up.credit.balance_after_fen
    remark = "可在餐卡账单中查看" if after is None else f"余额 {to_yuan(after)} 元"
    return _values(top_up, top_up.credit.at, "充值成功", remark)


def _refunded(top_up: TopUp) -> dict[str, str] | None:
    if top_up.status is not Status.REFUNDED or top_up.refund is None or top_up.refund.settled_at is None:
        return None
    return _values(top_up, top_up.refund.settled_at, "已退款", "未能入账，已原路退回微信")


def _values(top_up: TopUp, at: datetime, result: str, remark: str) -> dict[str, str]:
    local = at.astimezone(SITE_ZONE)
    return {
        "subject": f"餐卡充值 {to_yuan(top_up.amount_fen)} 元",
        "time": f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}",
        "result": result,
        "remark": remark[:REMARK_LENGTH],
    }
