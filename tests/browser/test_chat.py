"""The account's chat as a follower sees it: welcome, keyword help, leaving."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import SandboxPage
from tests.stack.people import OTHER, Person

pytestmark = pytest.mark.browser


def test_follow_ask_and_unfollow(desk: Page, stack: Stack) -> None:
    """P5: welcome with three links, one of which opens its page; 帮助 is answered; unfollowing closes the chat."""
    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("周敏")
    follow, chat = desk.get_by_test_id("follow"), desk.get_by_test_id("chat")
    expect(follow).to_have_text("取消关注")
    follow.click()
    expect(follow).to_have_text("关注")
    expect(desk.locator(".chat-menu")).to_be_hidden()

    follow.click()
    welcome = chat.locator(".bubble.account").last
    expect(welcome).to_contain_text("欢迎关注东南电化")
    expect(welcome.get_by_role("link")).to_have_text(["智慧物流", "访客预约", "餐卡服务"])

    desk.get_by_label("发消息").first.click()
    box = desk.get_by_role("textbox", name="发消息")
    answers = chat.locator(".bubble.account")
    told = answers.count()
    box.fill("帮助")
    box.press("Enter")
    expect(answers).to_have_count(told + 1)
    expect(answers.nth(told)).to_contain_text("东南电化公众号可以办理")
    box.fill("今天天气怎么样")
    box.press("Enter")
    expect(answers.nth(told + 1)).to_contain_text("没有找到")
    box.fill("访客")
    box.press("Enter")
    expect(answers.nth(told + 2)).to_contain_text("凭二维码在门岗通行")
    keep_picture(desk, "chat-1-answers")
    answers.nth(told + 2).get_by_role("link", name="预约登记").click()
    sandbox.sign_in()
    expect(sandbox.webview.locator("[data-test=review]")).to_be_visible()
    desk.get_by_label("关闭", exact=True).click()

    follow.click()
    expect(chat).to_contain_text("已取消关注")
    expect(follow).to_have_text("关注")
    expect(desk.get_by_role("textbox", name="发消息")).to_be_hidden()
    follow.click()
    expect(follow).to_have_text("取消关注")
    Person(stack, OTHER).sign_in()  # their name is back for whoever looks for it
