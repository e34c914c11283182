"""The mini program in the sandbox phone: the visit made in the account is there, without signing in by hand."""

from __future__ import annotations

import pytest
import requests
from playwright.sync_api import Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import SandboxPage
from tests.stack.people import OTHER, Person

pytestmark = pytest.mark.browser


def test_the_same_person_sees_the_same_visit(desk: Page, stack: Stack) -> None:
    """P2: one person, one user, whichever way they come; somebody else sees their own."""
    account = Person(stack, OTHER).sign_in()
    user_id, visit_id = account.get("/api/session")["user"]["id"], account.submit()["id"]
    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("周敏")
    desk.get_by_role("button", name="小程序", exact=True).click()
    page = desk.get_by_test_id("mini-program")
    expect(page.get_by_test_id("mini-user")).to_have_attribute("data-user", user_id)
    expect(page.get_by_test_id("mini-user")).to_have_text("周敏")
    card = page.locator(f'[data-visit="{visit_id}"]')
    expect(card).to_contain_text("待审批")
    keep_picture(desk, "mini-1-visits")

    account.post(f"/api/visitor/visits/{visit_id}/cancel")
    page.get_by_label("刷新").click()
    expect(card).to_contain_text("已取消")

    sandbox.hand_to("林晓雨")
    expect(page.get_by_test_id("mini-user")).not_to_have_attribute("data-user", user_id)
    expect(card).to_have_count(0)


def test_what_goes_wrong_is_told_and_tried_again(desk: Page, stack: Stack) -> None:
    """P2: WeChat refuses: the page says why, and what to do."""
    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("周敏")
    faults = f"{stack.sandbox_api}/sandbox/wechat/faults"
    path = "/sns/jscode2session"
    requests.post(faults, json={"path": path, "kind": "error_code", "code": "45011", "times": 1}, timeout=10)
    desk.get_by_role("button", name="小程序", exact=True).click()
    problem = desk.get_by_test_id("mini-problem")
    expect(problem).to_contain_text("登录太频繁，请一分钟后再试")
    keep_picture(desk, "mini-2-problem")
    problem.get_by_role("button", name="重试").click()
    expect(desk.get_by_test_id("mini-user")).to_have_text("周敏")
    desk.get_by_label("关闭小程序").click()
    expect(desk.get_by_test_id("mini-program")).to_have_count(0)
