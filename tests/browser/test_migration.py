"""账号迁移 as an administrator does it in the office: pull, convert, look at the failures, check a file, take it over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import DESK, enter_office, keep_picture, opened
from tests.stack.test_migration import old_openids, work_until

pytestmark = [pytest.mark.browser, pytest.mark.runs_early]

ACCOUNT = "canteen"


@pytest.fixture
def office(browser: Browser, stack: Stack) -> Iterator[Page]:
    """黄志强 in the office, at 账号迁移."""
    for page in opened(browser, DESK):
        enter_office(page, stack)
        page.locator("[data-test=menu-migration]").click()
        expect(page.locator(f"[data-test=migration-{ACCOUNT}]")).to_be_visible()
        yield page


def stage(stack: Stack) -> str:
    return str(stack.invoke("migrate_account", {"account": ACCOUNT, "action": "status"})["stage"])


def test_an_administrator_moves_the_followers_and_their_bindings(office: Page, stack: Stack) -> None:
    """P4: every state with its word, failures as a file, a file's problems by line before anything is taken over."""
    card = office.locator(f"[data-test=migration-{ACCOUNT}]")
    keep_picture(office, "migration-1-new")
    card.locator("[data-test=pull]").click()
    expect(card).to_have_attribute("data-stage", "pulling")
    work_until(stack, lambda: stage(stack) == "pulled")
    expect(card).to_have_attribute("data-stage", "pulled")
    expect(card.locator("[data-test=count-pulled]")).to_have_text("240")

    card.locator("[data-test=convert]").click()
    keep_picture(office, "migration-2-convert")
    office.locator("[data-test=convert-confirm]").click()
    expect(card.locator("[data-test=days-left]")).to_have_text("转换期还剩 15 天")
    work_until(stack, lambda: stage(stack) == "converted")
    expect(card).to_have_attribute("data-stage", "converted")
    expect(card.locator("[data-test=count-converted]")).to_have_text("234")
    expect(card.locator("[data-test=count-failed]")).to_have_text("6")
    expect(card.locator("[data-test=reasons]")).to_have_text("不是原公众号现有的粉丝 6")
    with office.expect_download() as saved:
        card.locator("[data-test=export-failures]").click()
    assert saved.value.path().read_text().count("ori_openid error") == 6

    openids = old_openids(stack, ACCOUNT)
    rows = [f"{openids[0]},13900001111,甲", f"{openids[1]},1390000,乙", "oSTRANGER0000000000000,13900003333,丙"]
    office.locator("[data-test=import]").click()
    office.locator("[data-test=import-account]").get_by_text("东南餐饮管理").click()
    content = "\r\n".join(["原openid,手机号,姓名", *rows]).encode("gbk")
    office.locator("[data-test=import-file]").set_input_files(
        {"name": "手机绑定.csv", "mimeType": "text/csv", "buffer": content}
    )
    keep_picture(office, "migration-3-file")
    office.locator("[data-test=import-start]").click()
    drawer = office.locator("[data-test=import-drawer]")
    expect(drawer.locator("[data-state]")).to_have_attribute("data-state", "checking")
    stack.run_schedule("continue_migration")
    expect(drawer.locator("[data-test=import-words]")).to_have_text("可导入 1 行，有问题 2 行")
    lines = drawer.locator("[data-test=fault-lines] li")
    expect(lines).to_have_count(2)
    expect(lines.nth(0)).to_contain_text("第 3 行")
    expect(lines.nth(0)).to_contain_text("手机号：不是 11 位手机号码")
    expect(lines.nth(1)).to_contain_text("原公众号的粉丝里没有这个 openid")
    keep_picture(office, "migration-4-dry-run")
    with office.expect_response("**/api/office/imports/*/run"):  # the order is there before the worker looks
        drawer.locator("[data-test=run-import]").click()
    stack.run_schedule("continue_migration")
    expect(drawer.locator("[data-test=import-words]")).to_have_text("新增 1，失败 2")
    drawer.locator("[data-test=close-drawer]").click()

    card.locator("[data-test=search]").click()
    office.locator("[data-test=follower-openid]").fill(openids[0])
    office.locator("[data-test=follower-search]").click()
    found = office.locator("[data-test=follower-found]")
    expect(found).to_contain_text(f"oNEW{openids[0][4:]}")
    expect(found).to_contain_text("手机绑定：手机号 13900001111，姓名 甲")
    keep_picture(office, "migration-5-follower")


def test_wechats_refusal_says_what_to_do(office: Page, stack: Stack) -> None:
    """P4: 63178 stops the work with words; after the cause is repaired 继续 goes on."""
    knobs = f"{stack.sandbox_api}/sandbox/wechat/knobs"
    card = office.locator(f"[data-test=migration-{ACCOUNT}]")
    card.locator("[data-test=pull]").click()
    work_until(stack, lambda: stage(stack) == "pulled")
    requests.patch(knobs, json={"migration_open": False}, timeout=10)
    try:
        expect(card).to_have_attribute("data-stage", "pulled")
        card.locator("[data-test=convert]").click()
        office.locator("[data-test=retry-failed]").click()
        office.locator("[data-test=convert-confirm]").click()
        expect(office.locator("[data-test=convert-dialog]")).to_be_hidden()
        work_until(stack, lambda: stage(stack) == "stopped")
        expect(card.locator("[data-test=trouble]")).to_contain_text("微信不认这次迁移（63178）")
        keep_picture(office, "migration-6-stopped")
    finally:
        requests.patch(knobs, json={"migration_open": True}, timeout=10)
    card.locator("[data-test=resume]").click()
    work_until(stack, lambda: stage(stack) == "converted")
    expect(card.locator("[data-test=count-failed]")).to_have_text("6")
