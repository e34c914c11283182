"""用户管理 and 操作记录 as an administrator uses them, on the running stack."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import enter_office, keep_picture
from tests.stack.people import ADMINISTRATOR, OTHER, Person

pytestmark = pytest.mark.browser
SLIDE = 500
"""Milliseconds a drawer or dialog needs to come or go, for the pictures only."""


def signed_in_office(desk: Page, stack: Stack) -> Page:
    """黄志强's office browser, looking at 用户管理."""
    office = desk.context.new_page()
    enter_office(office, stack, "/users")
    expect(office.locator("[data-test=users-table]")).to_contain_text("黄志强")
    return office


def find(office: Page, name: str) -> None:
    """Search by nickname and open the only row with the keyboard."""
    office.locator("[data-test=filter-query]").fill(name)
    office.keyboard.press("Enter")
    rows = office.locator("[data-test=users-table] tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(name)
    office.locator("[data-test=users-table]").focus()
    office.keyboard.press("ArrowDown")
    office.keyboard.press("Enter")
    expect(office.locator("[data-test=user-name]")).to_have_text(name)


def test_an_administrator_manages_people_and_reads_who_did_what(desk: Page, stack: Stack) -> None:
    """P3 P7: search, grant, take away, disable, enable; every change works at once and stands in the log."""
    zhou = Person(stack, OTHER).sign_in()
    assert zhou.get("/api/session")["user"]["roles"] == []
    office = signed_in_office(desk, stack)
    keep_picture(office, "people-1-list")
    find(office, "周敏")
    assert "query=" in urlsplit(office.url).query, "the search survives a reload"

    drawer = office.locator("[data-test=user-drawer]")
    switch = drawer.get_by_role("switch", name="访客审批人")
    drawer.locator("[data-test=role-visitor_approver]").click()
    expect(switch).to_be_checked()
    assert zhou.request("GET", "/api/visitor/approvals").status_code == 200, "works on the very next request"
    drawer.locator("[data-test=role-visitor_approver]").click()
    keep_picture(office, "people-2-question")
    office.get_by_role("button", name="确认取消权限").click()
    expect(switch).not_to_be_checked()
    assert zhou.request("GET", "/api/visitor/approvals").json()["code"] == "forbidden"

    drawer.locator("[data-test=change-status]").click()
    office.locator("[data-test=status-confirm]").click()
    expect(office.get_by_text("请选择或填写原因")).to_be_visible()
    office.get_by_role("button", name="违规使用").click()
    expect(office.get_by_text("请选择或填写原因")).to_be_hidden()
    keep_picture(office, "people-3-disable")
    office.locator("[data-test=status-confirm]").click()
    expect(drawer.locator("[data-test=disabling]")).to_contain_text("违规使用")
    expect(office.locator("[data-test=status-dialog]")).to_be_hidden()
    office.wait_for_timeout(SLIDE)
    keep_picture(office, "people-4-disabled")
    assert zhou.request("GET", "/api/session").json()["code"] == "account_disabled"
    drawer.locator("[data-test=change-status]").click()
    office.get_by_role("button", name="已核实").click()
    office.locator("[data-test=status-confirm]").click()
    expect(drawer.locator("[data-test=disabling]")).to_have_count(0)
    assert zhou.request("GET", "/api/session").status_code == 200

    drawer.locator("[data-test=user-history]").click()
    table = office.locator("[data-test=audit-table]")
    rows = table.locator("tbody tr")
    expect(rows.first).to_contain_text("恢复用户")
    for row, action in enumerate(("恢复用户", "停用用户", "取消权限", "授予权限")):
        expect(rows.nth(row)).to_contain_text(action)
        expect(rows.nth(row)).to_contain_text("黄志强")
        expect(rows.nth(row)).to_contain_text("周敏")
    expect(rows.nth(1)).to_contain_text("正常 → 已停用")
    expect(rows.nth(3)).to_contain_text("无 → 访客审批人")
    keep_picture(office, "people-5-history")
    office.reload()
    expect(rows.first).to_contain_text("恢复用户")
    expect(table).not_to_contain_text("确认登录管理端")
    office.locator("[data-test=filter-clear]").click()
    expect(table).to_contain_text("确认登录管理端")
    keep_picture(office, "people-6-log")


def test_a_change_on_an_old_view_is_told_and_nobody_locks_themselves_out(desk: Page, stack: Stack) -> None:
    """P3: somebody else was faster: nothing is overwritten, the page shows the latest state."""
    Person(stack, OTHER).sign_in()
    office = signed_in_office(desk, stack)
    find(office, "周敏")
    expect(office.locator("[data-test=role-canteen]")).to_be_visible()
    office.wait_for_load_state("networkidle")
    Person(stack, OTHER).sign_in()
    office.locator("[data-test=role-canteen]").click()
    expect(office.locator("[data-test=change-problem]")).to_contain_text("刚刚有变化")
    expect(office.get_by_role("switch", name="餐卡管理")).not_to_be_checked()
    keep_picture(office, "people-7-conflict")
    office.keyboard.press("Escape")
    expect(office.locator("[data-test=user-drawer]")).to_be_hidden()

    find(office, "黄志强")
    expect(office.get_by_role("switch", name="系统管理员")).to_be_disabled()
    expect(office.locator("[data-test=change-status]")).to_have_count(0)
    expect(office.get_by_text("这是您自己的账号")).to_be_visible()
    office.wait_for_timeout(SLIDE)
    keep_picture(office, "people-8-own")
    office.keyboard.press("Escape")
    expect(office.locator("[data-test=user-drawer]")).to_be_hidden()
    office.locator("[data-test=filter-query]").fill("没有这个人")
    office.keyboard.press("Enter")
    expect(office.locator("[data-test=empty-state]")).to_contain_text("没有符合条件的用户")
    office.route("**/api/office/users?**", lambda route: route.abort())
    office.locator("[data-test=refresh]").click()
    expect(office.locator("[data-test=error-state]")).to_contain_text("网络不通")
    keep_picture(office, "people-9-error")
    office.unroute("**/api/office/users?**")
    office.locator("[data-test=retry]").click()
    expect(office.locator("[data-test=empty-state]")).to_be_visible()


def test_a_work_phone_is_entered_found_and_removed(desk: Page, stack: Stack) -> None:
    """P3: one number, one user; whoever has it is found by it; the address never holds it."""
    phone = "13805917788"
    zhou, chief = (Person(stack, who).sign_in().get("/api/session")["user"]["id"] for who in (OTHER, ADMINISTRATOR))
    office = signed_in_office(desk, stack)
    find(office, "周敏")
    drawer, dialog = office.locator("[data-test=user-drawer]"), office.locator("[data-test=phone-dialog]")
    expect(drawer.locator("[data-test=user-phone]")).to_contain_text("未登记")
    drawer.locator("[data-test=change-phone]").click()
    dialog.locator("input").fill("1380591778")
    dialog.locator("[data-test=phone-confirm]").click()
    expect(dialog).to_contain_text("请填写 11 位手机号码")
    dialog.locator("input").fill("138 0591 7788")
    dialog.locator("[data-test=phone-confirm]").click()
    expect(drawer.locator("[data-test=user-phone]")).to_have_text(phone)
    expect(office.locator("[data-test=users-table]")).to_contain_text("138****7788")
    expect(dialog).to_be_hidden()
    keep_picture(office, "people-10-phone")

    office.goto(f"{stack.public_url}/admin/users")
    office.locator("[data-test=filter-query]").fill("+86 138-0591-7788")
    office.keyboard.press("Enter")
    expect(office.locator("[data-test=user-name]")).to_have_text("周敏")
    assert "7788" not in office.url
    office.locator("[data-test=filter-query]").fill("13805917789")
    office.keyboard.press("Enter")
    expect(office.locator("[data-test=find-problem]")).to_contain_text("没有登记这个工作手机的用户")

    office.goto(f"{stack.public_url}/admin/users?user={chief}")
    drawer.locator("[data-test=change-phone]").click()
    dialog.locator("input").fill(phone)
    dialog.locator("[data-test=phone-confirm]").click()
    expect(dialog.locator("[data-test=phone-problem]")).to_contain_text("已登记给另一位用户")
    keep_picture(office, "people-11-phone-taken")

    office.goto(f"{stack.public_url}/admin/users?user={zhou}")
    drawer.locator("[data-test=remove-phone]").click()
    office.get_by_role("button", name="确认移除").click()
    expect(drawer.locator("[data-test=user-phone]")).to_contain_text("未登记")
    drawer.locator("[data-test=user-history]").click()
    rows = office.locator("[data-test=audit-table] tbody tr")
    expect(rows.first).to_contain_text("变更工作手机")
    expect(rows.first).to_contain_text("138****7788 → 无")


def test_a_visitor_has_no_way_in(stack: Stack) -> None:
    """P3: the pages' data are for administrators in an office session."""
    assert Person(stack, ADMINISTRATOR).sign_in().request("GET", "/api/office/users").status_code == 401
