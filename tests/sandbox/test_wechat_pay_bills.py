"""The trade bill: the form of the official sample, when it is there, its link, and its sums."""

import csv
import gzip
import hashlib
import io
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from sandbox.wechat_pay import bills
from tests.sandbox.callers import HOUR, VISITOR, ManualClock, app_of
from tests.sandbox.pay import NUMBER, REFUNDS, Answer, Merchant

DAY = "2026-11-23"
HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


@pytest.fixture
def merchant(client: TestClient, clock: ManualClock) -> Merchant:
    merchant = Merchant(client, clock, app_of(client).secrets)
    merchant.knob(refund_seconds=None)
    return merchant


def ask(merchant: Merchant, day: str = DAY, more: str = "") -> Answer:
    return merchant.send("GET", f"/v3/bill/tradebill?bill_date={day}{more}")


def fetch(merchant: Merchant, link: str) -> Answer:
    parts = urlsplit(link)
    return merchant.send("GET", f"{parts.path}?{parts.query}")


def rows(content: bytes) -> list[list[str]]:
    """Cells without their backtick."""
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [[cell.removeprefix("`") for cell in line] for line in lines]


def test_the_form_of_the_official_sample() -> None:
    """Written from the facts of two rows and the summary row that WeChat's own sample shows."""
    paid = bills.Payment(
        1550571572.0, "4200000263201902167700134203", "autotest_20190219181930_76386", "o1", "OTHERS", 1, "测试"
    )
    back = bills.Refund(1550523706.0, paid, "50000709672019011908420787722", "REF42", 1, "SUCCESS", None)
    content = bills.write("ALL", [paid], [back])
    lines = content.decode().split("\r\n")
    assert lines[0] == "\ufeff" + HEADER and lines[3] == SUMMARY and lines[-1] == ""
    assert lines[1] == (
        "`2019-02-19 05:01:46,`wx0c7a3f51d2e84b96,`1680912345,`0,`,`4200000263201902167700134203,"
        "`autotest_20190219181930_76386,`o1,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50000709672019011908420787722,"
        "`REF42,`0.01,`0.00,`ORIGINAL,`SUCCESS,`测试,`,`0.00000,`0.60%,`0.00,`0.01,`"
    )
    assert lines[2].endswith("`OTHERS,`CNY,`0.01,`0.00,`0,`0,`0.00,`0.00,`,`,`测试,`,`0.00000,`0.60%,`0.01,`0.00,`")
    assert lines[4] == "`2.0,`0.01,`0.01,`0.0,`0.0,`0.01,`0.01"


def test_a_day_is_billed(merchant: Merchant, clock: ManualClock) -> None:
    merchant.prepay(total=5000, attach="a,b")
    merchant.pay()
    merchant.paid("ORDER00002", 1001)
    merchant.prepay("UNPAID0001")
    clock.pass_(HOUR)
    merchant.good("POST", REFUNDS, merchant.back("R1", 2000))
    merchant.control("POST", "refunds/R1/settle", {"result": "SUCCESS"})
    merchant.good("POST", REFUNDS, merchant.back("R2", 1000))
    merchant.control("POST", "refunds/R2/settle", {"result": "CLOSED"})
    clock.pass_(25 * HOUR)
    answer = ask(merchant, more="&bill_type=ALL&tar_type=GZIP")
    assert answer.status == 200 and merchant.is_genuine(answer.headers, answer.body)
    file = fetch(merchant, answer.json["download_url"])
    assert file.status == 200 and "wechatpay-signature" not in file.headers
    plain = gzip.decompress(file.body)
    assert (answer.json["hash_type"], answer.json["hash_value"]) == ("SHA1", hashlib.sha1(plain).hexdigest())
    lines = plain.decode("utf-8-sig").split("\r\n")
    cells = [[cell.removeprefix("`") for cell in line.split(",`")] for line in lines[1:4]]
    found = [dict(zip(HEADER.split(","), row, strict=True)) for row in cells]
    assert [row["交易状态"] for row in found] == ["SUCCESS", "SUCCESS", "REFUND"]
    assert (found[0]["商户订单号"], found[0]["商户数据包"], found[0]["手续费"]) == (NUMBER, "a,b", "0.30000")
    assert (found[2]["商户退款单号"], found[2]["退款金额"], found[2]["退款状态"]) == ("R1", "20.00", "SUCCESS")
    assert found[0]["用户标识"] == VISITOR.openid and found[0]["交易时间"] == "2026-11-23 09:00:00"
    assert lines[5] == "`3.0,`60.01,`20.0,`0.0,`0.24,`60.01,`20.0"
    preview = merchant.client.get(f"/sandbox/wechat_pay/bills/{DAY}")
    assert preview.content == plain


def test_kinds(merchant: Merchant, clock: ManualClock) -> None:
    merchant.knob(bills_at_once=True)
    merchant.paid()
    assert ask(merchant, more="&bill_type=REFUND").code == "NO_STATEMENT_EXIST"
    merchant.good("POST", REFUNDS, merchant.back("R1", 2000))
    paid = rows(fetch(merchant, ask(merchant, more="&bill_type=SUCCESS").json["download_url"]).body)
    assert "退款金额" not in paid[0] and len(paid[0]) == 20 and paid[3][0] == "1.0"
    back = rows(fetch(merchant, ask(merchant, more="&bill_type=REFUND").json["download_url"]).body)
    assert back[0][1:3] == ["退款申请时间", "退款成功时间"]
    assert dict(zip(back[0], back[1], strict=True))["退款状态"] == "PROCESSING"


def test_a_refund_of_another_day(merchant: Merchant, clock: ManualClock) -> None:
    merchant.paid()
    clock.pass_(24 * HOUR)
    merchant.good("POST", REFUNDS, merchant.back("R1", 2000))
    clock.pass_(26 * HOUR)
    assert len(rows(fetch(merchant, ask(merchant).json["download_url"]).body)) == 4
    second = rows(fetch(merchant, ask(merchant, "2026-11-24").json["download_url"]).body)
    assert second[1][9] == "REFUND" and second[3] == ["1.0", "0.0", "20.0", "0.0", "-0.12", "0.0", "20.0"]


def test_when_a_bill_is_there(merchant: Merchant, clock: ManualClock) -> None:
    merchant.paid()
    assert ask(merchant).code == "INVALID_REQUEST", "today's"
    clock.pass_(25 * HOUR - 1)
    creating = ask(merchant)
    assert (creating.status, creating.code) == (400, "STATEMENT_CREATING")
    clock.pass_(1)
    assert ask(merchant).status == 200, "10:00 the next day"
    nothing = ask(merchant, "2026-11-22")
    assert (nothing.status, nothing.code) == (400, "NO_STATEMENT_EXIST")
    assert ask(merchant, "2026-11-25").code == "INVALID_REQUEST"
    assert ask(merchant, "2026-08-01").code == "INVALID_REQUEST"
    merchant.knob(bills_at_once=True)
    merchant.paid("TODAY00001")
    assert ask(merchant, "2026-11-24").status == 200


@pytest.mark.parametrize(
    "query", ["2026-11", "20261123", f"{DAY}&bill_type=ALL_SPECIAL", f"{DAY}&tar_type=ZIP", f"{DAY}&a=b"]
)
def test_what_is_refused(merchant: Merchant, query: str) -> None:
    assert ask(merchant, query).code == "PARAM_ERROR"


def test_the_link(merchant: Merchant, clock: ManualClock) -> None:
    merchant.knob(bills_at_once=True)
    merchant.paid()
    link = ask(merchant).json["download_url"]
    parts = urlsplit(link)
    assert (parts.netloc, parts.path) == ("campus.localhost:9000", "/v3/billdownload/file")
    assert merchant.send("GET", f"{parts.path}?{parts.query}", mchid="1900000109").status == 401
    clock.pass_(300)
    content = fetch(merchant, link)
    assert content.status == 200 and content.body.startswith("\ufeff交易时间".encode()), "plain unless asked otherwise"
    clock.pass_(1)
    late = fetch(merchant, link)
    assert (late.status, late.code) == (400, "INVALID_REQUEST")


def test_differences_made_by_hand(merchant: Merchant, clock: ManualClock) -> None:
    merchant.knob(bills_at_once=True)
    merchant.paid()
    merchant.paid("ORDER00002")
    merchant.control(
        "POST", "orders", {"openid": VISITOR.openid, "amount_fen": 777, "paid_at": f"{DAY}T08:30:00+08:00"}
    )
    merchant.control("PATCH", f"orders/{NUMBER}", {"not_in_bill": True})
    merchant.control("PATCH", "orders/ORDER00002", {"billed_fen": 4999})
    found = rows(fetch(merchant, ask(merchant).json["download_url"]).body)
    assert [row[12] for row in found[1:3]] == ["7.77", "49.99"]
    assert len(merchant.control("GET", "notifications")["items"]) == 2, "what was made by hand is not told"
    assert merchant.client.patch("/sandbox/wechat_pay/orders/ORDER00002", json={"billed_fen": -1}).status_code == 400
