"""公众号菜单: an administrator edits and publishes it, the phone shows it; limits, conflicts, drift."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import SandboxPage
from tests.browser.test_people import signed_in_office

pytestmark = pytest.mark.browser


@pytest.fixture
def office(desk: Page, stack: Stack) -> Iterator[Page]:
    """黄志强 at 公众号菜单; afterwards the project's menu is published again."""
    page = signed_in_office(desk, stack)
    show_menu(page, stack)
    yield page
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute_all()
    show_menu(page, stack)
    if page.locator("[data-test=menu-reset]").is_enabled():
        page.locator("[data-test=menu-reset]").click()
        publish(page)


def show_menu(office: Page, stack: Stack) -> None:
    office.goto(f"{stack.public_url}/admin/menu")
    expect(office.locator("[data-test='entries.0.name']")).to_be_visible()


def publish(office: Page) -> None:
    """发布, and yes."""
    office.locator("[data-test=menu-publish]").click()
    office.get_by_role("dialog").get_by_role("button", name="发布").click()
    expect(office.get_by_text("已发布到微信").last).to_be_visible()
    expect(in_wechat(office)).to_have_attribute("data-state", "same")


def in_wechat(office: Page) -> Locator:
    return office.locator("[data-test=in-wechat]")


def name_of(office: Page, place: str) -> Locator:
    return office.locator(f"[data-test='{place}.name'] input, input[data-test='{place}.name']")


def choose(office: Page, field: str, option: str) -> None:
    office.locator(f"[data-test='{field}']").click()
    office.locator(".el-select-dropdown:visible").get_by_role("option", name=option, exact=True).click()


def published(stack: Stack) -> list[dict[str, object]]:
    """What the simulated account shows."""
    buttons: list[dict[str, object]] = requests.get(f"{stack.sandbox_api}/sandbox/wechat/menu", timeout=10).json()[
        "menu"
    ]["button"]
    return buttons


def test_an_administrator_publishes_a_menu_and_the_phone_shows_it(office: Page, desk: Page, stack: Stack) -> None:
    """P1: names, order, targets; limits are told while typing; the phone has it at once, the log says who."""
    expect(in_wechat(office)).to_have_attribute("data-state", "same")
    expect(office.locator("[data-test=menu-publish]")).to_be_disabled()
    keep_picture(office, "menu-1-as-published")

    name_of(office, "entries.1").fill("访客预约一二")
    expect(office.get_by_text("最多 16 字节（5 个汉字），现为 18 字节")).to_be_visible()
    expect(office.locator("[data-test=menu-publish]")).to_be_disabled()
    keep_picture(office, "menu-2-too-long")
    name_of(office, "entries.1").fill("访客")
    office.locator("[data-test='entries.1.entries.0.down']").click()
    office.locator("[data-test='entries.1.add']").click()
    name_of(office, "entries.1.entries.4").fill("怎么预约")
    expect(office.get_by_text("请选择要打开的页面")).to_be_visible()
    choose(office, "entries.1.entries.4.target", "在聊天中回答")
    choose(office, "entries.1.entries.4.key", "访客预约说明")
    office.locator("[data-test='entries.0.down']").click()
    office.locator("[data-test=menu-preview]").get_by_role("button", name="访客").click()
    expect(office.locator("[data-test=menu-preview]")).to_contain_text("怎么预约")
    expect(office.locator("[data-test=draft-state]")).to_contain_text("有未发布的修改")
    keep_picture(office, "menu-3-changed")
    publish(office)
    expect(office.locator("[data-test=draft-state]")).to_contain_text("没有修改")
    expect(in_wechat(office)).to_contain_text("由黄志强发布")
    keep_picture(office, "menu-4-published")
    assert [button["name"] for button in published(stack)] == ["访客", "智慧物流", "餐卡服务"]

    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("周敏")
    answers = desk.get_by_test_id("chat").locator(".bubble.account", has_text="凭二维码在门岗通行")
    told = answers.count()
    sandbox.open_menu("访客", "怎么预约")
    expect(answers).to_have_count(told + 1)
    desk.locator(".chat-menu").get_by_role("button", name="访客", exact=True).click()
    names = desk.locator(".sub-menu button")
    expect(names).to_have_text(["我的预约", "预约登记", "我的审批", "我的访客信息", "怎么预约"])
    keep_picture(desk, "menu-5-phone")
    desk.locator(".chat-menu").get_by_role("button", name="访客", exact=True).click()

    office.goto(f"{stack.public_url}/admin/audit")
    row = office.locator("[data-test=audit-table] tbody tr", has_text="→ 访客（我的预约→/visitor/visits；预约登记→")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("黄志强")

    stack.invoke("publish_menu", {})
    assert [button["name"] for button in published(stack)] == ["访客", "智慧物流", "餐卡服务"], "the command keeps it"


def test_two_administrators_and_a_menu_from_elsewhere(office: Page, stack: Stack) -> None:
    """P1: the slower one is told and loses nothing; leaving with a draft is asked."""
    other = office.context.new_page()
    show_menu(other, stack)
    name_of(other, "entries.2").fill("餐卡")
    publish(other)
    other.close()

    name_of(office, "entries.0").fill("物流")
    office.locator("[data-test=menu-publish]").click()
    office.get_by_role("dialog").get_by_role("button", name="发布").click()
    expect(office.locator("[data-test=publish-problem]")).to_contain_text("其他管理员刚刚发布了菜单")
    expect(name_of(office, "entries.0")).to_have_value("物流")
    expect(in_wechat(office)).to_contain_text("餐卡")
    keep_picture(office, "menu-6-conflict")
    assert published(stack)[2]["name"] == "餐卡", "nothing was overwritten"

    office.locator("[data-test=menu-visits]").click()
    office.get_by_role("button", name="留在本页").click()
    expect(name_of(office, "entries.0")).to_have_value("物流")
    office.locator("[data-test=menu-discard]").click()
    expect(name_of(office, "entries.2")).to_have_value("餐卡")
    expect(office.locator("[data-test=publish-problem]")).to_be_hidden()


def test_wechat_refuses_is_silent_or_has_another_menu(office: Page, stack: Stack) -> None:
    """P1: each says what to do, and the stored menu is never taken for WeChat's."""
    wechat = f"{stack.sandbox_api}/sandbox/wechat"
    name_of(office, "entries.0").fill("物流")
    requests.post(f"{wechat}/faults", json={"path": "/cgi-bin/menu", "kind": "error_code", "code": "45009"}, timeout=10)
    office.locator("[data-test=menu-publish]").click()
    office.get_by_role("dialog").get_by_role("button", name="发布").click()
    expect(office.locator("[data-test=publish-problem]")).to_contain_text("今天发布菜单的次数已用完")
    expect(in_wechat(office)).to_have_attribute("data-state", "unknown")
    keep_picture(office, "menu-7-quota")
    requests.delete(f"{wechat}/faults", timeout=10)

    body = {"path": "/cgi-bin/menu/create", "kind": "lost_answer", "times": 1}
    requests.post(f"{wechat}/faults", json=body, timeout=10)
    publish(office)
    assert published(stack)[0]["name"] == "物流"


def test_a_button_for_the_mini_program(desk: Page, stack: Stack) -> None:
    """P1: WeChat opens the mini program's page; an old client opens the page of ours that stands beside it."""
    sandbox = SandboxPage(desk, stack)
    button = {
        "type": "miniprogram", "name": "餐卡", "appid": "wx00000000000000aa", "pagepath": "pages/canteen/index",
        "url": f"{stack.public_url}/canteen", "sub_button": [],
    }  # fmt: skip
    shown = {"menu": {"button": [button]}, "published_at": "2026-11-23T09:00:00.000+08:00"}
    desk.route("**/sandbox/wechat/menu", lambda route: route.fulfill(json=shown))
    desk.locator(".chat-menu").get_by_role("button", name="餐卡", exact=True).click()
    screen = desk.get_by_test_id("mini-page")
    expect(screen).to_contain_text("pages/canteen/index")
    keep_picture(desk, "menu-8-mini-program")
    screen.get_by_role("button", name="像旧版微信那样打开网页").click()
    expect(sandbox.webview.locator("[data-test=page-title]")).to_have_text(re.compile("登录|餐卡服务"))
