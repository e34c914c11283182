"""The walk by hand, as issue and README describe it: from the account's menu to the open gate, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import SandboxPage, fill_reservation
from tests.stack.people import fresh_phone

pytestmark = [pytest.mark.browser, pytest.mark.runs_early]
SLOW = 90_000


def test_from_the_menu_to_the_open_gate(desk: Page, stack: Stack) -> None:
    """P1 P2 V2 V3 V4 V6: reserve, approve, pass."""
    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("林晓雨")
    sandbox.open_menu("访客预约", "预约登记")
    sandbox.sign_in()
    phone = fresh_phone()
    fill_reservation(sandbox.webview, phone)
    keep_picture(desk, "walk-2-summary")
    sandbox.webview.locator("[data-test=submit]").dblclick()
    expect(shown_stage(sandbox.webview)).to_contain_text("待审批")
    keep_picture(desk, "walk-3-awaiting-approval")
    visit_id = visit_on_screen(sandbox)

    sandbox.hand_to("陈建国")
    sandbox.open_menu("访客预约", "我的审批")
    sandbox.sign_in()
    open_card(sandbox, visit_id)
    keep_picture(desk, "walk-4-approval")
    sandbox.webview.locator("[data-test=approve]").click()
    expect(sandbox.webview.locator("[data-test=approval]")).to_contain_text(re.compile("等待下发|可通行"))

    sandbox.hand_to("林晓雨")
    sandbox.open_menu("访客预约", "我的预约")
    assert own_visits(sandbox, phone) == 1, "a double tap is one visit"
    open_card(sandbox, visit_id)
    expect(shown_stage(sandbox.webview)).to_contain_text("可通行", timeout=SLOW)
    qr_code = sandbox.webview.locator("[data-test=qr]")
    expect(qr_code).to_be_visible()
    desk.wait_for_timeout(500)
    keep_picture(desk, "walk-5-pass")
    content = scanned(desk, qr_code)
    assert sandbox.try_gate("qr", content) == "open"
    assert sandbox.try_gate("qr", "0000000000") != "open"
    assert sandbox.try_gate("qr", content, device="office-door") in (
        "open",
        "no_right",
        "device_not_granted",
        "no_right_here",
    )


def own_visits(sandbox: SandboxPage, phone: str) -> int:
    """How many visits of a phone number the signed-in person has."""
    items = sandbox.webview.locator("body").evaluate(
        "async () => (await (await fetch('/api/visitor/visits')).json()).items"
    )
    return sum(visit["visitor"]["phone"] == phone for visit in items)


def visit_on_screen(sandbox: SandboxPage) -> str:
    """Id of the visit whose page the phone shows."""
    addresses = [frame.url for frame in sandbox.page.frames]
    found = [match[1] for address in addresses if (match := re.search(r"/visitor/visits/(\w+)", address))]
    assert found, addresses
    return found[0]


def open_card(sandbox: SandboxPage, visit_id: str) -> None:
    """Open a visit from the list on the phone's screen."""
    sandbox.webview.locator(f"a[data-test=visit-card][href$='{visit_id}']").click()


def shown_stage(place: FrameLocator | Page) -> Locator:
    """The one large word of a visit."""
    return place.locator("[data-test=status].large")


def scanned(page: Page, code: Locator) -> str:
    """What a scanner reads from the screen: the sandbox's own decoder, again while the code is still sliding in."""
    for _ in range(20):
        answer = page.evaluate(
            """async (bytes) => (await fetch('/sandbox/phone/scan', {method: 'POST',
               headers: {'Content-Type': 'image/png'}, body: new Uint8Array(bytes)})).json()""",
            list(code.screenshot()),
        )
        if "text" in answer:
            return str(answer["text"])
        page.wait_for_timeout(500)
    raise AssertionError(answer)


def test_cancelled_in_the_hand_the_gate_stays_shut(desk: Page, stack: Stack) -> None:
    """V3: cancel asks once, then the gate knows."""
    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("周敏")
    sandbox.open_menu("访客预约", "预约登记")
    sandbox.sign_in()
    fill_reservation(sandbox.webview, fresh_phone())
    sandbox.webview.locator("[data-test=submit]").click()
    expect(shown_stage(sandbox.webview)).to_contain_text("待审批")
    sandbox.webview.locator("[data-test=cancel]").click()
    keep_picture(desk, "cancel-1-question")
    sandbox.webview.get_by_role("button", name="确定取消").click()
    expect(shown_stage(sandbox.webview)).to_contain_text("已取消")
    keep_picture(desk, "cancel-2-cancelled")


def test_the_office_signs_in_by_qr_code_and_decides(desk: Page, stack: Stack) -> None:
    """P7 V5: the QR code of the office screen, scanned with the phone's camera, lets exactly this browser in."""
    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("林晓雨")
    sandbox.open_menu("访客预约", "预约登记")
    sandbox.sign_in()
    fill_reservation(sandbox.webview, fresh_phone(), host_phone="13900002222")
    sandbox.webview.locator("[data-test=submit]").click()
    expect(shown_stage(sandbox.webview)).to_contain_text("待审批")

    office = desk.context.new_page()
    office.goto(f"{stack.public_url}/admin")
    office.locator("[data-test=qr]").wait_for()
    keep_picture(office, "office-1-sign-in")
    sandbox.hand_to("黄志强")
    desk.get_by_label("关闭", exact=True).click()
    sandbox.scan(office.locator("[data-test=qr]").screenshot())
    sandbox.sign_in()
    expect(sandbox.webview.locator("[data-test=ticket-browser]")).to_contain_text("Chrome")
    keep_picture(desk, "office-2-confirm")
    sandbox.webview.locator("[data-test=ticket-confirm]").click()

    expect(office.locator("[data-test=office-user]")).to_contain_text("黄志强")
    office.goto(f"{stack.public_url}/admin/visits?status=submitted")
    office.locator("[data-test=visits-table] tbody tr").first.click()
    expect(office.locator("[data-test=visit-drawer]")).to_be_visible()
    keep_picture(office, "office-3-drawer")
    office.locator("[data-test=approve]").click()
    expect(office.locator("[data-test=visit-drawer]")).to_contain_text(re.compile("等待下发|可通行"))
    office.keyboard.press("Escape")
    expect(office.locator("[data-test=visit-drawer]")).to_be_hidden()
    office.locator("[data-test=office-sign-out]").click()
    office.locator("[data-test=qr]").wait_for()


def test_the_visit_says_that_it_waits_while_the_platform_is_down(desk: Page, stack: Stack) -> None:
    """V6: 等待下发 on the screen, and by itself 可通行 once the platform is back."""
    sandbox = SandboxPage(desk, stack)
    sandbox.hand_to("周敏")
    sandbox.open_menu("访客预约", "预约登记")
    sandbox.sign_in()
    fill_reservation(sandbox.webview, fresh_phone())
    sandbox.webview.locator("[data-test=submit]").click()
    expect(shown_stage(sandbox.webview)).to_contain_text("待审批")
    visit_id = visit_on_screen(sandbox)
    switch_platform(desk, down=True)
    sandbox.hand_to("陈建国")
    sandbox.open_menu("访客预约", "我的审批")
    sandbox.sign_in()
    open_card(sandbox, visit_id)
    sandbox.webview.locator("[data-test=approve]").click()
    expect(sandbox.webview.locator("[data-test=approval]")).to_contain_text("等待下发")
    sandbox.hand_to("周敏")
    sandbox.open_menu("访客预约", "我的预约")
    open_card(sandbox, visit_id)
    expect(shown_stage(sandbox.webview)).to_contain_text("等待下发")
    keep_picture(desk, "waiting-for-the-gate")
    switch_platform(desk, down=False)
    expect(shown_stage(sandbox.webview)).to_contain_text("可通行", timeout=2 * SLOW)


def switch_platform(page: Page, *, down: bool) -> None:
    """As the gate console does."""
    page.evaluate(
        """async (down) => fetch('/sandbox/gate/faults', down
           ? {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({path: '*', kind: 'down'})}
           : {method: 'DELETE'})""",
        down,
    )


def test_refused_consent_leads_back_to_a_clear_page(handset: Page, stack: Stack) -> None:
    """P2: nothing is taken without consent."""
    handset.goto(f"{stack.public_url}/visitor/visits")
    handset.locator("[data-test=sign-in]").click()
    handset.get_by_role("button", name="拒绝").click()
    expect(handset.locator("[data-test=sign-in]")).to_be_visible()
    assert "session" not in {cookie["name"] for cookie in handset.context.cookies()}


def test_a_phone_without_network_says_so_and_sends_nothing_twice(handset: Page, stack: Stack) -> None:
    """V2: a lost network in the middle of submitting makes one visit, not none and not two."""
    sign_in_alone(handset, stack, "/visitor/reserve")
    fill_reservation(handset, fresh_phone())
    handset.context.set_offline(True)
    handset.locator("[data-test=submit]").click()
    expect(handset.locator("[data-test=submit-error]")).to_be_visible()
    keep_picture(handset, "offline-submit")
    handset.context.set_offline(False)
    handset.locator("[data-test=submit]").click()
    expect(shown_stage(handset)).to_contain_text("待审批")


def sign_in_alone(page: Page, stack: Stack, return_to: str) -> None:
    """Sign in outside the phone frame: whoever holds the sandbox's phone gives consent."""
    page.goto(f"{stack.public_url}{return_to}")
    page.locator("[data-test=sign-in]").click()
    page.get_by_role("button", name="允许").click()
    page.wait_for_url(f"{stack.public_url}{return_to}")


def test_entrances_are_there_and_honest(handset: Page, stack: Stack) -> None:
    """P1: three entrances; what needs a session asks for it."""
    handset.goto(stack.public_url)
    for entrance in ("智慧物流", "访客预约", "餐卡服务"):
        expect(handset.get_by_text(entrance).first).to_be_visible()
    keep_picture(handset, "home")
    handset.goto(f"{stack.public_url}/canteen")
    expect(handset.locator("[data-test=sign-in]")).to_be_visible()
    handset.goto(f"{stack.public_url}/nowhere")
    expect(handset.locator("[data-test=not-found]")).to_be_visible()


@pytest.mark.parametrize("width", [320, 375, 430])
def test_nothing_is_wider_than_the_phone(handset: Page, stack: Stack, width: int) -> None:
    """No page scrolls sideways, down to 320 px."""
    handset.set_viewport_size({"width": width, "height": 700})
    sign_in_alone(handset, stack, "/visitor")
    for path in ("/", "/visitor", "/visitor/reserve", "/visitor/visits", "/visitor/saved", "/me"):
        handset.goto(f"{stack.public_url}{path}")
        handset.wait_for_load_state("networkidle")
        overflow = handset.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{path} is {overflow} px too wide at {width}"
