"""Sealing personal numbers at rest: AES-256-GCM with a key ring, and a keyed hash by which a number can be looked up.

Both keys are SSM parameters. ``personal_data/keys`` is ``<key id>=<32 bytes in base64>,…``: the first seals, all of them
open, and the key id stands in what was sealed, so that a key can be replaced without rewriting anything. The look-up key
``personal_data/index_key`` is never replaced: the hashes could not be made anew without opening every number.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass, field

from chalicelib.core import runtime
from chalicelib.core.settings import SettingsError

KEYS = "personal_data/keys"
INDEX_KEY = "personal_data/index_key"
_FORM = "v1"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class Unopenable(Exception):
    """What was sealed was changed, belongs to something else, or its key is gone; says nothing of the content."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """``keys`` by id, the sealing one first."""

    keys: dict[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)

    def seal(self, text: str, belongs_to: str) -> str:
        """``v1.<key id>.<nonce and ciphertext>``; opens only together with the same ``belongs_to``."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 30 ms that most functions never need

        key_id, key = next(iter(self.keys.items()))
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), _bound(key_id, belongs_to))
        return f"{_FORM}.{key_id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, belongs_to: str) -> str:
        """The text; raises :class:`Unopenable`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            form, key_id, encoded = sealed.split(".")
            content = base64.urlsafe_b64decode(encoded)
            key = self.keys[key_id]
        except (ValueError, KeyError, binascii.Error):
            raise Unopenable("unknown form or key") from None
        if form != _FORM or len(content) <= _NONCE_BYTES:
            raise Unopenable("unknown form or key")
        try:
            opened = AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], _bound(key_id, belongs_to))
        except InvalidTag:
            raise Unopenable("changed, or of somebody else") from None
        return opened.decode()

    def digest(self, text: str) -> str:
        """The same for the same text, worthless to whoever has not the key: 10^9 birthdays are quickly tried without."""
        return hmac.new(self.index_key, text.encode(), hashlib.sha256).hexdigest()


def sealer() -> Sealer:
    """The sealer of this deployment; raises :class:`SettingsError` when its parameters are missing or wrong."""
    secrets = runtime.secrets()
    return Sealer(read_keys(secrets.get(KEYS)), secrets.get(INDEX_KEY).encode())


def read_keys(text: str) -> dict[str, bytes]:
    """``a1=<base64>,a0=<base64>``; the message of a refusal repeats nothing of it."""
    keys = {}
    for part in text.split(","):
        key_id, separator, encoded = part.strip().partition("=")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not separator or not key_id.isalnum() or len(key) != _KEY_BYTES:
            raise SettingsError(f"SSM parameter {KEYS} must be pairs <key id>=<32 bytes in base64>")
        keys[key_id] = key
    return keys


def _bound(key_id: str, belongs_to: str) -> bytes:
    return f"{_FORM}.{key_id}.{belongs_to}".encode()
