"""A notification counts only when it is provably WeChat Pay's; then every member that is used is looked at."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.integrations.wechat_pay.keys import Keyring, KeyUnusable
from chalicelib.integrations.wechat_pay.notifications import NotGenuine, Notification, read_notification
from chalicelib.integrations.wechat_pay.port import Payment, Refund, RefundStatus, TradeState
from tests.support.wechat_pay import (
    API_V3_KEY,
    APP_ID,
    MERCHANT_ID,
    NOW,
    OTHER_KEY,
    PUBLIC_KEY_ID,
    PUBLIC_KEY_MODE,
    certificate,
    sealed,
    signed_headers,
)

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
PAID_AT = datetime(2026, 11, 26, 3, 59, 58, tzinfo=UTC)
PAYMENT: dict[str, Any] = {
    "appid": APP_ID, "mchid": MERCHANT_ID, "out_trade_no": "01JPAY0000000000000000000A",
    "transaction_id": "4200002026112600001", "trade_type": "JSAPI", "trade_state": "SUCCESS",
    "trade_state_desc": "支付成功", "bank_type": "OTHERS", "attach": "", "success_time": "2026-11-26T11:59:58+08:00",
    "payer": {"openid": OPENID},
    "amount": {"total": 5000, "payer_total": 5000, "currency": "CNY", "payer_currency": "CNY"},
}  # fmt: skip
REFUND: dict[str, Any] = {
    "mchid": MERCHANT_ID, "transaction_id": "4200002026112600001", "out_trade_no": "01JPAY0000000000000000000A",
    "refund_id": "50000002026112600001", "out_refund_no": "R01JPAY0000000000000000000A", "refund_status": "SUCCESS",
    "success_time": "2026-11-26T11:59:58+08:00", "user_received_account": "支付用户零钱",
    "amount": {"total": 5000, "refund": 5000, "payer_total": 5000, "payer_refund": 5000},
}  # fmt: skip


def envelope(content: Any, event: str, kind: str, **resource: Any) -> bytes:
    body = {
        "id": "EV-2018022511223320873", "create_time": "2026-11-26T12:00:00+08:00", "resource_type": "encrypt-resource",
        "event_type": event, "summary": "支付成功", "resource": {"original_type": kind, **sealed(content, kind), **resource},
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False).encode()


def paid(content: Any = PAYMENT, **resource: Any) -> bytes:
    return envelope(content, "TRANSACTION.SUCCESS", "transaction", **resource)


def refunded(content: Any = REFUND, event: str = "REFUND.SUCCESS") -> bytes:
    return envelope(content, event, "refund")


def read(body: bytes, headers: dict[str, str] | None = None, keys: Keyring = PUBLIC_KEY_MODE) -> Notification:
    return read_notification(keys, API_V3_KEY, signed_headers(body) if headers is None else headers, body, NOW)


def refusal(body: bytes, headers: dict[str, str] | None = None, keys: Keyring = PUBLIC_KEY_MODE) -> str:
    with pytest.raises(NotGenuine) as caught:
        read(body, headers, keys)
    assert OPENID not in str(caught.value)
    return caught.value.reason


def test_a_payment() -> None:
    found = read(paid())
    assert (found.id, found.event, found.refund) == ("EV-2018022511223320873", "TRANSACTION.SUCCESS", None)
    assert found.nonce == signed_headers(b"")["Wechatpay-Nonce"]
    assert found.payment == Payment(
        "01JPAY0000000000000000000A",
        "4200002026112600001",
        TradeState.SUCCESS,
        5000,
        OPENID,
        PAID_AT,
        APP_ID,
        MERCHANT_ID,
    )
    assert found.payment.paid_at is not None
    assert found.payment.paid_at.utcoffset() == timedelta(0)
    assert OPENID not in repr(found)


def test_a_refund() -> None:
    assert read(refunded()).refund == Refund(
        "R01JPAY0000000000000000000A", "50000002026112600001", "01JPAY0000000000000000000A",
        RefundStatus.SUCCESS, 5000, PAID_AT,
    )  # fmt: skip
    without_time = {name: value for name, value in REFUND.items() if name != "success_time"}
    for status in ("ABNORMAL", "CLOSED"):
        found = read(refunded({**without_time, "refund_status": status}, f"REFUND.{status}"))
        assert found.refund is not None
        assert (found.refund.status, found.refund.settled_at, found.payment) == (status, None, None)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("TRANSACTION.SUCCESS", "profitsharing"),
        ("TRANSACTION.SUCCESS", "refund"),
        ("REFUND.SUCCESS", "transaction"),
        ("PAYSCORE.USER_PAID", "payscore"),
        ("REFUND.PROCESSING", "refund"),
    ],
)
def test_what_is_none_of_ours_is_neither(event: str, kind: str) -> None:
    found = read(envelope(PAYMENT, event, kind))
    assert (found.event, found.payment, found.refund) == (event, None, None)


def test_the_case_of_headers_is_the_senders_affair() -> None:
    body = paid()
    for changed in (str.lower, str.upper):
        assert read(body, {changed(name): value for name, value in signed_headers(body).items()}).payment
    typed = {**signed_headers(body), "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048"}
    assert read(body, typed).payment


def test_the_window_is_less_than_five_minutes_either_way() -> None:
    body = paid()
    for seconds in (-299, 0, 299):
        assert read(body, signed_headers(body, NOW + timedelta(seconds=seconds))).payment
    for seconds in (-86_400 * 365, -300, 300):
        assert refusal(body, signed_headers(body, NOW + timedelta(seconds=seconds))) == "time"


def test_both_ways_of_signing_while_a_merchant_changes_over() -> None:
    body, ring = paid(), PUBLIC_KEY_MODE.with_certificates((certificate("0B02", OTHER_KEY),))
    assert read(body, keys=ring).payment
    assert read(body, signed_headers(body, key=OTHER_KEY, serial="0B02"), ring).payment
    assert refusal(body, signed_headers(body, key=OTHER_KEY, serial=PUBLIC_KEY_ID), ring) == "signature"
    assert refusal(body, signed_headers(body, serial="0C03"), ring) == "serial"


def test_a_body_that_was_touched_or_written_anew_is_not_believed() -> None:
    body = paid()
    headers = signed_headers(body)
    assert refusal(body.replace(b"TRANSACTION", b"transaction"), headers) == "signature"
    assert refusal(json.dumps(json.loads(body)).encode(), headers) == "signature"
    assert refusal(body + b"\n", headers) == "signature"
    assert refusal(b"\xff\xfe", headers) == "signature"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"Wechatpay-Signature": "WECHATPAY/SIGNTEST/aGVsbG8="}, "signature"),
        ({"Wechatpay-Signature": ""}, "form"),
        ({"Wechatpay-Serial": ""}, "form"),
        ({"Wechatpay-Nonce": ""}, "form"),
        ({"Wechatpay-Nonce": "another"}, "signature"),
        ({"Wechatpay-Timestamp": "1e9"}, "form"),
        ({"Wechatpay-Timestamp": "-5"}, "form"),
        ({"Wechatpay-Timestamp": "１７６４"}, "form"),
        ({"Wechatpay-Timestamp": "9" * 5000}, "form"),
        ({"Wechatpay-Serial": "PUB_KEY_ID_0"}, "serial"),
        ({"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"}, "scheme"),
    ],
)
def test_headers_that_prove_nothing(changed: dict[str, str], reason: str) -> None:
    body = paid()
    assert refusal(body, {**signed_headers(body), **changed}) == reason
    assert refusal(body, {}) == "form"


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in PAYMENT.items() if key != name}


@pytest.mark.parametrize(
    "content",
    [
        "not json", "[]", "7", "null", "[" * 100_000,
        *(without(name) for name in ("appid", "mchid", "out_trade_no", "transaction_id", "trade_state", "success_time", "amount")),
        *({**PAYMENT, **wrong} for wrong in (
            {"trade_state": "NOTPAY"}, {"trade_state": "REFUND"}, {"trade_state": "PAID"}, {"trade_state": None},
            {"transaction_id": 42}, {"transaction_id": ""}, {"out_trade_no": ["a"]}, {"success_time": "2026-11-26T11:59:58"},
            {"success_time": 1764129598}, {"payer": OPENID}, {"payer": {"openid": 7}}, {"mchid": 1900007291},
            {"amount": 5000}, {"amount": {"total": "5000", "currency": "CNY"}}, {"amount": {"total": 50.0, "currency": "CNY"}},
            {"amount": {"total": True, "currency": "CNY"}}, {"amount": {"total": -1, "currency": "CNY"}},
            {"amount": {"total": 5000, "currency": "USD"}}, {"amount": {"total": 5000}}, {"amount": {"currency": "CNY"}},
        )),
    ],
    ids=lambda content: str(content)[:40],
)  # fmt: skip
def test_a_payment_in_another_form_is_not_believed(content: Any) -> None:
    assert refusal(paid(content)) == "form"


@pytest.mark.parametrize(
    "wrong",
    [{"refund_status": "PROCESSING"}, {"refund_status": "CLOSED"}, {"refund_status": None}, {"success_time": None},
     {"amount": {"refund": "5000"}}, {"amount": {"refund": 5000, "currency": "USD"}}, {"amount": None},
     {"refund_id": ""}, {"out_refund_no": 5}, {"out_trade_no": None}],
)  # fmt: skip
def test_a_refund_in_another_form_is_not_believed(wrong: dict[str, Any]) -> None:
    assert refusal(refunded({**REFUND, **wrong})) == "form"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"\xff", b"{}", b'{"id":"a"}', b'{"id":"a","event_type":"TRANSACTION.SUCCESS","resource":[]}',
     b'{"id":1,"event_type":"x","resource":{}}', b'{"id":"' + b"a" * 65 + b'","event_type":"x","resource":{}}',
     paid(algorithm="AEAD_SM4_GCM"), paid(nonce=7), paid(nonce=""), paid(ciphertext=None), paid(associated_data=1)],
    ids=lambda body: body[:50].decode("latin-1"),
)  # fmt: skip
def test_a_signed_body_in_another_form_is_not_believed(body: bytes) -> None:
    assert refusal(body) == "form"


def test_what_the_api_v3_key_does_not_open_is_told_apart_for_the_log() -> None:
    assert refusal(paid(nonce="bad-4a9R25RW")) == "seal"
    assert refusal(paid(associated_data="refund")) == "seal"
    assert refusal(paid(ciphertext="AAAA")) == "seal"
    assert refusal(paid(**sealed(PAYMENT, "transaction", key="0" * 32))) == "seal"
    body = paid(**{**sealed(PAYMENT, ""), "associated_data": None})
    assert read(body).payment
    with pytest.raises(KeyUnusable):
        read_notification(PUBLIC_KEY_MODE, API_V3_KEY[:16], signed_headers(body), body, NOW)
