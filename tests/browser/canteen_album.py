"""Moments of the canteen that are not the first sight of a page: binding, payments, drawers, the pay sheet, consoles."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.canteen_day import CanteenDay
from tests.browser.plant_album import at
from tests.browser.sandbox_page import SandboxPage
from tests.browser.screenshots import PATIENCE, PRODUCT, Album

OFFICE = "/admin/canteen"
STRANGE_PHONE = "13800001111"
"""Nobody's in the canteen: what the phone is told is the same."""
MOMENTS = ("created", "crediting", "refunded")


class CanteenMoments:
    """On the diner's phone, and on that of somebody who has not bound a card."""

    def __init__(self, day: CanteenDay, album: Album) -> None:
        self._day = day
        self._album = album

    def first(self, phone: Page) -> None:
        """Binding, up to the code."""
        phone.goto(f"{PRODUCT}/canteen")
        at(phone, "phone").locator("input").fill(STRANGE_PHONE)
        self._album.keep(phone, "screen-phone-canteen-first")
        at(phone, "ask-code").click()
        at(phone, "code").wait_for()
        self._album.keep(phone, "screen-phone-canteen-code")

    def payments(self, phone: Page) -> None:
        """A top-up that is not paid, one on its way, one that went back."""
        for status in MOMENTS:
            phone.goto(f"{PRODUCT}/canteen/top-ups/{self._day.number(status)}")
            phone.locator(f"[data-test=top-up-state][data-state={status}]").wait_for(timeout=PATIENCE)
            self._album.keep(phone, f"screen-phone-canteen-{status}")

    def loss(self, phone: Page) -> None:
        """What is asked before a card is reported lost."""
        phone.goto(f"{PRODUCT}/canteen/cards")
        at(phone, "report-loss").first.click()
        at(phone, "loss-next").wait_for()
        self._album.keep(phone, "screen-phone-canteen-loss")


class CanteenDesk:
    """What opens over the office's pages."""

    def __init__(self, page: Page, album: Album) -> None:
        self._page = page
        self._album = album

    def keep(self) -> None:
        """A top-up, what the lists add up to as a picture, a day's differences."""
        self._drawer("topups?status=refunded", ".top-up-row", "top-up-drawer", "office-top-up")
        self._drawer("records", ".record-row", "record-drawer", "office-record")
        self._drawer("users", ".bound-row", "bound-drawer", "office-bound-user")
        self._drawer("reconciliation?view=differences", ".difference-row", "difference-drawer", "office-difference")

    def _drawer(self, path: str, rows: str, drawer: str, name: str) -> None:
        self._page.goto(f"{PRODUCT}{OFFICE}/{path}")
        self._page.wait_for_load_state("networkidle")
        self._page.locator(rows).first.click()
        at(self._page, drawer).wait_for()
        self._page.wait_for_load_state("networkidle")
        self._album.keep(self._page, f"screen-{name}")


class CanteenConsoles:
    """The sandbox's phone pays on WeChat's sheet; terminals and WeChat Pay beside it."""

    def __init__(self, desk: Page, stack: Stack, album: Album) -> None:
        self._sandbox = SandboxPage(desk, stack)
        self._desk = desk
        self._album = album

    def keep(self) -> None:
        """The sheet, what came of it, a meal with it."""
        self._sandbox.hand_to("许文静")
        self._sandbox.open_menu("餐卡服务")
        self._sandbox.sign_in()
        view = self._sandbox.webview
        view.locator("[data-test=to-top-up]").click()
        view.locator("[data-test=preset][data-key='50']").click()
        view.locator("[data-test=submit-top-up]").click()
        sheet = self._desk.get_by_test_id("pay-sheet")
        expect(sheet).to_contain_text("50.00", timeout=PATIENCE)
        self._part("wechat_pay", "orders")
        self._album.keep(self._desk, "screen-console-pay-sheet")
        sheet.get_by_role("button", name="确认支付").click()
        sheet.get_by_role("button", name="使用指纹").click()
        sheet.get_by_role("button", name="完成").click()
        view.locator("[data-test=top-up-state][data-state=credited]").wait_for(timeout=PATIENCE)
        self._part("wechat_pay", "notices")
        self._album.keep(self._desk, "screen-console-pay-notices")
        panel = self._part("canteen", "pos")
        panel.locator("[data-card='88011008']").click()
        panel.locator("[data-meal=午餐]").click()
        expect(panel.get_by_role("status")).to_contain_text("消费成功")
        self._album.keep(self._desk, "screen-console-canteen-pos")
        self._part("canteen", "recharges")
        self._album.keep(self._desk, "screen-console-canteen-recharges")

    def _part(self, console: str, part: str) -> Locator:
        self._desk.locator(f"#tabs button[data-name={console}]").click()
        self._desk.locator(f".panel .segments button[data-name={part}]").click()
        return self._desk.locator(".panel")
