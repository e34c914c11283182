"""Texts of the visitor domain: one for every refusal, each saying what to do now."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "visit_already_decided": "这条预约已经由他人处理，请刷新后查看结果。",
    "visit_changed": "这条预约刚刚有变化，请刷新后核对内容再处理。",
    "visit_window_over": "预约时间已过，不能再审批，请访客重新预约。",
    "visit_own_approval": "不能审批自己提交的预约，请由其他审批人处理。",
    "visit_not_cancellable": "这条预约已结束，不能取消。",
    "visit_not_changeable": "这条预约已处理完毕或已结束，不能修改，请重新预约。",
    "visit_decided_meanwhile": "这条预约刚刚已经批准。仍要修改的话要重新审批，原通行证也会失效，请核对后再提交。",
    "visit_replaced": "这条预约刚刚被访客修改过，已由新的预约代替，请查看新的预约。",
    "visit_unchanged": "内容没有变化，不需要提交。",
    "visit_request_reused": "这份表单已提交过其他内容，请返回重新填写。",
    "visit_not_accepted": "暂时无法在线受理这位访客的预约，请联系被访人或厂区综合管理部。",
    "visit_visitor_blocked": "这位访客的手机号在黑名单中，不能批准；可以拒绝，或先由管理端「黑名单」移出后再批准。",
    "visit_companion_not_accepted": "暂时无法在线受理{name}的预约，请删去这位访客再提交，或联系被访人或厂区综合管理部。",
    "visit_companion_blocked": "同行人中{name}的手机号在黑名单中，不能一起批准；请先取消勾选这位，其余的再批准。",
    "visitor_already_blocked": "这个手机号已在黑名单中，请刷新列表查看。",
    "visit_rights_not_failed": "现在没有需要重新下发的闸机，请刷新后查看。",
    "visit_daily_limit": "今天提交的预约已达 {limit} 条，请明天再试，或联系被访人代为办理。",
    "consent_id_number_required": "还没有同意使用身份证号，或同意的说明已更新。请先阅读并同意，或删去身份证号后提交。",
    "consent_face_required": "还没有同意使用人脸照片，或同意的说明已更新。请先阅读并同意，或删去照片后提交。",
    "face_uploads_limit": "今天上传的照片已达 {limit} 张，请明天再试；不上传照片也可以预约，到厂时用二维码进出。",
    "face_photo_gone": "这张照片已经不在了（未提交的照片只保留一天），请重新拍照或选择照片，或删去照片后提交。",
    "face_not_a_photo": "上传的文件不是完整的照片，请重新拍照或选择照片。",
    "face_too_large": "照片太大，请重新拍照或选择照片。",
    "face_too_small": "照片太小，看不清人脸，请用原图或重新拍照。",
    "consent_text_changed": "授权说明已更新，请刷新后重新阅读。",
    "consent_withdraw_instead": "您已同意这一项，不再同意请到“我的 → 隐私与授权”撤回。",
    "host_search_limit": "今天已查找 {limit} 次，请直接填写被访人的姓名和手机号。",
    "host_search_too_many": "同名的人太多，请改用被访人的手机号查找。",
    "host_search_unavailable": "暂时查不到厂内人员，请直接填写被访人的姓名和手机号。",
    "saved_visitors_full": "常用访客最多保存 {limit} 位，请先删除不再使用的。",
}

WINDOW_TEXTS: dict[str, tuple[str, str]] = {
    "start_passed": ("starts_at", "开始时间已过，请重新选择"),
    "end_before_start": ("ends_at", "结束时间应晚于开始时间"),
    "too_short": ("ends_at", "来访时间至少 30 分钟"),
    "too_long": ("ends_at", "一次来访最长 7 天，更长请分次预约"),
    "end_passed": ("ends_at", "结束时间已过，请重新选择"),
    "too_far_ahead": ("starts_at", "最早只能预约 60 天以内的时间"),
    "start_day_closed": ("starts_at", "这一天厂区不接待访客，请改选其他日期"),
    "start_outside_hours": ("starts_at", "开始时间不在厂区的接待时间内，请重新选择"),
    "end_day_closed": ("ends_at", "这一天厂区不接待访客，请改选其他日期"),
    "end_outside_hours": ("ends_at", "结束时间不在厂区的接待时间内，请重新选择"),
}
"""Problem of a window → the field to mark and its message."""

DOUBLE_TEXTS: dict[str, str] = {
    "phone": "与第 {row} 位访客的手机号相同，请填写各人自己的手机号",
    "id_number": "与第 {row} 位访客的身份证号相同，请核对",
    "face": "与第 {row} 位访客用了同一张照片，请各用各的照片",
}
"""What two people of one reservation must not share → the message at the second one's field."""

GATE_TEXTS: dict[str, str] = {
    "host_unknown": "门禁系统中没有这位被访人，请核对被访人手机号或工号后重新预约。",
    "host_ambiguous": "有多位员工登记了这个手机号，请补充被访人工号后重新预约。",
    "gate_clash": "同一访客在这段时间已有其他登记，请联系被访人处理。",
    "already_registered": "同一访客在这段时间已有其他登记，请联系被访人处理。",
    "rights_failed": "部分闸机未能接收通行权限，请联系门卫，工作人员会重新下发。",
    "rights_late": "闸机迟迟没有收到通行权限，请联系门卫，工作人员会重新下发。",
    "predecessor_not_revoked": "修改前的通行权限还没有收回，新的暂不下发；请联系门卫，工作人员会重新处理。",
    "window_over": "下发完成前预约时间已过，请重新预约。",
}
GATE_FAILED_TEXT = "通行权限下发失败，请联系被访人或门卫处理。"
GATE_WAITING_TEXT = "已审批，正在向闸机下发通行权限，请稍候。"
GATE_REVOKING_TEXT = "正在收回通行权限。"


def gate_message(status: str, problem: str | None) -> str | None:
    """What a person reads about the gate's state."""
    if status == "failed":
        return GATE_TEXTS.get(problem or "", GATE_FAILED_TEXT)
    return {"waiting": GATE_WAITING_TEXT, "revoking": GATE_REVOKING_TEXT}.get(status)


FACE_TEXTS: dict[str, str] = {
    "kept": "照片已收到，批准后发送给门禁。",
    "refused": "门禁没有接受这张照片（可能不清晰、侧脸或有遮挡），请用二维码通行。想刷脸，请换一张清晰的正面照重新预约。",
    "missing": "照片没有送到门禁，请用二维码通行。想刷脸，请重新拍照预约。",
}


def face_message(state: str, gate_status: str) -> str | None:
    """What a person reads about the face of a visit that is not over."""
    if state == "at_gate":
        return "可以刷脸，也可以用二维码。" if gate_status == "ready" else "门禁已收到照片，正在下发到闸机。"
    return FACE_TEXTS.get(state)


PARK_FAILED_TEXT = "未能报送园区，请联系被访人或门卫处理。"
PARK_TEXTS: dict[str, str] = {
    "park_request_invalid": "园区平台认为报送的内容不符合要求，请核对访客信息后重新预约。",
    "park_visit_unknown": "园区平台上没有这条登记，请联系被访人处理。",
}


def park_message(status: str, problem: str | None, reason: str | None) -> str | None:
    """What a person reads about the park's state; the park's own sentence when it rejected."""
    if status == "rejected":
        return f"园区拒绝：{reason}" if reason else "园区没有受理这次来访，请联系被访人。"
    if status == "failed":
        return PARK_TEXTS.get(problem or "", PARK_FAILED_TEXT)
    return "已报送园区，等待园区受理。" if status == "waiting" else None


STAGE_WORDS: dict[str, str] = {
    "awaiting_approval": "待审批",
    "awaiting_gate": "等待下发",
    "awaiting_park": "等待园区",
    "ready": "可通行",
    "gate_failed": "下发失败",
    "park_rejected": "园区拒绝",
    "park_failed": "报送失败",
    "refused": "已拒绝",
    "cancelled": "已取消",
    "replaced": "已改约",
    "expired": "已过期",
    "ended": "已结束",
    "entered": "已入厂",
    "overstayed": "超时未离厂",
    "left": "已离厂",
    "checked_out": "自动离厂",
}
GATE_WORDS: dict[str, str] = {
    "none": "未下发",
    "waiting": "等待下发",
    "ready": "已下发",
    "failed": "下发失败",
    "revoking": "正在撤销",
    "revoked": "已撤销",
}
PARK_WORDS: dict[str, str] = {
    "none": "",
    "waiting": "等待园区",
    "accepted": "园区已受理",
    "rejected": "园区拒绝",
    "failed": "报送失败",
    "cancelling": "正在撤销",
    "cancelled": "已撤销",
}
"""The same words as on the pages (web/src/shared/status.ts)."""
