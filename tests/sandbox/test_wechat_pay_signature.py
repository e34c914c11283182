"""WeChat Pay's signatures: what it accepts, what it signs, and the ways in which it must not be believed."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_public_key
from starlette.testclient import TestClient

from sandbox.wechat_pay.merchant import MERCHANT_ID, PLATFORM_SERIAL, PUBLIC_KEY_ID
from sandbox.wechat_pay.signature import lines, read_authorization, seal, sign, verifies
from tests.sandbox.callers import ManualClock, app_of
from tests.sandbox.pay import NUMBER, PREPAY, Merchant

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "wechat_pay_published.json").read_text())["vectors"]
KNOWN: dict[str, dict[str, Any]] = {vector["id"]: vector for vector in VECTORS}
ORDER = f"/v3/pay/transactions/out-trade-no/{NUMBER}?mchid={MERCHANT_ID}"


@pytest.fixture
def merchant(client: TestClient, clock: ManualClock) -> Merchant:
    return Merchant(client, clock, app_of(client).secrets)


@pytest.mark.parametrize("name", ["rsa-sign-go", "req-body-jsapi", "req-query-partnerships", "paysign-jsapi"])
def test_published_signatures(name: str) -> None:
    vector = KNOWN[name]
    key: Any = load_der_private_key(base64.b64decode(vector["private_key_der_b64"]), None)
    published = vector.get("signature") or vector["paySign"]
    assert sign(key, vector["message"].encode()) == published
    assert verifies(key.public_key(), vector["message"].encode(), published)
    assert not verifies(key.public_key(), vector["message"].encode() + b" ", published)


def test_published_messages() -> None:
    asked, page, answer = KNOWN["req-body-jsapi"], KNOWN["paysign-jsapi"], KNOWN["response-verify-pubkey"]
    parts = (asked["method"], asked["path_and_query"], asked["timestamp"], asked["nonce_str"], asked["body"])
    assert lines(*parts) == asked["message"].encode()
    assert lines(page["appId"], page["timeStamp"], page["nonceStr"], page["fourth_line"]) == page["message"].encode()
    key: Any = load_pem_public_key(answer["public_key_pem"].encode())
    message = lines(answer["timestamp"], answer["nonce"], answer["body"])
    assert verifies(key, message, answer["signature"])
    assert not verifies(key, message, "WECHATPAY/SIGNTEST/" + answer["signature"][19:])


def test_the_published_cipher() -> None:
    known = KNOWN["aead-java-1"]
    sealed = seal(known["key"], known["nonce"], known["associated_data"], known["plaintext"].encode())
    assert sealed == known["ciphertext"]


@pytest.mark.parametrize(
    "header",
    [
        "",
        'Basic mchid="1"',
        'WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="2",signature="3",timestamp="4"',
        'WECHATPAY2-SHA256-RSA2048 mchid="1",mchid="1",nonce_str="2",signature="3",timestamp="4",serial_no="5"',
        "WECHATPAY2-SHA256-RSA2048 mchid=1,nonce_str=2,signature=3,timestamp=4,serial_no=5",
        'WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="2",signature="3",timestamp="4",serial_no="5",more="6"',
    ],
)
def test_headers_that_are_none(header: str) -> None:
    assert read_authorization(header) is None


def test_members_come_in_any_order() -> None:
    read = read_authorization(
        'WECHATPAY2-SHA256-RSA2048 serial_no="5",timestamp="4",signature="3=",nonce_str="2",mchid="1"'
    )
    assert read is not None and (read.mchid, read.signature, read.serial_no) == ("1", "3=", "5")


@pytest.mark.parametrize(
    "changes",
    [
        {"mchid": "1900000109"},
        {"serial_no": "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"},
        {"signature": base64.b64encode(b"x" * 256).decode()},
        {"signature": "no base64!"},
        {"timestamp": "soon"},
        {"sent": b'{"a": 1}'},
        {"headers": {"Authorization": ""}},
    ],
    ids=str,
)
def test_whoever_cannot_sign_is_refused(merchant: Merchant, changes: dict[str, Any]) -> None:
    answer = merchant.send("POST", PREPAY, merchant.order(), **changes)
    assert (answer.status, answer.code, answer.cause) == (401, "SIGN_ERROR", 268443699)
    assert merchant.is_genuine(answer.headers, answer.body), "refusals are signed too"
    assert merchant.control("GET", "orders")["items"] == []


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-300, 404), (300, 404), (301, 401)])
def test_the_window(merchant: Merchant, clock: ManualClock, seconds: int, status: int) -> None:
    assert merchant.send("GET", ORDER, timestamp=str(int(clock() + seconds))).status == status


def test_the_path_is_signed_as_it_is_sent(merchant: Merchant) -> None:
    merchant.prepay("ORDER|1*")
    sent = f"/v3/pay/transactions/out-trade-no/ORDER%7C1*?mchid={MERCHANT_ID}"
    assert merchant.good("GET", sent).json["out_trade_no"] == "ORDER|1*"
    raw = merchant.authorization("GET", f"/v3/pay/transactions/out-trade-no/ORDER|1*?mchid={MERCHANT_ID}", b"")
    assert merchant.send("GET", sent, headers={"Authorization": raw}).status == 401


def test_the_merchant_inside_is_the_one_who_signed(merchant: Merchant) -> None:
    assert merchant.send("POST", PREPAY, merchant.order(mchid="1900000109")).code == "SIGN_ERROR"
    assert merchant.send("GET", ORDER.replace(MERCHANT_ID, "1900000109")).code == "SIGN_ERROR"


def test_headers(merchant: Merchant) -> None:
    assert merchant.send("GET", ORDER, headers={"Accept": "text/html"}).code == "PARAM_ERROR"
    assert merchant.send("GET", ORDER, headers={"User-Agent": ""}).code == "PARAM_ERROR"
    assert merchant.send("POST", PREPAY, {}, headers={"Content-Type": "text/plain"}).code == "PARAM_ERROR"
    assert merchant.send("GET", ORDER, headers={"Wechatpay-Serial": PLATFORM_SERIAL}).code == "PARAM_ERROR"
    assert merchant.send("GET", "/v3/nothing").status == 404


def test_an_empty_answer_is_signed(merchant: Merchant) -> None:
    merchant.prepay()
    answer = merchant.close()
    assert (answer.status, answer.body) == (204, b"")
    assert merchant.is_genuine(answer.headers, b"")


@pytest.mark.parametrize("kind", ["probe", "stale", "unknown_serial", "wrong", "missing"])
def test_answers_nobody_may_believe(merchant: Merchant, kind: str) -> None:
    merchant.knob(response_signature=kind, response_signature_times=1)
    answer = merchant.send("POST", PREPAY, merchant.order())
    assert answer.status == 200
    assert not merchant.is_genuine(answer.headers, answer.body)
    assert (kind == "probe") == answer.headers.get("wechatpay-signature", "").startswith("WECHATPAY/SIGNTEST/")
    assert merchant.find()["trade_state"] == "NOTPAY", "the next one is good again, and the order was made"


def test_the_type_of_the_signature_may_be_missing(merchant: Merchant) -> None:
    merchant.prepay()
    assert merchant.send("GET", ORDER).headers["wechatpay-signature-type"] == "WECHATPAY2-SHA256-RSA2048"
    merchant.knob(signature_type=False)
    answer = merchant.good("GET", ORDER)
    assert "wechatpay-signature-type" not in answer.headers


def certificates(merchant: Merchant) -> dict[str, RSAPublicKey]:
    """Read as the first answer has to be: its signature is checked with a key that is inside it."""
    answer = merchant.send("GET", "/v3/certificates")
    keys: dict[str, RSAPublicKey] = {}
    for row in answer.json["data"]:
        loaded = x509.load_pem_x509_certificate(merchant.open(row["encrypt_certificate"]))
        assert f"{loaded.serial_number:X}" == row["serial_no"]
        key = loaded.public_key()
        assert isinstance(key, RSAPublicKey)
        keys[row["serial_no"]] = key
    known = keys | {PUBLIC_KEY_ID: merchant.public_key}
    assert answer.status == 200 and merchant.is_genuine(answer.headers, answer.body, known)
    return keys


def test_with_the_public_key_there_are_no_certificates(merchant: Merchant) -> None:
    answer = merchant.send("GET", "/v3/certificates")
    assert (answer.status, answer.code) == (404, "RESOURCE_NOT_EXISTS")
    assert "微信支付公钥" in answer.json["message"]


def test_certificates_rotate(merchant: Merchant) -> None:
    merchant.knob(mode="certificate")
    first = certificates(merchant)
    assert list(first) == [PLATFORM_SERIAL]
    second = merchant.control("POST", "certificates")["serial"]
    both = certificates(merchant)
    assert set(both) == {PLATFORM_SERIAL, second}
    answers = [merchant.send("GET", ORDER) for _ in range(4)]
    assert {answer.headers["wechatpay-serial"] for answer in answers} == set(both), "old and new sign"
    assert all(merchant.is_genuine(answer.headers, answer.body, both) for answer in answers)
    assert not merchant.is_genuine(answers[0].headers, answers[0].body), "the public key's pair is another one"
    merchant.control("POST", "certificates", {"withdraw": PLATFORM_SERIAL})
    assert set(certificates(merchant)) == {second}


def test_while_switching_either_signs_and_the_public_key_can_be_asked_for(merchant: Merchant) -> None:
    merchant.knob(mode="both")
    serials = {merchant.send("GET", ORDER).headers["wechatpay-serial"] for _ in range(4)}
    assert serials == {PUBLIC_KEY_ID, PLATFORM_SERIAL}
    asked = [merchant.send("GET", ORDER, headers={"Wechatpay-Serial": PUBLIC_KEY_ID}) for _ in range(4)]
    assert {answer.headers["wechatpay-serial"] for answer in asked} == {PUBLIC_KEY_ID}
