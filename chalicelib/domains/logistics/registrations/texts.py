"""Texts of registrations: one for every refusal and every failing check, each saying what to do now.

``{contact}`` is whom a driver calls where nothing else helps (settings), put in by whoever shows the text.
"""

from __future__ import annotations

import re

from chalicelib.domains.logistics.registrations.checks import Check, Failure

TEXTS: dict[str, str] = {
    "registration_checks_failed": "有 {count} 项不符合登记条件，请按下面的提示逐项处理后再提交。",
    "registration_order_unknown": "没有找到订单 {order}，或它没有指定您名下的驾驶员。请刷新订单列表重选，仍没有请联系{contact}。",
    "registration_order_line_unknown": "订单 {order} 没有第 {line} 行，请刷新订单列表重新选择。",
    "registration_order_closed": "订单 {order} 已完成或被冻结，不能再登记。请选择其他订单，或联系{contact}。",
    "registration_order_not_valid": "订单 {order} 的有效期是 {first} 至 {last}，请把到厂时间改到有效期内，或联系{contact}。",
    "registration_order_kind_differs": "订单 {order} 是{kind}订单，请返回选择“{kind}登记”。",
    "registration_quantity_exceeds": "订单 {order} 第 {line} 行只剩 {open} 吨可登记，请减少数量，或联系{contact}。",
    "registration_products_mixed": "一车只能装一种产品，请分开登记。",
    "registration_customers_mixed": "一车只能装一个客户的货，请分开登记。",
    "registration_product_closed": "{product}暂不接受线上登记，请联系{contact}。",
    "registration_product_changed": "不能改成另一种产品，请取消这次登记后重新登记。",
    "registration_truck_busy": "车辆 {subject} 已有一次未完成的登记，请先办完或取消那一次，再来登记。",
    "registration_crew_busy": "{subject}已在另一次未完成的登记中，请换一位，或先办完、取消那一次。",
    "registration_request_reused": "这份表单已提交过其他内容，请返回重新填写。",
    "registration_daily_limit": "今天提交的登记已达 {limit} 次，请明天再试，或联系{contact}。",
    "stock_not_confirmed": "库存未确认，暂时不能登记，没有保存任何内容。请过几分钟再试，一直不行请联系{contact}。",
    "stock_not_enough": "{product}余量不足，这次登记不了 {quantity} 吨。请减少数量或过些时候再试，急需请联系{contact}。",
    "registration_changed": "这次登记刚刚有变化，请刷新后核对再操作。",
    "registration_not_cancellable": "这次登记已经结束，不需要取消。",
    "registration_not_changeable": "这次登记已不能修改：车辆已叫号、进厂或登记已结束。需要调整请联系{contact}。",
    "registration_truck_inside": "车辆已经进厂，不能再取消。如需退出请联系{contact}。",
    "registration_ended": "这次登记已经结束，请刷新查看。",
    "registration_expired": "已退卡，请重新登记：到厂时限已过，占用的库存已释放。",
    "registration_time_over": "到厂时间已过或先后不对，请重新选择。",
    "registration_arrival_too_late": "到厂时间超出保留时限，最晚须在 {until} 前到厂，请改早一些。",
    "registration_not_signable": "车辆出厂后才能签收，请稍后再试。",
    "registration_already_signed": "这次登记已经签收 {quantity} 吨，请刷新查看第一次的结果。",
    "sign_off_reason_required": "签收数量与净重相差较大，请填写差异原因后再提交。",
}  # fmt: skip

CHECK_TEXTS: dict[Check, str] = {
    Check.VEHICLE_UNKNOWN: "车辆 {subject} 不在您的车辆档案中（或登记的是挂车），请到“档案”添加牵引车或单体车后再登记。",
    Check.VEHICLE_SUSPENDED: "车辆 {subject} 已被暂停使用，请换一辆车，或联系{contact}。",
    Check.TRAILER_MISSING: "牵引车 {subject} 需要挂车，请选择挂车。",
    Check.TRAILER_UNKNOWN: "挂车 {subject} 不在您的车辆档案中（或登记的不是挂车），请到“档案”添加后再登记。",
    Check.ROAD_PERMIT_EXPIRED: "{subject} 的道路运输证到厂当天已过期，请换证并在“档案”更新，或换一辆车。",
    Check.ROAD_PERMIT_CLASS_MISSING: "{subject} 的道路运输证不含这种危险货物的类别，请换一辆车；档案填漏的请在“档案”补上。",
    Check.VEHICLE_INSPECTION_EXPIRED: "{subject} 的年检到厂当天已过期，请年检并在“档案”更新，或换一辆车。",
    Check.TANK_MISSING: "{subject} 的档案里没有罐体，请在“档案”补填罐体，或换一辆罐车。",
    Check.TANK_INSPECTION_EXPIRED: "{subject} 的罐体检验到厂当天已过期，请检验并在“档案”更新，或换一辆车。",
    Check.CARGO_NOT_PERMITTED: "{subject} 的罐体适装介质里没有这种产品，请换一辆车；档案填漏的请在“档案”补上。",
    Check.OVERLOAD: "登记数量超过 {subject} 的核定载质量，请减少数量。",
    Check.DRIVER_UNKNOWN: "驾驶员{subject}不在您的人员档案中（或登记的不是驾驶员），请到“档案”添加后再登记。",
    Check.DRIVER_SUSPENDED: "驾驶员{subject}已被暂停使用，请换一位驾驶员，或联系{contact}。",
    Check.DRIVER_LICENCE_EXPIRED: "驾驶员{subject}的驾驶证到厂当天已过期或没有填有效期，请在“档案”更新，或换一位驾驶员。",
    Check.DRIVER_QUALIFICATION_EXPIRED: "驾驶员{subject}的从业资格证到厂当天已过期，请在“档案”更新，或换一位驾驶员。",
    Check.DRIVER_QUALIFICATION_CLASS_MISSING: "驾驶员{subject}的从业资格证不含这类危险货物，请换一位驾驶员；档案填漏的请补上。",
    Check.ESCORT_MISSING: "装运危险货物必须有押运员，请为 {subject} 选择一位押运员。",
    Check.ESCORT_IS_DRIVER: "押运员不能由驾驶员{subject}兼任，请另选一位押运员。",
    Check.ESCORT_UNKNOWN: "押运员{subject}不在您的人员档案中（或登记的不是押运员），请到“档案”添加后再登记。",
    Check.ESCORT_SUSPENDED: "押运员{subject}已被暂停使用，请换一位押运员，或联系{contact}。",
    Check.ESCORT_QUALIFICATION_EXPIRED: "押运员{subject}的从业资格证到厂当天已过期，请在“档案”更新，或换一位押运员。",
    Check.ESCORT_QUALIFICATION_CLASS_MISSING: "押运员{subject}的从业资格证不含这类危险货物，请换一位押运员；档案填漏的请补上。",
    Check.WAYBILL_MISSING: "{subject} 装运危险货物要有电子运单，请填写运单。",
    Check.WAYBILL_PLATE_DIFFERS: "运单上的车牌 {subject} 与登记的车辆不一致，请核对运单或改选车辆。",
    Check.WAYBILL_GOODS_DIFFER: "运单上的货物 {subject} 与订单的产品不一致，请核对运单或改选订单。",
    Check.WAYBILL_QUANTITY_DIFFERS: "运单 {subject} 的数量与登记数量不一致，请核对运单或修改数量。",
    Check.STOCK_NOT_CONFIRMED: "{subject}的罐区库存未确认，请在车旁等候，或联系{contact}。",
    Check.STOCK_NOT_ENOUGH: "{subject}的罐区库存已低于阈值，请在车旁等候，或联系{contact}。",
}  # fmt: skip
"""Each says for whom, and what to do now."""

KIND_WORDS = {"pickup": "提货", "delivery": "送货"}
STATUS_WORDS: dict[str, str] = {
    "registered": "已登记",
    "card_issued": "已发卡",
    "queued": "排队中",
    "called": "已叫号",
    "entered": "已进厂",
    "tared": "已过皮重",
    "loading": "装卸中",
    "weighed": "已过毛重",
    "exited": "已出厂",
    "signed": "已签收",
    "cancelled": "已取消",
    "released": "已释放",
    "expired": "已退卡",
    "rejected": "被拒绝",
    "empty_out": "空车出厂",
}
EVENT_TEXTS: dict[str, str] = {
    "registered": "提交登记",
    "changed": "修改数量或到厂时间",
    "change_refused": "物流系统未接受修改，按原登记执行",
    "cancelled": "驾驶员取消登记",
    "released": "物流室结束登记",
    "expired": "到厂时限已过，已退卡，请重新登记",
    "warned": "提醒：到厂时限快到了",
    "refused": "物流系统未接受登记",
    "signed": "已签收",
    "settled": "库存已核减",
    "reinstated": "车辆已进厂，恢复登记",
    "rechecked": "叫号时复查证件",
    "le_taken": "物流系统已收到登记",
    "le_seen": "物流系统更新",
    "le_registered": "物流系统已登记",
    "le_card_issued": "已发卡",
    "le_queued": "已到厂排队",
    "le_called": "已叫号，请前往装卸位",
    "le_entered": "已进厂",
    "le_tared": "已过皮重",
    "le_loading": "正在装卸",
    "le_weighed": "已过毛重",
    "le_exited": "已出厂",
    "le_signed": "物流系统已签收",
    "le_cancelled": "物流系统取消了登记",
    "le_rejected": "调度拒绝",
    "le_empty_out": "空车出厂",
}
"""What a line of the time line says; a reason or lane follows where there is one."""

LE_TEXTS: dict[str, str] = {
    "le_order_unknown": "物流系统没有这个订单，请刷新订单列表重新登记。",
    "le_order_closed": "订单已完成，请选择其他订单重新登记。",
    "le_order_blocked": "订单已被冻结，请联系{contact}。",
    "le_order_not_valid": "到厂时间不在订单有效期内，请改时间重新登记。",
    "le_quantity_exceeds_open": "数量超过订单可登记的余量，请减少数量重新登记。",
    "le_product_mismatch": "产品与订单不一致，请重新登记。",
    "le_type_mismatch": "提货、送货与订单不一致，请重新登记。",
    "le_vehicle_unknown": "物流系统没有这辆车，请联系{contact}。",
    "le_vehicle_expired": "车辆证件在物流系统中已过期，请更新档案后重新登记。",
    "le_driver_unknown": "物流系统没有这位人员，请联系{contact}。",
    "le_driver_expired": "人员证件在物流系统中已过期，请更新档案后重新登记。",
    "le_plate_busy": "这辆车在物流系统中还有未完成的登记，请联系{contact}。",
    "le_difference_reason_required": "签收差异要填写原因，请联系{contact}。",
    "le_signed_otherwise": "物流系统中已按另一数量签收，请联系{contact}。",
    "le_state_conflict": "车辆在物流系统中的状态已变，请刷新后再看。",
}
"""LE's refusals that come without a sentence of its own."""
LE_REFUSED = "物流系统没有接受，请联系{contact}。"
_CODE = re.compile(r"[a-z]+(_[a-z]+)+", re.ASCII)


def readable(problem: str, contact: str) -> str:
    """A problem or reason as people read it: LE's or the office's own sentence as it is, a code in words."""
    if _CODE.fullmatch(problem) is None:
        return problem
    return LE_TEXTS.get(problem, LE_REFUSED).format(contact=contact)


def check_message(failure: Failure, contact: str) -> str:
    """What a failing check means for whoever reads it."""
    return CHECK_TEXTS[failure.check].format(subject=failure.subject, contact=contact)
