"""Orders at WeChat Pay: what prepay refuses, what is the same order, who can pay when, and closing."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.kit.http import ConnectionDropped
from sandbox.people import PEOPLE
from sandbox.wechat_pay.merchant import MERCHANT_ID
from tests.sandbox.callers import HOUR, VISITOR, ManualClock, app_of
from tests.sandbox.pay import NUMBER, PREPAY, Merchant

PAGE = "http://campus.localhost:4566/canteen/top-up?from=menu"
EXTRA, RANGE, PARAMETER = 270924358, 268435464, 268435461


@pytest.fixture
def merchant(client: TestClient, clock: ManualClock) -> Merchant:
    return Merchant(client, clock, app_of(client).secrets)


def test_an_order_until_it_is_paid(merchant: Merchant) -> None:
    prepay_id = merchant.prepay(attach="饭卡")
    assert prepay_id.startswith("wx") and len(prepay_id) == 36
    assert merchant.find() == {
        "appid": "wx0c7a3f51d2e84b96",
        "mchid": MERCHANT_ID,
        "out_trade_no": NUMBER,
        "trade_type": "JSAPI",
        "trade_state": "NOTPAY",
        "trade_state_desc": "订单未支付",
        "attach": "饭卡",
    }
    assert merchant.pay() == {"err_msg": "get_brand_wcpay_request:ok", "told": True}
    paid = merchant.find()
    assert (paid["trade_state"], paid["success_time"], paid["bank_type"]) == (
        "SUCCESS",
        "2026-11-23T09:00:00+08:00",
        "OTHERS",
    )
    assert paid["payer"] == {"openid": VISITOR.openid}
    assert paid["amount"] == {"total": 5000, "payer_total": 5000, "currency": "CNY", "payer_currency": "CNY"}
    assert len(paid["transaction_id"]) == 28 and paid["transaction_id"].isdigit()
    by_theirs = merchant.good("GET", f"/v3/pay/transactions/id/{paid['transaction_id']}?mchid={MERCHANT_ID}")
    assert by_theirs.json == paid


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"appid": None}, PARAMETER),
        ({"description": ""}, RANGE),
        ({"description": "饭" * 128}, RANGE),
        ({"out_trade_no": "ABC12"}, RANGE),
        ({"out_trade_no": "A" * 33}, RANGE),
        ({"out_trade_no": "ORDER 1"}, PARAMETER),
        ({"attach": None}, PARAMETER),
        ({"attach": "x" * 129}, RANGE),
        ({"amount": {"total": 0, "currency": "CNY"}}, RANGE),
        ({"amount": {"total": 50.0, "currency": "CNY"}}, PARAMETER),
        ({"amount": {"total": "50", "currency": "CNY"}}, PARAMETER),
        ({"amount": {"total": True, "currency": "CNY"}}, PARAMETER),
        ({"amount": {"total": 1, "currency": "USD"}}, PARAMETER),
        ({"amount": {"total": 1, "currency": "CNY", "payer_total": 1}}, EXTRA),
        ({"payer": {}}, PARAMETER),
        ({"payer": {"openid": "o_nobody"}}, PARAMETER),
        ({"time_expire": "2026-11-23T09:15:00"}, PARAMETER),
        ({"time_expire": "2026-11-23T08:59:59+08:00"}, RANGE),
        ({"time_expire": "2026-12-08T09:00:01+08:00"}, RANGE),
        ({"notify_url": "/api/pay/payments"}, PARAMETER),
        ({"notify_url": "ftp://pay.example.com/x"}, PARAMETER),
        ({"notify_url": "https://pay.example.com/x?a=1"}, PARAMETER),
        ({"notify_url": "https://pay.example.com/x?"}, PARAMETER),
        ({"notify_url": "https://pay.example.com"}, PARAMETER),
        ({"notify_url": "https://localhost/x"}, PARAMETER),
        ({"notify_url": "http://192.168.1.4/x"}, PARAMETER),
        ({"notify_url": "http://other.localhost/x"}, PARAMETER),
        ({"scene_info": {"device_id": "1"}}, PARAMETER),
        ({"support_fapiao": "yes"}, PARAMETER),
        ({"spbill_create_ip": "127.0.0.1"}, EXTRA),
    ],
    ids=str,
)
def test_what_prepay_refuses(merchant: Merchant, change: dict[str, Any], cause: int) -> None:
    answer = merchant.send("POST", PREPAY, merchant.order() | change)
    assert (answer.status, answer.code, answer.cause) == (400, "PARAM_ERROR", cause)
    assert merchant.control("GET", "orders")["items"] == []


def test_more_that_prepay_refuses(merchant: Merchant) -> None:
    body = merchant.order()
    del body["payer"]
    assert merchant.send("POST", PREPAY, body).json["detail"]["field"] == "/body/payer"
    assert merchant.send("POST", PREPAY, b"[]").code == "PARAM_ERROR"
    assert merchant.send("POST", PREPAY, b'{"a":1,"a":2}').code == "PARAM_ERROR"
    foreign = merchant.send("POST", PREPAY, merchant.order(appid="wx2421b1c4370ec43b"))
    assert (foreign.status, foreign.code, foreign.cause) == (400, "APPID_MCHID_NOT_MATCH", 268445527)


def test_everything_that_may_be_in_an_order(merchant: Merchant) -> None:
    goods = {"merchant_goods_id": "1", "goods_name": "充值", "quantity": 1, "unit_price": 5000}
    scene = {"payer_client_ip": "14.23.150.211", "device_id": "013467007045764", "store_info": {"id": "0001"}}
    more: dict[str, Any] = {
        "time_expire": "2026-12-08T09:00:00+08:00",
        "goods_tag": "WXG",
        "support_fapiao": True,
        "detail": {"cost_price": 5000, "goods_detail": [goods]},
        "scene_info": scene,
        "settle_info": {"profit_sharing": False},
    }
    merchant.prepay(**more)
    merchant.pay()
    assert merchant.find()["scene_info"] == {"device_id": "013467007045764"}


def test_the_same_order_again(merchant: Merchant, clock: ManualClock) -> None:
    first = merchant.prepay()
    assert merchant.prepay() == first
    for change in ({"total": 5001}, {"description": "别的"}, {"payer": {"openid": PEOPLE[1].openid}}, {"attach": "x"}):
        answer = merchant.send("POST", PREPAY, merchant.order(**change))
        assert (answer.status, answer.code, answer.cause) == (400, "INVALID_REQUEST", 268498688)
    clock.pass_(2 * HOUR)
    second = merchant.prepay()
    assert second != first, "a prepay_id lives two hours"


def test_an_order_that_is_over_is_not_made_again(merchant: Merchant, clock: ManualClock) -> None:
    merchant.paid()
    answer = merchant.send("POST", PREPAY, merchant.order())
    assert (answer.status, answer.code) == (400, "ORDER_PAID")
    merchant.prepay("CLOSED1")
    assert merchant.close("CLOSED1").status == 204
    answer = merchant.send("POST", PREPAY, merchant.order("CLOSED1"))
    assert (answer.status, answer.code, answer.cause) == (400, "ORDER_CLOSED", 268447914)
    merchant.prepay("EXPIRED1", time_expire="2026-11-23T09:15:00+08:00")
    clock.pass_(15 * 60 + 1)
    body = merchant.order("EXPIRED1", time_expire="2026-11-23T09:15:00+08:00")
    assert merchant.send("POST", PREPAY, body).code == "ORDER_CLOSED"
    assert merchant.find("EXPIRED1")["trade_state"] == "NOTPAY", "the time limits paying; closing is something else"


def test_closing(merchant: Merchant) -> None:
    missing = merchant.close()
    assert (missing.status, missing.code, missing.cause) == (404, "ORDER_NOT_EXIST", 268512771)
    merchant.prepay()
    assert [merchant.close().status for _ in range(2)] == [204, 204]
    assert merchant.find()["trade_state"] == "CLOSED"
    merchant.paid("PAID0001")
    answer = merchant.close("PAID0001")
    assert (answer.status, answer.code) == (400, "ORDER_PAID")
    target = f"/v3/pay/transactions/out-trade-no/{NUMBER}/close"
    assert merchant.send("POST", target, {"mchid": MERCHANT_ID, "why": "x"}).cause == EXTRA
    assert merchant.send("POST", target, {}).code == "PARAM_ERROR"


def test_after_seven_days_an_order_has_closed_itself(merchant: Merchant, clock: ManualClock) -> None:
    merchant.prepay()
    clock.pass_(7 * 24 * HOUR - 1)
    assert merchant.find()["trade_state"] == "NOTPAY"
    clock.pass_(1)
    assert merchant.find()["trade_state"] == "CLOSED"


def test_nothing_to_be_found(merchant: Merchant) -> None:
    answer = merchant.send("GET", f"/v3/pay/transactions/out-trade-no/UNKNOWN?mchid={MERCHANT_ID}")
    assert (answer.status, answer.code) == (404, "ORDER_NOT_EXIST")
    assert merchant.send("GET", f"/v3/pay/transactions/id/42?mchid={MERCHANT_ID}").code == "ORDER_NOT_EXIST"
    assert merchant.send("GET", f"/v3/pay/transactions/out-trade-no/{NUMBER}").code == "PARAM_ERROR"


def opened(merchant: Merchant, parameters: Any, url: str = PAGE, openid: str = VISITOR.openid) -> dict[str, Any]:
    return dict(merchant.control("POST", "cashier", {"parameters": parameters, "url": url, "openid": openid}))


def test_the_pay_sheet(merchant: Merchant) -> None:
    sheet = opened(merchant, merchant.page_parameters(merchant.prepay()))
    assert (sheet["amount_fen"], sheet["description"], sheet["merchant"]) == (5000, "饭卡充值", "东南电化食堂")
    done = merchant.control("POST", f"cashier/{sheet['id']}", {"outcome": "ok", "method": "card"})
    assert done == {"err_msg": "get_brand_wcpay_request:ok", "told": True}
    assert merchant.find()["bank_type"] == "CMB_DEBIT"
    again = merchant.control("POST", f"cashier/{sheet['id']}", {"outcome": "ok"})
    assert again["refused"] == "支付页面已关闭"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"package": "wx123"}, "total_fee"),
        ({"package": "prepay_id=wx20141027200939"}, "total_fee"),
        ({"timeStamp": 1795395600}, "timeStamp"),
        ({"nonceStr": ""}, "nonceStr"),
        ({"signType": "MD5"}, "支付验证签名失败"),
        ({"paySign": "AAAA"}, "支付验证签名失败"),
        ({"appId": "wx2421b1c4370ec43b"}, "支付验证签名失败"),
        ({"nonceStr": "another"}, "支付验证签名失败"),
    ],
    ids=str,
)
def test_a_page_that_asks_wrongly(merchant: Merchant, changes: dict[str, Any], text: str) -> None:
    answer = opened(merchant, merchant.page_parameters(merchant.prepay(), **changes))
    assert text in answer["refused"]
    assert answer["result"]["err_msg"] == "get_brand_wcpay_request:fail"


def test_who_may_pay_where_and_when(merchant: Merchant, clock: ManualClock) -> None:
    parameters = merchant.page_parameters(merchant.prepay(time_expire="2026-11-23T12:00:00+08:00"))
    assert "下单账号与支付账号不一致" in opened(merchant, parameters, openid=PEOPLE[1].openid)["refused"]
    for url in ("http://elsewhere.example/canteen", "http://campus.localhost:45667/canteen"):
        assert "当前页面的URL未注册" in opened(merchant, parameters, url)["refused"]
    merchant.knob(payment_directories=["http://campus.localhost:4566/pay/"])
    assert "当前页面的URL未注册" in opened(merchant, parameters)["refused"]
    assert "id" in opened(merchant, parameters, "http://campus.localhost:4566/pay/#/x")
    merchant.knob(payment_directories=["http://campus.localhost:4566/"])
    clock.pass_(2 * HOUR)
    assert "total_fee" in opened(merchant, parameters)["refused"], "the prepay_id is too old"
    renewed = merchant.page_parameters(merchant.prepay(time_expire="2026-11-23T12:00:00+08:00"))
    clock.pass_(HOUR + 1)
    assert "过期" in opened(merchant, renewed)["refused"]


def test_too_near_an_end_is_stretched_to_a_minute(merchant: Merchant, clock: ManualClock) -> None:
    parameters = merchant.page_parameters(merchant.prepay(time_expire="2026-11-23T09:00:05+08:00"))
    clock.pass_(60)
    assert "id" in opened(merchant, parameters)
    clock.pass_(1)
    assert "过期" in opened(merchant, parameters)["refused"]


def test_two_sheets_of_one_order_one_payment(merchant: Merchant) -> None:
    parameters = merchant.page_parameters(merchant.prepay())
    first, second = opened(merchant, parameters), opened(merchant, parameters)
    assert merchant.control("POST", f"cashier/{first['id']}", {"outcome": "ok"})["err_msg"].endswith(":ok")
    late = merchant.control("POST", f"cashier/{second['id']}", {"outcome": "ok"})
    assert (late["refused"], late["result"]["err_msg"]) == ("该订单已支付", "get_brand_wcpay_request:fail")
    assert len(merchant.control("GET", "notifications")["items"]) == 1


def test_a_sheet_outlives_neither_closing(merchant: Merchant) -> None:
    sheet = opened(merchant, merchant.page_parameters(merchant.prepay()))
    merchant.close()
    assert "已关闭" in merchant.control("POST", f"cashier/{sheet['id']}", {"outcome": "ok"})["refused"]
    assert merchant.pay(late=True)["err_msg"].endswith(":ok"), "the bank's word may come after closing"
    assert merchant.find()["trade_state"] == "SUCCESS"


@pytest.mark.parametrize("outcome", ["cancel", "insufficient", "system_error"])
def test_not_paid_stays_not_paid(merchant: Merchant, outcome: str) -> None:
    merchant.prepay()
    said = merchant.pay(outcome=outcome)
    assert said["err_msg"] == f"get_brand_wcpay_request:{'cancel' if outcome == 'cancel' else 'fail'}"
    assert merchant.find()["trade_state"] == "NOTPAY"
    assert merchant.control("GET", "notifications")["items"] == []


def test_switches_of_the_sheet(merchant: Merchant) -> None:
    merchant.prepay()
    merchant.knob(insufficient=True)
    assert merchant.pay()["err_desc"].startswith("零钱余额不足")
    merchant.knob(cashier_error=True)
    assert merchant.pay(method="card")["err_desc"].startswith("系统繁忙")
    merchant.knob(cashier_error=False, killed_after_paying=True)
    assert merchant.pay(method="card") == {"err_msg": "get_brand_wcpay_request:ok", "told": False}
    assert merchant.find()["trade_state"] == "SUCCESS", "paid, and the page never hears of it"


def test_faults(merchant: Merchant) -> None:
    merchant.control("POST", "faults", {"kind": "lost_answer", "path": PREPAY, "times": 1})
    with pytest.raises(ConnectionDropped):
        merchant.prepay()
    assert merchant.find()["trade_state"] == "NOTPAY", "it was made"
    merchant.control("POST", "faults", {"kind": "error_code", "code": "FREQUENCY_LIMITED", "times": 1})
    answer = merchant.send("POST", PREPAY, merchant.order())
    assert (answer.status, answer.code, answer.cause) == (429, "FREQUENCY_LIMITED", 268447840)
    assert merchant.is_genuine(answer.headers, answer.body)
    calls = merchant.control("GET", "calls")["items"]
    assert [(call["status"], call["code"]) for call in calls] == [(429, "FREQUENCY_LIMITED"), (200, "0"), (0, "")]


def test_the_person_gets_a_voucher(merchant: Merchant) -> None:
    merchant.paid()
    chat = merchant.client.get(f"/sandbox/wechat/chat?openid={VISITOR.openid}").json()["items"]
    assert [(item["from"], item["title"], item["amount_fen"]) for item in chat] == [("payment", "支付凭证", 5000)]
