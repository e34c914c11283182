"""What WeChat Pay's signatures are verified with: its public key from the settings, its platform certificates, or both.

While a merchant changes over from certificates to the public key WeChat Pay signs with either, so a configured public key
does not end the certificates: they end by themselves, or when WeChat Pay has none any more.

Certificates come by a schedule and are kept in the table, so that no notification, genuine or forged, ever makes us call
anybody: an unknown serial is a wrong signature. A process looks into the table every few minutes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core import runtime
from chalicelib.core.clock import from_text, to_text, utc_now
from chalicelib.core.logs import log_event
from chalicelib.core.table import Item, TableMeta
from chalicelib.integrations.wechat_pay.keys import Certificate, Keyring

KEY = ("CERTIFICATES", "WECHAT_PAY")
LOOK_AGAIN = timedelta(minutes=5)
PUBLIC_KEY = "wechat_pay/public_key"


class CertificatesItem(Item):
    """The platform certificates last downloaded: ``CERTIFICATES`` / ``WECHAT_PAY``."""

    class Meta(TableMeta):
        domain = "canteen"

    certificates = UnicodeAttribute()
    fetched_at = UnicodeAttribute()


class _Known:
    """What this process has read, and when."""

    keys: Keyring | None = None
    read_at: datetime | None = None


_known = _Known()


def keyring(clock: Callable[[], datetime] = utc_now) -> Keyring:
    """What may verify now. The table is looked into at most once in five minutes a process."""
    now = clock()
    if _known.keys is None or _known.read_at is None or now - _known.read_at >= LOOK_AGAIN:
        _known.keys, _known.read_at = _read(), now
    return _known.keys.valid_at(now)


def refresh(download: Callable[[], tuple[Certificate, ...]], clock: Callable[[], datetime]) -> dict[str, int]:
    """Download and keep them; old ones stay until they end, because both sign while WeChat Pay changes over.

    With a public key, too: a merchant who has only that gets an empty list, and what was kept ends by itself.
    """
    now = clock()
    kept = Keyring(certificates=_stored()).with_certificates(download()).valid_at(now).certificates
    CertificatesItem(*KEY, certificates=json.dumps([_plain(each) for each in kept]), fetched_at=to_text(now)).save()
    forget()
    log_event("pay_certificates_refreshed", count=len(kept))
    return {"certificates": len(kept)}


def forget() -> None:
    """Read the table again at the next need."""
    _known.keys = _known.read_at = None


def _read() -> Keyring:
    public_key_id = runtime.settings().wechat_pay_public_key_id
    public_key = runtime.secrets().get(PUBLIC_KEY) if public_key_id else ""
    return Keyring(public_key_id, public_key, _stored())


def _stored() -> tuple[Certificate, ...]:
    item = CertificatesItem.find(*KEY)
    return tuple(_certificate(known) for known in json.loads(item.certificates)) if item else ()


def _plain(certificate: Certificate) -> dict[str, str]:
    return {
        name: to_text(value) if isinstance(value, datetime) else value for name, value in asdict(certificate).items()
    }


def _certificate(known: dict[str, str]) -> Certificate:
    return Certificate(
        known["serial"], known["pem"], from_text(known["effective_at"]), from_text(known["expires_at"])
    )  # fmt: skip
