"""What the office needs of visits every day, in a real browser on the running stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import DESK, _page, keep_picture
from tests.stack.people import ADMINISTRATOR, VISITOR, Person
from tests.stack.test_closing import let_the_window_pass

pytestmark = pytest.mark.browser


@pytest.fixture
def office_page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The office's list of visits; 黄志强 has confirmed the sign-in on his phone."""
    for page in _page(browser, DESK):
        with page.expect_response("**/api/sign-in/office") as asked:
            page.goto(f"{stack.public_url}/admin")
        ticket = f"/api/sign-in/office/{asked.value.json()['ticket']}"
        phone = Person(stack, ADMINISTRATOR).sign_in()
        phone.get(ticket)
        phone.request("POST", f"{ticket}/confirm")
        expect(page.locator("[data-test=office-user]")).to_contain_text("黄志强")
        page.goto(f"{stack.public_url}/admin/visits")
        yield page


def test_what_nobody_decided_is_found_among_the_expired(office_page: Page, stack: Stack) -> None:
    """V5 V6: closed by the schedule, shown under its own filter with its own word."""
    visit = Person(stack, VISITOR).sign_in().submit()
    let_the_window_pass(stack, visit)
    stack.run_schedule("close_visits")
    office_page.reload()
    office_page.locator("[data-test=filter-status]").get_by_text("已过期", exact=True).click()
    row = office_page.locator("tbody tr", has_text=visit["visitor"]["phone"][-4:]).first
    expect(row).to_contain_text("已过期")
    row.click()
    drawer = office_page.locator("[data-test=visit-drawer]")
    expect(drawer).to_contain_text("预约时间已过仍未审批，自动过期")
    expect(drawer.locator("[data-test=approve]")).to_have_count(0)
    keep_picture(office_page, "office-expired")
