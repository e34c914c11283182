"""What the office is told about files."""

from __future__ import annotations

TEXTS: dict[str, str] = {}
MESSAGES = {"export_failed": "导出失败，请缩小日期范围后重试；仍不行请联系管理员。"}
