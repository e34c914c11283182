"""The keys of WeChat Pay: our merchant key that signs, and what its answers and notifications are verified with.

A key that cannot be used is an error of the configuration, named without its content. cryptography is imported on first
use: 70 ms that few functions need.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from chalicelib.core.settings import SettingsError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

API_V3_KEY_LENGTH = 32
MIN_KEY_BITS = 2048
_CERTIFICATE = "-----BEGIN CERTIFICATE-----"


class KeyUnusable(SettingsError):
    """A key or certificate of WeChat Pay is not what it should be; the message names which and why."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A platform certificate, all of it public. ``serial`` as :func:`plain_serial` writes it."""

    serial: str
    pem: str = field(repr=False)
    effective_at: datetime
    expires_at: datetime

    def is_valid_at(self, now: datetime) -> bool:
        """Both ends included."""
        return self.effective_at <= now <= self.expires_at


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who we are to WeChat Pay. ``serial`` is that of our API certificate, ``private_key`` its key as PEM (PKCS#1, PKCS#8)."""

    merchant_id: str
    serial: str
    private_key: str = field(repr=False)

    def sign(self, message: bytes) -> str:
        """RSA PKCS#1 v1.5 with SHA-256, in base64. Raises :class:`KeyUnusable`."""
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        return base64.b64encode(_private_key(self.private_key).sign(message, PKCS1v15(), SHA256())).decode()


@dataclass(frozen=True, slots=True)
class Keyring:
    """What WeChat Pay may sign with: its public key, platform certificates, or both while a merchant changes over."""

    public_key_id: str = ""
    """``PUB_KEY_ID_…``; empty in certificate mode. Sent with requests it asks for signatures of that key."""
    public_key: str = field(default="", repr=False)
    """PEM."""
    certificates: tuple[Certificate, ...] = ()

    def valid_at(self, now: datetime) -> Keyring:
        """Without certificates that are not valid at this time. The public key has no end."""
        return replace(self, certificates=tuple(each for each in self.certificates if each.is_valid_at(now)))

    def with_certificates(self, certificates: tuple[Certificate, ...]) -> Keyring:
        """With these, too; of two with the same serial the new one counts."""
        known = {each.serial: each for each in (*self.certificates, *certificates)}
        return replace(self, certificates=tuple(known.values()))

    def knows(self, serial: str) -> bool:
        """Whether there is a key of this name."""
        return self._pem(serial) is not None

    def verify(self, serial: str, message: bytes, signature: str) -> bool:
        """Whether the key named ``serial`` signed ``message``. What cannot be decoded is wrong, as an unknown serial is.

        Raises :class:`KeyUnusable` when it is our copy of that key that is broken.
        """
        pem = self._pem(serial)
        return pem is not None and _signed(_public_key(pem), message, signature)

    def _pem(self, serial: str) -> str | None:
        if self.public_key_id and serial == self.public_key_id:
            return self.public_key
        return next((each.pem for each in self.certificates if each.serial == plain_serial(serial)), None)


def plain_serial(serial: str) -> str:
    """Upper-case hexadecimal without leading zeros, however it was written."""
    return serial.upper().lstrip("0")


def usable_api_v3_key(text: str) -> bytes:
    """The APIv3 key as it is used. Raises :class:`KeyUnusable` unless it is 32 ASCII characters: 16 or 24 would quietly
    be another cipher."""
    if len(text) != API_V3_KEY_LENGTH or not text.isascii():
        raise KeyUnusable(f"the APIv3 key of WeChat Pay must be {API_V3_KEY_LENGTH} ASCII characters")
    return text.encode()


def read_certificate(pem: str) -> Certificate:
    """A platform certificate from its PEM, with its own serial and validity. Raises :class:`KeyUnusable`."""
    from cryptography.x509 import load_pem_x509_certificate

    try:
        found = load_pem_x509_certificate(_bytes(pem))
    except ValueError:
        raise KeyUnusable("a platform certificate of WeChat Pay is not a certificate in PEM form") from None
    _public_key(pem)
    return Certificate(f"{found.serial_number:X}", pem, found.not_valid_before_utc, found.not_valid_after_utc)


def _signed(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature):
        return False
    return True


@lru_cache(maxsize=4)
def _private_key(pem: str) -> RSAPrivateKey:
    """Kept: reading it checks its numbers, which takes 30 ms."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    wrong = KeyUnusable("the merchant key of WeChat Pay is not an unencrypted RSA private key of 2048 bits in PEM form")
    try:
        key = load_pem_private_key(_bytes(pem), None)
    except Exception:  # cryptography's reasons differ by version, and some quote what they read
        raise wrong from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < MIN_KEY_BITS:
        raise wrong
    return key


@lru_cache(maxsize=16)
def _public_key(pem: str) -> RSAPublicKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    wrong = KeyUnusable("the public key of WeChat Pay is not an RSA public key of 2048 bits in PEM form")
    try:
        key = _key_of_certificate(pem) if _CERTIFICATE in pem else load_pem_public_key(_bytes(pem))
    except Exception:  # as above
        raise wrong from None
    if not isinstance(key, RSAPublicKey) or key.key_size < MIN_KEY_BITS:
        raise wrong
    return key


def _key_of_certificate(pem: str) -> object:
    from cryptography.x509 import load_pem_x509_certificate

    return load_pem_x509_certificate(_bytes(pem)).public_key()


def _bytes(pem: str) -> bytes:
    """Line ends as they come from consoles and Windows do not matter."""
    return "\n".join(line.strip() for line in pem.strip().splitlines()).encode()
