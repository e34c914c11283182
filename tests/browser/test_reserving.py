"""V2 on a phone: the host is found and chosen, times keep to the plant's hours, and a killed page loses nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from chalicelib.core.clock import SITE_ZONE
from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import choose_gender, choose_host, fill_reservation
from tests.browser.test_privacy import signed_in
from tests.stack.people import OTHER, VISITOR, Gate, fresh_phone
from tests.stack.test_hosts import WEEKDAYS

pytestmark = pytest.mark.browser


def test_the_host_is_found_chosen_and_remembered(handset: Page, stack: Stack) -> None:
    person = signed_in(handset, stack, VISITOR)
    handset.set_viewport_size({"width": 320, "height": 640})
    handset.goto(f"{stack.public_url}/visitor/reserve")
    query, find = handset.locator("[data-test=host-query] input"), handset.locator("[data-test=host-find]")
    expect(find).to_be_disabled()
    query.fill("王海")
    query.press("Enter")
    expect(handset.locator("[data-test=host-none]")).to_contain_text("没有找到「王海」")
    keep_picture(handset, "host-none")
    query.fill("13900003333")
    find.click()
    expect(handset.locator("[data-test=host-candidate]")).to_have_count(2)
    expect(handset.locator("[data-test=host-candidate]").last).to_be_in_viewport(ratio=1)
    keep_picture(handset, "host-choose")
    handset.locator("[data-test=host-candidate]", has_text="李娜").click()
    expect(handset.locator("[data-test=host-chosen]")).to_contain_text("物资采购部 · 139****3333")
    handset.locator("[data-test=host-change]").click()
    expect(handset.locator("[data-test=host-recent]", has_text="李娜")).to_be_visible()
    box = handset.locator("[data-test=host-recent]", has_text="李娜").bounding_box()
    assert box is not None and box["height"] >= 48
    choose_host(handset, "王海峰")
    keep_picture(handset, "host-chosen")
    phone = fresh_phone()
    for name, text in (("visitor.name", "林晓雨"), ("visitor.phone", phone)):
        handset.locator(f'[data-test="{name}"] input').fill(text)
    choose_gender(handset, "visitor.gender-female")
    handset.locator('[data-test="quick-window"][data-key="now"]').click()
    handset.get_by_role("button", name="设备检修").click()
    handset.locator("[data-test=review]").click()
    expect(handset.locator("[data-test=summary]")).to_contain_text("王海峰 139****1111")
    handset.locator("[data-test=submit]").click()
    visit = handset.locator("[data-test=visit]")
    expect(visit).to_contain_text("139****1111")
    expect(visit.locator("a[href*='139']")).to_have_count(0)
    newest = person.get("/api/visitor/visits")["items"][0]
    assert (newest["visitor"]["phone"], newest["host"]["phone"], newest["host"]["job_number"]) == (
        phone,
        "139****1111",
        None,
    )


def test_without_the_platform_the_host_is_typed(handset: Page, stack: Stack) -> None:
    signed_in(handset, stack, OTHER)
    gate = Gate(stack)
    handset.goto(f"{stack.public_url}/visitor/reserve")
    gate.fault("down")
    try:
        handset.locator("[data-test=host-query] input").fill("黄志强")
        handset.locator("[data-test=host-find]").click()
        expect(handset.locator("[data-test=host-problem]")).to_contain_text("请直接填写被访人的姓名和手机号")
        keep_picture(handset, "host-down")
    finally:
        gate.heal()
    handset.locator("[data-test=host-by-hand]").click()
    expect(handset.locator('[data-test="host.name"] input')).to_have_value("黄志强")
    handset.locator("[data-test=review]").click()
    expect(handset.locator('[data-test="host.phone"]')).to_contain_text("请填写 11 位手机号码")
    handset.locator('[data-test="host.phone"] input').fill("13900004444")
    expect(handset.locator('[data-test="host.phone"]')).not_to_contain_text("请填写 11 位手机号码")


def test_a_killed_page_keeps_what_was_filled_in(handset: Page, stack: Stack) -> None:
    """WeChat kills pages in the background: the form is there again, the chosen host too, and is sent once."""
    person = signed_in(handset, stack, OTHER)
    phone = fresh_phone()
    handset.goto(f"{stack.public_url}/visitor/reserve")
    fill_reservation(handset, phone)
    expect(handset.locator("[data-test=summary]")).to_be_visible()
    again = handset.context.new_page()
    handset.close(run_before_unload=False)
    again.goto(f"{stack.public_url}/visitor/reserve")
    expect(again.locator('[data-test="visitor.phone"] input')).to_have_value(phone)
    expect(again.locator("[data-test=host-chosen]")).to_contain_text("王海峰")
    expect(again.locator('[data-test="starts_at"] input')).not_to_have_value("")
    expect(again.locator('[data-test="purpose"] input')).to_have_value("设备检修")
    again.locator("[data-test=review]").click()
    again.locator("[data-test=submit]").click()
    expect(again.locator("[data-test=visit]")).to_contain_text(phone)
    again.goto(f"{stack.public_url}/visitor/reserve")
    expect(again.locator('[data-test="visitor.phone"] input')).to_have_value("")
    mine = [one for one in person.get("/api/visitor/visits")["items"] if one["visitor"]["phone"] == phone]
    assert len(mine) == 1


def test_only_times_the_plant_receives_visitors_are_offered(handset: Page, stack: Stack) -> None:
    """V2: with hours on tomorrow's weekday only, today is not offered, and the wheel begins with tomorrow's hours."""
    signed_in(handset, stack, OTHER)
    tomorrow = datetime.now(SITE_ZONE) + timedelta(days=1)
    with stack.deployed_with(VisitingHours=f"{WEEKDAYS[tomorrow.weekday()]} 09:00-16:00"):
        handset.goto(f"{stack.public_url}/visitor/reserve")
        expect(handset.locator("[data-test=opening-hours]")).to_contain_text("09:00–16:00")
        keys = handset.locator("[data-test=quick-window]").evaluate_all("all => all.map(one => one.dataset.key)")
        assert keys == ["tomorrow-morning", "tomorrow-afternoon"]
        handset.locator("[data-test=starts_at]").click()
        picker = handset.locator("[data-test=starts_at-picker]")
        columns = picker.locator(".van-picker-column")
        expect(columns.nth(0).locator(".van-picker-column__item").first).to_have_text("明天")
        hours = columns.nth(1).locator(".van-picker-column__item").all_inner_texts()
        assert hours == [f"{hour} 点" for hour in range(9, 16)]
        keep_picture(handset, "opening-hours-wheel")
        picker.locator(".van-picker__confirm").click()
        expect(handset.locator("[data-test=starts_at] input")).to_have_value("明天 09:00")
        expect(handset.locator("[data-test=ends_at] input")).to_have_value("明天 11:00")
        keep_picture(handset, "opening-hours")
