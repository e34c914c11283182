"""RSA keys as PEM text: PKCS #8 without a passphrase, as the merchant console hands them out."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

BITS = 2048


def new_private_key() -> str:
    """A fresh key."""
    key = generate_private_key(public_exponent=65537, key_size=BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@cache
def key_of_this_process(_owner: str) -> str:
    """One key an owner for as long as the process lives: making one takes a tenth of a second."""
    return new_private_key()


def public_key_of(private_key: str) -> str:
    """The public half."""
    return load_key(private_key).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@cache
def load_key(private_key: str) -> RSAPrivateKey:
    """The key of a PEM text; TypeError when it is no RSA key."""
    key = load_pem_private_key(private_key.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("no RSA key")
    return key
