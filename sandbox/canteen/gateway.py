"""The card system's HTTP interface under our own contract (docs/integrators/canteen.md)."""

import re
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from sandbox.canteen.accounts import balance_of, shown
from sandbox.canteen.recharges import Order, OtherContent
from sandbox.canteen.recharges import shown as shown_recharge
from sandbox.canteen.system import CardSystem
from sandbox.house import members
from sandbox.house.answers import FirstAnswers
from sandbox.house.errors import HouseError
from sandbox.house.gateway import HouseGateway, no_such_interface, ok
from sandbox.house.lists import limit_of
from sandbox.house.signature import Door
from sandbox.kit.clock import iso
from sandbox.kit.http import Call
from sandbox.kit.store import Document

BASE = "/canteen/v1"
CLIENT_ID = "campus-canteen"
OPTIONAL = ("serialNo", "staffNo", "nameMasked")
"""Members of a row that an integrator may leave out."""
REASONS = ("ACCOUNT_UNKNOWN", "ACCOUNT_CLOSED", "ACCOUNT_FROZEN", "BALANCE_LIMIT", "CARD_CANCELLED")
LARGEST_AMOUNT = 10_000_000
CLOCKS_DIFFER = 300
Handler = Callable[[Call, str, str], tuple[Response, bool]]
"""(call, number of the answer, name from the path) → the answer, and whether it may take its time."""


class Gateway(HouseGateway):
    """Method and path → what the card system does."""

    def __init__(self, system: CardSystem, door: Door) -> None:
        super().__init__(door, FirstAnswers("canteen", system.store, system.clock), system.knobs)
        self._system = system
        self._routes = [(method, re.compile(BASE + path), handler) for method, path, handler in self._table()]

    def carry_out(self, call: Call, number: str) -> tuple[Response, bool]:
        """The answer to an admitted call."""
        self._system.settle()
        if list(call.query) != sorted(call.query):
            raise members.wrong("query: parameters are in the order of their names")
        for method, path, handler in self._routes:
            match = path.fullmatch(call.path)
            if match and method == call.method:
                return handler(call, number, match.groupdict().get("no", ""))
        raise no_such_interface()

    def _table(self) -> list[tuple[str, str, Handler]]:
        recharge = "serialNo"
        return [
            ("GET", "/accounts", lambda call, number, _: ok(self._by_phone(call), number)),
            ("GET", r"/accounts/(?P<no>[^/]+)", lambda _, number, no: ok(self._balance(no), number)),
            ("GET", "/transactions", lambda call, number, _: ok(self._rows(call), number)),
            ("POST", "/recharges", lambda call, number, _: self.once(call, number, 200, self._recharge, recharge)),
            ("GET", r"/recharges/(?P<no>[^/]+)", lambda _, number, no: ok(self._find(no), number)),
            ("POST", r"/cards/(?P<no>[^/]+)/loss", lambda c, n, no: self.once(c, n, 200, lambda b: self._loss(no, b))),
            ("POST", r"/cards/(?P<no>[^/]+)/unloss", lambda c, n, no: self.once(c, n, 200, lambda _: self._unloss(no))),
        ]

    def _by_phone(self, call: Call) -> Document:
        phone = members.matching(call.query, "phone", members.PHONE)
        return {"items": [shown(account) for account in self._system.accounts.by_phone(phone)]}

    def _balance(self, number: str) -> Document:
        account = self._account(number)
        purses = [{"purse": purse, "balanceFen": amount} for purse, amount in account["purses"].items()]
        now = iso(self._system.clock())
        return {**shown(account), "balanceFen": balance_of(account), "purses": purses, "asOf": now}

    def _rows(self, call: Call) -> Document:
        query = call.query
        after = query.get("afterSeq", "0")
        if not after.isdecimal() or len(after) > 12:
            raise members.wrong("afterSeq")
        number = query.get("accountNo")
        if number is not None:
            self._account(number)
        page = self._system.ledger.page(number, int(after), limit_of(query.get("limit")))
        return _bare(page) if self._system.knobs.get("bare_rows") else page

    def _recharge(self, body: dict[str, Any]) -> Document:
        order = self._order(body)
        try:
            return shown_recharge(self._system.recharges.carry_out(order))
        except OtherContent:
            raise HouseError("IDEMPOTENCY_CONFLICT", "the serialNo belongs to another top-up") from None

    def _order(self, body: dict[str, Any]) -> Order:
        amount = body.get("amountFen")
        if not isinstance(amount, int) or isinstance(amount, bool) or not 1 <= amount <= LARGEST_AMOUNT:
            raise members.wrong("amountFen")
        if members.moment(body, "paidAt") > self._system.clock() + CLOCKS_DIFFER:
            raise members.wrong("paidAt")
        members.one_of(body, "channel", ("wechat",))
        return Order(
            members.matching(body, "serialNo", members.REQUEST_ID),
            members.matching(body, "accountNo", members.NUMBER),
            amount,
            members.matching(body, "channelTransactionId", members.NUMBER),
        )

    def _find(self, serial_no: str) -> Document:
        found = self._system.recharges.find(serial_no)
        return shown_recharge(found) if found else {"serialNo": serial_no, "status": "not_found"}

    def _loss(self, card_no: str, body: dict[str, Any]) -> Document:
        members.text(body, "reason")
        status = self._card(card_no)["status"]
        return self._set_card(card_no, "lost" if status == "normal" else status)

    def _unloss(self, card_no: str) -> Document:
        card = self._card(card_no)
        if card["status"] == "cancelled":
            raise HouseError("DECLINED", "这张卡已注销", "CARD_CANCELLED")
        if card["status"] == "lost" and self._system.knobs.get("counter_only"):
            raise HouseError("COUNTER_ONLY", "解除挂失请到办卡处办理")
        return self._set_card(card_no, "normal")

    def _set_card(self, card_no: str, status: str) -> Document:
        self._system.accounts.set_card(card_no, status)
        return {"cardNo": card_no, "status": status, "at": iso(self._system.clock())}

    def _card(self, card_no: str) -> Document:
        found = self._system.accounts.of_card(card_no)
        if found is None:
            raise HouseError("NOT_FOUND", "no such card")
        return found[1]

    def _account(self, number: str) -> Document:
        account = self._system.accounts.find(number)
        if account is None:
            raise HouseError("NOT_FOUND", "no such account")
        return account


def _bare(page: Document) -> Document:
    """A page without what is optional."""
    items = [{name: value for name, value in row.items() if name not in OPTIONAL} for row in page["items"]]
    return {name: value for name, value in {**page, "items": items}.items() if name != "lastSeq"}


def error_answer(code: str) -> Response:
    """The answer for a switched-on fault: a code of the contract, or a reason of 422."""
    if code in REASONS:
        return HouseError("DECLINED", "餐卡系统手动设置的拒绝", code).response()
    return HouseError(code, "switched on by hand").response()
