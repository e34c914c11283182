"""Texts of the account domain's problems."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "ticket_expired": "二维码已失效，请在电脑上刷新二维码后重新扫描。",
    "ticket_used": "这个二维码已经处理过，请在电脑上刷新二维码后重新扫描。",
    "user_changed": "这位用户刚刚有变化，您的操作没有生效，请核对后再试。",
    "own_account": "不能停用自己的账号，请由另一位系统管理员操作。",
    "own_administration": "不能取消自己的系统管理员权限，请由另一位系统管理员操作。",
    "phone_taken": "这个手机号已登记给另一位用户。请按手机号查找，在对方的详情中移除后再登记。",
    "phone_unknown": "没有登记这个工作手机的用户，请核对号码。",
    "office_no_role": "您还没有管理端权限，请联系系统管理员开通。",
}
