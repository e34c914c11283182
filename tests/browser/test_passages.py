"""V8 and V6 as people see them: through the gate and out again, who stays too long, and a device that does not take the right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.cloud.stack import Stack, wait_until
from tests.browser.conftest import keep_picture, opened
from tests.browser.sandbox_page import SandboxPage
from tests.browser.test_daily import office_page  # noqa: F401 - a fixture
from tests.stack.people import APPROVER, VISITOR, Gate, Person
from tests.stack.test_passages import Console, admitted, let_days_pass
from tests.stack.test_walk import approve, becomes

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}
SLOW = 60_000


@pytest.fixture
def console(stack: Stack) -> Iterator[Console]:
    found = Console(stack)
    Gate(stack).heal()
    found.lose_events(False)
    yield found
    found.switch(failing_devices=[])


@pytest.fixture
def people(stack: Stack) -> tuple[Person, Person]:
    """A visitor and an approver, signed in."""
    return Person(stack, VISITOR).sign_in(), Person(stack, APPROVER).sign_in()


@pytest.fixture
def phone(browser: Browser, stack: Stack, people: tuple[Person, Person]) -> Iterator[Page]:
    """The visitor's phone, the narrowest there is."""
    for page in opened(browser, NARROW):
        cookies = [{"name": name, "value": value, "url": stack.public_url} for name, value in people[0].cookies.items()]
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        yield page


def shown_in_office(office_page: Page, stack: Stack, visit: Any, choice: str) -> Page:  # noqa: F811
    """The row of a visit under a filter."""
    office_page.goto(f"{stack.public_url}/admin/visits")
    office_page.locator("[data-test=filter-status]").get_by_text(choice, exact=True).click()
    expect(office_page.locator(f".visit-{visit['id']}")).to_be_visible()
    return office_page


def test_through_the_gate_and_out_again(
    desk: Page,
    phone: Page,
    office_page: Page,  # noqa: F811
    stack: Stack,
    console: Console,
    people: tuple[Person, Person],
) -> None:
    """V8: 可通行 → 已入厂 with the pass to get out → 已离厂, on the phone, in the office's lists, drawer and log."""
    visit = admitted(*people)
    sandbox = SandboxPage(desk, stack)
    phone.goto(f"{stack.public_url}/visitor/visits/{visit['id']}")
    expect(phone.locator("[data-test=pass-doors]")).to_contain_text("东门人行通道 1")
    assert sandbox.try_gate("qr", visit["pass"]["qr_content"]) == "open"
    stage = phone.locator("[data-test=visit] [data-stage]").first
    expect(stage).to_contain_text("已入厂", timeout=SLOW)
    expect(phone.locator("[data-test=pass]")).to_be_visible()
    expect(phone.locator("[data-test=cancel]")).to_have_count(0)
    keep_picture(phone, "passage-1-entered")

    shown_in_office(office_page, stack, visit, "在厂").locator(f".visit-{visit['id']}").click()
    drawer = office_page.locator("[data-test=visit-drawer]")
    expect(drawer.locator("[data-test=presence]")).to_contain_text("还在厂内")
    expect(drawer.locator("[data-test=device]").first).to_contain_text("已下发")
    keep_picture(office_page, "passage-2-office-inside")

    assert sandbox.try_gate("qr", visit["pass"]["qr_content"], "east-exit-turnstile") == "open"
    expect(stage).to_contain_text("已离厂", timeout=SLOW)
    expect(phone.locator("[data-test=timeline]")).to_contain_text("离开厂区")
    expect(drawer.locator("[data-test=presence]")).to_have_attribute("data-status", "left", timeout=SLOW)
    office_page.goto(f"{stack.public_url}/admin/passages")
    rows = office_page.locator(f".passage-of-{visit['id']}")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("离厂")
    expect(rows.first).to_contain_text("东门出口人行通道")
    keep_picture(office_page, "passage-3-log")


def test_who_stays_too_long_is_seen_before_the_night(
    phone: Page,
    office_page: Page,  # noqa: F811
    stack: Stack,
    console: Console,
    people: tuple[Person, Person],
) -> None:
    """V8: 超时未离厂 in the office's own filter and on the phone; at night 自动离厂."""
    visit = admitted(*people)
    console.passes(visit)
    becomes(people[0], visit["id"], "entered")
    let_days_pass(stack, visit, {"status": "inside"})
    phone.goto(f"{stack.public_url}/visitor/visits/{visit['id']}")
    stage = phone.locator("[data-test=visit] [data-stage]").first
    expect(stage).to_contain_text("超时未离厂")
    row = shown_in_office(office_page, stack, visit, "超时").locator(f".visit-{visit['id']}")
    expect(row).to_contain_text("超时未离厂")
    keep_picture(phone, "passage-4-overstayed")
    keep_picture(office_page, "passage-5-office-overstayed")

    def signed_out() -> bool:
        stack.run_schedule("read_passages")
        return bool(people[0].get(f"/api/visitor/visits/{visit['id']}")["stage"] == "checked_out")

    assert wait_until(signed_out, 40, pause=2)
    phone.reload()
    expect(stage).to_contain_text("自动离厂")
    expect(phone.locator("[data-test=next-step]")).to_contain_text("门岗")
    keep_picture(phone, "passage-6-checked-out")


def test_a_device_that_failed_gets_the_right_sent_again(
    phone: Page,
    office_page: Page,  # noqa: F811
    stack: Stack,
    console: Console,
    people: tuple[Person, Person],
) -> None:
    """V6: which gate failed is said to the owner and to the office; 重新下发 makes it 可通行."""
    console.switch(failing_devices=["east-turnstile-2"])
    visit = people[0].submit()
    approve(people[1], visit)
    becomes(people[0], visit["id"], "gate_failed")
    phone.goto(f"{stack.public_url}/visitor/visits/{visit['id']}")
    failed = phone.locator("[data-test=device][data-state=failed]")
    expect(failed).to_contain_text("东门人行通道 2")
    expect(failed).to_contain_text("失败")
    keep_picture(phone, "passage-7-device-failed")

    office_page.goto(f"{stack.public_url}/admin/visits?visit={visit['id']}")
    drawer = office_page.locator("[data-test=visit-drawer]")
    expect(drawer.locator("[data-test=device][data-state=failed]")).to_contain_text("东门人行通道 2")
    keep_picture(office_page, "passage-8-office-failed")
    console.switch(failing_devices=[])
    drawer.locator("[data-test=send-again]").click()
    expect(drawer.locator("[data-test=gate-state]")).to_contain_text("已下发", timeout=SLOW)
    expect(drawer.locator("[data-test=send-again]")).to_have_count(0)
    expect(drawer.locator("[data-test=device][data-state=ready]")).to_have_count(6)
    expect(drawer.locator("[data-test=timeline]")).to_contain_text("重新下发到闸机")
    phone.reload()
    expect(phone.locator("[data-test=pass]")).to_be_visible()
