"""A month at the canteen, made through the product's own pages, the terminals and WeChat Pay's console: what its pictures show.

Everybody has eaten for a month and some have bound their cards. Today's top-ups stand at every place between the order and the
refund, and two payments of other days have no order of ours.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from chalicelib.core.clock import SITE_ZONE
from sandbox.cloud.stack import Stack, wait_until
from tests.stack.diners import CanteenConsole, Diner
from tests.stack.people import ADMINISTRATOR, APPROVER, CANTEEN, DINER, OTHER_CANTEEN, Person, at_the_desk

OFFICE, TOP_UPS = "/api/office/canteen", "/api/canteen/topups"
MEALS = 840
COLLEAGUES = ((APPROVER, "A1002", 10_000), (ADMINISTRATOR, "A1005", 3_000), (CANTEEN, "A1010", 20_000))
"""Who else has a card, and what they pay; fen."""
LATE, PAYER = "A1011", OTHER_CANTEEN
NOT_TAKEN = "系统升级中"
DAYS_COMPARED = 4
PATIENCE_SECONDS = 150


class CanteenDay:
    """Who has paid what; `diner` is 许文静."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._console = CanteenConsole(stack)
        self._clerk = at_the_desk(Person(stack, CANTEEN).sign_in())
        self.plug_in()
        self.diner = self._bound(DINER, "A1008")

    def begin(self) -> None:
        """All of it; about a minute."""
        self._console.call("POST", "canteen/rows/generate", {"rows": MEALS, "months": 1})
        for openid, staff_no, amount in COLLEAGUES:
            self._bound(openid, staff_no).top_up(amount)
        self.diner.top_up(5_000)
        self._given_back(10_000)
        self._eaten()
        self._compared()
        self._under_way(8_000)
        self.diner.person.post(TOP_UPS, {"request_id": uuid4().hex, "amount_fen": 20_000})

    def plug_in(self) -> None:
        """What waits goes on, and nothing is refused."""
        self._console.plug_in()
        self._reject("")

    def number(self, status: str) -> str:
        """Of the diner's top-up that stands there."""
        return next(str(one["id"]) for one in self.diner.person.get(TOP_UPS)["items"] if one["status"] == status)

    def _bound(self, openid: str, staff_no: str) -> Diner:
        accounts = self._console.call("GET", "canteen/accounts")["items"]
        account = next(one for one in accounts if one["staffNo"] == staff_no)
        diner = Diner(Person(self._stack, openid).sign_in(), self._console, account)
        diner.end()
        return diner.bind()

    def _reject(self, reason: str) -> None:
        self._console.call("PATCH", "canteen/knobs", {"reject": reason})

    def _given_back(self, amount: int) -> None:
        """Paid, not taken by the canteen, and back at WeChat."""
        self._reject(NOT_TAKEN)
        number = self.diner.pay(amount)
        self._comes_to(self.diner, number, "refunded")
        self._reject("")

    def _under_way(self, amount: int) -> None:
        """Paid, while the canteen does not answer; a colleague's and the diner's own."""
        late = self._bound(PAYER, LATE)
        self._console.unplug()
        for diner in (late, self.diner):
            self._comes_to(diner, diner.pay(amount), "crediting")

    def _comes_to(self, diner: Diner, number: str, status: str) -> None:
        assert wait_until(lambda: diner.state(number) == status, PATIENCE_SECONDS, 1), diner.state(number)

    def _eaten(self) -> None:
        """Yesterday's dinner came late from a terminal; everything is copied."""
        yesterday = datetime.now(SITE_ZONE).replace(hour=18, minute=12) - timedelta(days=1)
        self._console.eat(self.diner.card_no, 1_450, yesterday)
        self._console.eat(self.diner.card_no, 650)

        def copied() -> bool:
            standing: dict[str, Any] = self._clerk.post(f"{OFFICE}/sync/run")
            return bool(standing["is_caught_up"] and not standing["rows_behind"])

        assert wait_until(copied, 60, 2), self._clerk.get(f"{OFFICE}/sync")

    def _compared(self) -> None:
        """The last days, two of which have a payment that belongs to no order."""
        now = datetime.now(SITE_ZONE).replace(hour=12, minute=5)
        for days, amount in ((2, 1_234), (3, 5_000)):
            self._console.order_elsewhere(DINER, amount, now - timedelta(days=days))
        for days in range(1, DAYS_COMPARED + 1):
            self._clerk.post(f"{OFFICE}/reconciliations/{(now - timedelta(days=days)).date().isoformat()}/run")
