"""Many rows at once, for tests of speed: months of meals whose sum is brought by one correction before them."""

import random

from sandbox.canteen.accounts import balance_of
from sandbox.canteen.ledger import Entry, row_of
from sandbox.canteen.system import MERCHANT, CardSystem
from sandbox.kit.clock import midnight
from sandbox.kit.store import Document

DAY = 86_400
MONTH = 30 * DAY
SPREAD = 2_400
"""Seconds within which people come to a meal."""
MEALS = ((7, 20, 600), (11, 50, 1250), (18, 0, 1000))
"""Hour, minute, fen."""
LARGEST = 500_000


def generate(system: CardSystem, rows: int, months: int, account_nos: list[str]) -> int:
    """So many meals of these accounts, spread over the months up to now; balances end as they began. The last seq."""
    accounts = [account for account in system.accounts.all() if account["accountNo"] in account_nos]
    seq = system.ledger.last_seq()
    made: list[Document] = []
    for number, account in enumerate(accounts):
        share = rows // len(accounts) + (number < rows % len(accounts))
        made += _history(account, share, system.clock(), months)
    made.sort(key=lambda row: row["occurredAt"])
    for number, row in enumerate(made, seq + 1):
        row["seq"] = number
    system.ledger.append(made)
    return seq + len(made)


def _history(account: Document, count: int, now: float, months: int) -> list[Document]:
    """Rows of one account, the correction first; their numbers are given later."""
    meals = _meals(random.Random(account["accountNo"]), count, now, months)
    balance = balance_of(account) + sum(amount for _, amount in meals)
    brought = Entry("adjust", sum(amount for _, amount in meals), now - months * MONTH - DAY)
    rows = [row_of(0, account, brought, brought.occurred_at, balance)]
    for at, amount in meals:
        balance -= amount
        rows.append(row_of(0, account, Entry("consume", -amount, at, MERCHANT, "POS-01"), at, balance))
    return rows


def _meals(chance: random.Random, count: int, now: float, months: int) -> list[tuple[float, int]]:
    """Times in order, with what was paid: each day's breakfast, lunch and dinner in turn, none of them still to come."""
    step = months * MONTH / max(1, count)
    meals = []
    for number in range(count):
        hour, minute, usual = MEALS[number % len(MEALS)]
        at = midnight(now - months * MONTH + number * step) + hour * 3600 + minute * 60 + chance.randrange(SPREAD)
        meals.append((at if at <= now else at - DAY, usual + chance.randrange(-2, 6) * 50))
    return sorted(meals)
