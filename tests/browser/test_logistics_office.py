"""The logistics office in a real browser on the running stack: trucks, stock, rules, exceptions, archives, lanes.

Every test files a truck, people and an order of its own; rules and lanes are put back as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from chalicelib.core.clock import to_text, utc_now
from sandbox.cloud.stack import Stack, wait_until
from tests.browser.conftest import DESK, keep_picture, opened
from tests.browser.test_walk import SLOW
from tests.stack.people import DRIVER, LOGISTICS, OTHER_DRIVER, Person, at_the_desk
from tests.stack.trucks import Trucker, Yard, vehicle

pytestmark = pytest.mark.browser
API, PAGES = "/api/office/logistics", "/admin/logistics"
EXPIRED = "2026-01-31"
FORM = (
    "code", "name", "hazardous", "hazard_class", "un_no", "keeps_stock", "threshold", "hold_minutes", "warn_minutes",
    "in_use", "version", "reason",
)  # fmt: skip
"""What a product's form holds."""


@pytest.fixture
def yard(stack: Stack) -> Iterator[Yard]:
    """LE and MES, healthy before and after."""
    console = Yard(stack)
    console.heal()
    yield console
    console.heal()
    set_lane(stack, "L3", "open")


@pytest.fixture
def clerk(stack: Stack) -> Person:
    """郑秀英 at her desk."""
    return at_the_desk(Person(stack, LOGISTICS).sign_in())


@pytest.fixture
def office(browser: Browser, stack: Stack, clerk: Person) -> Iterator[Page]:
    """Her browser."""
    for page in opened(browser, DESK):
        cookies = [{"name": name, "value": value, "url": stack.public_url} for name, value in clerk.cookies.items()]
        page.context.add_cookies(cookies)  # type: ignore[arg-type]  # plain dicts of its TypedDict
        yield page


def set_lane(stack: Stack, code: str, state: str) -> None:
    """The dispatcher opens or pauses a lane."""
    answer = requests.post(f"{stack.sandbox_api}/sandbox/le/lanes/{code}", json={"state": state}, timeout=10)
    assert answer.status_code < 300, answer.text


def let_the_board_age(stack: Stack, seconds: int) -> None:
    """As if LE had been silent for so long already; whoever still reads it makes the board as young as before."""
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["LogisticsTable"],
        Key={"pk": {"S": "LANES"}, "sk": {"S": "BOARD"}},
        UpdateExpression="SET as_of = :then",
        ConditionExpression="attribute_exists(as_of)",
        ExpressionAttributeValues={":then": {"S": to_text(utc_now() - timedelta(seconds=seconds))}},
    )


def at(page: Page | Locator, name: str) -> Locator:
    """By the hook."""
    return page.locator(f'[data-test="{name}"]')


def open_with_keys(page: Page, table: str) -> None:
    """↓ and Enter."""
    at(page, table).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def held(clerk: Person, product: str = "NAOH32") -> Decimal:
    return Decimal(clerk.get(f"{API}/stock/{product}")["stock"]["held"])


def test_a_truck_is_seen_holding_stock_and_is_released(
    office: Page, clerk: Person, stack: Stack, yard: Yard, tmp_path: Path
) -> None:
    """L11 L3: list, drawer, chart with who holds what, manual release with a reason that reaches driver and LE, export."""
    trucker = Trucker(Person(stack, DRIVER).sign_in()).file_everything()
    made = trucker.registered(yard, "30.000")
    trucker.comes_to(made, status="card_issued", le="done")
    stack.run_schedule("watch_stock")

    office.goto(f"{stack.public_url}{PAGES}/stock")
    row = office.locator(".stock-NAOH32")
    expect(at(row, "stock-free")).not_to_have_text("—", timeout=SLOW)
    row.click()
    expect(at(office, "chart").locator("canvas")).to_be_visible(timeout=SLOW)
    holder = at(office, "holds-table").locator("tr").filter(has_text=trucker.tractor)
    expect(holder).to_contain_text("30.000")
    expect(at(office, "tanks-table")).to_contain_text("计入")
    figure = at(office, "figure-held")
    expect(figure).to_contain_text(str(held(clerk)))
    keep_picture(office, "logistics-office-1-stock")
    at(holder, "hold-registration").click()

    drawer = at(office, "registration-drawer")
    expect(drawer).to_contain_text(trucker.tractor)
    expect(at(drawer, "hold")).to_have_attribute("data-state", "open")
    expect(at(drawer, "hold-remaining")).to_contain_text("小时")
    expect(at(drawer, "le")).to_have_attribute("data-state", "done")
    plate = at(office, "filter-plate")
    plate.fill(trucker.tractor)
    plate.press("Enter")
    rows = office.locator(".registration-row")
    expect(rows).to_have_count(1)
    office.reload()
    expect(plate).to_have_value(trucker.tractor)
    expect(rows).to_have_count(1)
    open_with_keys(office, "registrations-table")
    with office.expect_download() as saved:
        at(office, "export").click()
    text = Path(saved.value.path()).read_text("utf-8-sig")
    assert trucker.tractor in text
    assert text.count("\n") == 2, "the header and what is filtered"

    before = held(clerk)
    at(drawer, "release-registration").click()
    at(office, "reason-dialog").get_by_role("button", name="车辆故障").click()
    keep_picture(office, "logistics-office-2-release")
    at(office, "reason-confirm").click()
    expect(drawer).to_contain_text("厂方已退卡")
    expect(at(drawer, "hold")).to_have_attribute("data-state", "released")
    expect(rows).to_contain_text("厂方已退卡")
    assert held(clerk) == before - 30
    told = trucker.now(made)
    assert (told["status"], told["reason"]) == ("released", "车辆故障")

    def given_back() -> bool:
        found = yard.registration(made["id"])
        return found is not None and (found["status"], found["cardReturned"]) == ("cancelled", True)

    assert wait_until(given_back, SLOW / 1000)


def test_rules_change_with_a_reason_and_never_over_somebody_elses(office: Page, clerk: Person, stack: Stack) -> None:
    """L11: threshold and times are edited; what a colleague saved meanwhile is shown before it is overwritten."""
    rules = {**clerk.get(f"{API}/stock/CL2")["stock"], "reason": "恢复原值"}
    form = {name: rules[name] for name in FORM}
    office.goto(f"{stack.public_url}{PAGES}/stock/CL2")
    at(office, "edit-rules").click()
    dialog = at(office, "rules-dialog")
    at(dialog, "rule-threshold").fill("33.5")
    at(dialog, "rules-save").click()
    expect(dialog).to_contain_text("请填写原因")
    colleague = clerk.request("PUT", f"{API}/products/CL2", {**form, "warn_minutes": 45, "reason": "提前提醒"})
    assert colleague.status_code == 200, colleague.text
    at(office, "rule-reason").fill("年底检修多留一些")
    at(dialog, "rules-save").click()
    expect(at(office, "rules-conflict")).to_contain_text("他人修改")
    expect(at(office, "rule-threshold")).to_have_value("33.5")
    expect(dialog).to_contain_text("45 分")
    keep_picture(office, "logistics-office-3-conflict")
    at(dialog, "rules-save").click()
    expect(dialog).to_be_hidden()
    expect(at(office, "figure-threshold")).to_contain_text("33.500")
    history = at(office, "rule-history")
    expect(history).to_contain_text("年底检修多留一些")
    expect(history).to_contain_text(f"{form['threshold']} 吨 → 33.500 吨")
    saved = clerk.get(f"{API}/stock/CL2")["stock"]
    assert (saved["threshold"], saved["warn_minutes"]) == ("33.500", 45)
    put_back = {**form, "version": saved["version"]}
    assert clerk.request("PUT", f"{API}/products/CL2", put_back).status_code == 200


def test_an_expired_paper_is_found_excepted_once_and_a_truck_is_suspended(
    office: Page, clerk: Person, stack: Stack, yard: Yard
) -> None:
    """L11 L6: archives that expire, an exception for the next registration, suspension that LE hears of."""
    trucker = Trucker(Person(stack, OTHER_DRIVER).sign_in())
    trucker.file_everything()
    old = trucker.person.get(f"/api/logistics/vehicles/{trucker.tractor}")
    trucker.save("vehicles", {
        **vehicle(trucker.tractor, "tractor"), "inspection_expiry": EXPIRED, "version": old["version"],
    })  # fmt: skip
    form = trucker.form(trucker.ordered(yard))
    refused: Any = trucker.person.request("POST", "/api/logistics/registrations", form)
    assert [check["code"] for check in refused.json()["detail"]] == ["vehicle_inspection_expired"]

    office.goto(f"{stack.public_url}{PAGES}/waivers?new={trucker.tractor}&codes=vehicle_inspection_expired")
    dialog = at(office, "waiver-dialog")
    expect(at(office, "waiver-plate")).to_have_value(trucker.tractor)
    at(office, "waiver-reason").fill("新年检证明天到，已看检测报告")
    keep_picture(office, "logistics-office-4-waiver")
    at(dialog, "waiver-confirm").click()
    excepted = at(office, "waivers-table").locator("tr").filter(has_text=trucker.tractor)
    expect(excepted).to_contain_text("可使用")
    made = trucker.person.post("/api/logistics/registrations", form)
    at(office, "refresh").click()
    expect(excepted).to_contain_text("已使用")
    at(excepted, "waiver-registration").click()
    expect(at(office, "waived")).to_contain_text("车辆年检过期")
    trucker.comes_to(made, status="rejected")  # LE has rules of its own

    office.goto(f"{stack.public_url}{PAGES}/vehicles?filter=expiring")
    expect(office.locator(f".vehicle-{trucker.tractor}")).to_contain_text("已过期")
    office.goto(f"{stack.public_url}{PAGES}/vehicles?search={trucker.tractor}")
    expect(office.locator(".vehicle-row")).to_have_count(1)
    open_with_keys(office, "vehicles-table")
    drawer = at(office, "vehicle-drawer")
    at(drawer, "suspend").click()
    at(office, "reason").fill("整改中")
    at(office, "reason-confirm").click()
    expect(at(drawer, "suspended-reason")).to_contain_text("整改中")
    keep_picture(office, "logistics-office-5-vehicle")

    def at_le() -> list[Any]:
        return [row["suspended"] for row in yard.rows("vehicles") if row["plateNo"] == trucker.tractor]

    assert wait_until(lambda: at_le() == [True], SLOW / 1000)


def test_the_board_and_the_wall_follow_the_lanes(office: Page, stack: Stack, yard: Yard, clerk: Person) -> None:
    """L8 L11: a lane that is paused at LE is paused here without reloading; the wall says how old it is."""
    office.goto(f"{stack.public_url}{PAGES}/lanes")
    lane = office.locator("[data-test=lane][data-lane=L3]")
    expect(lane).to_have_attribute("data-state", "open", timeout=SLOW)
    set_lane(stack, "L3", "paused")
    expect(lane).to_have_attribute("data-state", "paused", timeout=SLOW)  # nobody reloads
    expect(at(office, "throughput")).to_be_visible()
    keep_picture(office, "logistics-office-6-lanes")
    office.goto(f"{stack.public_url}{PAGES}/wall")
    on_wall = office.locator("[data-test=wall-lane][data-lane=L3]")
    expect(on_wall).to_contain_text("暂停")
    expect(at(office, "as-of")).to_have_attribute("data-old", "false", timeout=SLOW)
    keep_picture(office, "logistics-office-7-wall")
    yard.fault("le", "down")
    let_the_board_age(stack, 25)
    expect(at(office, "as-of")).to_have_attribute("data-old", "true", timeout=SLOW)
    expect(at(office, "as-of")).to_contain_text("以现场叫号为准")
