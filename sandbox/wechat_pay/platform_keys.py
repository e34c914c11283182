"""What WeChat signs with: its public key's pair, its platform certificates, or either (contract B2.1)."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sandbox.kit.store import Document
from sandbox.wechat_pay.errors import PayError
from sandbox.wechat_pay.keys import load_key, new_private_key
from sandbox.wechat_pay.memory import Memory, rfc3339
from sandbox.wechat_pay.merchant import PLATFORM_SERIAL, PUBLIC_KEY_ID
from sandbox.wechat_pay.signature import seal

CERTIFICATE = "pay.certificate"
LIFETIME = timedelta(days=5 * 365)
MODES = ("public_key", "certificate", "both")


@dataclass(frozen=True)
class Signer:
    """A private key under the name by which the merchant finds its public half."""

    serial: str
    key: RSAPrivateKey


class PlatformKeys:
    """WeChat's keys; a certificate has a key of its own, which is not the public key's."""

    def __init__(self, memory: Memory, private_key: str, api_v3_key: str) -> None:
        self._memory = memory
        self._public = Signer(PUBLIC_KEY_ID, load_key(private_key))
        self._api_v3_key = api_v3_key
        self._turn = 0

    def signer(self, asked: str | None = None) -> Signer:
        """Whose turn it is; asking for the public key gets its signature where there is one."""
        mode = self._memory.knobs.get("mode")
        if mode == "public_key" or (mode == "both" and asked == PUBLIC_KEY_ID):
            return self._public
        usable = [Signer(doc["serial"], load_key(doc["key"])) for doc in self._certificates()]
        candidates = [self._public, *usable] if mode == "both" else usable
        self._turn += 1
        return candidates[self._turn % len(candidates)]

    def check_asked(self, serial: str | None) -> None:
        """A request may name a key; PARAM_ERROR for one that WeChat does not have."""
        mode = self._memory.knobs.get("mode")
        names = [PUBLIC_KEY_ID] if mode != "certificate" else []
        names += [doc["serial"] for doc in self._certificates()] if mode != "public_key" else []
        if serial is not None and serial not in names:
            raise PayError("PARAM_ERROR", "Http 头 Wechatpay-Serial 不正确")

    def listed(self) -> Document:
        """/v3/certificates. RESOURCE_NOT_EXISTS where there is only the public key."""
        if self._memory.knobs.get("mode") == "public_key":
            raise PayError("RESOURCE_NOT_EXISTS", "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥")
        return {"data": [self._sealed(doc) for doc in self._certificates()]}

    def rotate(self) -> str:
        """One more certificate; the older ones go on signing too. Its serial."""
        serial = "4" + secrets.token_hex(20).upper()[1:]  # A serial has at most 159 bits.
        self._make(serial)
        return serial

    def withdraw(self, serial: str) -> bool:
        """WeChat no longer signs with it; False when it does not have it or it is the last one."""
        return len(self._certificates()) > 1 and self._memory.store.delete(CERTIFICATE, serial)

    def _certificates(self) -> list[Document]:
        if not self._memory.store.all(CERTIFICATE):
            self._make(PLATFORM_SERIAL)
        return self._memory.store.all(CERTIFICATE)

    def _make(self, serial: str) -> None:
        private = new_private_key()
        begins = self._memory.clock()
        pem = certificate(serial, load_key(private), datetime.fromtimestamp(begins, UTC))
        ends = begins + LIFETIME.total_seconds()
        doc = {"serial": serial, "key": private, "pem": pem, "begins": begins, "ends": ends}
        self._memory.store.put(CERTIFICATE, serial, doc)

    def _sealed(self, doc: Document) -> Document:
        nonce = secrets.token_hex(6)
        return {
            "serial_no": doc["serial"],
            "effective_time": rfc3339(doc["begins"]),
            "expire_time": rfc3339(doc["ends"]),
            "encrypt_certificate": {
                "algorithm": "AEAD_AES_256_GCM",
                "nonce": nonce,
                "associated_data": "certificate",
                "ciphertext": seal(self._api_v3_key, nonce, "certificate", doc["pem"].encode()),
            },
        }


def certificate(serial: str, key: RSAPrivateKey, begins: datetime) -> str:
    """A platform certificate in PEM, signed by itself."""
    names = [(NameOID.COMMON_NAME, "Tenpay.com sign"), (NameOID.ORGANIZATION_NAME, "Tenpay.com")]
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in names])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(int(serial, 16)).not_valid_before(begins).not_valid_after(begins + LIFETIME)
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()
