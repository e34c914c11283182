"""The canteen's console, on the sandbox alone: somebody eats, the counter works, the integrator's side is seen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sandbox.server import create_app
from tests.browser.conftest import DESK, keep_picture, opened
from tests.sandbox.canteen import CanteenPlant
from tests.support.serving import serving

CARD = "88011008"


@pytest.fixture
def canteen(tmp_path: Path) -> Iterator[CanteenPlant]:
    app = create_app(tmp_path, product_url="http://127.0.0.1:9")
    with serving(app) as address, httpx.Client(base_url=address, timeout=10) as client:
        yield CanteenPlant(client, time.time, app.secrets)


@pytest.fixture
def office(browser: Browser, canteen: CanteenPlant) -> Iterator[Page]:
    for page in opened(browser, DESK):
        page.goto(str(canteen.client.base_url).replace("127.0.0.1", "campus.localhost"))
        yield page


def part(page: Page, name: str) -> Locator:
    page.locator("#tabs button[data-name=canteen]").click()
    page.locator(f".panel .segments button[data-name={name}]").click()
    return page.locator(".panel")


def test_somebody_eats(office: Page, canteen: CanteenPlant) -> None:
    panel = part(office, "pos")
    panel.locator(f"[data-card='{CARD}']").click()
    panel.locator("[data-meal=午餐]").click()
    display = panel.get_by_role("status")
    expect(display).to_contain_text("消费成功，余额 ¥135.50")
    expect(panel.locator(f"[data-card='{CARD}']")).to_contain_text("含补贴 47.50")
    panel.get_by_label("金额（元）").fill("20")
    panel.get_by_role("button", name="发补贴").click()
    expect(display).to_contain_text("补贴，余额 ¥155.50")
    panel.get_by_role("radio", name="脱机").click()
    panel.get_by_label("消费时间", exact=True).fill("2026-11-20T11:50")
    panel.locator("[data-meal=早餐]").click()
    expect(display).to_contain_text("已脱机记账，稍后入账")
    keep_picture(office, "canteen-pos")
    assert canteen.balance("60011008")["balanceFen"] == 15_550
    panel.get_by_role("button", name="立即补传").click()
    expect(panel.locator(f"[data-card='{CARD}']")).to_contain_text("¥149.50")
    rows = canteen.rows(accountNo="60011008")["items"]
    assert [row["amountFen"] for row in rows] == [-1250, 2000, -600]
    assert rows[2]["occurredAt"][:16] == "2026-11-20T11:50" < rows[2]["postedAt"][:16]
    canteen.top_up("60011008", 5000)
    panel = part(office, "rows")
    expect(panel).to_contain_text("+50.00")
    expect(panel.locator("tbody tr")).to_have_count(4)
    keep_picture(office, "canteen-rows")
    panel = part(office, "recharges")
    expect(panel).to_contain_text("已入账")
    keep_picture(office, "canteen-recharges")


def test_a_lost_card_does_not_pay(office: Page, canteen: CanteenPlant) -> None:
    assert canteen.loss(CARD)[0] == 200
    panel = part(office, "pos")
    panel.locator(f"[data-card='{CARD}']").click()
    panel.locator("[data-meal=晚餐]").click()
    expect(panel.get_by_role("status")).to_contain_text("此卡已挂失，不能消费")
    keep_picture(office, "canteen-lost")
    panel = part(office, "counter")
    expect(panel.get_by_label(f"卡 {CARD}")).to_have_value("lost")
    keep_picture(office, "canteen-counter")
    panel.get_by_label(f"卡 {CARD}").select_option("normal")
    panel.get_by_label("许文静的账户状态").select_option("frozen")
    expect(panel.get_by_label("许文静的账户状态")).to_have_value("frozen")
    account = canteen.accounts("13600007777")[0]
    assert (account["status"], account["cards"][0]["status"]) == ("frozen", "normal")
    panel = part(office, "faults")
    panel.get_by_label("解挂只能到柜台").check()
    expect(panel.get_by_label("解挂只能到柜台")).to_be_checked()
    keep_picture(office, "canteen-faults")
    canteen.loss(CARD)
    assert canteen.unloss(CARD)[:2] == (403, "COUNTER_ONLY")
