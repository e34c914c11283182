"""Rows that take one look: the domain's ownership file, and a saved visitor chosen with one tap."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from sandbox.cloud.stack import DOMAIN_FILE, Stack
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import SandboxPage
from tests.stack.people import OTHER, Person, fresh_phone

pytestmark = pytest.mark.browser


def test_the_ownership_file_is_its_text_and_nothing_else(handset: Page, stack: Stack) -> None:
    """P8: as WeChat's checker, or anybody, opens it."""
    answer = handset.goto(f"{stack.public_url}/{DOMAIN_FILE}")
    assert answer is not None
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.text() == DOMAIN_FILE.removeprefix("MP_verify_").removesuffix(".txt")


def test_a_saved_visitor_is_chosen_with_one_tap(desk: Page, stack: Stack) -> None:
    """V1: entered once, offered in the next reservation."""
    phone = fresh_phone()
    Person(stack, OTHER).sign_in().post(
        "/api/visitor/saved", {"name": "郑国强", "gender": "male", "phone": phone, "plate_number": "闽A12345"}
    )
    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("周敏")
    sandbox.open_menu("访客预约", "预约登记")
    sandbox.sign_in()
    sandbox.webview.locator("[data-test=saved-chip]", has_text="郑国强").first.click()
    expect(sandbox.webview.locator('[data-test="visitor.phone"] input')).to_have_value(phone)
    expect(sandbox.webview.locator('[data-test="visitor.plate_number"] input')).to_have_value("闽A12345")
    keep_picture(desk, "saved-1-chosen")
