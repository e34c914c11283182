"""A driver's phone at its limits: the time is over, the tanks are silent, the quantity becomes another one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.test_logistics_phone import answer_all, at, registration_on, shown_state
from tests.browser.test_privacy import signed_in
from tests.browser.test_walk import SLOW
from tests.stack.people import DRIVER
from tests.stack.trucks import Trucker, Yard, let_the_limit_pass

pytestmark = pytest.mark.browser


@pytest.fixture
def yard(stack: Stack) -> Iterator[Yard]:
    """LE and MES, healthy before and after."""
    console = Yard(stack)
    console.heal()
    yield console
    console.heal()


@pytest.fixture
def trucker(handset: Page, stack: Stack) -> Trucker:
    """Somebody with everything filed, whose phone this is."""
    return Trucker(signed_in(handset, stack, DRIVER)).file_everything()


def test_silent_tanks_store_nothing_and_the_form_waits(
    handset: Page, stack: Stack, yard: Yard, trucker: Trucker
) -> None:
    """L10: 库存未确认 on the phone, nothing at LE; once the tanks answer, the same form is taken. Then L2: changed."""
    order, truck = trucker.ordered(yard)["order_no"], (trucker.tractor, trucker.trailer)
    handset.goto(f"{stack.public_url}/logistics/register?kind=pickup")
    answer_all(handset, order, truck, (trucker.phone, trucker.escort_phone), "12")
    yard.fault("mes", "down")
    at(handset, "submit").click()
    expect(at(handset, "submit-error")).to_contain_text("库存未确认", timeout=SLOW)
    keep_picture(handset, "logistics-8-not-confirmed")
    assert [row for row in yard.rows("registrations") if row["plateNo"] == trucker.tractor] == []
    yard.heal()
    at(handset, "submit").click()
    expect(at(handset, "countdown")).to_contain_text("占用还剩", timeout=SLOW)
    made = trucker.comes_to({"id": registration_on(handset)}, status="card_issued", le="done")

    handset.goto(f"{stack.public_url}/logistics/registrations/{made['id']}/change")
    handset.locator('input[name="lines.0.quantity"]').fill("10.5")
    handset.locator('input[name="waybill.quantity"]').fill("10.5")
    handset.locator('input[name="waybill.number"]').fill("YD350100002")
    keep_picture(handset, "logistics-9-change")
    at(handset, "submit-change").click()
    expect(at(handset, "countdown")).to_be_visible(timeout=SLOW)
    trucker.comes_to(made, quantity="10.500", le="done")
    at_le = yard.registration(made["id"])
    assert at_le is not None and at_le["plannedQty"] == "10.500"
    trucker.person.post(f"/api/logistics/registrations/{made['id']}/cancel")


def test_the_time_is_over_and_the_page_says_so_by_itself(
    handset: Page, stack: Stack, yard: Yard, trucker: Trucker
) -> None:
    """L3: the open page turns to 已退卡，请重新登记 without a reload; LE has the card back."""
    made = trucker.registered(yard)
    trucker.comes_to(made, status="card_issued", le="done")
    let_the_limit_pass(stack, made)
    handset.goto(f"{stack.public_url}/logistics/registrations/{made['id']}")
    stack.run_schedule("sweep_holds")
    expect(shown_state(handset, "expired")).to_be_visible(timeout=SLOW)
    expect(at(handset, "registration")).to_contain_text("请重新登记")
    keep_picture(handset, "logistics-10-expired")
    trucker.comes_to(made, card_returned=True)
    at_le = yard.registration(made["id"])
    assert at_le is not None and (at_le["status"], at_le["cardReturned"]) == ("cancelled", True)
