"""The pictures of docs/screens.md: every page of the phone and of the office, and what lists say when they have nothing to show.

`make run` in one terminal, `.local/venv/bin/python tests/browser/page_album.py` in another. It makes what the pages show
first (tests/browser/screenshots.py), so that no list is empty, then opens page after page as somebody who may see it, and
writes docs/screens.md. PRODUCT_URL and SANDBOX_URL name another stack.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, Route  # noqa: E402 - the line above makes the rest importable

from tests.browser.screenshots import PATIENCE, PRODUCT, Album, Walk, chromium  # noqa: E402

VISITOR, APPROVER, ADMINISTRATOR = "林晓雨", "陈建国", "黄志强"
NARROW_DESK = {"width": 1280, "height": 800}
NARROWEST_DESK = {"width": 1024, "height": 700}
FOLDER = ROOT / "docs" / "screenshots"
GALLERY = ROOT / "docs" / "screens.md"


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: the name of its picture, its address as the router knows it, what it is, and who looks at it."""

    picture: str
    route: str
    title: str
    person: str = VISITOR


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
    Shown("logistics", "/logistics", "智慧物流"),
    Shown("canteen", "/canteen", "餐卡服务"),
    Shown("me", "/me", "我的"),
    Shown("me-privacy", "/me/privacy", "隐私与授权"),
    Shown("privacy", "/privacy", "隐私说明"),
    Shown("news", "/news", "企业动态"),
    Shown("office-sign-in", "/office-sign-in", "确认登录管理端", ADMINISTRATOR),
    Shown("not-found", "/:rest(.*)*", "没有这个页面"),
)
OFFICE_PAGES = (
    Shown("office-sign-in", "/admin/sign-in", "扫码登录"),
    Shown("office-visits", "/admin/visits", "访客预约"),
    Shown("office-passages", "/admin/passages", "出入记录"),
    Shown("office-blocked", "/admin/blocked", "黑名单"),
    Shown("office-pushes", "/admin/pushes", "推送"),
    Shown("office-notices", "/admin/notices", "通知记录"),
    Shown("office-users", "/admin/users", "用户管理"),
    Shown("office-menu", "/admin/menu", "公众号菜单"),
    Shown("office-migration", "/admin/migration", "账号迁移"),
    Shown("office-purges", "/admin/purges", "数据清理记录"),
    Shown("office-audit", "/admin/audit", "操作记录"),
    Shown("office-not-found", "/admin/:rest(.*)*", "没有这个页面"),
)
"""In the order of docs/screens.md; tests/unit/test_docs.py compares both with the routers."""


def named(pages: Sequence[Shown], route: str) -> Shown:
    """The page of a route."""
    return next(shown for shown in pages if shown.route == route)


# What stands for the changing parts of an address: the newest visit of whoever looks.
NEWEST = """async (list) => (await (await fetch(list)).json()).items[0].id"""
LISTS = {
    "/visitor/visits/:id": "/api/visitor/visits",
    "/visitor/visits/:id/change": "/api/visitor/visits",
    "/visitor/approvals/:id": "/api/visitor/approvals?view=decided",
}
STATES = ("loading", "empty", "error")
STATE_WORDS = {"loading": "加载中", "empty": "没有内容", "error": "出错"}
PHONE_LISTS = (
    (named(PHONE_PAGES, "/visitor/visits"), "**/api/visitor/visits*"),
    (named(PHONE_PAGES, "/visitor/saved"), "**/api/visitor/saved*"),
)
OFFICE_LISTS = ((named(OFFICE_PAGES, "/admin/visits"), "**/api/office/visits*"),)
"""Lists photographed in each state: the others are made of the same pieces."""
NOTHING = {"items": [], "next_cursor": None, "examined": None}
PROBLEM = {"code": "internal_error", "message": "系统出现异常，请稍后重试；如仍不行，请将编号告知管理员。"}
# As WeChat does for somebody who has set large letters: every size of the theme a quarter larger.
LARGE_LETTERS = """document.addEventListener('DOMContentLoaded', () => {
  const style = document.documentElement.style
  for (const [name, size] of [['s', 17.5], ['m', 20], ['l', 22.5], ['xl', 27], ['xxl', 40]])
    style.setProperty('--text-' + name, size + 'px')
})"""


class PageAlbum:
    """One phone a person, one desk."""

    def __init__(self, browser: Browser, album: Album, walk: Walk) -> None:
        self._browser = browser
        self._album = album
        self._walk = walk
        self._phones: dict[str, Page] = {}

    def phones(self) -> None:
        """Every page of the phone."""
        for shown in PHONE_PAGES:
            phone = self._phone_of(shown.person)
            phone.goto(PRODUCT + self._address(phone, shown.route))
            self._keep(phone, f"screen-phone-{shown.picture}")

    def states(self) -> None:
        """Lists of the phone while they load, empty and failed, 320 px wide and with large letters."""
        phone = self._phone_of(VISITOR)
        usual = phone.viewport_size
        phone.set_viewport_size({"width": 320, "height": 640})
        phone.add_init_script(LARGE_LETTERS)
        for shown, asked in PHONE_LISTS:
            self._in_each_state(phone, shown, asked, f"screen-phone-{shown.picture}")
        phone.goto(f"{PRODUCT}/visitor/reserve")
        self._keep(phone, "screen-phone-large-letters")
        assert usual is not None
        phone.set_viewport_size(usual)

    def office(self) -> None:
        """Every page of the office, on its narrowest screen, and the states of a list on a still narrower one."""
        page = self._browser.new_context(viewport=NARROW_DESK, locale="zh-CN").new_page()
        with page.expect_response("**/api/sign-in/office") as asked:
            page.goto(f"{PRODUCT}/admin/sign-in")
        self._keep(page, f"screen-{OFFICE_PAGES[0].picture}")
        phone = self._phone_of(ADMINISTRATOR)
        phone.goto(str(asked.value.json()["sign_in_url"]))
        phone.locator("[data-test=ticket-confirm]").wait_for()
        self._keep(phone, "screen-phone-office-sign-in")  # instead of the page without a ticket
        phone.locator("[data-test=ticket-confirm]").click()
        page.locator("[data-test=office-user]").wait_for(timeout=PATIENCE)
        for shown in OFFICE_PAGES[1:]:
            page.goto(PRODUCT + shown.route.replace(":rest(.*)*", "nowhere"))
            self._keep(page, f"screen-{shown.picture}")
        page.set_viewport_size(NARROWEST_DESK)
        for shown, question in OFFICE_LISTS:
            self._in_each_state(page, shown, question, f"screen-{shown.picture}")

    def _in_each_state(self, page: Page, shown: Shown, question: str, name: str) -> None:
        for state in STATES:
            with answered(page, question, state):
                page.goto(PRODUCT + shown.route)
                page.locator(f"[data-test={'error-state' if state == 'error' else 'empty-state'}]").or_(
                    page.locator("[data-test=loading]")
                ).first.wait_for(timeout=PATIENCE)
                self._album.keep(page, f"{name}-{state}")

    def _phone_of(self, person: str) -> Page:
        if person not in self._phones:
            self._phones[person] = self._walk.phone()
            self._walk.sign_in(self._phones[person], person, "/me")
        return self._phones[person]

    def _address(self, phone: Page, route: str) -> str:
        if route in LISTS:
            return route.replace(":id", phone.evaluate(NEWEST, LISTS[route]))
        return route.replace(":rest(.*)*", "nowhere")

    def _keep(self, page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        self._album.keep(page, name)


@contextmanager
def answered(page: Page, question: str, state: str) -> Iterator[None]:
    """The browser's question to the product gets no answer yet, an empty list, or an error."""

    def answer(route: Route) -> None:
        if state == "loading":
            return
        body, status = (PROBLEM, 500) if state == "error" else (NOTHING, 200)
        route.fulfill(status=status, content_type="application/json", body=json.dumps(body))

    page.route(question, answer)
    try:
        yield
    finally:
        page.unroute(question, answer)


def gallery() -> str:
    """The text of docs/screens.md."""
    phone = [(f"{shown.title} `{shown.route}`", f"screen-phone-{shown.picture}") for shown in PHONE_PAGES]
    office = [(f"{shown.title} `{shown.route}`", f"screen-{shown.picture}") for shown in OFFICE_PAGES]
    small = [
        (f"{shown.title}：{STATE_WORDS[state]}", f"screen-phone-{shown.picture}-{state}")
        for shown, _ in PHONE_LISTS
        for state in STATES
    ]
    small.append(("预约登记，大字号", "screen-phone-large-letters"))
    desk = [
        (f"{shown.title}：{STATE_WORDS[state]}", f"screen-{shown.picture}-{state}")
        for shown, _ in OFFICE_LISTS
        for state in STATES
    ]
    parts = [
        "# Screens\n",
        "Every page, photographed on the running product by `tests/browser/page_album.py`, which also writes this list.\n",
        f"## Phone\n\n{_table(phone, 4)}",
        f"## Phone, 320 px wide with large letters\n\n{_table(small, 4)}",
        f"## Office, 1280 px\n\n{_table(office, 2)}",
        f"## Office, 1024 px\n\n{_table(desk, 3)}",
    ]
    return "\n".join(parts)


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


def main() -> None:
    """The command line."""
    with chromium() as browser, tempfile.TemporaryDirectory() as scratch:
        walk = Walk(browser, Album(Path(scratch)))
        walk.whole()
        pages = PageAlbum(browser, Album(FOLDER), walk)
        pages.phones()
        pages.states()
        pages.office()
    GALLERY.write_text(gallery())


if __name__ == "__main__":
    main()
