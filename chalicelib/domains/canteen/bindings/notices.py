"""What somebody is told whose card account is no longer theirs, and in which words."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.notices.model import Facts, Notice
from chalicelib.domains.canteen.bindings import store
from chalicelib.domains.canteen.bindings.binding import HowEnded

PAGE = "/canteen"
_RESULTS = {HowEnded.MOVED: "已被他人绑定", HowEnded.OFFICE: "已解除绑定"}
_REMARKS = {HowEnded.MOVED: "如非本人同意，请联系食堂卡务", HowEnded.OFFICE: "由食堂管理员解除，可重新绑定"}


def binding_facts(_notice: Notice, user_id: str, _now: datetime) -> Facts | None:
    """The words, ``None`` when the user has bound an account again meanwhile."""
    record = store.find_record(user_id)
    ending = record.ending if record else None
    if record is None or ending is None or ending.how not in _RESULTS:
        return None
    local = ending.at.astimezone(SITE_ZONE)
    values = {
        "subject": f"餐卡账户 尾号{record.binding.account_no[-4:]}",
        "time": f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}",
        "result": _RESULTS[ending.how],
        "remark": _REMARKS[ending.how],
    }
    return Facts(PAGE, values)
