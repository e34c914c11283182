"""The message in the phone's chat, and 详情 opens the visit."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import SandboxPage, fill_reservation
from tests.browser.test_walk import SLOW, open_card, shown_stage, visit_on_screen
from tests.stack.people import fresh_phone

pytestmark = pytest.mark.browser


def test_the_message_arrives_in_the_chat_and_opens_the_visit(desk: Page, stack: Stack) -> None:
    """P6: the visitor need not look; the chat says so."""
    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("周敏")
    sandbox.open_menu("访客预约", "预约登记")
    sandbox.sign_in()
    fill_reservation(sandbox.webview, fresh_phone())
    sandbox.webview.locator("[data-test=submit]").click()
    expect(shown_stage(sandbox.webview)).to_contain_text("待审批")
    visit_id = visit_on_screen(sandbox)
    sandbox.hand_to("陈建国")
    sandbox.open_menu("访客预约", "我的审批")
    sandbox.sign_in()
    open_card(sandbox, visit_id)
    sandbox.webview.locator("[data-test=approve]").click()
    expect(sandbox.webview.locator("[data-test=approval]")).to_contain_text(re.compile("等待下发|可通行"))

    sandbox.hand_to("周敏")
    desk.get_by_label("关闭", exact=True).click()
    message = desk.locator(f'.chat .message[data-page*="{visit_id}"]', has_text="可通行")
    expect(message).to_be_visible(timeout=SLOW)
    keep_picture(desk, "notice-1-chat")
    message.get_by_role("button", name="详情").click()
    expect(shown_stage(sandbox.webview)).to_contain_text("可通行", timeout=SLOW)
    keep_picture(desk, "notice-2-visit")
