"""Paying on the phone, on the sandbox alone: a page asks WeixinJSBridge, a person pays, the console shows all of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from sandbox.server import create_app
from tests.browser.conftest import DESK, keep_picture, opened
from tests.sandbox.pay import NUMBER, REFUNDS, Merchant
from tests.sandbox.receiver import Receiver, listening, wait_until
from tests.support.serving import serving

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><meta charset="utf-8"><script src="SCRIPT"></script>
<button>付款</button><output></output>
<script>
const parameters = JSON.parse(decodeURIComponent(location.hash.slice(1)))
const say = (result) => { document.querySelector('output').textContent = JSON.stringify(result) }
document.addEventListener('WeixinJSBridgeReady', () => {
  document.querySelector('button').onclick = () => WeixinJSBridge.invoke('getBrandWCPayRequest', parameters, say)
  document.body.dataset.ready = 'yes'
})
</script>"""


class Shop:
    """A page that wants money, in the phone's webview."""

    def __init__(self, desk: Page, merchant: Merchant, receiver: type[Receiver]) -> None:
        self.desk, self.merchant, self.receiver = desk, merchant, receiver

    @property
    def frame(self) -> FrameLocator:
        return self.desk.frame_locator("#phone iframe")

    @property
    def sheet(self) -> Locator:
        return self.desk.get_by_role("dialog")

    def ask(self, parameters: dict[str, Any]) -> None:
        """Open the page and tap its button."""
        close = self.desk.get_by_label("关闭", exact=True)
        if close.is_visible():
            close.click()
        self.desk.get_by_label("扫一扫").first.click()
        address = f"{self.receiver.url}/top-up#{quote(json.dumps(parameters))}"
        self.desk.get_by_label("二维码里的文字").fill(address)
        self.desk.get_by_role("button", name="识别").click()
        self.frame.locator("body[data-ready=yes]").wait_for()
        self.frame.get_by_role("button", name="付款").click()

    def hears(self) -> dict[str, Any]:
        """What the page was told."""
        expect(self.frame.locator("output")).to_contain_text("err_msg")
        return dict(json.loads(self.frame.locator("output").inner_text()))


@pytest.fixture
def receiver() -> Iterator[type[Receiver]]:
    with listening(ThreadingHTTPServer) as handler:
        yield handler


@pytest.fixture
def merchant(tmp_path: Path, receiver: type[Receiver]) -> Iterator[Merchant]:
    app = create_app(tmp_path, product_url=receiver.url)
    with serving(app) as address, httpx.Client(base_url=address, timeout=10) as client:
        merchant = Merchant(client, time.time, app.secrets)
        script = f"{address.replace('127.0.0.1', 'campus.localhost')}/open/js/jweixin-1.6.0.js"
        receiver.files["/top-up"] = PAGE.replace("SCRIPT", script).encode()
        merchant.knob(refund_seconds=None)
        yield merchant


@pytest.fixture
def shop(browser: Browser, merchant: Merchant, receiver: type[Receiver]) -> Iterator[Shop]:
    for page in opened(browser, DESK):
        page.goto(str(merchant.client.base_url).replace("127.0.0.1", "campus.localhost"))
        yield Shop(page, merchant, receiver)


def part(desk: Page, name: str) -> None:
    desk.locator("#tabs button[data-name=wechat_pay]").click()
    desk.locator(f".panel .segments button[data-name={name}]").click()


def test_a_person_pays_and_the_console_shows_it(shop: Shop, merchant: Merchant, receiver: type[Receiver]) -> None:
    shop.ask(merchant.page_parameters(merchant.prepay(total=5000)))
    expect(shop.desk.get_by_test_id("pay-amount")).to_have_text("¥50.00")
    shop.sheet.get_by_label("招商银行储蓄卡(8888)").check()
    keep_picture(shop.desk, "wechat-pay-1-sheet")
    shop.sheet.get_by_role("button", name="确认支付").click()
    for _ in range(5):
        shop.sheet.get_by_role("button", name="7", exact=True).click()
    assert merchant.find()["trade_state"] == "NOTPAY"
    keep_picture(shop.desk, "wechat-pay-2-password")
    shop.sheet.get_by_role("button", name="7", exact=True).click()
    expect(shop.sheet).to_contain_text("支付成功")
    keep_picture(shop.desk, "wechat-pay-3-paid")
    assert merchant.find()["bank_type"] == "CMB_DEBIT"
    shop.sheet.get_by_role("button", name="完成").click()
    assert shop.hears() == {"err_msg": "get_brand_wcpay_request:ok"}
    shop.desk.get_by_label("关闭", exact=True).click()
    expect(shop.desk.get_by_test_id("chat")).to_contain_text("支付凭证")
    merchant.good("POST", REFUNDS, merchant.back(reason="充值未到账"))
    part(shop.desk, "orders")
    order = shop.desk.locator(f"[data-order='{NUMBER}']")
    expect(order).to_contain_text("¥50.00")
    expect(order).to_contain_text("转入退款")
    keep_picture(shop.desk, "wechat-pay-4-orders")
    part(shop.desk, "refunds")
    shop.desk.locator("[data-settle=SUCCESS]").click()
    expect(shop.desk.locator("[data-refund=R1]")).to_contain_text("已退款")
    keep_picture(shop.desk, "wechat-pay-5-refunds")
    part(shop.desk, "notices")
    wait_until(lambda: {"/api/pay/payments", "/api/pay/refunds"} <= {path for path, *_ in receiver.received})
    notice = shop.desk.locator(".panel [data-notice]").last
    expect(notice).to_contain_text("HTTP 200")
    notice.get_by_label("发一条假的").select_option("amount")
    expect(notice.locator(".attempts")).to_contain_text("HTTP 200 · 金额改 1 分")
    keep_picture(shop.desk, "wechat-pay-6-notices")
    part(shop.desk, "bills")
    shop.desk.get_by_role("button", name="预览").click()
    expect(shop.desk.locator("pre.code")).to_contain_text("总交易单数")
    keep_picture(shop.desk, "wechat-pay-7-bills")
    part(shop.desk, "faults")
    expect(shop.desk.get_by_label("支付授权目录")).to_have_value(f"{receiver.url}/")
    keep_picture(shop.desk, "wechat-pay-8-knobs")


def test_every_other_end(shop: Shop, merchant: Merchant) -> None:
    """Cancelled, a wrong page, somebody else's order, no money, WeChat killed after the money has gone."""
    shop.ask(merchant.page_parameters(merchant.prepay()))
    shop.sheet.get_by_role("button", name="关闭支付").click()
    assert shop.hears() == {"err_msg": "get_brand_wcpay_request:cancel"}
    shop.ask(merchant.page_parameters(merchant.prepay(), paySign="AAAA"))
    alert = shop.desk.get_by_role("alertdialog")
    expect(alert).to_contain_text("支付验证签名失败")
    keep_picture(shop.desk, "wechat-pay-9-refused")
    alert.get_by_role("button", name="确定").click()
    assert shop.hears() == {"err_msg": "get_brand_wcpay_request:fail", "err_desc": "支付验证签名失败"}
    merchant.knob(insufficient=True)
    shop.ask(merchant.page_parameters(merchant.prepay()))
    shop.sheet.get_by_role("button", name="确认支付").click()
    shop.sheet.get_by_role("button", name="使用指纹").click()
    expect(alert).to_contain_text("零钱余额不足")
    alert.get_by_role("button", name="确定").click()
    assert shop.hears()["err_msg"] == "get_brand_wcpay_request:fail"
    merchant.knob(insufficient=False, killed_after_paying=True)
    shop.desk.get_by_role("radio", name="周敏").click()
    shop.ask(merchant.page_parameters(merchant.prepay()))
    expect(alert).to_contain_text("下单账号与支付账号不一致")
    alert.get_by_role("button", name="确定").click()
    shop.desk.get_by_role("radio", name="林晓雨").click()
    assert merchant.find()["trade_state"] == "NOTPAY"
    shop.ask(merchant.page_parameters(merchant.prepay()))
    shop.sheet.get_by_role("button", name="确认支付").click()
    shop.sheet.get_by_role("button", name="使用指纹").click()
    expect(shop.desk.locator("#phone iframe")).to_have_count(0)
    assert merchant.find()["trade_state"] == "SUCCESS"
