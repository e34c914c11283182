"""What docs/screens.md shows: every page of the phone, of the office and of the sandbox's consoles, and moments of some.

tests/unit/test_docs.py compares the lists with the routers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

VISITOR, APPROVER, ADMINISTRATOR = "林晓雨", "陈建国", "黄志强"
DRIVER, CALLED_DRIVER, HAULIER = "吴大勇", "何天明", "周敏"
DINER = "许文静"


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: the name of its picture, its address as the router knows it, what it is, and who looks at it."""

    picture: str
    route: str
    title: str
    person: str = VISITOR


@dataclass(frozen=True, slots=True)
class Place:
    """What stands for the changing part of an address: a member of the first row of a list that has these values."""

    rows: str
    member: str = "id"
    wanted: tuple[str, bool | str] | None = None


PHONE_PAGES = (
    Shown("home", "/", "首页"),
    Shown("sign-in", "/sign-in", "登录"),
    Shown("visitor", "/visitor", "访客预约"),
    Shown("visitor-reserve", "/visitor/reserve", "预约登记"),
    Shown("visitor-visits", "/visitor/visits", "我的预约"),
    Shown("visitor-visit", "/visitor/visits/:id", "预约详情"),
    Shown("visitor-change", "/visitor/visits/:id/change", "修改预约"),
    Shown("visitor-approvals", "/visitor/approvals", "我的审批", APPROVER),
    Shown("visitor-approval", "/visitor/approvals/:id", "审批", APPROVER),
    Shown("visitor-saved", "/visitor/saved", "我的访客信息"),
    Shown("logistics", "/logistics", "智慧物流", DRIVER),
    Shown("logistics-register", "/logistics/register", "登记", DRIVER),
    Shown("logistics-registrations", "/logistics/registrations", "我的单据", HAULIER),
    Shown("logistics-registration", "/logistics/registrations/:id", "单据详情", DRIVER),
    Shown("logistics-change", "/logistics/registrations/:id/change", "修改登记", DRIVER),
    Shown("logistics-sign-off", "/logistics/registrations/:id/sign-off", "签收", HAULIER),
    Shown("logistics-queue", "/logistics/queue", "排队", CALLED_DRIVER),
    Shown("logistics-vehicles", "/logistics/vehicles", "车辆档案", DRIVER),
    Shown("logistics-vehicle", "/logistics/vehicles/:plate", "车辆", DRIVER),
    Shown("logistics-people", "/logistics/people", "人员档案", DRIVER),
    Shown("logistics-person", "/logistics/people/:no", "人员", DRIVER),
    Shown("logistics-report", "/logistics/report", "入场报备", DRIVER),
    Shown("logistics-reports", "/logistics/reports", "报备记录", DRIVER),
    Shown("canteen", "/canteen", "餐卡服务", DINER),
    Shown("canteen-bind", "/canteen/bind", "绑定管理", DINER),
    Shown("canteen-top-up", "/canteen/top-up", "充值", DINER),
    Shown("canteen-top-ups", "/canteen/top-ups", "充值记录", DINER),
    Shown("canteen-result", "/canteen/top-ups/:id", "充值详情", DINER),
    Shown("canteen-records", "/canteen/records", "账单", DINER),
    Shown("canteen-cards", "/canteen/cards", "餐卡挂失", DINER),
    Shown("me", "/me", "我的"),
    Shown("me-privacy", "/me/privacy", "隐私与授权"),
    Shown("privacy", "/privacy", "隐私说明"),
    Shown("news", "/news", "企业动态"),
    Shown("office-sign-in", "/office-sign-in", "确认登录管理端", ADMINISTRATOR),
    Shown("not-found", "/:rest(.*)*", "没有这个页面"),
)
PHONE_MOMENTS = (
    ("首页，司机", "home-driver"),
    ("智慧物流，第一次来", "logistics-first"),
    ("登记：选择车辆", "logistics-register-vehicle"),
    ("登记：核对", "logistics-register-summary"),
    ("登记：检查没有通过", "logistics-register-refused"),
    ("餐卡服务，第一次来", "canteen-first"),
    ("绑定：验证码", "canteen-code"),
    ("充值：待支付", "canteen-created"),
    ("充值：入账中", "canteen-crediting"),
    ("充值：已退款", "canteen-refunded"),
    ("挂失：确认", "canteen-loss"),
    ("首页，员工", "home-diner"),
)
OFFICE_PAGES = (
    Shown("office-sign-in", "/admin/sign-in", "扫码登录"),
    Shown("office-home", "/admin", "首页"),
    Shown("office-visits", "/admin/visits", "访客预约"),
    Shown("office-passages", "/admin/passages", "出入记录"),
    Shown("office-blocked", "/admin/blocked", "黑名单"),
    Shown("office-registrations", "/admin/logistics/registrations", "提送货登记"),
    Shown("office-stock", "/admin/logistics/stock", "库存与占用"),
    Shown("office-product", "/admin/logistics/stock/:code", "产品库存"),
    Shown("office-lanes", "/admin/logistics/lanes", "装卸车道"),
    Shown("office-wall", "/admin/logistics/wall", "车道大屏"),
    Shown("office-reports", "/admin/logistics/reports", "入场报备"),
    Shown("office-vehicles", "/admin/logistics/vehicles", "车辆档案"),
    Shown("office-people", "/admin/logistics/people", "人员档案"),
    Shown("office-waivers", "/admin/logistics/waivers", "例外放行"),
    Shown("office-top-ups", "/admin/canteen/topups", "充值记录"),
    Shown("office-records", "/admin/canteen/records", "消费记录"),
    Shown("office-bound-users", "/admin/canteen/users", "餐卡用户"),
    Shown("office-reconciliation", "/admin/canteen/reconciliation", "对账"),
    Shown("office-sync", "/admin/canteen/sync", "数据同步"),
    Shown("office-pushes", "/admin/pushes", "推送"),
    Shown("office-notices", "/admin/notices", "通知记录"),
    Shown("office-users", "/admin/users", "用户管理"),
    Shown("office-menu", "/admin/menu", "公众号菜单"),
    Shown("office-migration", "/admin/migration", "账号迁移"),
    Shown("office-purges", "/admin/purges", "数据清理记录"),
    Shown("office-audit", "/admin/audit", "操作记录"),
    Shown("office-not-found", "/admin/:rest(.*)*", "没有这个页面"),
)
OFFICE_MOMENTS = (
    ("提送货登记：详情", "office-registration"),
    ("产品库存：修改规则", "office-rules"),
    ("车辆档案：详情", "office-vehicle"),
    ("例外放行：办理", "office-waiver"),
    ("充值记录：详情", "office-top-up"),
    ("消费记录：详情", "office-record"),
    ("餐卡用户：详情", "office-bound-user"),
    ("对账：差异", "office-difference"),
)
CONSOLES = (
    ("物流 LE：车辆登记", "console-le-trucks"),
    ("物流 LE：通道与卡", "console-le-lanes"),
    ("罐区 MES：储罐", "console-mes"),
    ("食堂 POS：POS 机", "console-canteen-pos"),
    ("食堂 POS：充值", "console-canteen-recharges"),
    ("微信支付：订单，手机上是收银台", "console-pay-sheet"),
    ("微信支付：通知", "console-pay-notices"),
)

_VISITS, _REGISTRATIONS = "/api/visitor/visits", "/api/logistics/registrations"
PLACES = {
    "/visitor/visits/:id": Place(_VISITS, wanted=("can_change", False)),
    "/visitor/visits/:id/change": Place(_VISITS, wanted=("can_change", True)),
    "/visitor/approvals/:id": Place("/api/visitor/approvals?view=decided"),
    "/logistics/registrations/:id": Place(_REGISTRATIONS),
    "/logistics/registrations/:id/change": Place(_REGISTRATIONS, wanted=("can_change", True)),
    "/logistics/registrations/:id/sign-off": Place(_REGISTRATIONS, wanted=("can_sign_off", True)),
    "/logistics/vehicles/:plate": Place("/api/logistics/vehicles", "plate_number", ("validity", "expiring")),
    "/logistics/people/:no": Place("/api/logistics/people", "driver_no", ("role", "driver")),
    "/canteen/top-ups/:id": Place("/api/canteen/topups", wanted=("status", "credited")),
    "/admin/logistics/stock/:code": Place("/api/office/logistics/stock", "code", ("code", "NAOH32")),
}
STATES = ("loading", "empty", "error")
STATE_WORDS = {"loading": "加载中", "empty": "没有内容", "error": "出错"}


def named(pages: Sequence[Shown], route: str) -> Shown:
    """The page of a route."""
    return next(shown for shown in pages if shown.route == route)


PHONE_LISTS = (
    (named(PHONE_PAGES, "/visitor/visits"), "**/api/visitor/visits*"),
    (named(PHONE_PAGES, "/visitor/saved"), "**/api/visitor/saved*"),
)
OFFICE_LISTS = ((named(OFFICE_PAGES, "/admin/visits"), "**/api/office/visits*"),)
"""Lists photographed in each state: the others are made of the same pieces."""


def gallery() -> str:
    """The text of docs/screens.md."""
    phone = [
        *_titles(PHONE_PAGES, "screen-phone-"),
        *((title, f"screen-phone-{name}") for title, name in PHONE_MOMENTS),
    ]
    office = [*_titles(OFFICE_PAGES, "screen-"), *((title, f"screen-{name}") for title, name in OFFICE_MOMENTS)]
    small = [*_in_states(PHONE_LISTS, "screen-phone-"), ("预约登记，大字号", "screen-phone-large-letters")]
    parts = [
        "# Screens\n",
        "Every page, photographed on the running product by `tests/browser/page_album.py`, which also writes this list.\n",
        f"## Phone\n\n{_table(phone, 4)}",
        f"## Phone, 320 px wide with large letters\n\n{_table(small, 4)}",
        f"## Office, 1280 px\n\n{_table(office, 2)}",
        f"## Office, 1024 px\n\n{_table(_in_states(OFFICE_LISTS, 'screen-'), 3)}",
        f"## Consoles of the sandbox\n\n{_table([(title, f'screen-{name}') for title, name in CONSOLES], 2)}",
    ]
    return "\n".join(parts)


def _titles(pages: Sequence[Shown], prefix: str) -> list[tuple[str, str]]:
    return [(f"{shown.title} `{shown.route}`", f"{prefix}{shown.picture}") for shown in pages]


def _in_states(lists: Sequence[tuple[Shown, str]], prefix: str) -> list[tuple[str, str]]:
    return [
        (f"{shown.title}：{STATE_WORDS[state]}", f"{prefix}{shown.picture}-{state}")
        for shown, _ in lists
        for state in STATES
    ]


def _table(pictures: Sequence[tuple[str, str]], columns: int) -> str:
    """Rows of pictures under their titles."""
    rows = []
    for first in range(0, len(pictures), columns):
        part = pictures[first : first + columns]
        cells = [title.replace("|", "\\|") for title, _ in part], [f"![{t}](screenshots/{n}.png)" for t, n in part]
        blank = [""] * (columns - len(part))
        rows.append("\n".join("| " + " | ".join([*line, *blank]) + " |" for line in cells))
        if first == 0:
            head, pictures_line = rows[0].split("\n")
            rows[0] = "\n".join([head, "|---" * columns + "|", pictures_line])
    return "\n".join(rows) + "\n"
