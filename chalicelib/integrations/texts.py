"""What a stable code of :mod:`chalicelib.integrations.errors` means to a user or to the office, in Chinese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # every peer
    "peer_unreachable": "暂时连接不上对方系统，系统会自动重试。",
    "peer_not_trusted": "对方系统的证书未通过校验，请联系系统管理员。",
    "answer_lost": "没有收到对方系统的答复，系统会先核对结果再重试。",
    "answer_unreadable": "对方系统的答复无法识别，系统会先核对结果再重试。",
    "peer_failed": "对方系统内部出错，系统会自动重试。",
    "peer_busy": "对方系统繁忙，系统会自动重试。",
    "wrong_address": "对方系统没有这个接口，请联系系统管理员检查配置。",
    # gate
    "gate_credentials_refused": "安防平台拒绝了接入凭据，请联系系统管理员检查 AppKey 与密钥。",
    "gate_not_authorised": "安防平台没有开放此接口的权限，请联系平台管理员授权。",
    "gate_request_invalid": "安防平台认为提交的内容不符合要求，请核对访客信息。",
    "gate_resource_missing": "安防平台上没有所需的人员、权限组或设备，请联系平台管理员。",
    "gate_licence_exhausted": "安防平台的授权不足，请联系平台管理员。",
    "gate_refused": "安防平台拒绝了这次请求，请联系系统管理员。",
    "host_unknown": "安防平台里没有找到这位被访人，请核对被访人的手机号或工号。",
    "host_ambiguous": "这个手机号在安防平台里对应多人，请补充被访人的工号。",
    "end_not_in_future": "结束时间已过，请重新选择较晚的结束时间。",
    "end_not_after_start": "结束时间须晚于开始时间，请更正。",
    "already_registered": "安防平台里这位访客在该时段已有登记。",
    "too_many_visitors": "一次提交的访客过多，请分开提交。",
    "duplicate_visitor": "名单中有重复的手机号或证件号，请更正。",
    "record_not_found": "安防平台里没有找到这条记录，请刷新。",
    # park
    "park_credentials_refused": "园区平台拒绝了接入凭据，请联系系统管理员检查密钥和服务器时间。",
    "park_not_authorised": "园区平台没有开放此接口的权限，请联系园区管委会。",
    "park_request_invalid": "园区平台认为提交的内容不符合要求，请核对访客信息。",
    "park_visit_unknown": "园区平台上没有这条登记，请联系园区管委会。",
    "park_state_conflict": "园区平台上这条登记的状态已变化，请联系园区管委会核对。",
    "park_key_reused": "园区平台认为请求编号重复，请联系系统管理员。",
    "park_in_progress": "园区平台正在处理上一次请求，系统会自动重试。",
    "park_declined": "园区没有受理这次来访。",
    "park_refused": "园区平台拒绝了这次请求，请联系园区管委会。",
    # wechat
    "code_invalid": "授权码已失效，请重新点击授权登录。",
    "wechat_grant_invalid": "微信授权已失效，请重新登录。",
    "wechat_credentials_refused": "微信拒绝了公众号的 AppID 或密钥，请联系系统管理员。",
    "wechat_address_not_allowed": "服务器地址不在公众号的 IP 白名单内，请联系系统管理员。",
    "wechat_account_banned": "公众号已被微信限制，请登录公众平台查看。",
    "wechat_not_authorised": "公众号没有这项接口权限，请联系系统管理员。",
    "wechat_quota_exhausted": "今日调用微信接口的次数已用完，请明天再试。",
    "wechat_token_rejected": "微信不接受刚取得的凭证，请稍后重试；如仍不行，请联系系统管理员。",
    "wechat_token_busy": "正在更新微信凭证，请稍后重试。",
    "wechat_template_unknown": "公众号里没有这个消息模板，请联系系统管理员核对模板编号。",
    "wechat_template_invalid": "消息内容与模板的关键词不符，请联系系统管理员核对模板。",
    "wechat_template_blocked": "微信限制了这个消息模板或本公众号的模板消息，请登录公众平台查看。",
    "wechat_user_blocked": "微信判定此用户存在风险，拒绝其登录。",
    "wechat_not_following": "对方没有关注公众号，收不到消息。",
    "wechat_notice_declined": "对方拒收这类消息。",
    "wechat_menu_missing": "公众号还没有发布菜单。",
    "wechat_menu_invalid": "微信认为菜单内容不符合要求，请检查按钮名称与链接。",
    "wechat_migration_unrelated": "微信不认这次迁移：可能还没有审核通过、15 天的转换期已过，或原账号的写法不对，请核对后再继续。",
    "wechat_migration_invalid": "微信认为转换请求的参数不对，请联系系统管理员。",
    "wechat_refused": "微信拒绝了这次请求，请联系系统管理员。",
}


def problem_text(problem: str | None) -> str | None:
    """A peer's problem as it was kept: our code has its text, the peer's own sentence is for people already."""
    return TEXTS.get(problem, problem) if problem else None
