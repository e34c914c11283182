"""Texts of the channel domain's problems."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "callback_signature_wrong": "签名校验未通过，请检查公众平台上填写的令牌（Token）。",
    "page_not_ours": "这个地址不是本系统的页面，不能使用微信功能。",
    "js_sdk_unavailable": "微信功能暂时不可用，请稍后再试。",
    "menu_invalid": "菜单还不能发布，请按各栏的提示修改。",
    "menu_changed": "其他管理员刚刚发布了菜单，您的修改没有发布。请核对微信中现在的菜单，再放弃修改或重新发布。",
    "menu_being_published": "其他管理员正在发布菜单，请一分钟后再试。",
    "menu_refused": "微信没有接受这个菜单（错误 {number}）：{reason}",
    "menu_not_published": "菜单没有发布：{reason}",
    "menu_outcome_unknown": "没有收到微信的答复，还不能确认菜单是否已发布；请一分钟后刷新本页，系统会向微信核对。",
}
