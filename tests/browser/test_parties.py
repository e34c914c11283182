"""Several people in one reservation, in a real browser on the running stack."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import SandboxPage, choose_gender, fill_reservation
from tests.browser.test_walk import SLOW, open_card, scanned, shown_stage, visit_on_screen
from tests.stack.people import fresh_phone

pytestmark = pytest.mark.browser


def add_companion(webview: FrameLocator | Page, name: str, phone: str) -> None:
    """One more person, by hand."""
    webview.locator("[data-test=add-person]").click()
    webview.locator('[data-test="companions.0.name"] input').fill(name)
    choose_gender(webview, "companions.0.gender-male")
    webview.locator('[data-test="companions.0.phone"] input').fill(phone)


def test_two_people_reserve_are_approved_in_one_tap_and_each_has_a_pass(desk: Page, stack: Stack) -> None:
    """V2 V3 V4 V6: 同行."""
    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("林晓雨")
    sandbox.open_menu("访客预约", "预约登记")
    sandbox.sign_in()
    webview, phone = sandbox.webview, fresh_phone()
    add_companion(webview, "张德发", phone)
    fill_reservation(webview, phone)
    expect(webview.locator('[data-test="companions.0.phone"]')).to_contain_text("与第 1 位访客的手机号相同")
    webview.locator('[data-test="companions.0.phone"] input').fill(fresh_phone())
    webview.locator("[data-test=review]").click()
    expect(webview.locator("[data-test=summary]")).to_contain_text("张德发")
    keep_picture(desk, "party-1-summary")
    webview.locator("[data-test=submit]").click()
    expect(shown_stage(webview)).to_contain_text("待审批")
    expect(webview.locator("[data-test=party-person]")).to_have_count(2)
    first_id = visit_on_screen(sandbox)

    sandbox.hand_to("陈建国")
    sandbox.open_menu("访客预约", "我的审批")
    sandbox.sign_in()
    open_card(sandbox, first_id)
    expect(sandbox.webview.locator("[data-test=choose-person]:checked")).to_have_count(2)
    keep_picture(desk, "party-2-approval")
    sandbox.webview.locator("[data-test=approve]").click()
    expect(sandbox.webview.locator("[data-test=party-person] [data-test=status]")).to_have_count(2)

    sandbox.hand_to("林晓雨")
    sandbox.open_menu("访客预约", "我的预约")
    open_card(sandbox, first_id)
    passes = [usable_pass(desk, sandbox)]
    keep_picture(desk, "party-3-pass")
    sandbox.webview.locator(f"[data-test=party-person]:not([data-visit-id='{first_id}'])").click()
    expect(sandbox.webview.locator("[data-test=party-person].current")).to_contain_text("张德发")
    passes.append(usable_pass(desk, sandbox))
    assert len(set(passes)) == 2
    assert [sandbox.try_gate("qr", content) for content in passes] == ["open", "open"]


def usable_pass(desk: Page, sandbox: SandboxPage) -> str:
    """What a scanner reads from the pass on the screen."""
    expect(shown_stage(sandbox.webview)).to_contain_text("可通行", timeout=SLOW)
    qr_code = sandbox.webview.locator("[data-test=qr]")
    expect(qr_code).to_be_visible()
    return scanned(desk, qr_code)
