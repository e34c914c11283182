"""The canteen domain's ways to the card system and to WeChat Pay, built on first use from settings and secrets."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.core import runtime
from chalicelib.integrations.canteen.port import CanteenPort
from chalicelib.integrations.http import READ_SECONDS, Http
from chalicelib.integrations.wechat_pay.port import PayPort

if TYPE_CHECKING:
    from chalicelib.integrations.wechat_pay.keys import Keyring

IMPATIENT_SECONDS = 3.0
"""How long somebody who looks at a screen waits for the canteen."""
CANTEEN, PAY = "canteen", "pay"


def canteen_port(read_seconds: float = READ_SECONDS) -> CanteenPort:
    """The card system of this deployment, given up after ``read_seconds`` without an answer."""
    settings = runtime.settings()
    secret = runtime.secrets().get("canteen/secret")
    http = Http(CANTEEN, read_seconds=read_seconds)
    if settings.canteen_flavour == "isc":
        from chalicelib.integrations.canteen.isc import isc_canteen

        return isc_canteen(settings.canteen_base_url, settings.canteen_client_id, secret, http)
    from chalicelib.integrations.canteen.client import house_canteen

    return house_canteen(settings.canteen_base_url, settings.canteen_client_id, secret, http)


@cache
def patient_canteen() -> CanteenPort:
    """The queue's and the schedules' canteen, one a process."""
    return canteen_port()


@cache
def impatient_canteen() -> CanteenPort:
    """The screens' canteen, one a process."""
    return canteen_port(IMPATIENT_SECONDS)


@cache
def pay() -> PayPort:
    """WeChat Pay, one a process."""
    from chalicelib.integrations.wechat_pay.client import PayClient

    settings, secrets = runtime.settings(), runtime.secrets()
    return PayClient(
        base_url=settings.wechat_pay_base_url,
        app_id=settings.wechat_app_id,
        merchant_id=settings.wechat_pay_merchant_id,
        certificate_serial=settings.wechat_pay_certificate_serial,
        private_key=secrets.get("wechat_pay/private_key"),
        api_v3_key=secrets.get("wechat_pay/api_v3_key"),
        keyring=keyring(),
        notify_base_url=settings.public_base_url,
        http=Http(PAY),
    )


def keyring() -> Keyring:
    """What WeChat Pay's signatures are verified with."""
    raise NotImplementedError
