"""The pictures of README.md: walks the running product once, from the sandbox page to the open gate, and photographs it.

`make run` in one terminal, `.local/venv/bin/python tests/browser/screenshots.py` in another. CLOUD_PORT and SANDBOX_PORT are
those of `make run`; an argument names another folder than docs/screenshots. It leaves six visits in the running product.
"""

from __future__ import annotations

import io
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from sandbox.cloud.browser import executable  # noqa: E402 - the line above makes it importable
from sandbox.launch import the_stack  # noqa: E402 - likewise

STACK = the_stack()
PRODUCT, SANDBOX = STACK.public_url, STACK.sandbox_url
WOMEN = ("林晓雨", "周敏", "何佳")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
LARGEST = 150_000
"""Bytes a picture may have: they live in the repository."""
PATIENCE = 60_000
"""Milliseconds until a right has come to every gate, with a cold worker before it."""

# A write with the page's own session, as the page itself makes it.
WRITE = """async ([path, body]) => {
  const { csrf_token } = await (await fetch('/api/session')).json()
  const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf_token }
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(path + ': ' + await answer.text())
  return answer.json()
}"""


class Album:
    """Where the pictures go."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, page: Page, name: str) -> None:
        """Photograph what the page shows now; fewer colours until the file is small enough."""
        page.wait_for_timeout(1_000)  # popups slide in; pages that poll never go quiet
        picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
        path = self._folder / f"{name}.png"
        for colours in (192, 96, 48, 24):
            picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
            if path.stat().st_size <= LARGEST:
                sys.stdout.write(f"  {path.name}: {path.stat().st_size // 1024} kB, {colours} colours\n")
                return
        raise ValueError(f"{name} is larger than {LARGEST} bytes with 24 colours")


class Walk:
    """One walk through the product: the sandbox page on a desk, and a phone for each person."""

    def __init__(self, browser: Browser, album: Album) -> None:
        self._browser = browser
        self._album = album
        self._desk = browser.new_context(viewport=DESK, locale="zh-CN").new_page()

    def whole(self) -> None:
        """Everything, in the order of README.md."""
        self.sandbox_page()
        visitor = self.phone()
        self.sign_in(visitor, "林晓雨", "/visitor/reserve", photograph=True)
        visit_address = self.reserve(visitor)
        other = self.phone()
        self.sign_in(other, "周敏", "/visitor")
        refused = self.submit(other, "吴志远", "13900002222", 26, "参观交流")
        self.submit(other, "周敏", "13900001111", 49, "送货取样")
        cancelled = self.submit(other, "何佳", "13900001111", 74, "业务洽谈")
        other.evaluate(WRITE, [f"/api/visitor/visits/{cancelled['id']}/cancel", {}])
        approver = self.phone()
        self.sign_in(approver, "陈建国", "/visitor/approvals")
        self.approve(approver, visit_address.rsplit("/", 1)[-1])
        body = {"version": refused["version"], "reason": "当天厂区不接待"}
        approver.evaluate(WRITE, [f"/api/visitor/approvals/{refused['id']}/refuse", body])
        self.look_at_pass(visitor, visit_address)
        self.office(self.phone())
        self.gate()
        self.submit(visitor, "林晓雨", "13900001111", 30, "设备检修")

    @property
    def desk(self) -> Page:
        """The sandbox page."""
        return self._desk

    def phone(self) -> Page:
        """A phone of somebody's own."""
        context: BrowserContext = self._browser.new_context(
            viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, locale="zh-CN"
        )
        return context.new_page()

    def sandbox_page(self) -> None:
        """The page a newcomer opens, with the menu of 访客预约 open."""
        self._desk.goto(SANDBOX)
        expect(self._desk.get_by_text("产品已就绪")).to_be_visible(timeout=PATIENCE)
        self.give_phone_to("林晓雨")
        self._desk.locator(".chat-menu").get_by_role("button", name="访客预约").click()
        self._album.keep(self._desk, "sandbox")

    def give_phone_to(self, nickname: str) -> None:
        """Whoever holds the phone is asked on the consent page."""
        person = self._desk.locator("#people .person", has_text=nickname)
        person.click()
        expect(person).to_have_attribute("aria-checked", "true")

    def sign_in(self, phone: Page, nickname: str, path: str, *, photograph: bool = False) -> None:
        """From a page of the product through WeChat's consent page and back."""
        self.give_phone_to(nickname)
        phone.goto(PRODUCT + path)
        phone.locator("[data-test=sign-in]").wait_for(timeout=PATIENCE)
        if photograph:
            self._album.keep(phone, "h5-sign-in")
        phone.locator("[data-test=sign-in]").click()
        phone.get_by_role("button", name="允许").wait_for()
        phone.get_by_role("button", name="允许").click()
        phone.wait_for_url(PRODUCT + path)

    def reserve(self, phone: Page) -> str:
        """Fill in, check and send the form; returns the address of the visit."""
        fields = {
            "visitor.name": "林晓雨",
            "visitor.phone": fresh_number(),
            "visitor.plate_number": "闽A12345",
        }
        for name, value in fields.items():
            phone.locator(f'input[name="{name}"]').fill(value)
        phone.locator("[data-test='visitor.gender-female']").check()
        phone.locator("[data-test=host-query] input").fill("王海峰")
        phone.locator("[data-test=host-find]").click()
        phone.locator("[data-test=host-candidate]").click()
        phone.locator("[data-test=quick-window][data-key=now]").click()
        phone.locator("[data-test=quick-purpose][data-key=设备检修]").click()
        phone.evaluate("scrollTo(0, 0)")
        self._album.keep(phone, "h5-reserve")
        phone.locator("[data-test=review]").click()
        phone.locator("[data-test=summary]").wait_for()
        self._album.keep(phone, "h5-summary")
        phone.locator("[data-test=submit]").click()
        phone.wait_for_url("**/visitor/visits/*")
        return phone.url

    def submit(self, phone: Page, name: str, host_phone: str, hours: int, purpose: str) -> Any:
        """A further reservation, so that lists have more than one row."""
        start = (datetime.now(UTC) + timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)
        body = {
            "request_id": f"screenshot-{secrets.token_hex(8)}",
            "visitor": {"name": name, "gender": "female" if name in WOMEN else "male", "phone": fresh_number()},
            "remember": False,
            "host": {"name": "陈建国" if host_phone.endswith("2222") else "王海峰", "phone": host_phone},
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(hours=3)).isoformat(),
            "purpose": purpose,
        }
        return phone.evaluate(WRITE, ["/api/visitor/visits", body])

    def approve(self, phone: Page, visit_id: str) -> None:
        """The approver's list, then the visit, then 批准."""
        row = phone.locator(f"a[href$='/approvals/{visit_id}']")
        row.wait_for()
        self._album.keep(phone, "h5-approvals")
        row.click()
        phone.locator("[data-test=approve]").wait_for()
        self._album.keep(phone, "h5-approval")
        phone.locator("[data-test=approve]").click()
        phone.locator("[data-test=to-approvals]").wait_for()

    def look_at_pass(self, phone: Page, visit_address: str) -> None:
        """The visitor's pass, and the home page that leads to it."""
        phone.goto(visit_address)
        phone.locator("[data-test=pass]").wait_for(timeout=PATIENCE)
        self._album.keep(phone, "h5-pass")
        phone.goto(PRODUCT + "/")
        phone.locator("[data-test=greeting]").wait_for()
        self._album.keep(phone, "h5-home")

    def office(self, phone: Page) -> None:
        """Sign in by QR code, then the table with a drawer open."""
        page = self._browser.new_context(viewport=DESK, locale="zh-CN").new_page()
        with page.expect_response("**/api/sign-in/office") as ticket:
            page.goto(f"{PRODUCT}/admin/visits")
        address = str(ticket.value.json()["sign_in_url"])
        self.sign_in(phone, "黄志强", address.removeprefix(PRODUCT))
        phone.locator("[data-test=ticket-confirm]").click()
        row = page.locator(".visit-row", has_text="林晓雨").first
        row.wait_for(timeout=PATIENCE)
        self._album.keep(page, "office-visits")
        row.click()
        page.locator("[data-test=visit-drawer]").wait_for()
        self._album.keep(page, "office-drawer")

    def show_pass_on_desk(self) -> None:
        """The way by hand: the phone of the sandbox page, its menu, consent, 我的预约, the pass."""
        self.give_phone_to("林晓雨")
        if not self._desk.locator(".sub-menu").is_visible():
            self._desk.locator(".chat-menu").get_by_role("button", name="访客预约").click()
        self._desk.locator(".sub-menu").get_by_role("button", name="我的预约").click()
        webview = self._desk.frame_locator(".webview iframe")
        webview.locator("[data-test=sign-in]").click()
        webview.get_by_role("button", name="允许").click()
        webview.locator("a", has_text="林晓雨").first.click()
        webview.locator("[data-test=pass]").wait_for()

    def gate(self) -> None:
        """The same pass at the gate: now, and when its time is over."""
        self.show_pass_on_desk()
        self._desk.get_by_role("tab", name="门禁").click()
        self._desk.get_by_role("button", name="访客与权限").or_(
            self._desk.get_by_role("tab", name="访客与权限")
        ).click()
        newest = self._desk.locator("article.visit", has_text="林晓雨").first
        newest.get_by_role("button", name="用它试通行").click()
        go = self._desk.get_by_role("button", name="通行", exact=True)
        go.click()
        self._desk.locator(".answer.open").wait_for()
        self._album.keep(self._desk, "gate-open")
        over = datetime.now(UTC) + timedelta(hours=8 + 5)  # the site's clock, three hours after the window
        self._desk.get_by_label("什么时间").select_option("指定时间")
        self._desk.get_by_label("通行时间").fill(over.strftime("%Y-%m-%dT%H:%M"))
        go.click()
        self._desk.locator(".answer.shut").wait_for()
        self._album.keep(self._desk, "gate-shut")


def fresh_number() -> str:
    """A phone number no earlier run has registered at the gate."""
    return f"1380000{secrets.randbelow(10_000):04d}"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, or Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def main() -> None:
    """The command line."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    with chromium() as browser:
        Walk(browser, Album(folder)).whole()


if __name__ == "__main__":
    main()
