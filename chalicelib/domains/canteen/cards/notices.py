"""What a diner is told about a card through the official account, and in which words."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.notices.model import Facts, Notice
from chalicelib.domains.canteen.cards import store
from chalicelib.domains.canteen.cards.model import Progress, Wanted, masked

_WORDS = {
    Wanted.LOST: ("挂失成功", "该卡已不能消费"),
    Wanted.NORMAL: ("解挂成功", "该卡可以正常使用"),
}


def card_facts(_notice: Notice, card_and_account: str, _now: datetime) -> Facts | None:
    """The words of a notice about ``<card>@<account>``, ``None`` when it is not true any more."""
    card_no, _, account_no = card_and_account.partition("@")
    report = store.find_report(account_no, card_no)
    if report is None or report.progress is not Progress.DONE:
        return None
    result, remark = _WORDS[report.wanted]
    local = report.changed_at.astimezone(SITE_ZONE)
    values = {
        "subject": f"餐卡 {masked(card_no)}",
        "time": f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}",
        "result": result,
        "remark": remark,
    }
    return Facts("/canteen/cards", values)
