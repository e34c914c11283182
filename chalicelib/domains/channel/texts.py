"""Texts of the channel domain's problems."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "callback_signature_wrong": "签名校验未通过，请检查公众平台上填写的令牌（Token）。",
}
