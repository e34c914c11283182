"""The card system: meals, subsidies, cards. Every look at it first posts what was waiting."""

import secrets
from dataclasses import dataclass
from typing import Any

from sandbox.canteen.accounts import Accounts, balance_of, spend
from sandbox.canteen.ledger import Entry, Ledger
from sandbox.canteen.recharges import Recharges
from sandbox.kit.clock import Clock
from sandbox.kit.knobs import Knob, Knobs
from sandbox.kit.store import Document, Store

WAITING = "canteen.waiting"
MERCHANT = "一食堂"

DEFAULT_KNOBS: dict[str, Knob] = {
    "crediting_seconds": 0,
    "crediting_fails": "",
    "reject": "",
    "balance_limit_fen": 500_000,
    "counter_only": False,
    "offline_seconds": 60,
    "bare_rows": False,
    "processing_seconds": 0,
}
REFUSED_ACCOUNTS = {"frozen": "账户已冻结，不能消费", "closed": "账户已销户，不能消费"}
REFUSED_CARDS = {"lost": "此卡已挂失，不能消费", "cancelled": "此卡已注销，不能消费"}


class NotPaid(Exception):
    """The terminal does not take the card; the text is on its display."""


@dataclass(frozen=True)
class Meal:
    """What somebody pays for at a terminal. `occurred_at`: epoch seconds. `offline`: posted later."""

    amount: int
    terminal: str
    occurred_at: float
    offline: bool = False


class CardSystem:
    """One canteen."""

    def __init__(self, store: Store, clock: Clock, knobs: Knobs) -> None:
        self.store = store
        self.clock = clock
        self.knobs = knobs
        self.accounts = Accounts(store)
        self.ledger = Ledger(store, clock)
        self.recharges = Recharges(store, clock, knobs, self.accounts, self.ledger)

    def settle(self) -> None:
        """Post the offline rows and end the top-ups that are due."""
        now = self.clock()
        for row in self.waiting():
            if row["due_at"] <= now:
                self._post(row)
        self.recharges.settle()

    def pay(self, card_no: str, meal: Meal) -> Document | None:
        """Somebody eats; the row, or None while it waits at an offline terminal. Raises NotPaid.

        A terminal that is offline knows lost and cancelled cards from its list, but no balance.
        """
        found = self.accounts.of_card(card_no)
        if found is None:
            raise NotPaid("没有这张卡")
        account, card = found
        refusal = REFUSED_CARDS.get(card["status"]) or REFUSED_ACCOUNTS.get(account["status"])
        if refusal:
            raise NotPaid(refusal)
        if meal.offline:
            self._keep(account, meal)
            return None
        if balance_of(account) < meal.amount:
            raise NotPaid("余额不足")
        return self._consume(account, meal)

    def subsidise(self, account: Document, amount: int) -> Document:
        """The employer's money, or less of it."""
        account["purses"]["subsidy"] += amount
        return self._posted(account, Entry("subsidy", amount, self.clock()))

    def adjust(self, account: Document, kind: str, amount: int) -> Document:
        """A correction by hand (`refund` of a meal or `adjust`) in the own money."""
        account["purses"]["cash"] += amount
        return self._posted(account, Entry(kind, amount, self.clock(), MERCHANT if kind == "refund" else ""))

    def waiting(self) -> list[Document]:
        """Rows that are still at their terminals."""
        return self.store.all(WAITING)

    def post_waiting(self) -> int:
        """The terminals are online again; how many rows were posted."""
        rows = self.waiting()
        for row in rows:
            self._post(row)
        return len(rows)

    def _keep(self, account: Document, meal: Meal) -> None:
        due = self.clock() + float(self.knobs.get("offline_seconds"))
        kept: dict[str, Any] = {
            "id": secrets.token_hex(6),
            "accountNo": account["accountNo"],
            "amount": meal.amount,
            "terminal": meal.terminal,
            "occurred_at": meal.occurred_at,
            "due_at": due,
        }
        self.store.put(WAITING, kept["id"], kept)

    def _post(self, row: Document) -> None:
        account = self.accounts.find(row["accountNo"])
        if account is not None:
            self._consume(account, Meal(row["amount"], row["terminal"], row["occurred_at"]))
        self.store.delete(WAITING, row["id"])

    def _consume(self, account: Document, meal: Meal) -> Document:
        spend(account, meal.amount)
        return self._posted(account, Entry("consume", -meal.amount, meal.occurred_at, MERCHANT, meal.terminal))

    def _posted(self, account: Document, entry: Entry) -> Document:
        self.accounts.save(account)
        return self.ledger.post(account, entry)
