"""What the office needs of visits every day, in a real browser on the running stack."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import DESK, enter_office, keep_picture, opened
from tests.stack.people import VISITOR, Person, visit_form
from tests.stack.test_closing import let_the_window_pass

pytestmark = pytest.mark.browser
IN_SIGHT = """cell => { const box = cell.getBoundingClientRect();
    return [box.left + 2, box.right - 2].every(x => cell.contains(document.elementFromPoint(x, box.top + box.height / 2))) }"""
"""Whether both ends of an element are what a person sees there."""


@pytest.fixture
def office_page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The office's list of visits; 黄志强 has confirmed the sign-in on his phone."""
    for page in opened(browser, DESK):
        enter_office(page, stack)
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


def test_a_blocked_visitor_is_not_approved(office_page: Page, stack: Stack) -> None:
    """V10: blocked at the desk; the waiting request cannot be approved and says why; the visitor reads neutral words."""
    visitor = Person(stack, VISITOR).sign_in()
    visit = visitor.submit()
    phone = visit["visitor"]["phone"]
    office_page.get_by_role("link", name="黑名单").click()
    office_page.locator("[data-test=block]").click()
    office_page.locator("[data-test=block-confirm]").click()
    expect(office_page.locator("[data-test=block-dialog]")).to_contain_text("请填写 11 位手机号码")
    office_page.locator("input[data-test=block-phone]").fill(phone)
    office_page.locator("input[data-test=block-name]").fill("林晓雨")
    office_page.locator("input[data-test=block-reason]").fill("多次未遵守安全规定")
    keep_picture(office_page, "office-block-dialog")
    office_page.locator("[data-test=block-confirm]").click()
    row = office_page.locator("[data-test=blocked-table] tbody tr", has_text=phone)
    expect(row).to_contain_text("多次未遵守安全规定")
    expect(row).to_contain_text("黄志强")
    keep_picture(office_page, "office-blocked")

    refused = visitor.request("POST", "/api/visitor/visits", visit_form(phone))
    assert (refused.status_code, refused.json()["code"]) == (409, "visit_not_accepted")
    office_page.goto(f"{stack.public_url}/admin/visits?visit={visit['id']}")
    office_page.locator("[data-test=approve]").click()
    expect(office_page.locator("[data-test=decision-problem]")).to_contain_text("黑名单")
    assert visitor.get(f"/api/visitor/visits/{visit['id']}")["status"] == "submitted"

    office_page.goto(f"{stack.public_url}/admin/blocked")
    row.locator("[data-test=release]").click()
    # the question's button, not the row's of the same name: the row is there first, the question slides in
    office_page.locator(".el-popconfirm").get_by_role("button", name="移出", exact=True).click()
    expect(row).to_have_count(0)
    assert visitor.request("POST", "/api/visitor/visits", visit_form(phone)).status_code == 201


def test_the_filtered_list_is_exported_for_excel(office_page: Page, stack: Stack) -> None:
    """V5: 导出 saves what the filter shows, in Chinese, on the plant's clock."""
    visitor = Person(stack, VISITOR).sign_in()
    kept, cancelled = visitor.submit(purpose="=1+1"), visitor.submit()
    visitor.post(f"/api/visitor/visits/{cancelled['id']}/cancel")
    office_page.locator("[data-test=filter-status]").get_by_text("未审批", exact=True).click()
    expect(office_page.locator("[data-test=visits-table] tbody")).to_contain_text("待审批")
    keep_picture(office_page, "office-export")
    with office_page.expect_download() as saved:
        office_page.locator("[data-test=export]").click()
    expect(office_page.get_by_text("已导出")).to_be_visible()
    assert saved.value.suggested_filename.startswith("visits-")
    content = saved.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert {row["状态"] for row in found} == {"待审批"}
    mine = next(row for row in found if row["访客手机号"] == kept["visitor"]["phone"])
    assert mine["事由"] == "'=1+1"
    start = datetime.fromisoformat(kept["starts_at"]).astimezone(ZoneInfo("Asia/Shanghai"))
    assert mine["来访开始"] == f"{start:%Y-%m-%d %H:%M}"
    assert cancelled["visitor"]["phone"] not in content.decode()

    office_page.route("**/api/office/visits.csv*", lambda route: route.abort())
    office_page.locator("[data-test=export]").click()
    expect(office_page.get_by_text("网络不通")).to_be_visible()


def test_a_visit_is_searched_and_taken_out_as_a_workbook(office_page: Page, stack: Stack) -> None:
    """V5: found by phone and by the visit's day; the filter stands in the address; 导出 Excel saves what is filtered."""
    visitor = Person(stack, VISITOR).sign_in()
    visit, other = visitor.submit(purpose="=1+1"), visitor.submit()
    search = office_page.locator("input[data-test=filter-q], [data-test=filter-q] input").first
    search.fill(visit["visitor"]["phone"])
    search.press("Enter")
    expect(office_page.locator(f".visit-{visit['id']}")).to_be_visible()
    expect(office_page.locator(f".visit-{other['id']}")).to_have_count(0)
    day = datetime.fromisoformat(visit["starts_at"]).astimezone(ZoneInfo("Asia/Shanghai"))
    office_page.goto(f"{office_page.url}&day={day:%Y-%m-%d}")
    expect(office_page.locator(f".visit-{visit['id']}")).to_be_visible()
    assert visit["visitor"]["phone"] in office_page.url, "the filter survives a reload"
    keep_picture(office_page, "office-search")
    with office_page.expect_download() as saved:
        office_page.locator("[data-test=export-xlsx]").click()
    expect(office_page.get_by_text("已导出")).to_be_visible()
    assert saved.value.suggested_filename.endswith(".xlsx")
    with zipfile.ZipFile(saved.value.path()) as book:
        texts, sheet = (book.read(f"xl/{name}.xml").decode() for name in ("sharedStrings", "worksheets/sheet1"))
    assert visit["visitor"]["phone"] in texts and "=1+1" in texts and "<f>" not in sheet
    assert other["visitor"]["phone"] not in texts
    office_page.goto(f"{stack.public_url}/admin/visits?q=没有这个人")
    expect(office_page.get_by_text("没有符合条件的预约")).to_be_visible()
    keep_picture(office_page, "office-search-none")


def test_rows_are_opened_one_after_another_beside_the_table(office_page: Page, stack: Stack) -> None:
    """V5: the details lie beside the rows, not on them; mouse and keys open the next row at once."""
    visitor = Person(stack, VISITOR).sign_in()
    first, second = visitor.submit(), visitor.submit()
    office_page.set_viewport_size({"width": 1280, "height": 800})
    office_page.reload()
    drawer = office_page.locator("[data-test=visit-drawer]")
    office_page.locator(f".visit-{first['id']}").click()
    expect(drawer).to_contain_text(first["visitor"]["phone"])
    for column in ("状态", "访客", "被访人", "来访时间"):
        cell = office_page.locator("thead th", has_text=re.compile(f"^{column}$"))
        assert cell.evaluate(IN_SIGHT), f"{column} is hidden by the drawer"
    keep_picture(office_page, "office-beside")
    office_page.locator("[data-test=close-drawer]").click()
    office_page.locator(f".visit-{second['id']}").click()
    expect(drawer).to_contain_text(second["visitor"]["phone"])
    office_page.wait_for_timeout(400)
    expect(drawer).to_contain_text(second["visitor"]["phone"])
    office_page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    office_page.keyboard.press("ArrowDown")
    office_page.keyboard.press("Enter")
    expect(drawer).to_contain_text(first["visitor"]["phone"])
