"""Moments of logistics that are not the first sight of a page: the form of a registration, drawers and dialogues, consoles."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.browser.plant_day import Truck
from tests.browser.screenshots import PRODUCT, Album

REGISTER = "/logistics/register?kind=pickup"
OFFICE = "/admin/logistics"


def at(page: Page, name: str) -> Locator:
    """By the hook."""
    return page.locator(f'[data-test="{name}"]')


class Wizard:
    """The form of a pickup on the phone, question after question."""

    def __init__(self, phone: Page, album: Album) -> None:
        self._phone = phone
        self._album = album

    def keep(self, truck: Truck) -> None:
        """With the truck whose road permit is over: chosen, checked, refused."""
        self._phone.goto(PRODUCT + REGISTER)
        self._choose("order-line", has="SO2026110001")
        self._phone.locator('input[name="lines.0.quantity"]').fill("30")
        at(self._phone, "next").click()
        self._album.keep(self._phone, "screen-phone-logistics-register-vehicle")
        self._choose("vehicle", key=truck.tractor)
        self._choose("trailer", key=truck.trailer)
        self._choose("driver", has=truck.names[0])
        self._choose("escort", has=truck.names[1])
        self._phone.locator('input[name="waybill.number"]').fill("YD3501261126008")
        self._phone.locator('input[name="waybill.quantity"]').fill("30")
        at(self._phone, "next").click()
        at(self._phone, "arrival-slot").nth(1).click()
        at(self._phone, "next").click()
        at(self._phone, "summary").wait_for()
        self._album.keep(self._phone, "screen-phone-logistics-register-summary")
        at(self._phone, "submit").click()
        at(self._phone, "failed-check").first.wait_for()
        self._album.keep(self._phone, "screen-phone-logistics-register-refused")

    def _choose(self, rows: str, *, key: str = "", has: str = "") -> None:
        row = self._phone.locator(f"[data-test={rows}][data-key='{key}']") if key else at(self._phone, rows)
        (row if key else row.filter(has_text=has)).first.click()
        at(self._phone, "next").click()


class DeskMoments:
    """What opens over the office's pages."""

    def __init__(self, page: Page, album: Album) -> None:
        self._page = page
        self._album = album

    def keep(self) -> None:
        """A registration, a product's rules, a vehicle, a new exception."""
        self._drawer("registrations?status=loading", ".registration-row", "registration-drawer", "office-registration")
        self._open("stock/HCL31")
        at(self._page, "edit-rules").click()
        self._kept("rules-dialog", "office-rules")
        self._drawer("vehicles?filter=expiring", ".vehicle-row", "vehicle-drawer", "office-vehicle")
        self._open("waivers?new=闽A12345&codes=road_permit_expired")
        self._kept("waiver-dialog", "office-waiver")

    def _drawer(self, path: str, rows: str, drawer: str, name: str) -> None:
        self._open(path)
        self._page.locator(rows).first.click()
        self._kept(drawer, name)

    def _open(self, path: str) -> None:
        self._page.goto(f"{PRODUCT}{OFFICE}/{path}")
        self._page.wait_for_load_state("networkidle")

    def _kept(self, what: str, name: str) -> None:
        at(self._page, what).wait_for()
        self._album.keep(self._page, f"screen-{name}")


class Consoles:
    """LE and the tank farm beside the sandbox's phone."""

    def __init__(self, desk: Page, album: Album) -> None:
        self._desk = desk
        self._album = album

    def keep(self) -> None:
        """What a dispatcher looks at, and the tanks; the phone shows its chat."""
        close = self._desk.get_by_label("关闭", exact=True)
        if close.is_visible():
            close.click()
        for console, part, name in (
            ("le", "trucks", "le-trucks"),
            ("le", "lanes", "le-lanes"),
            ("mes", "tanks", "mes"),
        ):
            self._desk.locator(f"#tabs button[data-name={console}]").click()
            self._desk.locator(f".panel .segments button[data-name={part}]").click()
            self._album.keep(self._desk, f"screen-console-{name}")
