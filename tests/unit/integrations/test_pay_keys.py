"""Keys in the forms they come in, both ways of verifying, the change between them, and what must not pass."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.settings import SettingsError
from chalicelib.integrations.wechat_pay.keys import (
    Keyring,
    KeyUnusable,
    Merchant,
    plain_serial,
    read_certificate,
    usable_api_v3_key,
)
from chalicelib.integrations.wechat_pay.signature import fault_of
from tests.support.wechat_pay import (
    API_V3_KEY,
    MERCHANT,
    MERCHANT_KEY,
    NOW,
    OTHER_KEY,
    PLATFORM_KEY,
    PUBLIC_KEY_ID,
    PUBLIC_KEY_MODE,
    certificate,
    private_pem,
    public_pem,
    rsa,
    signed_headers,
)

PKCS1, PKCS8 = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8
SIGNATURE = rsa(PLATFORM_KEY, b"m")
OLD, NEW = certificate("0A01"), certificate("0B02", OTHER_KEY)


@pytest.mark.parametrize("form", [PKCS1, PKCS8])
@pytest.mark.parametrize("changed", [str, lambda pem: pem.replace("\n", "\r\n"), lambda pem: f"\n  {pem}\n\n"])
def test_a_private_key_in_any_of_its_forms(form, changed) -> None:
    assert replace(MERCHANT, private_key=changed(private_pem(MERCHANT_KEY, form))).sign(b"m") == rsa(MERCHANT_KEY, b"m")


@pytest.mark.parametrize("form", [PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_public_key_in_any_of_its_forms(form, ends) -> None:
    ring = Keyring(PUBLIC_KEY_ID, public_pem(PLATFORM_KEY, form).replace("\n", ends))
    assert ring.verify(PUBLIC_KEY_ID, b"m", SIGNATURE)


def test_a_wrong_key_says_which_and_keeps_its_content_to_itself() -> None:
    elliptic = generate_private_key(SECP256R1())
    locked = MERCHANT_KEY.private_bytes(Encoding.PEM, PKCS8, BestAvailableEncryption(b"secret"))
    small = generate_rsa(65537, 1024)
    unusable = [
        "", "secret", API_V3_KEY, public_pem(MERCHANT_KEY), OLD.pem, locked.decode(), private_pem(small),
        elliptic.private_bytes(Encoding.PEM, PKCS8, NoEncryption()).decode(),
        private_pem(MERCHANT_KEY)[:400],
    ]  # fmt: skip
    for pem in unusable:
        with pytest.raises(KeyUnusable, match="the merchant key") as caught:
            Merchant("1", "2", pem).sign(b"m")
        assert str(caught.value).endswith("is not an unencrypted RSA private key of 2048 bits in PEM form")
    for pem in ("", private_pem(PLATFORM_KEY), public_pem(small), "-----BEGIN CERTIFICATE-----\nMIID\n"):
        with pytest.raises(KeyUnusable, match="the public key"):
            Keyring(PUBLIC_KEY_ID, pem).verify(PUBLIC_KEY_ID, b"m", SIGNATURE)
    with pytest.raises(KeyUnusable, match="certificate"):
        read_certificate(public_pem(PLATFORM_KEY))
    assert issubclass(KeyUnusable, SettingsError)


@pytest.mark.parametrize("text", ["", API_V3_KEY[:16], API_V3_KEY[:24], API_V3_KEY + " ", "密" * 32])
def test_an_api_v3_key_has_32_characters(text: str) -> None:
    with pytest.raises(KeyUnusable, match="32 ASCII"):
        usable_api_v3_key(text)
    assert usable_api_v3_key(API_V3_KEY) == API_V3_KEY.encode()


def test_secrets_are_in_no_repr() -> None:
    assert "PRIVATE" not in repr(MERCHANT)
    assert "BEGIN" not in repr((PUBLIC_KEY_MODE, OLD))


def test_the_serial_names_the_key_and_several_may_be_known_at_once() -> None:
    ring = PUBLIC_KEY_MODE.with_certificates((OLD, NEW))
    assert ring.verify(PUBLIC_KEY_ID, b"m", SIGNATURE)
    assert ring.verify("0a01", b"m", SIGNATURE)
    assert ring.verify("A01", b"m", SIGNATURE)
    assert ring.verify("0B02", b"m", rsa(OTHER_KEY, b"m"))
    assert not ring.verify("0B02", b"m", SIGNATURE)
    assert not ring.verify("0C03", b"m", SIGNATURE)
    assert not ring.verify("", b"m", SIGNATURE)
    assert not Keyring().verify("", b"m", SIGNATURE)
    assert plain_serial("00aF") == "AF"


def test_a_certificate_counts_while_it_is_valid() -> None:
    body = b"{}"
    for at, found in ((OLD.expires_at, ""), (OLD.expires_at + timedelta(seconds=1), "serial")):
        headers = {name.lower(): value for name, value in signed_headers(body, at, serial="A01").items()}
        assert fault_of(Keyring(certificates=(OLD,)), headers, body, at) == found
    early = OLD.effective_at - timedelta(seconds=1)
    headers = {name.lower(): value for name, value in signed_headers(body, early, serial="A01").items()}
    assert fault_of(Keyring(certificates=(OLD,)), headers, body, early) == "serial"


def test_a_certificate_tells_its_serial_and_validity_itself() -> None:
    assert read_certificate(OLD.pem.replace("\n", "\r\n")).serial == "A01"
    assert (read_certificate(OLD.pem).effective_at, read_certificate(OLD.pem).expires_at) == (
        OLD.effective_at.replace(microsecond=0),
        OLD.expires_at.replace(microsecond=0),
    )
    later = certificate("0A01", OTHER_KEY)
    assert Keyring(certificates=(OLD,)).with_certificates((later,)).certificates == (later,)


PROBES = [
    "WECHATPAY/SIGNTEST/aGVsbG8=",
    "WECHATPAY/SIGNTEST/",
    "=",
    "====",
    "AAAA",
    "签名",
    "\n",
    SIGNATURE[:-1],
    SIGNATURE + "=",
]


@pytest.mark.parametrize(
    "signature", [*PROBES, base64.b64encode(bytes(256)).decode(), base64.b64encode(bytes(2560)).decode()]
)
def test_what_cannot_be_decoded_is_a_wrong_signature(signature: str) -> None:
    assert PUBLIC_KEY_MODE.verify(PUBLIC_KEY_ID, b"m", signature) is False


ANY = st.text(st.characters(codec=None))


@given(ANY, ANY, ANY, ANY, st.binary())
def test_any_headers_are_answered_without_an_error(timestamp, nonce, serial, signature, body) -> None:
    headers = {
        "wechatpay-timestamp": timestamp, "wechatpay-nonce": nonce, "wechatpay-serial": serial,
        "wechatpay-signature": signature,
    }  # fmt: skip
    assert fault_of(PUBLIC_KEY_MODE, headers, body, NOW)
    headers |= {"wechatpay-timestamp": str(int(NOW.timestamp())), "wechatpay-serial": PUBLIC_KEY_ID}
    assert fault_of(PUBLIC_KEY_MODE, headers, body, NOW) in ("form", "signature")
