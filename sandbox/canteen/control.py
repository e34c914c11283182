"""Control endpoints of the card system: the POS terminals, the counter, rows for tests of speed."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.canteen.accounts import ACCOUNT_STATES, CARD_STATES, balance_of
from sandbox.canteen.generating import LARGEST, generate
from sandbox.canteen.recharges import shown as shown_recharge
from sandbox.canteen.system import CardSystem, Meal, NotPaid
from sandbox.house.members import PHONE
from sandbox.kit.clock import iso, parse_iso
from sandbox.kit.control import read_body
from sandbox.kit.http import json_response, refusal
from sandbox.kit.store import Document

LAST_ROWS = 60
LARGEST_MEAL = 100_000
BY_HAND = ("subsidy", "refund", "adjust")


class Unusable(ValueError):
    """What was asked cannot be done; the text says why."""


class CanteenControl:
    """What the POS console and the tests may do beyond the card system's API."""

    def __init__(self, system: CardSystem) -> None:
        self._system = system

    def routes(self) -> list[Route]:
        """The routes below /sandbox/canteen/."""
        base, posts = "/sandbox/canteen", ["POST"]
        return [
            Route(f"{base}/accounts", self.accounts, methods=["GET", "POST"]),
            Route(f"{base}/accounts/{{no}}", self.set_account, methods=["PATCH"]),
            Route(f"{base}/accounts/{{no}}/money", self.money, methods=posts),
            Route(f"{base}/cards/{{no}}", self.set_card, methods=["PATCH"]),
            Route(f"{base}/cards/{{no}}/meals", self.meal, methods=posts),
            Route(f"{base}/rows", self.rows),
            Route(f"{base}/rows/generate", self.generate, methods=posts),
            Route(f"{base}/waiting", self.waiting, methods=["GET", "POST"]),
            Route(f"{base}/recharges", self.recharges),
        ]

    async def accounts(self, request: Request) -> Response:
        """GET: every account, name and phone in full. POST {"name", "phone", "staffNo", "cashFen"?, "subsidyFen"?}: one more."""
        if request.method == "GET":
            return self._answer(lambda: {"items": [self._row(account) for account in self._system.accounts.all()]})
        body = await read_body(request)
        return self._answer(lambda: self._row(self._opened(body)))

    async def set_account(self, request: Request) -> Response:
        """{"status"?: "normal" | "frozen" | "closed", "phone"?}: the counter."""
        body = await read_body(request)
        return self._answer(lambda: self._row(self._changed(self._account(request), body)))

    async def money(self, request: Request) -> Response:
        """{"kind": "subsidy" | "refund" | "adjust", "amountFen" (signed)}: posted at once."""
        body = await read_body(request)

        def work() -> Document:
            kind, amount = body.get("kind"), _fen(body.get("amountFen"))
            if kind not in BY_HAND:
                raise Unusable(f"kind 必须是 {' | '.join(BY_HAND)}")
            account = self._account(request)
            return (
                self._system.subsidise(account, amount)
                if kind == "subsidy"
                else self._system.adjust(account, kind, amount)
            )

        return self._answer(work)

    async def set_card(self, request: Request) -> Response:
        """{"status": "normal" | "lost" | "cancelled"}: the counter may do all of it."""
        status = (await read_body(request)).get("status")

        def work() -> Document:
            if status not in CARD_STATES:
                raise Unusable(f"status 必须是 {' | '.join(CARD_STATES)}")
            card = self._system.accounts.set_card(request.path_params["no"], status)
            if card is None:
                raise Unusable("没有这张卡")
            return card

        return self._answer(work)

    async def meal(self, request: Request) -> Response:
        """{"amountFen", "terminal"?, "occurredAt"?, "offline"?} → {"paid", "text", "row"?}: a card held to a terminal."""
        body = await read_body(request)

        def work() -> Document:
            try:
                row = self._system.pay(request.path_params["no"], self._meal(body))
            except NotPaid as refused:
                return {"paid": False, "text": str(refused)}
            return {"paid": True, "text": "消费成功" if row else "已脱机记账，稍后入账", "row": row}

        return self._answer(work)

    async def rows(self, request: Request) -> Response:
        """The last rows, newest first; `accountNo` of one account."""
        number = request.query_params.get("accountNo")
        last = self._system.ledger.newest
        return self._answer(lambda: {"items": last(LAST_ROWS, number), "lastSeq": self._system.ledger.last_seq()})

    async def generate(self, request: Request) -> Response:
        """{"rows", "months"?, "accountNos"?}: many meals at once; answers the last seq."""
        body = await read_body(request)

        def work() -> Document:
            rows, months = body.get("rows"), body.get("months", 1)
            if not isinstance(rows, int) or not 1 <= rows <= LARGEST or not isinstance(months, int) or months < 1:
                raise Unusable(f"rows 在 1 到 {LARGEST} 之间，months 从 1 起")
            normal = [one["accountNo"] for one in self._system.accounts.all() if one["status"] == "normal"]
            return {"lastSeq": generate(self._system, rows, months, body.get("accountNos") or normal)}

        return self._answer(work)

    async def waiting(self, request: Request) -> Response:
        """GET: rows still at offline terminals. POST: they are online again, everything is posted."""
        if request.method == "POST":
            return self._answer(lambda: {"posted": self._system.post_waiting()})
        return self._answer(lambda: {"items": [_waiting(row) for row in self._system.waiting()]})

    async def recharges(self, _: Request) -> Response:
        """The last top-ups, newest first."""
        return self._answer(
            lambda: {"items": [_recharge(one) for one in self._system.recharges.all()[: -LAST_ROWS - 1 : -1]]}
        )

    def _opened(self, body: dict[str, Any]) -> Document:
        name, phone, staff_no = (str(body.get(member) or "").strip() for member in ("name", "phone", "staffNo"))
        if not (name and staff_no and PHONE.fullmatch(phone)):
            raise Unusable("需要姓名、工号和 11 位手机号")
        money = [_fen(body[member]) if body.get(member) else 0 for member in ("cashFen", "subsidyFen")]
        return self._system.accounts.open(name, phone, staff_no, *money)

    def _changed(self, account: Document, body: dict[str, Any]) -> Document:
        if body.get("status", "normal") not in ACCOUNT_STATES:
            raise Unusable(f"status 必须是 {' | '.join(ACCOUNT_STATES)}")
        changes: Document = {name: str(body[name]) for name in ("status", "phone") if name in body}
        return self._system.accounts.save({**account, **changes})

    def _meal(self, body: dict[str, Any]) -> Meal:
        amount, now = _fen(body.get("amountFen")), self._system.clock()
        if not 1 <= amount <= LARGEST_MEAL:
            raise Unusable("金额在 0.01 到 1000 元之间")
        try:
            at = parse_iso(str(body["occurredAt"])) if body.get("occurredAt") else now
        except ValueError:
            raise Unusable("occurredAt 必须是带时区的时间") from None
        return Meal(amount, str(body.get("terminal") or "POS-01"), at, body.get("offline") is True)

    def _account(self, request: Request) -> Document:
        account = self._system.accounts.find(request.path_params["no"])
        if account is None:
            raise Unusable("没有这个账户")
        return account

    def _row(self, account: Document) -> Document:
        return {**account, "balanceFen": balance_of(account)}

    def _answer(self, work: Callable[[], Document]) -> Response:
        try:
            with self._system.store.transaction():
                self._system.settle()
                return json_response(work())
        except Unusable as error:
            return refusal("invalid_input", str(error))


def _fen(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value == 0:
        raise Unusable("金额必须是整数分，不为 0")
    return value


def _waiting(row: Document) -> Document:
    return {**row, "occurred_at": iso(row["occurred_at"]), "due_at": iso(row["due_at"])}


def _recharge(one: Document) -> Document:
    return {**shown_recharge(one), "at": one["at"], "channelTransactionId": one["order"]["transaction_id"]}
