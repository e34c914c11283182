"""Texts of the account domain's problems."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "ticket_expired": "二维码已失效，请在电脑上刷新二维码后重新扫描。",
    "ticket_used": "这个二维码已经处理过，请在电脑上刷新二维码后重新扫描。",
    "office_no_role": "您还没有管理端权限，请联系系统管理员开通。",
}
