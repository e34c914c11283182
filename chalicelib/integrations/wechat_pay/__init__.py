"""WeChat Pay APIv3, JSAPI: payments and refunds of one merchant, its notifications, and its daily bill."""

from __future__ import annotations

PEER = "pay"
