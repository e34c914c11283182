"""The WeChat official account: API client with a shared token, web authorisation, menu, callback check."""

from __future__ import annotations

PEER = "wechat"
