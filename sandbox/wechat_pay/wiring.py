"""One WeChat Pay, put together."""

import asyncio

from starlette.routing import BaseRoute, Route

from sandbox.kit.clock import Clock
from sandbox.kit.control import common_routes
from sandbox.kit.knobs import Knobs
from sandbox.kit.peer import Peer
from sandbox.kit.store import Document, Store
from sandbox.shared_secrets import Secrets
from sandbox.wechat_pay import notices, vouchers
from sandbox.wechat_pay.addresses import Addresses
from sandbox.wechat_pay.bill_desk import BillDesk
from sandbox.wechat_pay.cashier import Cashier
from sandbox.wechat_pay.control import PayControl
from sandbox.wechat_pay.gateway import Gateway
from sandbox.wechat_pay.keys import load_key
from sandbox.wechat_pay.memory import Memory, default_knobs
from sandbox.wechat_pay.notifier import Notifier
from sandbox.wechat_pay.orders import Orders
from sandbox.wechat_pay.platform_keys import PlatformKeys
from sandbox.wechat_pay.refunds import Refunds
from sandbox.wechat_pay.stamp import Stamp

NAME = "wechat_pay"
LOOK_SECONDS = 0.1


class WeChatPay:
    """Everything the interface, the phone and the console share; `look` brings time-driven things forward."""

    def __init__(self, store: Store, clock: Clock, secrets: Secrets, product_url: str) -> None:
        knobs = Knobs(store, NAME, default_knobs(product_url))
        memory, addresses = Memory(store, clock, knobs), Addresses(product_url)
        merchant_key = load_key(secrets.wechat_pay_private_key).public_key()
        self.keys = PlatformKeys(memory, secrets.wechat_pay_platform_private_key, secrets.wechat_pay_api_v3_key)
        self.notifier = Notifier(memory, Stamp(memory, self.keys), secrets.wechat_pay_api_v3_key, addresses)
        self.orders = Orders(memory, addresses, self._paid)
        self.refunds = Refunds(memory, self.orders, addresses, self._settled)
        self.cashier = Cashier(memory, self.orders, merchant_key)
        self.desk = BillDesk(memory, self.orders, self.refunds)
        self.memory = memory
        self._gateway = Gateway(memory, merchant_key, self.keys, self.orders, self.refunds, self.desk)

    def routes(self) -> list[BaseRoute]:
        """/v3/ and /sandbox/wechat_pay/."""
        memory = self.memory
        peer = Peer(NAME, memory.store, memory.clock, memory.knobs, self._gateway.error_answer, "code")
        every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return [
            Route("/v3/{path:path}", peer.endpoint(self._gateway.serve), methods=every),
            *common_routes(peer),
            *PayControl(self).routes(),
        ]

    def look(self) -> None:
        """Settle refunds and send notifications that are due. Inside a running loop."""
        with self.memory.store.transaction():
            self.refunds.settle_due()
        self.notifier.look()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_SECONDS)

    def _paid(self, order: Document) -> None:
        if order["request"]["notify_url"]:  # Otherwise made by hand, behind everybody's back.
            self.notifier.tell(notices.of_payment(order))
            vouchers.of_payment(self.memory, order)

    def _settled(self, refund: Document) -> None:
        self.notifier.tell(notices.of_refund(refund))
        vouchers.of_refund(self.memory, refund, self.orders.find(refund["out_trade_no"]))
