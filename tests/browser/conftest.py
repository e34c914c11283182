"""A real Chromium on the running stack; every test leaves pictures of what it saw in .local/screenshots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sandbox.cloud.browser import executable
from sandbox.cloud.stack import Stack
from tests.stack.people import ADMINISTRATOR, Person

PICTURES = Path(__file__).resolve().parents[2] / ".local" / "screenshots"
DESK = {"width": 1440, "height": 1000}
PHONE = {"width": 375, "height": 812}
PATIENCE = 20_000
"""Milliseconds a person would wait; a cold function on two busy cores takes seconds."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield started
        started.close()


@pytest.fixture
def desk(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The sandbox page on a desktop screen, nobody signed in, nothing broken."""
    requests.delete(f"{stack.sandbox_api}/sandbox/gate/faults", timeout=10)
    yield from opened(browser, DESK)


@pytest.fixture
def handset(browser: Browser) -> Iterator[Page]:
    """A phone's browser."""
    yield from opened(browser, PHONE)


def opened(browser: Browser, size: dict[str, int]) -> Iterator[Page]:
    """A page that may have no errors in its scripts."""
    context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == [], "errors in the page's scripts"


def enter_office(page: Page, stack: Stack, path: str = "") -> None:
    """黄志强's office browser on a page of the office: the phone's part of the sign-in is done without a screen."""
    with page.expect_response("**/api/sign-in/office") as asked:
        page.goto(f"{stack.public_url}/admin{path}")
    ticket = f"/api/sign-in/office/{asked.value.json()['ticket']}"
    phone = Person(stack, ADMINISTRATOR).sign_in()
    phone.get(ticket)
    phone.request("POST", f"{ticket}/confirm")
    expect(page.locator("[data-test=office-user]")).to_contain_text("黄志强")


def keep_picture(page: Page, name: str) -> None:
    """What the page shows now, as an artefact."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
