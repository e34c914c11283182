"""The account's menu as data: what users see at the bottom of the chat, and which page each button opens.

WeChat shows about four Chinese characters of a top button and eight of a sub button. Administrators may publish another
one (:mod:`chalicelib.domains.channel.menus`); this is what it is until then, and what it goes back to.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domains.channel.menus.model import Entry

MENU: tuple[Entry, ...] = (
    Entry("智慧物流", page="/logistics"),
    Entry(
        "访客预约",
        entries=(
            Entry("预约登记", page="/visitor/reserve"),
            Entry("我的预约", page="/visitor/visits"),
            Entry("我的审批", page="/visitor/approvals"),
            Entry("我的访客信息", page="/visitor/saved"),
        ),
    ),
    Entry("餐卡服务", page="/canteen"),
)

PAGES: Mapping[str, str] = {
    "/": "首页",
    "/logistics": "智慧物流",
    "/visitor": "访客预约",
    "/visitor/reserve": "预约登记",
    "/visitor/visits": "我的预约",
    "/visitor/approvals": "我的审批",
    "/visitor/saved": "我的访客信息",
    "/canteen": "餐卡服务",
    "/news": "企业动态",
    "/me": "我的",
    "/privacy": "隐私说明",
}
"""The pages a button may open, in the order they are offered."""
