"""Texts of the archive: one for every refusal, each saying what to do now."""

from __future__ import annotations

from chalicelib.domains.logistics.archive.model import Certificate

CONSENT_VERSION = "2026-01"
"""Of what a person agrees to when the number is filed; whoever changes a word of that text gives it a new version."""

TEXTS: dict[str, str] = {
    "vehicle_known": "这辆车已在档案中，填写的道路运输证号与档案不一致。请核对证号；仍不一致请联系{contact}。",
    "person_known": "这位人员已在档案中，填写的从业资格证号与档案不一致。请核对证号；仍不一致请联系{contact}。",
    "claims_limit": "今天证号填错的次数过多，请明天再试，或联系{contact}。",
    "archive_changed": "这条档案刚刚有变化，请刷新后核对内容再保存。",
    "archive_kept_already": "这条档案已在您的列表中，请从列表打开后修改。",
    "archive_full": "最多保存 {limit} 条，请先移除不再使用的。",
    "keepers_full": "保存这条档案的用户已达 {limit} 人，请联系{contact}。",
    "picture_uploads_limit": "今天上传的照片已达 {limit} 张，请明天再试；不附照片也可以保存。",
    "picture_gone": "有照片已经不在了（未保存的照片只保留一天），请删去后重新拍照或选择照片。",
    "picture_too_large": "有照片太大，请重新拍照或选择照片。",
    "not_a_picture": "有一张上传的文件不是完整的照片，请删去后重新拍照或选择照片。",
}

FIELD_TEXTS: dict[str, tuple[str, str]] = {
    "tractor_with_trailer_plate": ("plate_number", "这是挂车号牌，请选择“挂车”"),
    "trailer_without_trailer_plate": ("plate_number", "挂车号牌以“挂”字结尾，例如 闽A1234挂"),
    "tractor_with_tank": ("tank", "牵引车没有罐体，罐体请登记在挂车上"),
    "id_number_missing": ("id_number", "请填写身份证号"),
    "id_number_given": ("id_number", "已登记的人员不能修改身份证号，请删去"),
    "consent_missing": ("consent", "请先征得本人同意"),
    "licence_class_missing": ("licence_class", "请填写准驾车型"),
    "licence_expiry_missing": ("licence_expiry", "请填写驾驶证有效期"),
}
"""Stable code of a wrong field → the field and its message."""

NAMELESS = "微信用户"
"""Who has no nickname."""
CERTIFICATES: dict[Certificate, str] = {
    Certificate.ROAD_PERMIT: "道路运输证",
    Certificate.INSPECTION: "车辆年检",
    Certificate.TANK_INSPECTION: "罐体检验",
    Certificate.LICENCE: "驾驶证",
    Certificate.QUALIFICATION: "从业资格证",
}
