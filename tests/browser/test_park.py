"""V7 as people see it: the committee rejects, then accepts; the visitor, the office and the list of pushes follow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import DESK, keep_picture, opened
from tests.browser.test_daily import office_page  # noqa: F401 - a fixture
from tests.stack.people import APPROVER, VISITOR, Person
from tests.stack.test_park import Park, park  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser


@pytest.fixture
def sandbox_desk(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The sandbox page, at the park's console."""
    for page in opened(browser, DESK):
        page.goto(stack.sandbox_url)
        page.get_by_role("tab", name="园区", exact=True).click()
        yield page


def test_the_committee_decides_and_everybody_sees_it(
    office_page: Page,  # noqa: F811
    sandbox_desk: Page,
    stack: Stack,
    park: Park,  # noqa: F811
) -> None:
    """V7: 等待园区, 园区拒绝 with the reason, 园区已受理; passages of the park in the time line."""
    park.send("PATCH", "knobs", {"decision": "ask"})
    visit = Person(stack, VISITOR).sign_in().submit()
    Person(stack, APPROVER).sign_in().post(
        f"/api/visitor/approvals/{visit['id']}/approve", {"version": visit["version"]}
    )
    card = sandbox_desk.locator(f"[data-visit='{visit['id']}']")
    expect(card).to_contain_text("待审核")
    drawer = office_page.locator("[data-test=visit-drawer]")
    open_visit = f"{stack.public_url}/admin/visits?visit={visit['id']}"
    office_page.goto(open_visit)
    expect(drawer.locator("[data-test=park-state]")).to_contain_text("等待园区")

    card.get_by_role("button", name="拒绝").click()
    expect(card).to_contain_text("已拒绝")
    keep_picture(sandbox_desk, "park-1-console")

    def follow(word: str) -> None:
        office_page.goto(open_visit)
        expect(drawer.locator("[data-test=park-state]")).to_contain_text(word)

    expect(card.get_by_role("button", name="受理")).to_be_visible()
    assert park.has_told(visit, "rejected")
    follow("园区拒绝")
    expect(drawer).to_contain_text("园区临时管控")
    expect(office_page.locator(f".visit-{visit['id']}")).to_contain_text("园区拒绝")
    keep_picture(office_page, "park-2-office")

    card.get_by_role("button", name="受理").click()
    expect(card).to_contain_text("已受理")
    card.get_by_role("button", name="进入").click()
    expect(card).to_contain_text("进入园区")
    assert park.has_told(visit, "entered")
    follow("园区已受理")
    expect(drawer).to_contain_text("进入园区")
    office_page.goto(f"{stack.public_url}/admin/pushes?peer=park")
    expect(office_page.get_by_role("heading", name="推送 · 园区平台")).to_be_visible()
