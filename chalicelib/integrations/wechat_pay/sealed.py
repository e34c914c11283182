"""What WeChat Pay encrypts for the merchant: AES-GCM under the APIv3 key."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from chalicelib.integrations.house import members

ALGORITHM = "AEAD_AES_256_GCM"


class SealBroken(ValueError):
    """Not encrypted with this key, or changed since."""


def open_resource(key: bytes, resource: Mapping[str, Any]) -> bytes:
    """The content of a ``resource`` or ``encrypt_certificate``. Raises :class:`SealBroken` or
    :class:`~chalicelib.integrations.house.members.Unreadable`."""
    members.one_of(resource, "algorithm", (ALGORITHM,))
    bound_to = resource.get("associated_data") or ""
    if not isinstance(bound_to, str):
        raise members.Unreadable("associated_data is not a text")
    return open_sealed(key, members.text(resource, "nonce"), bound_to, members.text(resource, "ciphertext"))


def open_sealed(key: bytes, nonce: str, associated_data: str, ciphertext: str) -> bytes:
    """The plain bytes. ``ciphertext`` is base64 and ends with the tag of 16 bytes. Raises :class:`SealBroken`."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        sealed = base64.b64decode(ciphertext, validate=True)
        return AESGCM(key).decrypt(nonce.encode(), sealed, associated_data.encode())
    except (ValueError, InvalidTag):
        raise SealBroken("it cannot be opened with our APIv3 key") from None
