"""The canteen domain's ways to the card system, to WeChat Pay and to SMS, built on first use from settings and secrets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.core import runtime
from chalicelib.integrations.canteen.port import CanteenPort
from chalicelib.integrations.sms.port import SmsPort
from chalicelib.integrations.wechat_pay.port import PayPort

if TYPE_CHECKING:
    from chalicelib.integrations.wechat_pay.client import PayClient
    from chalicelib.integrations.wechat_pay.keys import Certificate
    from chalicelib.integrations.wechat_pay.notifications import Notification

PATIENT_SECONDS = 5.0
IMPATIENT_SECONDS = 3.0
"""How long somebody who looks at a screen waits for a peer."""
CANTEEN, PAY = "canteen", "pay"
PAYMENTS_PATH, REFUNDS_PATH = "/api/pay/payments", "/api/pay/refunds"
API_V3_KEY = "wechat_pay/api_v3_key"


def canteen_port(read_seconds: float) -> CanteenPort:
    """The card system of this deployment, given up after ``read_seconds`` without an answer."""
    from chalicelib.integrations.http import Http

    settings = runtime.settings()
    secret, http = runtime.secrets().get("canteen/secret"), Http(CANTEEN, read_seconds=read_seconds)
    if settings.canteen_flavour == "isc":
        from chalicelib.integrations.canteen.isc import IscCanteen, canteen_artemis

        return IscCanteen(canteen_artemis(settings.canteen_base_url, settings.canteen_client_id, secret, http))
    from chalicelib.integrations.canteen.client import CanteenClient, canteen_house

    return CanteenClient(canteen_house(settings.canteen_base_url, settings.canteen_client_id, secret, http))


def pay_client(read_seconds: float) -> PayClient:
    """WeChat Pay for this deployment's merchant, given up after ``read_seconds`` without an answer."""
    from chalicelib.domains.canteen.topups.certificates import keyring
    from chalicelib.integrations.http import Http
    from chalicelib.integrations.wechat_pay.client import PayClient
    from chalicelib.integrations.wechat_pay.gateway import Gateway
    from chalicelib.integrations.wechat_pay.keys import Merchant

    settings, secrets = runtime.settings(), runtime.secrets()
    merchant = Merchant(
        settings.wechat_pay_merchant_id,
        settings.wechat_pay_certificate_serial,
        secrets.get("wechat_pay/private_key"),
    )
    return PayClient(
        Gateway(settings.wechat_pay_base_url, merchant, keyring, Http(PAY, read_seconds=read_seconds)),
        settings.wechat_app_id,
        settings.public_base_url + PAYMENTS_PATH,
        settings.public_base_url + REFUNDS_PATH,
        lambda: secrets.get(API_V3_KEY),
    )


def read_pay_notification(headers: Mapping[str, str], body: bytes, now: datetime) -> Notification:
    """A notification of WeChat Pay, verified. Raises ``NotGenuine``; calls nobody."""
    from chalicelib.domains.canteen.topups.certificates import keyring
    from chalicelib.integrations.wechat_pay.notifications import read_notification

    return read_notification(keyring(), runtime.secrets().get(API_V3_KEY), headers, body, now)


def download_certificates() -> tuple[Certificate, ...]:
    """WeChat Pay's platform certificates now."""
    return pay_client(PATIENT_SECONDS).certificates()


@cache
def patient_canteen() -> CanteenPort:
    """The queue's and the schedules' canteen, one a process."""
    return canteen_port(PATIENT_SECONDS)


@cache
def sms() -> SmsPort:
    """The sender of codes, one a process."""
    from chalicelib.integrations.sms.client import Sender, SmsClient
    from chalicelib.integrations.sms.signature import Credentials

    settings, secrets = runtime.settings(), runtime.secrets()
    sender = Sender(settings.sms_region, settings.sms_app_id, settings.sms_sign_name, settings.sms_template_id)
    credentials = Credentials(secrets.get("sms/secret_id"), secrets.get("sms/secret_key"))
    return SmsClient(settings.sms_base_url, credentials, sender)


@cache
def impatient_canteen() -> CanteenPort:
    """The screens' canteen, one a process."""
    return canteen_port(IMPATIENT_SECONDS)


@cache
def pay() -> PayPort:
    """The queue's and the schedules' WeChat Pay, one a process."""
    return pay_client(PATIENT_SECONDS)


@cache
def impatient_pay() -> PayPort:
    """The screens' WeChat Pay, one a process."""
    return pay_client(IMPATIENT_SECONDS)
