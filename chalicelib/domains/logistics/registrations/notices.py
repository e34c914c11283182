"""What a driver is told through the official account, and in which words."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.notices.model import Facts, Notice
from chalicelib.core.quantities import to_tonnes
from chalicelib.domains.logistics.lanes.store import find_board
from chalicelib.domains.logistics.registrations import store
from chalicelib.domains.logistics.registrations.registration import COMING, Registration, Status

REMARK_LENGTH = 20
"""Of a template's text, by WeChat's rule."""
_RESULTS = {
    Notice.HOLD_EXPIRING: "即将超时",
    Notice.HOLD_EXPIRED: "已退卡",
    Notice.TRUCK_CALLED: "已叫号",
    Notice.REGISTRATION_ENDED: "登记终止",
}


def registration_facts(notice: Notice, registration_id: str, now: datetime) -> Facts | None:
    """The words of a notice, ``None`` when it is no longer true or of no use (arrived meanwhile, ended otherwise)."""
    registration = store.find_registration(registration_id)
    if registration is None or not _still_true(notice, registration, now):
        return None
    values = {
        "subject": _subject(registration),
        "time": _moment(_time_of(notice, registration, now)),
        "result": _RESULTS[notice],
        "remark": _remark(notice, registration)[:REMARK_LENGTH],
    }
    return Facts(f"/logistics/registrations/{registration_id}", values)


def _still_true(notice: Notice, registration: Registration, now: datetime) -> bool:
    limit = registration.limit
    if notice is Notice.HOLD_EXPIRING:
        return registration.status in COMING and limit is not None and now < limit.expires_at
    if notice is Notice.HOLD_EXPIRED:
        return registration.status is Status.EXPIRED
    if notice is Notice.TRUCK_CALLED:
        return registration.status is Status.CALLED
    return registration.status in (Status.RELEASED, Status.REJECTED, Status.CANCELLED)


def _remark(notice: Notice, registration: Registration) -> str:
    if notice is Notice.HOLD_EXPIRING:
        return "请在时限前到厂报到，否则自动退卡"
    if notice is Notice.HOLD_EXPIRED:
        return "库存已释放，请重新登记"
    if notice is Notice.TRUCK_CALLED and registration.recheck:
        return "资料未通过复核，请先联系物流室"
    if notice is Notice.TRUCK_CALLED:
        return f"请到 {_lane(registration.le.lane_code)}装卸"
    return registration.reason or "请联系物流室"


def _lane(lane_code: str | None) -> str:
    """The name that stands on the board at the lane; before LE's board is known, its code."""
    board = find_board()
    lanes = board.lanes if board else ()
    return next((lane.name for lane in lanes if lane.lane_code == lane_code), f"{lane_code or '指定'} 车道")


def _time_of(notice: Notice, registration: Registration, now: datetime) -> datetime:
    if notice is Notice.HOLD_EXPIRING and registration.limit is not None:
        return registration.limit.expires_at
    return registration.events[-1].at if registration.events else now


def _subject(registration: Registration) -> str:
    quantity = to_tonnes(registration.goods.quantity_kg).rstrip("0").rstrip(".")
    return f"{registration.goods.product_name} {quantity} 吨 {registration.truck.plate_number}"[:REMARK_LENGTH]


def _moment(instant: datetime) -> str:
    local = instant.astimezone(SITE_ZONE)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
