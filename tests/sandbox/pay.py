"""A merchant's server at WeChat Pay, written here from the contract: it signs, and believes nothing that is not signed."""

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from sandbox.kit.clock import Clock
from sandbox.people import APP_ID
from sandbox.server import Sandbox
from sandbox.shared_secrets import Secrets
from sandbox.wechat_pay.merchant import CERTIFICATE_SERIAL, MERCHANT_ID, PUBLIC_KEY_ID
from tests.sandbox.callers import VISITOR

PREPAY = "/v3/pay/transactions/jsapi"
REFUNDS = "/v3/refund/domestic/refunds"
NOTIFY_URL = "http://campus.localhost:4566/api/pay/payments"
REFUND_URL = "http://campus.localhost:4566/api/pay/refunds"
NUMBER = "01JCANTEEN0TOPUP0000000001"


@dataclass(frozen=True)
class Answer:
    """Status, body as received, headers."""

    status: int
    body: bytes
    headers: httpx.Headers

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def code(self) -> str:
        return str(self.json["code"])

    @property
    def cause(self) -> int:
        """The number that ends Request-ID."""
        return int(self.headers["request-id"].rpartition("-")[2])


class Merchant:
    """Signs with the merchant's key; `changes` replace members of Authorization."""

    def __init__(self, client: httpx.Client, clock: Clock, known: Secrets) -> None:
        self.client, self.clock, self.secrets = client, clock, known
        key = load_pem_private_key(known.wechat_pay_private_key.encode(), None)
        public = load_pem_public_key(known.wechat_pay_public_key.encode())
        assert isinstance(key, RSAPrivateKey) and isinstance(public, RSAPublicKey)
        self.key, self.public_key = key, public

    def authorization(self, method: str, target: str, body: bytes, **changes: str) -> str:
        members = {
            "mchid": MERCHANT_ID,
            "nonce_str": secrets.token_hex(16),
            "timestamp": str(int(self.clock())),
            "serial_no": CERTIFICATE_SERIAL,
        } | changes
        message = f"{method}\n{target}\n{members['timestamp']}\n{members['nonce_str']}\n".encode() + body + b"\n"
        members.setdefault("signature", self.sign(message))
        return "WECHATPAY2-SHA256-RSA2048 " + ",".join(f'{name}="{value}"' for name, value in members.items())

    def sign(self, message: bytes) -> str:
        return base64.b64encode(self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()

    def send(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        sent: bytes | None = None,
        headers: dict[str, str] | None = None,
        **changes: str,
    ) -> Answer:
        """`sent` goes out instead of what was signed."""
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {
            "Authorization": self.authorization(method, target, content, **changes),
            "Accept": "application/json",
            **({"Content-Type": "application/json"} if content else {}),
            **(headers or {}),
        }
        answer = self.client.request(method, target, content=sent if sent is not None else content, headers=given)
        return Answer(answer.status_code, answer.content, answer.headers)

    def good(self, method: str, target: str, body: Any = None, status: int = 200, **more: Any) -> Answer:
        """The same; it must succeed and be WeChat's."""
        answer = self.send(method, target, body, **more)
        assert answer.status == status, answer.body.decode()
        assert self.is_genuine(answer.headers, answer.body)
        return answer

    def is_genuine(self, headers: Any, body: bytes, keys: dict[str, RSAPublicKey] | None = None) -> bool:
        """As the contract says: known key, less than 5 minutes old, signed over the bytes."""
        given = {name: headers.get(f"Wechatpay-{name}") for name in ("Timestamp", "Nonce", "Signature", "Serial")}
        key = (keys or {PUBLIC_KEY_ID: self.public_key}).get(given["Serial"])
        if key is None or None in given.values() or abs(self.clock() - int(given["Timestamp"])) >= 300:
            return False
        message = f"{given['Timestamp']}\n{given['Nonce']}\n".encode() + body + b"\n"
        try:
            key.verify(
                base64.b64decode(given["Signature"], validate=True), message, padding.PKCS1v15(), hashes.SHA256()
            )
        except (InvalidSignature, ValueError):
            return False
        return True

    def open(self, resource: dict[str, str]) -> bytes:
        """What an encrypted resource says."""
        sealed = base64.b64decode(resource["ciphertext"])
        cipher = AESGCM(self.secrets.wechat_pay_api_v3_key.encode())
        return cipher.decrypt(resource["nonce"].encode(), sealed, resource["associated_data"].encode())

    def order(self, number: str = NUMBER, total: int = 5000, **changes: Any) -> dict[str, Any]:
        """A correct prepay body."""
        return {
            "appid": APP_ID,
            "mchid": MERCHANT_ID,
            "description": "饭卡充值",
            "out_trade_no": number,
            "notify_url": NOTIFY_URL,
            "amount": {"total": total, "currency": "CNY"},
            "payer": {"openid": VISITOR.openid},
        } | changes

    def prepay(self, number: str = NUMBER, total: int = 5000, **changes: Any) -> str:
        return str(self.good("POST", PREPAY, self.order(number, total, **changes)).json["prepay_id"])

    def find(self, number: str = NUMBER) -> dict[str, Any]:
        return self.good("GET", f"/v3/pay/transactions/out-trade-no/{number}?mchid={MERCHANT_ID}").json

    def close(self, number: str = NUMBER) -> Answer:
        target = f"/v3/pay/transactions/out-trade-no/{number}/close"
        return self.send("POST", target, {"mchid": MERCHANT_ID})

    def back(self, number: str = "R1", refund: int = 5000, total: int = 5000, **changes: Any) -> dict[str, Any]:
        """A correct refund body."""
        amount = {"refund": refund, "total": total, "currency": "CNY"}
        return {"out_trade_no": NUMBER, "out_refund_no": number, "notify_url": REFUND_URL, "amount": amount} | changes

    def page_parameters(self, prepay_id: str, **changes: Any) -> dict[str, Any]:
        """What a page hands to WeixinJSBridge; changed members are not what was signed."""
        signed = {
            "appId": APP_ID,
            "timeStamp": str(int(self.clock())),
            "nonceStr": "593BEC0C930BF1AFEB40B4A08C8FB242",
            "package": f"prepay_id={prepay_id}",
        }
        message = "".join(f"{value}\n" for value in signed.values()).encode()
        return {**signed, "signType": "RSA", "paySign": self.sign(message), **changes}

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.request(method, f"/sandbox/wechat_pay/{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def knob(self, **changes: Any) -> None:
        self.control("PATCH", "knobs", changes)

    def pay(self, number: str = NUMBER, **how: Any) -> dict[str, Any]:
        """A person pays, without a sheet."""
        return dict(self.control("POST", f"orders/{number}/pay", how))

    def paid(self, number: str = NUMBER, total: int = 5000) -> None:
        """An order that is paid."""
        self.prepay(number, total)
        assert self.pay(number)["err_msg"] == "get_brand_wcpay_request:ok"


def merchant_of(client: httpx.Client, clock: Clock, app: Sandbox) -> Merchant:
    """Our server at this sandbox."""
    return Merchant(client, clock, app.secrets)
