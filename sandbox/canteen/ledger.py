"""Rows of all accounts in one number sequence, in the order in which they are posted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.canteen.accounts import balance_of, masked
from sandbox.kit.clock import Clock, iso
from sandbox.kit.store import Document, Store

ROW = "canteen.row"
DIGITS = 12


@dataclass(frozen=True)
class Entry:
    """What happened, before it has a number; `amount` in fen, below zero is spent."""

    kind: str
    amount: int
    occurred_at: float
    merchant: str = ""
    terminal: str = ""
    serial_no: str | None = None


class Ledger:
    """Appends and reads."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def last_seq(self) -> int:
        """The highest number; 0 when there is none."""
        last = self._store.last(ROW)
        return int(last["seq"]) if last else 0

    def post(self, account: Document, entry: Entry) -> Document:
        """A row with the account's balance as it is now."""
        row = row_of(self.last_seq() + 1, account, entry, self._clock(), balance_of(account))
        self.append([row])
        return row

    def append(self, rows: Iterable[Document]) -> None:
        """Rows that have their numbers."""
        rows = list(rows)
        self._store.put_many((ROW, _key(row["seq"]), row) for row in rows)
        self._store.put_many((of_account(row["accountNo"]), _key(row["seq"]), row) for row in rows)

    def page(self, account_no: str | None, after: int, limit: int) -> dict[str, Any]:
        """Rows after a number, of everybody or of one account."""
        kind = of_account(account_no) if account_no else ROW
        found = self._store.after(kind, _key(after), limit + 1)
        shown = found[:limit]
        return {
            "items": shown,
            "nextSeq": shown[-1]["seq"] if shown else after,
            "hasMore": len(found) > limit,
            "lastSeq": self.last_seq(),
        }

    def of(self, account_no: str) -> list[Document]:
        """Every row of an account in posting order."""
        return self._store.all(of_account(account_no))

    def newest(self, limit: int, account_no: str | None = None) -> list[Document]:
        """The last rows, newest first."""
        return self._store.newest(of_account(account_no) if account_no else ROW, limit)


def row_of(seq: int, account: Document, entry: Entry, posted_at: float, balance: int) -> Document:
    """A row as the contract shows it."""
    row = {
        "seq": seq,
        "accountNo": account["accountNo"],
        "staffNo": account["staffNo"],
        "nameMasked": masked(account["name"]),
        "occurredAt": iso(entry.occurred_at),
        "postedAt": iso(posted_at),
        "kind": entry.kind,
        "amountFen": entry.amount,
        "balanceAfterFen": balance,
        "merchant": entry.merchant,
        "terminal": entry.terminal,
    }
    return row if entry.serial_no is None else {**row, "serialNo": entry.serial_no}


def of_account(account_no: str) -> str:
    """The kind under which an account's rows lie once more."""
    return f"{ROW}.{account_no}"


def _key(seq: int) -> str:
    return f"{seq:0{DIGITS}d}"
