"""Refunds at WeChat Pay: once a number, never more than was paid, and every way they can end."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.sandbox.callers import HOUR, ManualClock, app_of
from tests.sandbox.pay import NUMBER, REFUNDS, Merchant
from tests.sandbox.receiver import wait_until


@pytest.fixture
def merchant(client: TestClient, clock: ManualClock) -> Merchant:
    merchant = Merchant(client, clock, app_of(client).secrets)
    merchant.knob(refund_seconds=None)
    merchant.paid()
    return merchant


def refunded(merchant: Merchant, number: str = "R1") -> dict[str, Any]:
    return merchant.good("GET", f"{REFUNDS}/{number}").json


def balance(merchant: Merchant) -> int:
    return int(merchant.control("GET", "account")["balance_fen"])


def test_a_refund_is_accepted_and_ends(merchant: Merchant, clock: ManualClock) -> None:
    before = balance(merchant)
    accepted = merchant.good("POST", REFUNDS, merchant.back(reason="充值未到账")).json
    transaction = merchant.find()["transaction_id"]
    assert (accepted["status"], accepted["out_refund_no"], accepted["transaction_id"]) == (
        "PROCESSING",
        "R1",
        transaction,
    )
    assert (accepted["channel"], accepted["create_time"]) == ("ORIGINAL", "2026-11-23T09:00:00+08:00")
    assert accepted["amount"] == {
        "total": 5000,
        "refund": 5000,
        "from": [],
        "payer_total": 5000,
        "payer_refund": 5000,
        "settlement_refund": 5000,
        "settlement_total": 5000,
        "discount_refund": 0,
        "currency": "CNY",
        "refund_fee": 0,
    }
    assert "success_time" not in accepted
    assert merchant.find()["trade_state"] == "REFUND", "as soon as it was raised"
    clock.pass_(60)
    merchant.control("POST", "refunds/R1/settle", {"result": "SUCCESS"})
    assert (refunded(merchant)["status"], refunded(merchant)["success_time"]) == (
        "SUCCESS",
        "2026-11-23T09:01:00+08:00",
    )
    assert balance(merchant) == before - 5000
    assert merchant.client.post("/sandbox/wechat_pay/refunds/R1/settle", json={"result": "CLOSED"}).status_code == 409


def test_one_number_refunds_once(merchant: Merchant) -> None:
    first = merchant.good("POST", REFUNDS, merchant.back(refund=2000)).json
    merchant.control("POST", "refunds/R1/settle", {"result": "SUCCESS"})
    again = merchant.good("POST", REFUNDS, merchant.back(refund=2000)).json
    assert (again["refund_id"], again["status"]) == (first["refund_id"], "SUCCESS")
    other = merchant.send("POST", REFUNDS, merchant.back(refund=2001))
    assert (other.status, other.code) == (400, "INVALID_REQUEST")
    assert len(merchant.control("GET", "refunds")["items"]) == 1


def test_never_more_than_was_paid(merchant: Merchant) -> None:
    merchant.good("POST", REFUNDS, merchant.back("R1", 3000))
    too_much = merchant.send("POST", REFUNDS, merchant.back("R2", 2001))
    assert (too_much.status, too_much.code) == (400, "INVALID_REQUEST")
    merchant.good("POST", REFUNDS, merchant.back("R2", 2000))
    assert merchant.send("POST", REFUNDS, merchant.back("R3", 1)).code == "INVALID_REQUEST"


def test_a_closed_refund_moved_nothing_and_is_raised_anew(merchant: Merchant) -> None:
    before = balance(merchant)
    merchant.good("POST", REFUNDS, merchant.back("R1"))
    merchant.control("POST", "refunds/R1/settle", {"result": "CLOSED"})
    assert (refunded(merchant)["status"], merchant.find()["trade_state"], balance(merchant)) == (
        "CLOSED",
        "SUCCESS",
        before,
    )
    assert merchant.good("POST", REFUNDS, merchant.back("R1")).json["status"] == "CLOSED", "the number is spent"
    assert merchant.good("POST", REFUNDS, merchant.back("R1-2")).json["status"] == "PROCESSING"


def test_an_abnormal_refund_may_still_succeed(merchant: Merchant) -> None:
    merchant.good("POST", REFUNDS, merchant.back())
    merchant.control("POST", "refunds/R1/settle", {"result": "ABNORMAL"})
    assert refunded(merchant)["status"] == "ABNORMAL"
    merchant.control("POST", "refunds/R1/settle", {"result": "SUCCESS"})
    assert refunded(merchant)["status"] == "SUCCESS"


def test_at_most_fifty(merchant: Merchant) -> None:
    for place in range(50):
        merchant.good("POST", REFUNDS, merchant.back(f"P{place}", 1))
    answer = merchant.send("POST", REFUNDS, merchant.back("P50", 1))
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    assert "50" in answer.json["message"]


def test_within_a_year(merchant: Merchant, clock: ManualClock) -> None:
    clock.pass_(365 * 24 * HOUR)
    merchant.good("POST", REFUNDS, merchant.back("R1", 1))
    clock.pass_(1)
    assert "最大期限" in merchant.send("POST", REFUNDS, merchant.back("R2", 1)).json["message"]


def test_the_merchants_money_must_be_enough(merchant: Merchant) -> None:
    merchant.knob(balance_fen=-4000)
    assert balance(merchant) == 1000
    answer = merchant.send("POST", REFUNDS, merchant.back("R1", 1001))
    assert (answer.status, answer.code) == (403, "NOT_ENOUGH")
    merchant.knob(balance_fen=0)
    merchant.good("POST", REFUNDS, merchant.back("R1", 1001))


def test_which_order(merchant: Merchant) -> None:
    transaction = merchant.find()["transaction_id"]
    body = merchant.back("R1", 100, transaction_id=transaction)
    del body["out_trade_no"]
    assert merchant.good("POST", REFUNDS, body).json["out_trade_no"] == NUMBER
    merchant.paid("OTHER0001")
    both = merchant.send(
        "POST", REFUNDS, merchant.back("R2", 100, transaction_id=transaction, out_trade_no="OTHER0001")
    )
    assert both.code == "INVALID_REQUEST"
    none = {key: value for key, value in merchant.back("R3").items() if key != "out_trade_no"}
    assert merchant.send("POST", REFUNDS, none).code == "PARAM_ERROR"
    unknown = merchant.send("POST", REFUNDS, merchant.back("R4", out_trade_no="NOBODYS1"))
    assert (unknown.status, unknown.code) == (404, "RESOURCE_NOT_EXISTS")
    merchant.prepay("UNPAID001")
    assert merchant.send("POST", REFUNDS, merchant.back("R5", out_trade_no="UNPAID001")).code == "INVALID_REQUEST"
    missing = merchant.send("GET", f"{REFUNDS}/R9")
    assert (missing.status, missing.code) == (404, "RESOURCE_NOT_EXISTS")


@pytest.mark.parametrize(
    "change",
    [
        {"out_refund_no": "R 1"},
        {"out_refund_no": "R" * 65},
        {"reason": "原" * 81},
        {"reason": None},
        {"notify_url": "https://pay.example.com/x?y=1"},
        {"funds_account": "OTHER"},
        {"amount": {"refund": 0, "total": 5000, "currency": "CNY"}},
        {"amount": {"refund": 1, "total": 5000}},
        {"amount": {"refund": 1.0, "total": 5000, "currency": "CNY"}},
        {"mchid": "1680912345"},
    ],
    ids=str,
)
def test_members(merchant: Merchant, change: dict[str, Any]) -> None:
    answer = merchant.send("POST", REFUNDS, merchant.back() | change)
    assert (answer.status, answer.code) == (400, "PARAM_ERROR")
    assert merchant.control("GET", "refunds")["items"] == []


def test_the_total_is_the_orders(merchant: Merchant) -> None:
    assert merchant.send("POST", REFUNDS, merchant.back(refund=1, total=4999)).code == "INVALID_REQUEST"


@pytest.mark.parametrize("result", ["SUCCESS", "ABNORMAL", "CLOSED"])
def test_refunds_end_by_themselves(merchant: Merchant, clock: ManualClock, result: str) -> None:
    merchant.knob(refund_seconds=60, refund_result=result)
    merchant.good("POST", REFUNDS, merchant.back())
    clock.pass_(61)
    wait_until(lambda: refunded(merchant)["status"] == result)
