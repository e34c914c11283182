"""What is sent to WeChat Pay, to the byte; which answers count; how every failure is sorted."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.http import Http
from chalicelib.integrations.texts import TEXTS
from chalicelib.integrations.wechat_pay import codes
from chalicelib.integrations.wechat_pay.client import PayClient
from chalicelib.integrations.wechat_pay.gateway import Gateway
from chalicelib.integrations.wechat_pay.keys import Keyring
from chalicelib.integrations.wechat_pay.port import Payment, Prepay, Refund, RefundOrder, RefundStatus, TradeState
from tests.support.wechat_pay import (
    API_V3_KEY,
    APP_ID,
    MERCHANT,
    MERCHANT_ID,
    MERCHANT_KEY,
    NONCE,
    NOW,
    OTHER_KEY,
    PUBLIC_KEY_ID,
    PUBLIC_KEY_MODE,
    VECTORS,
    certificate,
    pay_client,
    sealed,
)
from tests.unit.integrations.conftest import DROP, HALF, HANG

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
ORDER = Prepay("01JPAY0000000000000000000A", "餐卡充值", 5000, OPENID, NOW + timedelta(minutes=15))
ORDER_BODY = {
    "appid": APP_ID, "mchid": MERCHANT_ID, "description": "餐卡充值", "out_trade_no": ORDER.out_trade_no,
    "time_expire": "2026-11-26T12:15:00+08:00", "notify_url": "https://campus.example/api/pay/payments",
    "amount": {"total": 5000, "currency": "CNY"}, "payer": {"openid": OPENID},
}  # fmt: skip
REFUND_ORDER = RefundOrder("R" + ORDER.out_trade_no, ORDER.out_trade_no, 3000, 5000, "餐卡系统未入账")
PAID: dict[str, Any] = {
    "appid": APP_ID, "mchid": MERCHANT_ID, "out_trade_no": ORDER.out_trade_no, "transaction_id": "42000", "trade_type": "JSAPI",
    "trade_state": "SUCCESS", "trade_state_desc": "支付成功", "success_time": "2026-11-26T11:59:58+08:00",
    "payer": {"openid": OPENID}, "amount": {"total": 5000, "payer_total": 4900, "currency": "CNY"},
}  # fmt: skip
UNPAID = {"appid": APP_ID, "mchid": MERCHANT_ID, "out_trade_no": ORDER.out_trade_no, "trade_state": "NOTPAY"}
REFUND: dict[str, Any] = {
    "refund_id": "50000", "out_refund_no": REFUND_ORDER.out_refund_no, "out_trade_no": ORDER.out_trade_no,
    "transaction_id": "42000", "channel": "ORIGINAL", "create_time": "2026-11-26T12:00:00+08:00", "status": "PROCESSING",
    "amount": {"total": 5000, "refund": 3000, "currency": "CNY"},
}  # fmt: skip
PREPAID = (200, {"prepay_id": "wx26"})


def header_facts(authorization: str) -> dict[str, str]:
    scheme, _, rest = authorization.partition(" ")
    assert scheme == "WECHATPAY2-SHA256-RSA2048"
    facts = dict(re.findall(r'([a-z_]+)="([^"]*)"', rest))
    assert set(facts) == {"mchid", "nonce_str", "signature", "timestamp", "serial_no"}
    return facts


def require_signed(method: str, target: str, authorization: str, body: bytes) -> dict[str, str]:
    """WeChat Pay's own look at a request, over what arrived."""
    facts = header_facts(authorization)
    message = f"{method}\n{target}\n{facts['timestamp']}\n{facts['nonce_str']}\n".encode() + body + b"\n"
    MERCHANT_KEY.public_key().verify(base64.b64decode(facts["signature"]), message, PKCS1v15(), SHA256())
    return facts


def failure(call: Any) -> PeerError:
    with pytest.raises(PeerError) as caught:
        call()
    assert caught.value.peer == "pay"
    assert caught.value.code in TEXTS
    return caught.value


# --- what is sent


def test_an_order_has_the_documented_members_and_nothing_else() -> None:
    client, wire = pay_client(PREPAID, PREPAID, PREPAID)
    assert client.prepay(ORDER) == "wx26"
    client.prepay(ORDER)
    client.prepay(replace(ORDER, attach="01JX"))
    assert wire.bodies()[0] == ORDER_BODY
    assert wire.sent[0] == wire.sent[1], "the same order is the same to the byte"
    assert wire.bodies()[2] == {**ORDER_BODY, "attach": "01JX"}
    sent = wire.sent[0]
    assert (sent["method"], sent["url"], sent["repeatable"]) == (
        "POST",
        "https://pay.example/v3/pay/transactions/jsapi",
        True,
    )
    headers = sent["headers"]
    facts = require_signed("POST", "/v3/pay/transactions/jsapi", headers.pop("Authorization"), sent["body"])
    assert (facts["mchid"], facts["serial_no"]) == (MERCHANT_ID, "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB")
    assert (facts["nonce_str"], facts["timestamp"]) == (NONCE, str(int(NOW.timestamp())))
    assert headers == {
        "Accept": "application/json", "Content-Type": "application/json", "User-Agent": "campus",
        "Wechatpay-Serial": PUBLIC_KEY_ID,
    }  # fmt: skip


def test_certificate_mode_asks_for_no_particular_key() -> None:
    ring = Keyring(certificates=(certificate("0B02", OTHER_KEY),))
    client, wire = pay_client(PREPAID, keys=ring, key=OTHER_KEY, serial="0B02")
    assert client.prepay(ORDER) == "wx26"
    assert "Wechatpay-Serial" not in wire.sent[0]["headers"]


def test_queries_closings_and_refunds_as_they_go_out() -> None:
    client, wire = pay_client((200, PAID), (204, b""), (200, REFUND), (200, REFUND), (200, REFUND))
    client.find(ORDER.out_trade_no)
    client.close(ORDER.out_trade_no)
    client.refund(REFUND_ORDER)
    client.refund(replace(REFUND_ORDER, reason=""))
    client.find_refund(REFUND_ORDER.out_refund_no)
    base, number = "https://pay.example/v3", ORDER.out_trade_no
    assert [(call["method"], call["url"]) for call in wire.sent] == [
        ("GET", f"{base}/pay/transactions/out-trade-no/{number}?mchid={MERCHANT_ID}"),
        ("POST", f"{base}/pay/transactions/out-trade-no/{number}/close"),
        ("POST", f"{base}/refund/domestic/refunds"),
        ("POST", f"{base}/refund/domestic/refunds"),
        ("GET", f"{base}/refund/domestic/refunds/R{number}"),
    ]
    refund = {
        "out_trade_no": number, "out_refund_no": f"R{number}", "reason": "餐卡系统未入账",
        "notify_url": "https://campus.example/api/pay/refunds", "amount": {"refund": 3000, "total": 5000, "currency": "CNY"},
    }  # fmt: skip
    without_reason = {name: value for name, value in refund.items() if name != "reason"}
    assert wire.bodies() == [None, {"mchid": MERCHANT_ID}, refund, without_reason, None]
    assert "Content-Type" not in wire.sent[0]["headers"]


def over_the_wire(address: str, **http: float) -> PayClient:
    gateway = Gateway(address, MERCHANT, lambda: PUBLIC_KEY_MODE, Http("pay", **http))
    return PayClient(gateway, APP_ID, "https://campus.example/p", "https://campus.example/r", lambda: API_V3_KEY)


@pytest.mark.parametrize("number", ["ORDER-1_a", "a|b*c~d", "号 1/2%?#", "a%2Fb"])
def test_what_arrives_is_what_was_signed(peer, number: str) -> None:
    client = over_the_wire(peer.url)
    peer.says(*[(400, {"code": "PARAM_ERROR", "message": "x"})] * 3)
    for call in (lambda: client.find(number), lambda: client.close(number), lambda: client.prepay(ORDER)):
        assert failure(call).code == "pay_request_invalid"
    for request in peer.received:
        require_signed(request.method, request.target, request.headers["authorization"], request.body)
        assert request.headers["accept"] == "application/json"
    assert peer.received[2].json["description"] == "餐卡充值"
    assert "\\u" not in peer.received[2].body.decode()


def test_each_request_has_a_nonce_of_its_own(peer) -> None:
    client = over_the_wire(peer.url)
    peer.says(*[(500, {})] * 2)
    for _ in range(2):
        failure(lambda: client.prepay(ORDER))
    nonces = {header_facts(request.headers["authorization"])["nonce_str"] for request in peer.received}
    assert len(nonces) == 2
    assert all(re.fullmatch(r"[0-9a-f]{32}", nonce) for nonce in nonces)


@pytest.mark.parametrize("said", [DROP, HANG, HALF])
def test_a_lost_answer_is_asked_for_again(peer, said: str) -> None:
    client = over_the_wire(peer.url, read_seconds=0.1)
    for call in (lambda: client.prepay(ORDER), lambda: client.refund(REFUND_ORDER), lambda: client.close("x")):
        peer.says(said)
        lost = failure(call)
        assert (type(lost), lost.code, getattr(lost, "sent", None)) == (Retryable, "answer_lost", True)


def test_nobody_there() -> None:
    lost = failure(lambda: over_the_wire("http://127.0.0.1:9").prepay(ORDER))
    assert (type(lost), lost.code, getattr(lost, "sent", None)) == (Retryable, "peer_unreachable", False)


# --- what is read


def test_an_order_in_each_state() -> None:
    client, _ = pay_client(
        (200, PAID), (200, UNPAID), (200, {**PAID, "trade_state": "REFUND"}), (200, {**UNPAID, "payer": {}})
    )
    paid_at = datetime(2026, 11, 26, 3, 59, 58, tzinfo=UTC)
    paid = Payment(ORDER.out_trade_no, "42000", TradeState.SUCCESS, 5000, OPENID, paid_at, APP_ID, MERCHANT_ID)
    assert client.find(ORDER.out_trade_no) == paid
    unpaid = Payment(ORDER.out_trade_no, None, TradeState.NOTPAY, None, None, None, APP_ID, MERCHANT_ID)
    assert client.find(ORDER.out_trade_no) == unpaid
    assert client.find(ORDER.out_trade_no) == replace(paid, state=TradeState.REFUND)
    assert client.find(ORDER.out_trade_no) == unpaid
    for state in ("CLOSED", "REVOKED", "USERPAYING", "PAYERROR"):
        client, _ = pay_client((200, {**UNPAID, "trade_state": state, "transaction_id": "", "success_time": None}))
        found = client.find(ORDER.out_trade_no)
        assert found is not None
        assert found == replace(unpaid, state=TradeState(state))


def test_a_refund_in_each_state() -> None:
    processing = Refund(REFUND_ORDER.out_refund_no, "50000", ORDER.out_trade_no, RefundStatus.PROCESSING, 3000, None)
    client, _ = pay_client(
        (200, REFUND), (200, {**REFUND, "status": "SUCCESS", "success_time": "2026-11-26T12:00:00+08:00"})
    )
    assert client.refund(REFUND_ORDER) == processing
    settled = replace(processing, status=RefundStatus.SUCCESS, settled_at=NOW)
    assert client.find_refund(REFUND_ORDER.out_refund_no) == settled
    for status in ("CLOSED", "ABNORMAL"):
        client, _ = pay_client((200, {**REFUND, "status": status}))
        assert client.find_refund(REFUND_ORDER.out_refund_no) == replace(processing, status=RefundStatus(status))


@pytest.mark.parametrize("code", ["ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"])
def test_what_they_do_not_have_is_none(code: str) -> None:
    client, _ = pay_client(*[(404, {"code": code, "message": "订单不存在"})] * 4)
    assert client.find("x12345") is None
    assert client.find_refund("x12345") is None
    for call in (lambda: client.close("x12345"), lambda: client.refund(REFUND_ORDER)):
        assert failure(call).code == "pay_record_unknown"


@pytest.mark.parametrize(
    "said", [(404, b"<html>"), (404, {}), (404, {"code": "MCH_NOT_EXISTS"}), (404, {"code": "NOT_FOUND"})]
)
def test_other_things_that_are_missing_do_not_mean_that_there_is_no_order(said: tuple[int, Any]) -> None:
    client, _ = pay_client(said)
    assert failure(lambda: client.find("x12345")).code in ("wrong_address", "pay_merchant_invalid")


def test_a_closed_order_is_closed_and_a_paid_one_cannot_be() -> None:
    client, _ = pay_client(
        (204, b""), (400, {"code": "ORDER_CLOSED"}), (400, {"code": "ORDERPAID", "message": "该订单已支付"})
    )
    client.close("x12345")
    client.close("x12345")
    refusal = failure(lambda: client.close("x12345"))
    assert (type(refusal), refusal.code, refusal.peer_code) == (Refused, "pay_order_paid", "ORDERPAID")


@pytest.mark.parametrize(
    "said",
    [b"", b"[]", b"{", {"prepay_id": ""}, {"prepay_id": 7}, {}, b"\xff", b"[" * 100_000],
    ids=lambda said: str(said)[:20],
)
def test_an_answer_that_cannot_be_read_is_asked_for_again(said: Any) -> None:
    client, _ = pay_client((200, said))
    unreadable = failure(lambda: client.prepay(ORDER))
    assert (type(unreadable), unreadable.code) == (Retryable, "answer_unreadable")


@pytest.mark.parametrize(
    "wrong",
    [{"trade_state": "PAID"}, {"amount": {"total": "5000", "currency": "CNY"}}, {"amount": {"total": 5000, "currency": "HKD"}},
     {"success_time": ""}, {"transaction_id": None}, {"out_trade_no": "OTHER"}, {"appid": None}],
)  # fmt: skip
def test_an_order_in_another_form_or_another_order_is_not_believed(wrong: dict[str, Any]) -> None:
    client, _ = pay_client((200, {**PAID, **wrong}))
    assert failure(lambda: client.find(ORDER.out_trade_no)).code == "answer_unreadable"


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "DONE"},
        {"status": "SUCCESS"},
        {"amount": {"refund": 30.0}},
        {"out_refund_no": "R"},
        {"refund_id": ""},
    ],
)
def test_a_refund_in_another_form_or_another_refund_is_not_believed(wrong: dict[str, Any]) -> None:
    client, _ = pay_client(*[(200, {**REFUND, **wrong})] * 2)
    assert failure(lambda: client.refund(REFUND_ORDER)).code == "answer_unreadable"
    assert failure(lambda: client.find_refund(REFUND_ORDER.out_refund_no)).code == "answer_unreadable"


# --- which answers count


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"Wechatpay-Signature": "WECHATPAY/SIGNTEST/aGVsbG8gd29ybGQ"}, "signature"),
        ({"Wechatpay-Signature": "AAAA"}, "signature"),
        ({"Wechatpay-Signature": ""}, "form"),
        ({"Wechatpay-Serial": "440024045C4A427599D09BB4E3DE0279F2E813FD"}, "serial"),
        ({"Wechatpay-Timestamp": str(int(NOW.timestamp()) - 300)}, "time"),
        ({"Wechatpay-Timestamp": str(int(NOW.timestamp()) + 1)}, "signature"),
        ({"Wechatpay-Signature-Type": "OTHER"}, "scheme"),
    ],
)
@pytest.mark.parametrize("said", [PREPAID, (204, b"")])
def test_an_answer_that_is_not_provably_theirs_is_asked_for_again(
    changed: dict[str, str], fault: str, said: Any
) -> None:
    client, _ = pay_client(said, changed=changed)
    call = (lambda: client.prepay(ORDER)) if said is PREPAID else (lambda: client.close("x12345"))
    refusal = failure(call)
    assert (type(refusal), refusal.code) == (Retryable, "pay_answer_not_genuine")
    assert refusal.message.endswith(fault)


def test_the_documented_headers_are_enough_and_the_type_may_be_there() -> None:
    client, _ = pay_client(PREPAID, changed={"Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048"})
    assert client.prepay(ORDER) == "wx26"


def test_the_raw_bytes_are_verified() -> None:
    client, _ = pay_client((200, b'{ "prepay_id" :\t"wx26"}\n'))
    assert client.prepay(ORDER) == "wx26"


def test_a_refusal_needs_no_signature() -> None:
    client, _ = pay_client((400, {"code": "ORDERPAID"}), unsigned=True)
    assert failure(lambda: client.prepay(ORDER)).code == "pay_order_paid"


# --- how failures are sorted


@pytest.mark.parametrize(
    ("status", "code", "kind", "ours"),
    [
        (400, "PARAM_ERROR", Refused, "pay_request_invalid"),
        (400, "INVALID_REQUEST", Refused, "pay_request_invalid"),
        (400, "APPID_MCHID_NOT_MATCH", Refused, "pay_merchant_invalid"),
        (400, "ORDER_CLOSED", Refused, "pay_order_closed"),
        (400, "ORDERCLOSED", Refused, "pay_order_closed"),
        (400, "ORDER_PAID", Refused, "pay_order_paid"),
        (400, "ALREADY_EXISTS", Refused, "pay_number_used"),
        (400, "SOMETHING_NEW", Refused, "pay_refused"),
        (401, "SIGN_ERROR", Refused, "pay_credentials_refused"),
        (401, "", Refused, "pay_credentials_refused"),
        (403, "NO_AUTH", Refused, "pay_not_authorised"),
        (403, "NOAUTH", Refused, "pay_not_authorised"),
        (403, "OUT_TRADE_NO_USED", Refused, "pay_number_used"),
        (403, "RULE_LIMIT", Refused, "pay_declined"),
        (403, "TRADE_ERROR", Refused, "pay_declined"),
        (403, "ACCOUNT_ERROR", Refused, "pay_declined"),
        (403, "REQUEST_BLOCKED", Refused, "pay_declined"),
        (403, "NOT_ENOUGH", Refused, "pay_balance_insufficient"),
        (403, "NOTENOUGH", Refused, "pay_balance_insufficient"),
        (403, "USER_ACCOUNT_ABNORMAL", Refused, "pay_user_account_abnormal"),
        (404, "ORDER_NOT_EXIST", Refused, "pay_record_unknown"),
        (404, "MCH_NOT_EXISTS", Refused, "pay_merchant_invalid"),
        (404, "NOT_FOUND", Refused, "wrong_address"),
        (302, "", Refused, "wrong_address"),
        (405, "", Refused, "wrong_address"),
        (500, "OPENID_MISMATCH", Refused, "pay_openid_mismatch"),
        (400, "OPENID_MISMATCH", Refused, "pay_openid_mismatch"),
        (500, "SYSTEM_ERROR", Retryable, "peer_failed"),
        (400, "SYSTEMERROR", Retryable, "peer_failed"),
        (500, "BANK_ERROR", Retryable, "peer_failed"),
        (500, "BIZ_ERR_NEED_RETRY", Retryable, "peer_failed"),
        (500, "INVALID_TRANSACTIONID", Retryable, "peer_failed"),
        (500, "ORDER_PAID", Retryable, "peer_failed"),
        (502, "", Retryable, "peer_failed"),
        (408, "", Retryable, "peer_failed"),
        (429, "FREQUENCY_LIMITED", Retryable, "peer_busy"),
        (429, "", Retryable, "peer_busy"),
        (403, "RATELIMIT_EXCEEDED", Retryable, "peer_busy"),
        (400, "FREQUENCY_LIMIT_EXCEED", Retryable, "peer_busy"),
        (400, "STATEMENT_CREATING", Retryable, "pay_bill_not_ready"),
    ],
)
def test_a_refusal_is_sorted_once(status: int, code: str, kind: type[PeerError], ours: str) -> None:
    client, _ = pay_client((status, {"code": code, "message": "说明"} if code else b"<html>"))
    refusal = failure(lambda: client.refund(REFUND_ORDER))
    assert (type(refusal), refusal.code, refusal.peer_code) == (kind, ours, code or f"http_{status}")


@pytest.mark.parametrize(
    ("cause", "ours"),
    [("268498688", "pay_number_used"), ("268449538", "pay_order_paid"), ("268447914", "pay_order_closed"),
     ("268445527", "pay_merchant_invalid"), ("268448010", "pay_declined"), ("1", "pay_request_invalid")],
)  # fmt: skip
def test_a_vague_code_is_made_precise_by_the_number_of_its_request(cause: str, ours: str) -> None:
    request = f"08F5D1E0B50610A60218BFC5D15C-{cause}"
    client, _ = pay_client((400, {"code": "INVALID_REQUEST", "message": "x"}), changed={"Request-ID": request})
    refusal = failure(lambda: client.prepay(ORDER))
    assert (refusal.code, refusal.message) == (ours, f"x (request {request})")


def test_a_precise_code_needs_no_number() -> None:
    client, _ = pay_client((403, {"code": "NOT_ENOUGH"}), changed={"Request-ID": "08F5-268498688"})
    assert failure(lambda: client.refund(REFUND_ORDER)).code == "pay_balance_insufficient"


def test_a_message_holds_nobodys_data() -> None:
    said = {
        "code": "PARAM_ERROR", "message": f"openid {OPENID} of {MERCHANT_ID} 餐卡充值\n is wrong",
        "detail": {"field": "/payer/openid", "value": OPENID, "issue": OPENID, "location": "body"},
    }  # fmt: skip
    client, _ = pay_client((400, said), changed={"Request-ID": "bad id\n" + OPENID})
    refusal = failure(lambda: client.prepay(ORDER))
    assert refusal.message == "openid *** of *** *** is wrong [/payer/openid]"
    client, _ = pay_client((400, {"code": OPENID, "message": {"a": OPENID}, "detail": [OPENID]}))
    assert OPENID not in str(failure(lambda: client.prepay(ORDER)))


def test_nothing_secret_is_in_a_repr() -> None:
    client, _ = pay_client()
    assert not {word for word in ("PRIVATE", API_V3_KEY, "BEGIN") if word in repr(client)}
    assert OPENID not in repr(ORDER)


def test_every_code_has_a_text_and_is_named_for_its_peer() -> None:
    ours = {*codes._FINAL.values(), *codes._LATER.values(), *codes._CAUSES.values(), *codes._STATUSES.values()}
    assert ours <= set(TEXTS)
    assert {code for code in ours if not code.startswith("pay_")} == {"wrong_address", "peer_busy", "peer_failed"}


# --- platform certificates


def listed(*serials: str, key: str = API_V3_KEY) -> dict[str, Any]:
    return {
        "data": [
            {"serial_no": serial, "effective_time": "x", "expire_time": "x",
             "encrypt_certificate": sealed(certificate(serial, OTHER_KEY).pem, "certificate", key)}
            for serial in serials
        ]
    }  # fmt: skip


def test_the_first_certificates_are_verified_with_one_among_them() -> None:
    client, wire = pay_client((200, listed("0A01", "0B02")), keys=Keyring(), key=OTHER_KEY, serial="0B02")
    found = client.certificates()
    assert [each.serial for each in found] == ["A01", "B02"]
    assert wire.sent[0]["url"] == "https://pay.example/v3/certificates"
    ring = Keyring().with_certificates(found)
    assert pay_client(PREPAID, keys=ring, key=OTHER_KEY, serial="0A01")[0].prepay(ORDER) == "wx26"


def test_later_ones_are_verified_with_a_known_one_too() -> None:
    known = Keyring(certificates=(certificate("0C03"),))
    client, _ = pay_client((200, listed("0D04")), keys=known, serial="0C03")
    assert [each.serial for each in client.certificates()] == ["D04"]


def test_certificates_that_nobody_vouches_for_are_not_taken() -> None:
    client, _ = pay_client((200, listed("0D04")), keys=Keyring(), serial="0E05", key=OTHER_KEY)
    assert failure(client.certificates).code == "pay_answer_not_genuine"
    client, _ = pay_client((200, listed("0D04", key="0" * 32)), keys=Keyring(), serial="0D04", key=OTHER_KEY)
    assert failure(client.certificates).code == "answer_unreadable"
    client, _ = pay_client((200, {"data": [{"serial_no": "1"}]}), keys=Keyring())
    assert failure(client.certificates).code == "answer_unreadable"
    garbage = {"data": [{"serial_no": "1", "encrypt_certificate": sealed("no certificate", "certificate")}]}
    client, _ = pay_client((200, garbage), keys=Keyring())
    assert failure(client.certificates).code == "answer_unreadable"


def test_a_merchant_with_the_public_key_only_has_none() -> None:
    client, _ = pay_client((404, {"code": "RESOURCE_NOT_EXISTS", "message": "无可用的平台证书，请申请微信支付公钥"}))
    assert client.certificates() == ()


def test_the_published_download_is_verified_like_any_other() -> None:
    """WeChat Pay published the body, not its signature: so it opens, and is then refused."""
    client, _ = pay_client((200, VECTORS["aead-java-certificate-download"]["response"].encode()), keys=Keyring())
    assert failure(client.certificates).code == "pay_answer_not_genuine"
