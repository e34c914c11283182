"""WeChat Pay's side of a conversation: published test keys, certificates for them, signed answers and notifications."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from cryptography.x509.oid import NameOID

from chalicelib.integrations.http import Answer
from chalicelib.integrations.wechat_pay.client import PayClient
from chalicelib.integrations.wechat_pay.gateway import Gateway
from chalicelib.integrations.wechat_pay.keys import Certificate, Keyring, Merchant
from tests.support.wire import Wire

VECTORS: dict[str, dict[str, Any]] = {
    vector["id"]: vector
    for vector in json.loads((Path(__file__).parents[1] / "data" / "wechat.json").read_text("utf-8"))["vectors"]
}
NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
APP_ID, MERCHANT_ID, PUBLIC_KEY_ID = "wxd678efh567hg6787", "1900007291", "PUB_KEY_ID_0114232134912410000000000000"
API_V3_KEY = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb"
NONCE = "593BEC0C930BF1AFEB40B4A08C8FB242"


def published_key(vector: str) -> RSAPrivateKey:
    """A private key that its owner published for tests."""
    key = load_der_private_key(base64.b64decode(VECTORS[vector]["private_key_der_b64"]), None)
    assert isinstance(key, RSAPrivateKey)
    return key


MERCHANT_KEY, PLATFORM_KEY, OTHER_KEY = map(published_key, ("req-body-jsapi", "rsa-sign-go", "rsa-sign-java"))


def private_pem(key: RSAPrivateKey, form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def public_pem(key: RSAPrivateKey, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> str:
    return key.public_key().public_bytes(Encoding.PEM, form).decode()


MERCHANT = Merchant(MERCHANT_ID, "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB", private_pem(MERCHANT_KEY))
PUBLIC_KEY_MODE = Keyring(PUBLIC_KEY_ID, public_pem(PLATFORM_KEY))


def certificate(serial: str, key: RSAPrivateKey = PLATFORM_KEY, days: int = 100, begins: datetime = NOW) -> Certificate:
    """A platform certificate that is valid from a day before ``begins``."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com sign")])
    start, end = begins - timedelta(days=1), begins + timedelta(days=days)
    builder = x509.CertificateBuilder(name, name, key.public_key(), int(serial, 16), start, end)
    pem = builder.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()
    return Certificate(serial.lstrip("0"), pem, start, end)


def rsa(key: RSAPrivateKey, message: bytes) -> str:
    return base64.b64encode(key.sign(message, PKCS1v15(), SHA256())).decode()


def signed_headers(
    body: bytes,
    at: datetime = NOW,
    key: RSAPrivateKey = PLATFORM_KEY,
    serial: str = PUBLIC_KEY_ID,
    nonce: str = "EcZ9Cmy4Xyx1i6RlJQzLcCyEqDa26NBz",
) -> dict[str, str]:
    """The four documented headers over the raw body."""
    timestamp = str(int(at.timestamp()))
    return {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Signature": rsa(key, f"{timestamp}\n{nonce}\n".encode() + body + b"\n"),
        "Wechatpay-Serial": serial,
    }


def sealed(content: Any, bound_to: str, key: str = API_V3_KEY, nonce: str = "Kj7QIyUiYx1q") -> dict[str, str]:
    """A resource as it comes: ``content`` is JSON, or a text as it is."""
    plain = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    ciphertext = AESGCM(key.encode()).encrypt(nonce.encode(), plain.encode(), bound_to.encode())
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": nonce,
        "associated_data": bound_to,
        "ciphertext": base64.b64encode(ciphertext).decode(),
    }


@dataclass
class PayWire(Wire):
    """Answers are signed; ``changed`` headers go over the signature's, an empty one takes it away."""

    key: RSAPrivateKey = PLATFORM_KEY
    serial: str = PUBLIC_KEY_ID
    changed: Mapping[str, str] = field(default_factory=dict)
    unsigned: bool = False

    def exchange(self, method: str, url: str, **what: Any) -> Answer:
        """The next answer, signed now."""
        answer = super().exchange(method, url, **what)
        body = b"" if answer.status == 204 else answer.body
        headers = {} if self.unsigned else signed_headers(body, key=self.key, serial=self.serial)
        headers = {name: value for name, value in {**headers, **self.changed}.items() if value}
        return Answer(answer.status, body, headers)


def pay_client(
    *answers: tuple[int, Any], keys: Keyring = PUBLIC_KEY_MODE, merchant: Merchant = MERCHANT, **wire: Any
) -> tuple[PayClient, PayWire]:
    """A client whose transport gives these answers."""
    peer = PayWire("pay", list(answers), **wire)
    http: Any = peer
    gateway = Gateway("https://pay.example/", merchant, lambda: keys, http, lambda: NOW, lambda: NONCE)
    urls = ("https://campus.example/api/pay/payments", "https://campus.example/api/pay/refunds")
    return PayClient(gateway, APP_ID, *urls, lambda: API_V3_KEY), peer
