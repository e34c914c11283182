"""The canteen's office in a real browser on the running stack: top-ups, records, refunds by two, users, reconciliation.

The diner has an account of their own; rows, numbers and days are theirs, whatever else happens on the stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from chalicelib.core.clock import SITE_ZONE
from sandbox.cloud.stack import Stack, wait_until
from tests.browser.conftest import DESK, keep_picture, opened
from tests.browser.test_walk import SLOW
from tests.stack.diners import CanteenConsole, Diner
from tests.stack.people import CANTEEN, DINER, OTHER_CANTEEN, Person, at_the_desk

pytestmark = pytest.mark.browser
API, PAGES = "/api/office/canteen", "/admin/canteen"
TOPPED_UP, LUNCH, BREAKFAST = 5_000, 1_250, 600
ABOVE_THE_LIMIT = 15_000
"""Fen that one administrator does not give back alone."""
ELSEWHERE = 1_234


@pytest.fixture(scope="module")
def console(stack: Stack) -> Iterator[CanteenConsole]:
    """Everything plugged in before and after."""
    console = CanteenConsole(stack)
    console.plug_in()
    yield console
    console.plug_in()


@pytest.fixture(scope="module")
def diner(stack: Stack, console: CanteenConsole) -> Iterator[Diner]:
    """许文静 with an account that nobody else uses."""
    bound = Diner(Person(stack, DINER).sign_in(), console, console.open_account(3_000)).bind()
    yield bound
    bound.end()


@pytest.fixture(scope="module")
def clerk(stack: Stack) -> Person:
    """郭丽华 at her desk."""
    return at_the_desk(Person(stack, CANTEEN).sign_in())


@pytest.fixture(scope="module")
def colleague(stack: Stack) -> Person:
    """谢志明 at his."""
    return at_the_desk(Person(stack, OTHER_CANTEEN).sign_in())


@pytest.fixture
def office(browser: Browser, stack: Stack, clerk: Person) -> Iterator[Page]:
    """Her browser."""
    yield from desk_of(browser, stack, clerk)


@pytest.fixture
def other_office(browser: Browser, stack: Stack, colleague: Person) -> Iterator[Page]:
    """His browser."""
    yield from desk_of(browser, stack, colleague)


def desk_of(browser: Browser, stack: Stack, person: Person) -> Iterator[Page]:
    """A browser in which this person is signed in."""
    for page in opened(browser, DESK):
        cookies = [{"name": name, "value": value, "url": stack.public_url} for name, value in person.cookies.items()]
        page.context.add_cookies(cookies)  # type: ignore[arg-type]  # plain dicts of its TypedDict
        yield page


def at(page: Page | Locator, name: str) -> Locator:
    """By the hook."""
    return page.locator(f'[data-test="{name}"]')


def field(page: Page, name: str) -> Locator:
    """The input of a hook; the kit puts the hook on the input or round it."""
    return page.locator(f'input[data-test="{name}"], [data-test="{name}"] input')


def open_with_keys(page: Page, table: str) -> None:
    """↓ and Enter."""
    at(page, table).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def give_reason(page: Page, reason: str) -> None:
    """In the dialog that asks for one."""
    dialog = page.get_by_role("dialog").filter(visible=True)
    at(dialog, "reason").fill(reason)
    at(dialog, "reason-confirm").click()


def expect_sums(page: Page, **sums: str) -> None:
    """Exact, and these."""
    expect(at(page, "sums")).to_have_attribute("data-state", "exact", timeout=SLOW)
    for label, words in sums.items():
        expect(at(page, f"sum-{label}")).to_have_text(words)


def test_money_is_followed_to_the_last_meal(
    office: Page, stack: Stack, diner: Diner, clerk: Person, console: CanteenConsole
) -> None:
    number = diner.top_up(TOPPED_UP)
    office.goto(f"{stack.public_url}{PAGES}/topups")
    field(office, "filter-number").fill(number)
    field(office, "filter-number").press("Enter")
    row = office.locator(f".top-up-{number}")
    expect(row).to_contain_text("充值成功")
    expect(at(row, "transaction-number")).to_contain_text(clerk.get(f"{API}/topups/{number}")["transaction_id"])
    expect_sums(office, 已支付="¥50.00", 已入账="¥50.00", 在途="¥0.00")
    expect(at(office, "chart")).to_be_visible(timeout=SLOW)
    office.reload()
    expect(office.locator(".top-up-row")).to_have_count(1)
    open_with_keys(office, "topups-table")
    drawer = at(office, "top-up-drawer")
    expect(at(drawer, "timeline")).to_contain_text("食堂已入账")
    keep_picture(office, "office-canteen-topup")

    console.eat(diner.card_no, LUNCH)
    console.eat(diner.card_no, BREAKFAST, datetime.now(SITE_ZONE).replace(hour=7, minute=40) - timedelta(days=2))
    office.goto(f"{stack.public_url}{PAGES}/sync")
    at(office, "sync-run").click()
    expect(at(office, "sync-rows")).to_have_attribute("data-tone", "ready", timeout=SLOW)
    field(office, "resync-account").fill(diner.account_no)
    at(office, "resync-run").click()
    expect(at(office, "resync-state")).to_have_attribute("data-done", "true", timeout=SLOW)
    keep_picture(office, "office-canteen-sync")

    office.goto(f"{stack.public_url}{PAGES}/records?account_no={diner.account_no}")
    expect(office.locator(".record-row")).to_have_count(3)
    expect_sums(office, 消费="¥18.50", 充值="¥50.00")
    late = office.locator(".record-row").filter(has=at(office, "late"))
    expect(late).to_contain_text("消费 · 早餐")
    late.click()
    expect(at(office, "record-amount")).to_have_text("-6.00")
    keep_picture(office, "office-canteen-records")
    with office.expect_download(timeout=SLOW) as saved:
        at(office, "export").click()
        expect(at(office, "export-file")).to_have_count(1)
        at(office, "menu-canteen/topups").click()
    expect(at(office, "export-rows")).to_contain_text("已完成 · 3 行")
    lines = Path(saved.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == 4 and all(diner.account_no in line for line in lines[1:]), lines
    keep_picture(office, "office-canteen-export")


def test_a_large_refund_takes_two(
    office: Page, other_office: Page, stack: Stack, diner: Diner, clerk: Person, console: CanteenConsole
) -> None:
    console.refuse_top_ups()
    number = diner.pay(ABOVE_THE_LIMIT)
    assert wait_until(lambda: is_given_up(clerk, number), 90), "a final refusal is not tried again by itself"
    console.plug_in()
    console.unplug()
    place = f"{stack.public_url}{PAGES}/topups?top_up={number}"
    office.goto(place)
    drawer = at(office, "top-up-drawer")
    expect(drawer).to_be_visible()
    at(drawer, "refund-open").click()
    give_reason(office, "食堂长时间未入账")
    expect(at(office, "top-up-problem")).to_contain_text("无法核实是否入账")
    console.plug_in()
    at(drawer, "refund-open").click()
    give_reason(office, "食堂长时间未入账")
    wish = at(drawer, "wish")
    expect(wish).to_contain_text("等待另一位食堂管理员确认")
    expect(at(wish, "confirm-refund")).to_have_count(0)
    at(wish, "decline-refund").click()
    give_reason(office, "原因填写有误")
    expect(wish).to_have_count(0)
    at(drawer, "refund-open").click()
    give_reason(office, "用户申请退款")
    expect(wish).to_be_visible()
    keep_picture(office, "office-canteen-wish")

    other_office.goto(place)
    asked = at(other_office, "wish")
    expect(asked).to_contain_text("郭丽华 申请退款")
    at(asked, "confirm-refund").click()
    other_office.get_by_role("tooltip").get_by_role("button", name="确认退款").click()
    expect(at(other_office, "refund")).to_contain_text("用户申请退款")
    keep_picture(other_office, "office-canteen-refund")
    expect(drawer).to_contain_text("未能入账，准备退款")
    assert clerk.get(f"{API}/topups/{number}")["time_line"][-1]["by"] == "谢志明"


def is_given_up(clerk: Person, number: str) -> bool:
    """Whether the canteen has refused a top-up for good."""
    pushes = clerk.get("/api/office/pushes", peer="canteen", state="failed")["items"]
    return any(push["subject"] == f"topup:{number}" for push in pushes)


def test_what_the_bill_has_and_we_have_not(office: Page, stack: Stack, clerk: Person, console: CanteenConsole) -> None:
    clerk.post(f"{API}/sync/run")
    paid_at = datetime.now(SITE_ZONE).replace(hour=12, minute=5) - timedelta(days=2)
    day = paid_at.date().isoformat()
    transaction_id = console.order_elsewhere(DINER, ELSEWHERE, paid_at)
    office.goto(f"{stack.public_url}{PAGES}/reconciliation")
    office.get_by_label("核对指定日期").fill(day)
    office.get_by_label("核对指定日期").press("Enter")
    drawer = at(office, "day-drawer")
    expect(drawer).to_contain_text("有差异", timeout=SLOW)
    expect(office.locator(f".day-{day}")).to_be_visible()
    keep_picture(office, "office-canteen-day")
    at(drawer, "to-differences").click()
    office.locator(".difference-row").filter(has_text="12.34").click()
    found = at(office, "difference-drawer")
    expect(found).to_contain_text(transaction_id)
    expect(at(found, "kind")).to_have_text("账单有，本系统没有")
    keep_picture(office, "office-canteen-difference")
    at(found, "settle").click()
    give_reason(office, "商户号下的另一项收款")
    expect(at(found, "settled")).to_contain_text("郭丽华")
    settled = clerk.get(f"{API}/differences", state="settled", day=day)["items"]
    assert [one["reason"] for one in settled if one["transaction_id"] == transaction_id] == ["商户号下的另一项收款"]


def test_a_user_is_unbound(office: Page, stack: Stack, diner: Diner) -> None:
    office.goto(f"{stack.public_url}{PAGES}/users")
    field(office, "filter-text").fill(diner.account_no)
    field(office, "filter-text").press("Enter")
    expect(office.locator(".bound-row")).to_have_count(1)
    open_with_keys(office, "bound-table")
    drawer = at(office, "bound-drawer")
    expect(drawer).to_contain_text(diner.phone)
    at(drawer, "unbind").click()
    give_reason(office, "员工离职")
    expect(drawer).to_contain_text("已解绑")
    expect(at(drawer, "timeline")).to_contain_text("员工离职")
    keep_picture(office, "office-canteen-user")
    assert diner.person.get("/api/canteen/account")["bound"] is None
