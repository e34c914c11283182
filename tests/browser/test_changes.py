"""A reservation changed on the phone, in a real browser on the running stack."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import SandboxPage
from tests.browser.test_parties import usable_pass
from tests.browser.test_walk import SLOW, open_card, shown_stage, visit_on_screen
from tests.stack.people import APPROVER, VISITOR, Person
from tests.stack.test_walk import approve, becomes

pytestmark = pytest.mark.browser


def test_a_ready_visit_is_changed_on_the_phone_and_approved_again(desk: Page, stack: Stack) -> None:
    """V3 V4 V6: 改约. The old pass dies, both visits lead to each other, the approver sees what is different."""
    visitor = Person(stack, VISITOR).sign_in()
    old = visitor.submit()
    approve(Person(stack, APPROVER).sign_in(), old)
    becomes(visitor, old["id"], "ready")

    sandbox = SandboxPage(desk, stack)
    webview = sandbox.webview
    sandbox.hand_to("林晓雨")
    sandbox.open_menu("访客预约", "我的预约")
    sandbox.sign_in()
    open_card(sandbox, old["id"])
    old_pass = usable_pass(desk, sandbox)
    webview.locator("[data-test=change-visit]").click()
    expect(webview.locator('[data-test="visitor.name"] input')).to_have_value("林晓雨")
    webview.locator("[data-test=review]").click()
    expect(webview.locator("[data-test=unchanged]")).to_be_visible()
    webview.locator('[data-test="visitor.plate_number"] input').fill("闽A54321")
    webview.locator("[data-test=review]").click()
    expect(webview.locator("[data-test=differences]")).to_contain_text("闽A54321")
    expect(webview.locator("[data-test=change-warning]")).to_contain_text("通行证立即失效")
    keep_picture(desk, "change-1-summary")
    webview.locator("[data-test=submit-change]").dblclick()
    expect(shown_stage(webview)).to_contain_text("待审批")
    new_id = visit_on_screen(sandbox)
    assert new_id != old["id"]
    webview.locator("[data-test=predecessor]").click()
    expect(shown_stage(webview)).to_contain_text("已改约")
    expect(webview.locator("[data-test=qr]")).to_have_count(0)
    expect(webview.locator("[data-test=gate-state]")).to_contain_text("已撤销", timeout=SLOW)
    keep_picture(desk, "change-2-old")
    assert sandbox.try_gate("qr", old_pass) != "open"
    webview.locator("[data-test=successor]").click()
    expect(shown_stage(webview)).to_contain_text("待审批")

    sandbox.hand_to("陈建国")
    sandbox.open_menu("访客预约", "我的审批")
    sandbox.sign_in()
    open_card(sandbox, new_id)
    expect(webview.locator("[data-test=changes]")).to_contain_text("闽A54321")
    keep_picture(desk, "change-3-approval")
    webview.locator("[data-test=approve]").click()
    expect(webview.locator("[data-test=decided-by]")).to_be_visible()

    sandbox.hand_to("林晓雨")
    sandbox.open_menu("访客预约", "我的预约")
    open_card(sandbox, new_id)
    new_pass = usable_pass(desk, sandbox)
    assert new_pass != old_pass
    assert (sandbox.try_gate("qr", new_pass), sandbox.try_gate("qr", old_pass) == "open") == ("open", False)
