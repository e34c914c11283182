"""Which browser asks, in words a person recognises; the user agent is a hint, not evidence."""

from __future__ import annotations

_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("Android", "Android"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg/", "Edge"),
    ("MicroMessenger", "微信"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def describe_browser(user_agent: str) -> str:
    """Such as ``Windows · Chrome``."""
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "未知系统")
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "未知浏览器")
    return f"{system} · {browser}"
