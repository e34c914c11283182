"""Reads the platform certificates inside the answer of ``/v3/certificates``."""

from __future__ import annotations

from chalicelib.integrations.house import members
from chalicelib.integrations.house.members import Row, Unreadable
from chalicelib.integrations.wechat_pay.keys import Certificate, KeyUnusable, plain_serial, read_certificate
from chalicelib.integrations.wechat_pay.sealed import SealBroken, open_resource


def contained(data: Row, key: bytes) -> tuple[Certificate, ...]:
    """All of them, opened with the APIv3 key; serial and validity are the certificate's own. Raises ``Unreadable``."""
    return tuple(_certificate(each, key) for each in members.rows(data, "data"))


def _certificate(source: Row, key: bytes) -> Certificate:
    serial = members.text(source, "serial_no")
    try:
        pem = open_resource(key, members.row(source.get("encrypt_certificate"))).decode()
        found = read_certificate(pem)
    except (SealBroken, UnicodeDecodeError, KeyUnusable):
        raise Unreadable("a platform certificate cannot be opened with our APIv3 key") from None
    if found.serial != plain_serial(serial):
        raise Unreadable("serial_no is not the certificate's")
    return found
