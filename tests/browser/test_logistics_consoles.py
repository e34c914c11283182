"""The consoles of LE and MES, on the sandbox alone: a person plays the dispatcher and the tank farm."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.server import create_app
from tests.browser.conftest import DESK, keep_picture, opened
from tests.sandbox.plant import Plant
from tests.support.serving import serving


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    app = create_app(tmp_path, product_url="http://127.0.0.1:9")
    with serving(app) as address, httpx.Client(base_url=address, timeout=10) as client:
        plant = Plant(client, time.time, app.secrets)
        plant.knob("le", events={"lost": True})
        plant.knob("mes", lag_seconds=0, measure_seconds=0)
        plant.file_all()
        yield plant


@pytest.fixture
def office(browser: Browser, plant: Plant) -> Iterator[Page]:
    for page in opened(browser, DESK):
        page.goto(str(plant.client.base_url).replace("127.0.0.1", "campus.localhost"))
        yield page


def part(page: Page, console: str, name: str) -> None:
    page.locator(f"#tabs button[data-name={console}]").click()
    page.locator(f".panel .segments button[data-name={name}]").click()


def test_a_person_is_the_dispatcher(office: Page, plant: Plant) -> None:
    number = plant.register()["registrationNo"]
    part(office, "le", "trucks")
    truck = office.locator(f"[data-registration={number}]")
    for action in ("report-in", "call", "enter", "tare", "load"):
        truck.locator(f"[data-action={action}]").click()
        expect(truck.locator(f"[data-action={action}]")).to_have_count(0)
    truck.get_by_label("净重（吨）").fill("29.86")
    truck.locator("[data-action=weigh]").click()
    expect(truck).to_contain_text("净重 29.860 吨")
    keep_picture(office, "le-trucks")
    assert (plant.read(number)["status"], plant.read(number)["laneCode"]) == ("weighed", "L1")
    part(office, "mes", "tanks")
    tank = office.locator("[data-tank='T-301']")
    expect(tank).to_contain_text("可发 270.140 吨")
    tank.get_by_label("存量（吨）").fill("90")
    tank.get_by_label("存量（吨）").press("Enter")
    expect(tank).to_contain_text("可发 70.000 吨")
    tank.get_by_label("状态").select_option("locked")
    expect(tank).to_contain_text("不可发")
    tank.get_by_label("仪表停住").check()
    expect(tank.get_by_label("仪表停住")).to_be_checked()
    keep_picture(office, "mes-tanks")
    assert (plant.stock()["T-301"]["massT"], plant.stock()["T-301"]["status"]) == ("90.000", "locked")


def test_why_a_truck_is_not_let_in_and_what_may_be_fetched(office: Page, plant: Plant) -> None:
    number = plant.register()["registrationNo"]
    part(office, "le", "trucks")
    truck = office.locator(f"[data-registration={number}]")
    truck.get_by_text("拒绝…").click()
    truck.locator("[data-action=reject]").click()
    expect(office.get_by_text("请写明拒绝的原因")).to_be_visible()
    truck.get_by_label("拒绝的原因").fill("押运员没有到场")
    truck.locator("[data-action=reject]").click()
    expect(truck).to_contain_text("已拒绝")
    assert plant.read(number)["reason"] == "押运员没有到场"
    part(office, "le", "orders")
    office.get_by_label("数量（吨）").fill("12.5")
    office.locator(".panel").get_by_role("button", name="新建订单").click()
    expect(office.locator(".panel table")).to_contain_text("12.500")
    assert plant.list("orders", driverPhone="13700005555")["items"][-1]["lines"][0]["openQty"] == "12.500"
    part(office, "le", "lanes")
    office.locator("[data-lane=L2]").get_by_text("暂停").click()
    expect(office.locator("[data-lane=L2] [aria-checked=true]")).to_have_text("暂停")
    part(office, "le", "faults")
    office.get_by_label("停止登记").fill("台风停运")
    office.get_by_label("停止登记").press("Enter")
    expect(office.get_by_label("停止登记")).to_have_value("台风停运")
    assert plant.refusal()[2] == "SITE_CLOSED"
