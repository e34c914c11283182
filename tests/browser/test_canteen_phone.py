"""The canteen on a phone, in a real browser on the running stack: bind, top up, eat, read the records, report the card lost.

The accounts get phones no other test uses, so that no limit of codes and no binding of another test's is met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from sandbox.cloud.stack import Stack, wait_until
from sandbox.people import PEOPLE
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import SandboxPage
from tests.browser.test_privacy import signed_in
from tests.browser.test_walk import SLOW
from tests.stack.diners import SampleAccounts
from tests.stack.people import OTHER, OTHER_DRIVER, Person, fresh_phone

pytestmark = pytest.mark.browser
PHONE = next(person.phone for person in PEOPLE if person.openid == OTHER)
"""Of whoever holds the sandbox's phone: only their messages appear on it."""
EATER, TWIN, LOSER = "1009", "1003", "1001"
"""Account, card and staff numbers end in these."""


@pytest.fixture
def canteen(stack: Stack) -> Iterator[SampleAccounts]:
    """Everything as before afterwards."""
    canteen = SampleAccounts(stack)
    phones = {digits: canteen.set_phone(digits, fresh_phone()) for digits in (EATER, TWIN, LOSER)}
    yield canteen
    canteen.plug_in()
    canteen.kill_wechat_after_paying(False)
    for digits, phone in phones.items():
        canteen.set_phone(digits, phone)


def at(page: Page | FrameLocator, name: str) -> Locator:
    """By the hook."""
    return page.locator(f'[data-test="{name}"]')


def open_canteen(sandbox: SandboxPage) -> FrameLocator:
    """Tap 餐卡服务 in the account's menu."""
    close = sandbox.page.get_by_label("关闭", exact=True)
    if close.is_visible():
        close.click()
    sandbox.page.locator(".chat-menu").get_by_role("button", name="餐卡服务", exact=True).click()
    sandbox.sign_in()
    return sandbox.webview


def bind_by_hand(desk: Page, view: FrameLocator) -> None:
    """The code is read from the phone's own messages; two accounts have this number."""
    at(view, "phone").locator("input").fill(PHONE)
    at(view, "ask-code").click()
    banner = desk.get_by_test_id("sms-banner")
    expect(banner).to_contain_text(re.compile(r"\d{6}"))
    keep_picture(desk, "canteen-1-code")
    code = re.search(r"\d{6}", banner.inner_text())
    assert code, banner.inner_text()
    at(view, "code").locator("input").fill(code[0])
    at(view, "bind").click()
    at(view, "staff_no").locator("input").fill(f"A{EATER}")
    at(view, "bind").click()
    expect(at(view, "canteen-home")).to_be_visible()


def pay_on_sheet(desk: Page, amount: str) -> None:
    """WeChat's sheet: confirm, finger."""
    sheet = desk.get_by_test_id("pay-sheet")
    expect(sheet).to_contain_text(amount)
    sheet.get_by_role("button", name="确认支付").click()
    sheet.get_by_role("button", name="使用指纹").click()


def credited(view: FrameLocator) -> str:
    """Waits on the result page until the money is on the card; returns the top-up's number."""
    expect(view.locator("[data-test=top-up-state][data-state=credited]")).to_be_visible(timeout=SLOW)
    return at(view, "own-number").inner_text()


def test_a_diner_binds_tops_up_eats_and_reads_the_records(desk: Page, stack: Stack, canteen: SampleAccounts) -> None:
    """C1 C2 C3 C5: given up and paid later, with WeChat killed after paying, and an amount of one's own."""
    for digits in (EATER, TWIN):
        canteen.set_phone(digits, PHONE)
    Person(stack, OTHER).sign_in().post("/api/canteen/binding/end")
    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("周敏")
    view = open_canteen(sandbox)
    bind_by_hand(desk, view)
    expect(at(view, "balance-sum")).to_have_text(canteen.balance(EATER))

    at(view, "to-top-up").click()
    view.locator("[data-test=preset][data-key='50']").click()
    at(view, "submit-top-up").dblclick()
    desk.get_by_test_id("pay-sheet").get_by_label("关闭支付").click()
    expect(at(view, "pay-problem")).to_contain_text("还没有支付")
    keep_picture(desk, "canteen-2-given-up")
    canteen.kill_wechat_after_paying(True)
    at(view, "pay").click()
    pay_on_sheet(desk, "50.00")
    expect(desk.locator("#phone iframe")).to_have_count(0)
    canteen.kill_wechat_after_paying(False)
    view = open_canteen(sandbox)
    expect(at(view, "latest-records")).to_be_visible()  # the last to come: what stands below does not move any more
    assert at(view, "pay").count() == 0, "what was paid is not offered again"
    at(view, "link-top-ups").click()
    expect(at(view, "top-ups")).to_be_visible()
    view.locator("[data-test=top-up-card]").first.click()
    assert canteen.credits(credited(view)) == 1

    at(view, "to-canteen").click()
    at(view, "to-top-up").click()
    for key in ("1", "0", "point", "5"):
        at(view, f"key-{key}").click()
    at(view, "submit-top-up").click()
    pay_on_sheet(desk, "10.50")
    desk.get_by_test_id("pay-sheet").get_by_role("button", name="完成").click()
    assert canteen.credits(credited(view)) == 1
    expect(at(view, "wechat-number")).to_be_visible()
    keep_picture(desk, "canteen-3-credited")

    assert canteen.dine(EATER)
    assert wait_until(lambda: bool(stack.run_schedule("sync_canteen")), 30)
    at(view, "to-canteen").click()
    expect(at(view, "balance-sum")).to_have_text(canteen.balance(EATER))
    at(view, "to-records").click()
    eaten = view.locator("[data-test=record][data-kind=consume]")
    expect(eaten.first).to_contain_text("-12.80")
    expect(eaten.first).to_contain_text(f"余额 {canteen.balance(EATER)}")
    expect(at(view, "sum-spent")).to_have_text("¥12.80")
    expect(at(view, "sum-topped-up")).to_have_text("¥60.50")
    keep_picture(desk, "canteen-4-records")
    view.locator("[data-test=filter][data-key=topup]").click()
    expect(eaten).to_have_count(0)
    expect(view.locator("[data-test=record][data-kind=recharge]")).to_have_count(2)


def test_a_card_is_reported_lost_while_the_canteen_is_down(
    handset: Page, stack: Stack, canteen: SampleAccounts
) -> None:
    """C2 C6: the last known balance, marked; the report is queued, reaches the canteen when it is back, and is taken back."""
    person = signed_in(handset, stack, OTHER_DRIVER)
    canteen.bind(person, LOSER)
    canteen.unplug(f"/accounts/6001{LOSER}", f"/cards/8801{LOSER}")
    handset.goto(f"{stack.public_url}/canteen")
    expect(at(handset, "balance-old")).to_contain_text("食堂系统暂时没有响应，以下为")
    expect(at(handset, "balance-sum")).to_have_text(canteen.balance(LOSER))
    keep_picture(handset, "canteen-5-down")
    at(handset, "to-cards").click()
    expect(at(handset, "canteen-down")).to_be_visible()
    at(handset, "report-loss").click()
    at(handset, "loss-next").click()
    expect(at(handset, "loss-card")).to_contain_text(LOSER[-4:])
    at(handset, "loss-confirm").dblclick()
    card = handset.locator(f"[data-test=card][data-card='8801{LOSER}']")
    expect(card).to_have_attribute("data-state", "reporting")
    expect(card).to_contain_text("挂失处理中")
    keep_picture(handset, "canteen-6-reporting")
    assert canteen.dine(LOSER), "the canteen has not heard of it yet"

    canteen.plug_in()
    stack.run_schedule("outbox_redeliver")
    expect(card).to_have_attribute("data-state", "lost", timeout=SLOW)
    assert (canteen.card(LOSER), canteen.dine(LOSER)) == ("lost", False)
    at(handset, "report-found").click()
    handset.locator(".van-dialog__confirm").click()
    expect(card).to_have_attribute("data-state", "normal", timeout=SLOW)
    assert canteen.card(LOSER) == "normal"
