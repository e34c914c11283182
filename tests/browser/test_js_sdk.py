"""WeChat's JS-SDK on the phone: scanning inside the page, and a pass that is not forwarded."""

from __future__ import annotations

import pytest
import requests
from playwright.sync_api import Page, expect

from sandbox.cloud.stack import Stack, wait_until
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import SandboxPage
from tests.stack.people import APPROVER, OTHER, Person

pytestmark = pytest.mark.browser


def open_page(sandbox: SandboxPage, stack: Stack, path: str) -> None:
    """A page of the product in the phone's webview, whoever holds it signed in."""
    sandbox.open_menu("访客预约", "我的预约")
    sandbox.sign_in()
    sandbox.webview.locator("[data-test=visit-list]").wait_for()
    address = stack.public_url + path
    sandbox.page.evaluate(
        "address => document.querySelector('#phone iframe').contentWindow.location = address", address
    )


def test_staff_sign_in_to_the_office_by_scanning_inside_the_page(desk: Page, stack: Stack) -> None:
    """P7: 我的 → 扫码登录管理端 opens WeChat's scanner, which leads to the confirmation; other codes are refused."""
    office = desk.context.new_page()
    office.goto(f"{stack.public_url}/admin/visits")
    picture = office.locator("[data-test=qr]").screenshot()

    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("陈建国")
    open_page(sandbox, stack, "/me")
    scan = sandbox.webview.locator("[data-test=scan-office]")
    scan.click()
    sheet = desk.get_by_role("dialog", name="扫一扫")
    expect(sheet).to_be_visible()
    keep_picture(desk, "js-sdk-1-scanner")
    sheet.get_by_label("二维码里的文字").fill("https://elsewhere.example/office-sign-in?ticket=1")
    sheet.get_by_role("button", name="识别").click()
    expect(sandbox.webview.get_by_text("这不是管理端的登录二维码")).to_be_visible()
    scan.click()
    sheet.get_by_role("button", name="取消").click()
    expect(sheet).to_be_hidden()
    scan.click()
    desk.locator("#phone input[type=file]").set_input_files(
        {"name": "screen.png", "mimeType": "image/png", "buffer": picture}
    )
    sandbox.webview.locator("[data-test=ticket-confirm]").click()
    expect(office.locator("[data-test=office-user]")).to_contain_text("陈建国")


def test_who_is_no_staff_scans_nothing(desk: Page, stack: Stack) -> None:
    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("林晓雨")
    open_page(sandbox, stack, "/me")
    expect(sandbox.webview.locator("[data-test=link-visits]")).to_be_visible()
    expect(sandbox.webview.locator("[data-test=scan-office]")).to_have_count(0)


def test_wechat_without_the_page_says_what_to_do(desk: Page, stack: Stack) -> None:
    """The domain is not registered with the account: scanning fails with a next step, nothing hangs."""
    knobs = f"{stack.sandbox_api}/sandbox/wechat/knobs"
    before = requests.get(knobs, timeout=10).json()["js_api_domains"]
    requests.patch(knobs, json={"js_api_domains": []}, timeout=10)
    try:
        sandbox = SandboxPage(desk, stack)
        sandbox.hand_to("陈建国")
        open_page(sandbox, stack, "/me")
        sandbox.webview.locator("[data-test=scan-office]").click()
        expect(sandbox.webview.get_by_text("请在微信中打开本页")).to_be_visible()
    finally:
        requests.patch(knobs, json={"js_api_domains": before}, timeout=10)


def test_a_pass_on_the_screen_cannot_be_forwarded(desk: Page, stack: Stack) -> None:
    """P1 V3: WeChat's menu offers no sharing while the pass is shown, and offers it again afterwards."""
    phone = Person(stack, OTHER).sign_in()
    visit = phone.submit()
    Person(stack, APPROVER).sign_in().post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": 1})
    assert wait_until(lambda: phone.get(f"/api/visitor/visits/{visit['id']}")["stage"] == "ready", 90)

    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("周敏")
    open_page(sandbox, stack, f"/visitor/visits/{visit['id']}")
    expect(sandbox.webview.locator("[data-test=pass]")).to_be_visible()

    def offered() -> list[str]:
        desk.get_by_label("更多", exact=True).click()
        entries = desk.get_by_role("dialog", name="更多").get_by_role("button").all_inner_texts()
        desk.get_by_role("dialog", name="更多").get_by_role("button", name="取消").click()
        return entries

    assert wait_until(lambda: offered() == ["刷新", "扫一扫", "取消"], 60)
    desk.get_by_label("更多", exact=True).click()
    keep_picture(desk, "js-sdk-2-pass")
    desk.get_by_role("dialog", name="更多").get_by_role("button", name="取消").click()
    sandbox.webview.locator("[data-test=back]").click()
    expect(sandbox.webview.locator("[data-test=visit-list]")).to_be_visible()
    assert wait_until(lambda: "发送给朋友" in offered() and "复制链接" in offered(), 60)
