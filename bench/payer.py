"""A diner who tops up, with the canteen office that looks after it, and WeChat Pay's word that they have paid."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bench.world import World, succeeded
from chalicelib.core.clock import SITE_ZONE, utc_now
from chalicelib.core.session import Device
from chalicelib.integrations.wechat_pay.port import Payment
from tests.support.client import Client, api, signed_in
from tests.support.environment import DATA, ENVIRONMENT, SECRETS
from tests.support.records import bound
from tests.support.wechat_pay import sealed, signed_headers

TOP_UPS = "/api/canteen/topups"
OFFICE = "/api/office/canteen"
ACCOUNT = "/api/canteen/account"
PAYMENTS = "/api/pay/payments"
AMOUNT_FEN = 5000


class Payer:
    """Somebody with a meal card, and the canteen office that looks after it."""

    def __init__(self, world: World) -> None:
        world.serial += 1
        name = f"payer{world.serial}"
        self.world, self.account_no, self.user_id = world, f"6100{world.serial:04d}", f"USER{name}".upper()
        self.phone: Client = signed_in(name)
        self.office: Client = signed_in(f"cashier{world.serial}", "canteen", device=Device.OFFICE)
        world.canteen.open_account(self.account_no, "13800001111", 10_000)
        bound(self.user_id, self.account_no, utc_now())

    def form(self) -> dict[str, Any]:
        """Another top-up each time."""
        self.world.serial += 1
        return {"amount_fen": AMOUNT_FEN, "request_id": f"bench-topup-{self.world.serial:06d}"}

    def order(self) -> str:
        """A top-up that can be paid; its number."""
        return str(succeeded(self.phone.post(TOP_UPS, self.form())).json["top_up"]["id"])

    def pay(self, top_up_id: str) -> Payment:
        """The diner confirms in WeChat, which has told nobody yet."""
        payment = self.world.pay.pay(top_up_id)
        if payment is None:
            raise AssertionError("WeChat Pay does not let them pay")
        return payment

    def paid(self) -> str:
        """A top-up whose credit waits for the canteen's worker."""
        top_up_id = self.order()
        tell(self.pay(top_up_id))
        return top_up_id

    def credit(self, top_up_id: str) -> None:
        """One message of the canteen's queue."""
        self.world.crediting.deliver(f"canteen:topup:{top_up_id}")

    def rejected(self) -> str:
        """A top-up the canteen did not take, whose refund waits for WeChat Pay's worker."""
        top_up_id = self.paid()
        self.world.canteen.reject = "canteen_account_frozen"
        self.credit(top_up_id)
        self.world.canteen.reject = ""
        return top_up_id

    @property
    def days(self) -> dict[str, str]:
        """The last days, as the office asks for them."""
        today = utc_now().astimezone(SITE_ZONE).date()
        return {"first": str(today - timedelta(days=300)), "last": str(today)}


def notification(payment: Payment, at: datetime) -> dict[str, Any]:
    """WeChat Pay's request about a payment, sealed and signed as it does, for the real verifier."""
    if payment.paid_at is None:
        raise AssertionError("nobody has paid that")
    content = {
        "appid": payment.app_id,
        "mchid": payment.merchant_id,
        "out_trade_no": payment.out_trade_no,
        "transaction_id": payment.transaction_id,
        "trade_type": "JSAPI",
        "trade_state": payment.state.value,
        "bank_type": "OTHERS",
        "success_time": payment.paid_at.astimezone(SITE_ZONE).isoformat(timespec="seconds"),
        "payer": {"openid": payment.openid},
        "amount": {"total": payment.amount_fen, "payer_total": payment.amount_fen, "currency": "CNY"},
    }
    resource = sealed(content, "transaction", SECRETS["wechat_pay/api_v3_key"])
    body = json.dumps(
        {
            "id": f"bench-{payment.out_trade_no}",
            "create_time": content["success_time"],
            "event_type": "TRANSACTION.SUCCESS",
            "resource_type": "encrypt-resource",
            "resource": {**resource, "original_type": "transaction"},
        }
    )
    nonce = f"N{payment.out_trade_no}"  # a second one with the same would be a copy
    headers = signed_headers(body.encode(), at, _platform_key(), ENVIRONMENT["WECHAT_PAY_PUBLIC_KEY_ID"], nonce)
    return Client(headers=headers).event("POST", PAYMENTS, body=body)


def tell(payment: Payment) -> None:
    """WeChat Pay tells of a payment."""
    taken = api()(notification(payment, utc_now()), None)
    if taken["statusCode"] != 204:
        raise AssertionError(f"the notification was refused: {taken}")


def _platform_key() -> RSAPrivateKey:
    key = load_pem_private_key((DATA / "wechat_pay_platform_key.pem").read_bytes(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("WeChat Pay signs with RSA")
    return key
