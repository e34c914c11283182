"""Texts of the account domain's problems."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "ticket_expired": "二维码已失效，请在电脑上刷新二维码后重新扫描。",
    "ticket_used": "这个二维码已经处理过，请在电脑上刷新二维码后重新扫描。",
    "user_changed": "这位用户刚刚有变化，您的操作没有生效，请核对后再试。",
    "own_account": "不能停用自己的账号，请由另一位系统管理员操作。",
    "own_administration": "不能取消自己的系统管理员权限，请由另一位系统管理员操作。",
    "mini_program_off": "小程序登录尚未开通，请从公众号菜单进入。",
    "mini_code_invalid": "登录凭证无效或已过期，请重新进入小程序。",
    "mini_code_used": "登录凭证已经用过，请重新进入小程序。",
    "mini_sign_in_too_often": "登录太频繁，请一分钟后再试。",
    "mini_user_blocked": "微信判定此账号存在风险，暂时不能登录。请先在微信中按提示解除限制。",
    "mini_wechat_busy": "微信系统繁忙，请稍后再试。",
    "mini_wechat_unavailable": "暂时无法向微信核实身份，请稍后再试；如仍不行，请联系厂区综合管理部。",
    "mini_user_info_invalid": "微信资料校验未通过，请重新进入小程序再试。",
    "phone_taken": "这个手机号已登记给另一位用户。请按手机号查找，在对方的详情中移除后再登记。",
    "phone_unknown": "没有登记这个工作手机的用户，请核对号码。",
    "office_no_role": "您还没有管理端权限，请联系系统管理员开通。",
}
