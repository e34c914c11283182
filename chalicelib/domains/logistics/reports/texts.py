"""Texts of entry reports: one for every refusal, each saying what to do now."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "report_request_reused": "这份表单已提交过其他内容，请返回重新填写。",
    "report_archive_changed": "车辆或人员档案刚刚有变化，请核对后再提交。",
}

FIELD_TEXTS: dict[str, tuple[str, str]] = {
    "report_vehicle_unknown": ("plate_number", "这辆车不在您的档案中，请先到“车辆档案”登记"),
    "report_vehicle_suspended": ("plate_number", "这辆车已被暂停使用，原因见车辆档案，请联系物流室"),
    "report_vehicle_unfit": ("plate_number", "这是挂车，请填写牵引车或单体车的车牌"),
    "report_trailer_unknown": ("trailer_plate_number", "这辆挂车不在您的档案中，请先到“车辆档案”登记"),
    "report_trailer_suspended": ("trailer_plate_number", "这辆挂车已被暂停使用，原因见车辆档案，请联系物流室"),
    "report_trailer_unfit": ("trailer_plate_number", "这不是挂车，请填写挂车的车牌"),
    "report_trailer_missing": ("trailer_plate_number", "牵引车需要填写挂车"),
    "report_trailer_superfluous": ("trailer_plate_number", "单体车不需要挂车，请删去"),
    "report_driver_unknown": ("driver_no", "这位驾驶员不在您的档案中，请先到“人员档案”登记"),
    "report_driver_suspended": ("driver_no", "这位驾驶员已被暂停使用，原因见人员档案，请联系物流室"),
    "report_driver_unfit": ("driver_no", "这位人员登记为押运员，不能作为驾驶员"),
    "report_escort_unknown": ("escort_no", "这位押运员不在您的档案中，请先到“人员档案”登记"),
    "report_escort_suspended": ("escort_no", "这位押运员已被暂停使用，原因见人员档案，请联系物流室"),
    "report_escort_unfit": ("escort_no", "这位人员登记为驾驶员，不能作为押运员"),
    "report_escort_is_driver": ("escort_no", "押运员不能与驾驶员是同一人"),
    "report_product_unknown": ("product_code", "没有这种产品，请从列表中选择"),
    "report_time_wrong": ("expected_at", "预计到达时间须在现在之后、30 天以内"),
}
"""Stable code of what is wrong → the field and its message."""
