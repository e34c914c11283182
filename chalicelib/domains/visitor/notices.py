"""What a visitor, and on arrival the host, is told through the official account, and in which words."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.notices.entries import add_notice
from chalicelib.core.notices.model import Facts, Notice
from chalicelib.core.table import Transaction
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.model import Stage, is_inside, stage
from chalicelib.domains.visitor.privacy.faces.model import used_by_gate
from chalicelib.domains.visitor.visit import Status, Visit, Window

_OF_EVENT = {
    "approved": Notice.VISIT_APPROVED,
    "refused": Notice.VISIT_REFUSED,
    "gate_ready": Notice.VISIT_READY,
    "gate_failed": Notice.VISIT_GATE_FAILED,
    "park_accepted": Notice.VISIT_READY,
    "park_rejected": Notice.VISIT_GATE_FAILED,
    "park_failed": Notice.VISIT_GATE_FAILED,
}
_STAGES = {
    Notice.VISIT_READY: (Stage.READY,),
    Notice.VISIT_GATE_FAILED: (Stage.GATE_FAILED, Stage.PARK_REJECTED, Stage.PARK_FAILED),
}
"""Gate and park answer independently; these are told when the visit as a whole has come so far."""
_WORDS = {
    Notice.VISIT_APPROVED: ("审核通过", "正在下发通行权限，请稍后查看"),
    Notice.VISIT_REFUSED: ("未通过", "请联系被访人"),
    Notice.VISIT_READY: ("可通行", "请在预约时段内凭二维码入厂"),
    Notice.VISIT_GATE_FAILED: ("下发失败", "通行权限未下发，请联系被访人或门卫"),
    Notice.VISIT_ARRIVED: ("已入厂", "访客已到厂，请安排接待"),
}
"""Result (at most five characters) and remark (at most twenty) of each notice."""


def add_visit_notice(transaction: Transaction, seen: Visit, changed: Visit, now: datetime) -> None:
    """Tell the visitor what has just happened to the visit, if it is something they wait for."""
    new_events = changed.events[len(seen.events) :]
    notice = _OF_EVENT.get(new_events[-1].name) if new_events else None
    if notice is not None and _is_news(notice, seen, changed, now):
        add_notice(
            transaction,
            notice,
            subject=f"visit:{changed.id}",
            sequence=changed.version,
            user_id=changed.owner_id,
            now=now,
        )


def _is_news(notice: Notice, seen: Visit, changed: Visit, now: datetime) -> bool:
    """Of gate and park, who comes last makes the visit ready; a refusal of a park that is not required is none."""
    stages = _STAGES.get(notice)
    return stages is None or (stage(changed, now) in stages and stage(seen, now) is not stage(changed, now))


def visit_facts(notice: Notice, visit_id: str, now: datetime) -> Facts | None:
    """The words of a notice, ``None`` when it is no longer true or of no use (cancelled meanwhile, time over)."""
    visit = store.find_visit(visit_id)
    if visit is None or now >= visit.window.ends_at or not _still_true(notice, visit, now):
        return None
    result, remark = _WORDS[notice]
    if stage(visit, now) in (Stage.PARK_REJECTED, Stage.PARK_FAILED):
        result, remark = "园区未受理", visit.park.reason or "请联系被访人"
    if notice is Notice.VISIT_READY and visit.visitor.face and not used_by_gate(visit.visitor.face):
        remark = "人脸照片未能使用，请凭二维码入厂"
    if notice is Notice.VISIT_REFUSED and visit.refusal_reason:
        remark = visit.refusal_reason
    values = {"visitor": visit.visitor.name, "window": _window_text(visit.window), "result": result, "remark": remark}
    # The host reads no visit of somebody else's: the message says all, and 详情 leads to the host's own entrance.
    page = "/visitor" if notice is Notice.VISIT_ARRIVED else f"/visitor/visits/{visit_id}"
    return Facts(page, values)


def _still_true(notice: Notice, visit: Visit, now: datetime) -> bool:
    if notice is Notice.VISIT_ARRIVED:
        return is_inside(visit)
    if notice is Notice.VISIT_REFUSED:
        return visit.status is Status.REFUSED
    if visit.status is not Status.APPROVED:
        return False
    return stage(visit, now) in _STAGES.get(notice, tuple(Stage))


def _window_text(window: Window) -> str:
    """``2026年11月23日 09:00~13:00``, as WeChat wants a time."""
    starts_at, ends_at = window.starts_at.astimezone(SITE_ZONE), window.ends_at.astimezone(SITE_ZONE)
    start = _moment(starts_at)
    return f"{start}~{ends_at:%H:%M}" if starts_at.date() == ends_at.date() else f"{start}~{_moment(ends_at)}"


def _moment(local: datetime) -> str:
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
