"""Texts of the problems that belong to no single domain. Each says what happened and what to do now."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "not_signed_in": "登录已失效，请重新登录后再试。",
    "session_ambiguous": "请求同时带有网页和小程序的登录凭证，请退出后重新进入。",
    "account_disabled": "您的账号已被停用，请联系厂区综合管理部。",
    "forbidden": "您没有这项权限，如需开通请联系系统管理员。",
    "csrf_token_invalid": "页面已过期，请刷新后重试。",
    "not_found": "没有找到相关记录，它可能已被删除。",
    "invalid_input": "填写的内容有误，请按提示修改。",
    "invalid_json": "请求内容无法识别，请刷新页面后重试。",
    "request_too_large": "提交的内容过大，请减少内容后重试。",
    "method_not_allowed": "不支持这样的操作，请刷新页面后重试。",
    "unsupported_media_type": "请求格式不受支持，请刷新页面后重试。",
    "invalid_cursor": "列表位置已失效，请回到第一页。",
    "rate_limited": "操作太频繁，请稍后再试。",
    "temporarily_unavailable": "系统繁忙，请稍后重试；重复提交不会产生重复记录。",
    "internal_error": "系统出现异常，请稍后重试；如仍不行，请将编号告知管理员。",
    "push_not_retryable": "这条推送当前不能重试，请刷新列表。",
}
