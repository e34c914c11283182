"""Every answer WeChat Pay published with its keys, through the product's own functions."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.integrations.house.members import Unreadable
from chalicelib.integrations.wechat_pay.bill import read_bill
from chalicelib.integrations.wechat_pay.certificates import contained
from chalicelib.integrations.wechat_pay.keys import Keyring, Merchant, read_certificate
from chalicelib.integrations.wechat_pay.notifications import NotGenuine, read_notification
from chalicelib.integrations.wechat_pay.sealed import SealBroken, open_resource, open_sealed
from chalicelib.integrations.wechat_pay.signature import authorization, fault_of, request_message
from tests.support.wechat_pay import API_V3_KEY, VECTORS, pay_client

REQUESTS = [each for each in VECTORS.values() if each["kind"] == "request_signature"]
SEALED = [each for each in VECTORS.values() if each["kind"] == "aead_aes_256_gcm"]


def pem(vector: dict[str, Any]) -> str:
    base = vector["private_key_der_b64"]
    return f"-----BEGIN PRIVATE KEY-----\n{base}\n-----END PRIVATE KEY-----\n"


def opened(vector: dict[str, Any], **changed: str) -> bytes:
    facts = {**vector, **changed}
    return open_sealed(facts["key"].encode(), facts["nonce"], facts["associated_data"], facts["ciphertext"])


def test_all_of_them_are_here() -> None:
    assert {name for name, each in VECTORS.items() if not each["kind"].startswith(("oa_", "wxa_", "jssdk"))} == {
        "aead-java-1", "aead-go-1-aes128key", "certificates-go-response", "aead-java-certificate-download",
        "rsa-sign-go", "rsa-sign-java", "req-body-jsapi", "req-query-partnerships", "paysign-jsapi",
        "response-verify-pubkey", "notify-go-full", "bill-all-csv",
    }  # fmt: skip
    assert (len(REQUESTS), len(SEALED)) == (2, 2)


@pytest.mark.parametrize("vector", REQUESTS, ids=lambda vector: vector["id"])
def test_requests_are_signed(vector: dict[str, Any]) -> None:
    said = (vector["method"], vector["path_and_query"], vector["timestamp"], vector["nonce_str"])
    body = vector["body"].encode()
    assert request_message(*said, body).decode() == vector["message"]
    merchant = Merchant(vector.get("mchid", "1900007291"), "408B", pem(vector))
    header = authorization(merchant, *said, body)
    assert f'signature="{vector["signature"]}"' in header
    assert header.startswith("WECHATPAY2-SHA256-RSA2048 mchid=")
    assert f'signature="{vector["signature"]}"' not in authorization(merchant, *said, body + b" ")


def test_the_page_is_signed() -> None:
    vector = VECTORS["paysign-jsapi"]
    client, _ = pay_client()
    merchant = Merchant("1900007291", "408B", pem(vector))
    client = type(client)(
        type(client.gateway)("https://pay.example", merchant, Keyring, nonce=lambda: vector["nonceStr"]),
        vector["appId"], "", "", str,
    )  # fmt: skip
    prepay_id = vector["fourth_line"].removeprefix("prepay_id=")
    at = datetime.fromtimestamp(int(vector["timeStamp"]), UTC)
    assert client.page_parameters(prepay_id, at) == {
        **{name: vector[name] for name in ("appId", "timeStamp", "nonceStr", "paySign")},
        "package": vector["fourth_line"],
        "signType": "RSA",
    }


@pytest.mark.parametrize("name", ["rsa-sign-go", "rsa-sign-java"])
def test_plain_signatures(name: str) -> None:
    vector = VECTORS[name]
    message, signature = vector["message"].encode(), vector["signature"]
    assert Merchant("1", "2", pem(vector)).sign(message) == signature
    if "public_key_pem" in vector:
        ring, serial = Keyring("PUB_KEY_ID_1", vector["public_key_pem"]), "PUB_KEY_ID_1"
    else:
        ring, serial = Keyring(certificates=(read_certificate(vector["certificate_pem"]),)), vector["serial"]
    assert ring.verify(serial, message, signature)
    assert not ring.verify(serial, message + b".", signature)
    assert not ring.verify(serial + "0", message, signature)
    other = Keyring("PUB_KEY_ID_1", VECTORS["response-verify-pubkey"]["public_key_pem"])
    assert not other.verify("PUB_KEY_ID_1", message, signature)


def test_an_answer_is_verified() -> None:
    vector = VECTORS["response-verify-pubkey"]
    ring = Keyring("PUB_KEY_ID_1", vector["public_key_pem"])
    body, at = vector["body"].encode(), datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    headers = {f"wechatpay-{name}": vector[name] for name in ("timestamp", "nonce", "signature")}
    headers["wechatpay-serial"] = "PUB_KEY_ID_1"
    assert fault_of(ring, headers, body, at) == ""
    assert fault_of(ring, headers, body + b"\n", at) == "signature"
    assert fault_of(ring, {**headers, "wechatpay-nonce": "0" + vector["nonce"][1:]}, body, at) == "signature"


@pytest.mark.parametrize("vector", SEALED, ids=lambda vector: vector["id"])
def test_resources_are_opened(vector: dict[str, Any]) -> None:
    assert opened(vector).decode() == vector["plaintext"]
    wrong = [{"ciphertext": vector["ciphertext"][:-4] + "AAA="}, {"key": "0" * 32}, {"nonce": "x"}, {"ciphertext": "?"}]
    for changed in [*wrong, *vector.get("negative", [])]:
        with pytest.raises(SealBroken):
            opened(vector, **changed)


def test_certificates_of_the_answer_are_read() -> None:
    vector = VECTORS["aead-java-certificate-download"]
    data = json.loads(vector["response"])
    (found,) = contained(data, vector["key"].encode())
    assert found.serial == vector["serial"]
    assert found.effective_at == datetime.fromisoformat(data["data"][0]["effective_time"])
    assert found.expires_at == datetime.fromisoformat(data["data"][0]["expire_time"])
    data["data"][0]["serial_no"] = "5DEA"
    with pytest.raises(Unreadable, match="serial_no"):
        contained(data, vector["key"].encode())
    with pytest.raises(Unreadable, match="opened"):
        contained(json.loads(vector["response"]), b"0" * 32)


def test_a_certificate_under_a_short_key_is_opened_by_the_lower_function() -> None:
    vector = VECTORS["certificates-go-response"]
    assert read_certificate(opened(vector).decode()).serial == vector["expect_x509_serial_hex"]


def test_a_whole_notification() -> None:
    """Its event is none of ours and its key is short: it is genuine, and its content is opened by the lower function."""
    vector = VECTORS["notify-go-full"]
    ring = Keyring(certificates=(read_certificate(vector["certificate_pem"]),))
    body = vector["body"].encode()
    at = datetime.fromtimestamp(int(vector["headers"]["Wechatpay-Timestamp"]), UTC)
    found = read_notification(ring, API_V3_KEY, vector["headers"], body, at)
    assert (found.id, found.event) == ("3119dfba-e649-5eec-ab1e-3412bc4d2e17", "PAYSCORE.USER_OPEN_SERVICE")
    assert (found.nonce, found.payment, found.refund) == (vector["headers"]["Wechatpay-Nonce"], None, None)
    assert open_resource(vector["key"].encode(), json.loads(body)["resource"]).decode() == vector["plaintext"]
    with pytest.raises(NotGenuine, match="signature"):
        read_notification(ring, API_V3_KEY, vector["headers"], json.dumps(json.loads(body)).encode(), at)


def test_the_bill_of_the_library() -> None:
    bill = read_bill(date(2019, 2, 19), VECTORS["bill-all-csv"]["text"].encode())
    assert (bill.total_count, bill.total_fen, bill.refund_fen) == (45, 47, 14)
    assert (len(bill.payments), len(bill.refunds)) == (31, 14)
    assert sum(payment.amount_fen for payment in bill.payments) == 47
    first, refund = bill.payments[0], bill.refunds[0]
    assert (first.transaction_id, first.out_trade_no, first.amount_fen) == (
        "4200000263201902167700134902", "autotest_20190219015232_89201", 3,
    )  # fmt: skip
    assert first.paid_at == datetime(2019, 2, 18, 17, 52, 32, tzinfo=UTC)
    assert (refund.refund_id, refund.out_refund_no, refund.amount_fen, refund.status) == (
        "50000709672019011908420787722", "REF4200000263201902167700963919", 1, "SUCCESS",
    )  # fmt: skip
    assert refund.at == datetime(2019, 2, 18, 21, 1, 46, tzinfo=UTC)
