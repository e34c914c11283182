"""A canteen in memory behind the canteen port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.integrations.canteen.port import (
    Account,
    AccountStatus,
    Balance,
    Card,
    CardStatus,
    CounterOnly,
    Purse,
    PurseKind,
    Recharge,
    RechargeResult,
    RechargeStatus,
    Row,
    RowKind,
    RowPage,
)
from chalicelib.integrations.errors import Refused, Retryable

CLOSED = {AccountStatus.CLOSED: "canteen_account_closed", AccountStatus.FROZEN: "canteen_account_frozen"}


@dataclass
class KeptRecharge:
    """A top-up the canteen knows; ``waits`` is how often it will still say ``processing``."""

    order: Recharge
    result: RechargeResult
    waits: int = 0


@dataclass
class FakeCanteen:
    """``trouble`` is called with (operation, "before" | "after") and may raise: the fault wrapper's hook.

    ``lose_answers``: so many answers to a top-up are lost after it was credited. ``processing``: a new top-up is said to
    be processing, and so often again when asked. ``reject``: new top-ups are rejected with this reason.
    """

    clock: Callable[[], datetime]
    reads_all: bool = True
    can_ask_recharge: bool = True
    down: bool = False
    lose_answers: int = 0
    processing: int = 0
    reject: str = ""
    counter_only: bool = False
    trouble: Callable[[str, str], None] = lambda operation, moment: None
    accounts: dict[str, Account] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    purses: dict[str, dict[PurseKind, int]] = field(default_factory=dict)
    posted: list[Row] = field(default_factory=list)
    recharges: dict[str, KeptRecharge] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    # What the canteen's people do.

    def open_account(
        self,
        account_no: str,
        phone: str,
        cash_fen: int = 0,
        subsidy_fen: int = 0,
        *,
        staff_no: str = "A1002",
        status: AccountStatus = AccountStatus.NORMAL,
        card_nos: tuple[str, ...] | None = None,
    ) -> Account:
        """A new account; its card's number is its own after a ``C`` unless others are given."""
        cards = tuple(Card(number, CardStatus.NORMAL) for number in card_nos or (f"C{account_no}",))
        self.accounts[account_no] = Account(account_no, staff_no, "陈**", status, cards)
        self.phones[account_no] = phone
        self.purses[account_no] = {"cash": cash_fen, "subsidy": subsidy_fen}
        return self.accounts[account_no]

    def set_status(self, account_no: str, status: AccountStatus) -> None:
        """Freeze, close or open it."""
        self.accounts[account_no] = replace(self.accounts[account_no], status=status)

    def eat(self, account_no: str, amount_fen: int, occurred_at: datetime | None = None) -> Row:
        """A meal, posted now; the subsidy goes first."""
        purses = self.purses[account_no]
        from_subsidy = min(max(0, purses["subsidy"]), amount_fen)
        purses["subsidy"] -= from_subsidy
        purses["cash"] -= amount_fen - from_subsidy
        return self._post(account_no, RowKind.CONSUME, -amount_fen, occurred_at)

    def subsidise(self, account_no: str, amount_fen: int) -> Row:
        """The employer's money."""
        self.purses[account_no]["subsidy"] += amount_fen
        return self._post(account_no, RowKind.SUBSIDY, amount_fen)

    def set_card(self, card_no: str, status: CardStatus) -> CardStatus:
        """Put a card into a state, as the counter can."""
        for number, account in self.accounts.items():
            cards = tuple(replace(card, status=status) if card.card_no == card_no else card for card in account.cards)
            self.accounts[number] = replace(account, cards=cards)
        return status

    def finish(self, serial_no: str, reason: str = "") -> None:
        """A top-up in processing ends now: credited, or rejected for a reason."""
        kept = self.recharges[serial_no]
        kept.waits = 0
        if reason:
            kept.result = RechargeResult(RechargeStatus.REJECTED, reason=reason)
        elif kept.result.status is RechargeStatus.PROCESSING:
            kept.result = self._credit(kept.order)

    def credited_fen(self, account_no: str) -> int:
        """What top-ups have brought an account."""
        rows = (row for row in self.posted if row.account_no == account_no and row.kind is RowKind.RECHARGE)
        return sum(row.amount_fen for row in rows)

    # The port.

    def accounts_by_phone(self, phone: str) -> tuple[Account, ...]:
        """See the port."""
        self._begin("accounts_by_phone")
        found = tuple(account for number, account in self.accounts.items() if self.phones[number] == phone)
        self.trouble("accounts_by_phone", "after")
        return found

    def balance(self, account_no: str) -> Balance:
        """See the port."""
        self._begin("balance")
        account = self._account(account_no)
        purses = tuple(Purse(kind, amount) for kind, amount in self.purses[account_no].items())
        self.trouble("balance", "after")
        total = sum(purse.balance_fen for purse in purses)
        return Balance(account_no, total, purses, self.clock(), account.status, account.cards)

    def rows(self, cursor: str, limit: int, account_no: str | None = None) -> RowPage:
        """See the port."""
        self._begin("rows")
        after = int(cursor or "0")
        wanted = [row for row in self.posted if int(row.key) > after and account_no in (None, row.account_no)]
        shown = tuple(wanted[:limit])
        following = int(shown[-1].key) if shown else after
        self.trouble("rows", "after")
        behind = None if account_no else len(self.posted) - following
        return RowPage(shown, str(following), len(wanted) > limit, behind)

    def recharge(self, order: Recharge) -> RechargeResult:
        """See the port."""
        self._begin("recharge")
        kept = self.recharges.get(order.serial_no)
        if kept is None:
            kept = self.recharges[order.serial_no] = KeptRecharge(order, self._decide(order), self.processing)
        elif kept.order != order:
            raise Refused("canteen_key_reused", "another top-up", "canteen", peer_code="IDEMPOTENCY_CONFLICT")
        self.trouble("recharge", "after")
        if self.lose_answers:
            self.lose_answers -= 1
            raise Retryable("answer_lost", "the connection broke", "canteen")
        return kept.result

    def find_recharge(self, serial_no: str) -> RechargeResult:
        """See the port."""
        self._begin("find_recharge")
        if not self.can_ask_recharge:
            raise Refused("canteen_not_askable", "no such question", "canteen")
        kept = self.recharges.get(serial_no)
        if kept and kept.result.status is RechargeStatus.PROCESSING:
            kept.waits -= 1
            if kept.waits < 0:
                self.finish(serial_no)
        self.trouble("find_recharge", "after")
        return kept.result if kept else RechargeResult(RechargeStatus.NOT_FOUND)

    def report_loss(self, card_no: str, request_id: str, reason: str) -> CardStatus:
        """See the port."""
        self._begin("report_loss")
        status = self._card(card_no).status
        result = self.set_card(card_no, CardStatus.LOST) if status is CardStatus.NORMAL else status
        self.trouble("report_loss", "after")
        return result

    def report_found(self, card_no: str, request_id: str) -> CardStatus:
        """See the port."""
        self._begin("report_found")
        if self._card(card_no).status is CardStatus.CANCELLED:
            raise Refused("canteen_card_cancelled", "cancelled", "canteen", peer_code="CARD_CANCELLED")
        if self.counter_only:
            raise CounterOnly("only at the counter", "COUNTER_ONLY")
        result = self.set_card(card_no, CardStatus.NORMAL)
        self.trouble("report_found", "after")
        return result

    def _begin(self, operation: str) -> None:
        self.calls.append(operation)
        if self.down:
            raise Retryable("peer_unreachable", "no connection", "canteen", sent=False)
        self.trouble(operation, "before")

    def _account(self, account_no: str) -> Account:
        if account_no not in self.accounts:
            raise Refused("canteen_not_found", "no such account", "canteen", peer_code="NOT_FOUND")
        return self.accounts[account_no]

    def _decide(self, order: Recharge) -> RechargeResult:
        account = self.accounts.get(order.account_no)
        reason = self.reject or (CLOSED.get(account.status, "") if account else "canteen_account_unknown")
        if reason:
            return RechargeResult(RechargeStatus.REJECTED, reason=reason)
        return RechargeResult(RechargeStatus.PROCESSING) if self.processing else self._credit(order)

    def _credit(self, order: Recharge) -> RechargeResult:
        self.purses[order.account_no]["cash"] += order.amount_fen
        row = self._post(order.account_no, RowKind.RECHARGE, order.amount_fen, serial_no=order.serial_no)
        return RechargeResult(RechargeStatus.CREDITED, row.posted_at, row.balance_after_fen)

    def _post(
        self,
        account_no: str,
        kind: RowKind,
        amount_fen: int,
        occurred_at: datetime | None = None,
        serial_no: str | None = None,
    ) -> Row:
        account, now = self.accounts[account_no], self.clock()
        row = Row(
            f"{len(self.posted) + 1:012d}", account_no, occurred_at or now, now, kind, amount_fen,
            sum(self.purses[account_no].values()), "一食堂", "POS-01", serial_no, account.staff_no, account.name_masked,
        )  # fmt: skip
        self.posted.append(row)
        return row

    def _card(self, card_no: str) -> Card:
        for account in self.accounts.values():
            for card in account.cards:
                if card.card_no == card_no:
                    return card
        raise Refused("canteen_not_found", "no such card", "canteen", peer_code="NOT_FOUND")
