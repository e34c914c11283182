"""WeChat Pay's signatures and its cipher, over bytes as they travel."""

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

SCHEME = "WECHATPAY2-SHA256-RSA2048"
MEMBERS = {"mchid", "nonce_str", "signature", "timestamp", "serial_no"}
_MEMBER = re.compile(r'([a-z_]+)="([^"]*)"')


def lines(*parts: str | bytes) -> bytes:
    """Every part followed by a line feed, the last one too."""
    return b"".join((part.encode() if isinstance(part, str) else part) + b"\n" for part in parts)


def sign(key: RSAPrivateKey, message: bytes) -> str:
    """Base64 of the RSA-SHA256 signature."""
    return base64.b64encode(key.sign(message, PKCS1v15(), SHA256())).decode()


def verifies(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    """Whether it is the key owner's; text that is no Base64 is nobody's."""
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Authorization:
    """The members of the header."""

    mchid: str
    nonce_str: str
    signature: str
    timestamp: str
    serial_no: str


def read_authorization(header: str | None) -> Authorization | None:
    """The members in any order, each once and in double quotes; None when it is not that."""
    scheme, _, rest = (header or "").partition(" ")
    members = [_MEMBER.fullmatch(part.strip()) for part in rest.split(",")]
    known = {match[1]: match[2] for match in members if match is not None}
    if scheme != SCHEME or None in members or len(members) != len(known) or set(known) != MEMBERS:
        return None
    return Authorization(**known)


def seal(api_v3_key: str, nonce: str, associated_data: str, text: bytes) -> str:
    """AEAD_AES_256_GCM, the tag at the end, in Base64."""
    sealed = AESGCM(api_v3_key.encode()).encrypt(nonce.encode(), text, associated_data.encode())
    return base64.b64encode(sealed).decode()
