"""Top-ups by serial number: credited once, or rejected for good."""

from dataclasses import asdict, dataclass

from sandbox.canteen.accounts import Accounts, balance_of
from sandbox.canteen.ledger import Entry, Ledger
from sandbox.kit.clock import Clock, iso
from sandbox.kit.knobs import Knobs
from sandbox.kit.store import Document, Store

RECHARGE = "canteen.recharge"
PROCESSING = "canteen.processing"
"""Numbers of those that are not decided yet."""
REFUSED = {"frozen": "ACCOUNT_FROZEN", "closed": "ACCOUNT_CLOSED"}


class OtherContent(Exception):
    """The serial number belongs to another top-up."""


@dataclass(frozen=True)
class Order:
    """What is to be credited."""

    serial_no: str
    account_no: str
    amount: int
    transaction_id: str


class Recharges:
    """One canteen's top-ups."""

    def __init__(self, store: Store, clock: Clock, knobs: Knobs, accounts: Accounts, ledger: Ledger) -> None:
        self._store = store
        self._clock = clock
        self._knobs = knobs
        self._accounts = accounts
        self._ledger = ledger

    def all(self) -> list[Document]:
        """The oldest first."""
        return self._store.all(RECHARGE)

    def find(self, serial_no: str) -> Document | None:
        """As it is now."""
        return self._store.get(RECHARGE, serial_no)

    def carry_out(self, order: Order, may_wait: bool = True) -> Document:
        """Decide on a new one; the known one as it is. Raises OtherContent."""
        known = self.find(order.serial_no)
        if known is not None:
            if known["order"] != asdict(order):
                raise OtherContent
            return known
        reason, seconds = self._reason(order), float(self._knobs.get("crediting_seconds"))
        if reason:
            return self._save(order, status="rejected", reason=reason)
        if may_wait and seconds:
            self._store.put(PROCESSING, order.serial_no, {"serial_no": order.serial_no})
            return self._save(order, status="processing", due_at=self._clock() + seconds)
        return self._credit(order)

    def settle(self) -> None:
        """End what is due: credited, or rejected with the knob's word."""
        for waiting in self._store.all(PROCESSING):
            recharge = self.find(waiting["serial_no"])
            if recharge is not None and recharge["due_at"] <= self._clock():
                self._end(Order(**recharge["order"]))

    def _end(self, order: Order) -> None:
        self._store.delete(PROCESSING, order.serial_no)
        reason = str(self._knobs.get("crediting_fails")) or self._reason(order)
        if reason:
            self._save(order, status="rejected", reason=reason)
        else:
            self._credit(order)

    def _reason(self, order: Order) -> str:
        """Why it is not credited, empty when it is."""
        if self._knobs.get("reject"):
            return str(self._knobs.get("reject"))
        account = self._accounts.find(order.account_no)
        if account is None:
            return "ACCOUNT_UNKNOWN"
        if account["status"] in REFUSED:
            return REFUSED[account["status"]]
        is_over = balance_of(account) + order.amount > int(self._knobs.get("balance_limit_fen"))
        return "BALANCE_LIMIT" if is_over else ""

    def _credit(self, order: Order) -> Document:
        account = self._accounts.find(order.account_no)
        assert account is not None
        account["purses"]["cash"] += order.amount
        self._accounts.save(account)
        now = self._clock()
        row = self._ledger.post(account, Entry("recharge", order.amount, now, serial_no=order.serial_no))
        return self._save(order, status="credited", creditedAt=iso(now), balanceAfterFen=row["balanceAfterFen"])

    def _save(self, order: Order, **facts: object) -> Document:
        doc = {"order": asdict(order), "at": iso(self._clock()), **facts}
        self._store.put(RECHARGE, order.serial_no, doc)
        return doc


def shown(recharge: Document) -> Document:
    """A top-up as the contract shows it."""
    order = recharge["order"]
    told = ("status", "creditedAt", "balanceAfterFen", "reason")
    facts = {name: recharge[name] for name in told if name in recharge}
    return {"serialNo": order["serial_no"], "accountNo": order["account_no"], "amountFen": order["amount"], **facts}
