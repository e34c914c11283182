"""The pictures of README.md and docs/screens.md: every page, some moments of them, and what lists say that have nothing to show.

`make run` in one terminal, `.local/venv/bin/python tests/browser/page_album.py` in another, best on a new state. It makes what the
pages show first (tests/browser/screenshots.py, plant_day.py, canteen_day.py), so that no list is empty, then opens page after page
as somebody who may see it, and writes docs/screens.md. CLOUD_PORT and SANDBOX_PORT are those of `make run`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, Route  # noqa: E402 - the line above makes the rest importable

from tests.browser.album_pages import (  # noqa: E402 - likewise
    ADMINISTRATOR,
    CALLED_DRIVER,
    DINER,
    DRIVER,
    OFFICE_LISTS,
    OFFICE_PAGES,
    PHONE_LISTS,
    PHONE_PAGES,
    PLACES,
    STATES,
    VISITOR,
    Shown,
    gallery,
)
from tests.browser.canteen_album import CanteenConsoles, CanteenDesk, CanteenMoments  # noqa: E402 - likewise
from tests.browser.canteen_day import CanteenDay  # noqa: E402 - likewise
from tests.browser.plant_album import Consoles, DeskMoments, Wizard  # noqa: E402 - likewise
from tests.browser.plant_day import PlantDay  # noqa: E402 - likewise
from tests.browser.screenshots import PATIENCE, PRODUCT, STACK, Album, Walk, chromium  # noqa: E402 - likewise

NARROW_DESK = {"width": 1280, "height": 800}
NARROWEST_DESK = {"width": 1024, "height": 700}
FOLDER = ROOT / "docs" / "screenshots"
GALLERY = ROOT / "docs" / "screens.md"
FIRST_ROW = """async ([list, member, wanted]) => {
  const { items } = await (await fetch(list)).json()
  return items.find((item) => !wanted || item[wanted[0]] === wanted[1])[member]
}"""
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
        others = ((DRIVER, "/", "home-driver"), (DINER, "/", "home-diner"), (VISITOR, "/logistics", "logistics-first"))
        for person, path, name in others:
            phone = self._phone_of(person)
            phone.goto(PRODUCT + path)
            self._keep(phone, f"screen-phone-{name}")

    def wizard(self, day: PlantDay) -> None:
        """The driver of the sample orders wants to fetch more with a truck whose permit is over."""
        Wizard(self._phone_of(DRIVER), self._album).keep(day.refused)

    def canteen(self, day: CanteenDay) -> None:
        """Somebody binds a card, and the diner's payments; from then on everything goes on at the canteen."""
        moments = CanteenMoments(day, self._album)
        moments.first(self._phone_of(VISITOR))
        moments.payments(self._phone_of(DINER))
        moments.loss(self._phone_of(DINER))

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
            page.goto(PRODUCT + self._address(page, shown.route))
            self._keep(page, f"screen-{shown.picture}")
        DeskMoments(page, self._album).keep()
        CanteenDesk(page, self._album).keep()
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

    def _address(self, page: Page, route: str) -> str:
        """With something that this person may see in place of what changes."""
        if route not in PLACES:
            return route.replace(":rest(.*)*", "nowhere")
        place = PLACES[route]
        found = page.evaluate(FIRST_ROW, [place.rows, place.member, place.wanted])
        return re.sub(r":\w+", quote(str(found)), route)

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


def main() -> None:
    """The command line."""
    album = Album(FOLDER)
    with chromium() as browser:
        walk = Walk(browser, album)
        walk.whole()
        day = PlantDay(STACK)
        day.begin()
        meals = CanteenDay(STACK)
        meals.begin()
        pages = PageAlbum(browser, album, walk)
        pages.phones()
        pages.wizard(day)
        pages.canteen(meals)
        pages.states()
        pages.office()
        walk.give_phone_to(CALLED_DRIVER)
        Consoles(walk.desk, album).keep()
        meals.plug_in()
        CanteenConsoles(walk.desk, STACK, album).keep()
    GALLERY.write_text(gallery())


if __name__ == "__main__":
    main()
