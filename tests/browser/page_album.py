"""The pictures of docs/pages.md: every page of the phone and of the office, photographed on the running product.

`make run` in one terminal, `.local/venv/bin/python tests/browser/page_album.py` in another. It makes what the pages show
first (tests/browser/screenshots.py), so that no list is empty, then opens page after page as somebody who may see it.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page  # noqa: E402 - the line above makes the rest importable

from tests.browser.screenshots import PATIENCE, PRODUCT, Album, Walk, chromium  # noqa: E402

VISITOR, APPROVER, ADMINISTRATOR = "林晓雨", "陈建国", "黄志强"
NARROW_DESK = {"width": 1280, "height": 800}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: the name of its picture, its address as the router knows it, and who looks at it."""

    picture: str
    route: str
    person: str = VISITOR


PHONE_PAGES = (
    Shown("home", "/"),
    Shown("sign-in", "/sign-in"),
    Shown("visitor", "/visitor"),
    Shown("visitor-reserve", "/visitor/reserve"),
    Shown("visitor-visits", "/visitor/visits"),
    Shown("visitor-visit", "/visitor/visits/:id"),
    Shown("visitor-change", "/visitor/visits/:id/change"),
    Shown("visitor-approvals", "/visitor/approvals", APPROVER),
    Shown("visitor-approval", "/visitor/approvals/:id", APPROVER),
    Shown("visitor-saved", "/visitor/saved"),
    Shown("logistics", "/logistics"),
    Shown("canteen", "/canteen"),
    Shown("me", "/me"),
    Shown("office-sign-in", "/office-sign-in", ADMINISTRATOR),
    Shown("not-found", "/:rest(.*)*"),
)
OFFICE_PAGES = (
    Shown("office-sign-in", "/admin/sign-in"),
    Shown("office-visits", "/admin/visits"),
    Shown("office-blocked", "/admin/blocked"),
    Shown("office-pushes", "/admin/pushes"),
    Shown("office-users", "/admin/users"),
    Shown("office-audit", "/admin/audit"),
    Shown("office-not-found", "/admin/:rest(.*)*"),
)
"""In the order of docs/pages.md; tests/unit/test_docs.py compares both with the routers."""

# What stands for the changing parts of an address: the newest visit of whoever looks.
NEWEST = """async (list) => (await (await fetch(list)).json()).items[0].id"""
LISTS = {
    "/visitor/visits/:id": "/api/visitor/visits",
    "/visitor/visits/:id/change": "/api/visitor/visits",
    "/visitor/approvals/:id": "/api/visitor/approvals?view=decided",
}


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
            self._keep(phone, f"phone-{shown.picture}")

    def office(self) -> None:
        """Every page of the office, on its narrowest screen."""
        page = self._browser.new_context(viewport=NARROW_DESK, locale="zh-CN").new_page()
        with page.expect_response("**/api/sign-in/office") as asked:
            page.goto(f"{PRODUCT}/admin/sign-in")
        self._keep(page, OFFICE_PAGES[0].picture)
        phone = self._phone_of(ADMINISTRATOR)
        phone.goto(str(asked.value.json()["sign_in_url"]))
        phone.locator("[data-test=ticket-confirm]").click()
        page.locator("[data-test=office-user]").wait_for(timeout=PATIENCE)
        for shown in OFFICE_PAGES[1:]:
            page.goto(PRODUCT + shown.route.replace(":rest(.*)*", "nowhere"))
            self._keep(page, shown.picture)

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


def main() -> None:
    """The command line."""
    with chromium() as browser, tempfile.TemporaryDirectory() as scratch:
        walk = Walk(browser, Album(Path(scratch)))
        walk.whole()
        pages = PageAlbum(browser, Album(ROOT / "docs" / "pages"), walk)
        pages.phones()
        pages.office()


if __name__ == "__main__":
    main()
