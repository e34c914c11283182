"""What the product wants of the canteen's card system, whichever vendor stands behind it.

Amounts are whole fen, times aware datetimes. Every call may be repeated: a top-up under its serial number, a card's loss because
lost twice is lost once. Raises the errors of :mod:`chalicelib.integrations.errors`, and of a top-up never
:class:`~chalicelib.integrations.errors.UnknownOutcome`: after a lost answer :meth:`CanteenPort.find_recharge` is asked, or, where
that is not possible, the same top-up sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from chalicelib.integrations.errors import Refused

PurseKind = Literal["cash", "subsidy"]


class CardStatus(StrEnum):
    """Of one card; an account may have had several."""

    NORMAL = "normal"
    LOST = "lost"
    CANCELLED = "cancelled"


class AccountStatus(StrEnum):
    """Of an account: a frozen one keeps its money and pays nothing; a closed one is over."""

    NORMAL = "normal"
    FROZEN = "frozen"
    CLOSED = "closed"


class RechargeStatus(StrEnum):
    """What became of a top-up."""

    CREDITED = "credited"
    PROCESSING = "processing"
    REJECTED = "rejected"
    NOT_FOUND = "not_found"


class RowKind(StrEnum):
    """Of a transaction."""

    CONSUME = "consume"
    RECHARGE = "recharge"
    SUBSIDY = "subsidy"
    REFUND = "refund"
    ADJUST = "adjust"


@dataclass(frozen=True, slots=True)
class Card:
    """A piece of plastic."""

    card_no: str
    status: CardStatus


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account as it is found by the phone on file."""

    account_no: str
    staff_no: str
    name_masked: str
    status: AccountStatus
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Purse:
    """A part of the balance: own money or the employer's."""

    purse: PurseKind
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's money at a moment; below zero when rows of an offline terminal came late."""

    account_no: str
    balance_fen: int
    """The sum of the purses."""
    purses: tuple[Purse, ...]
    as_of: datetime
    status: AccountStatus
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Recharge:
    """A top-up to credit."""

    serial_no: str
    """Our number, at most 32 of ``0-9A-Za-z_-``: it is credited once under it."""
    account_no: str
    amount_fen: int
    paid_at: datetime
    channel_transaction_id: str
    """WeChat Pay's number."""


@dataclass(frozen=True, slots=True)
class RechargeResult:
    """What the canteen says of a top-up."""

    status: RechargeStatus
    credited_at: datetime | None = None
    """When credited."""
    balance_after_fen: int | None = None
    """When credited and told."""
    reason: str = ""
    """When rejected: a code of :mod:`chalicelib.integrations.texts`, or the canteen's own sentence."""


@dataclass(frozen=True, slots=True)
class Row:
    """A transaction. The same one always has the same ``key``; keys of an account sort in the order of time or posting."""

    key: str
    account_no: str
    occurred_at: datetime
    posted_at: datetime
    """Later than it occurred when the terminal was offline."""
    kind: RowKind
    amount_fen: int
    """Signed: below zero is spent."""
    balance_after_fen: int
    merchant: str
    terminal: str
    serial_no: str | None
    """Of a top-up of ours."""
    staff_no: str | None
    name_masked: str | None


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows. It may be empty although there are more."""

    rows: tuple[Row, ...]
    next_cursor: str
    has_more: bool
    behind: int | None
    """At most so many are still to come, if the canteen says."""


class CounterOnly(Refused):
    """The canteen takes a lost card back at its counter only."""

    def __init__(self, message: str, peer_code: str) -> None:
        super().__init__("canteen_counter_only", message, "canteen", peer_code=peer_code)


class CanteenPort(Protocol):
    """The canteen's card system."""

    @property
    def reads_all(self) -> bool:
        """Whether :meth:`rows` delivers everybody's rows; otherwise it has to be asked account by account."""
        ...

    @property
    def can_ask_recharge(self) -> bool:
        """Whether :meth:`find_recharge` is possible; otherwise a lost answer is had by the same top-up again."""
        ...

    def accounts_by_phone(self, phone: str) -> tuple[Account, ...]:
        """The accounts with this phone on file; none when it is unknown."""
        ...

    def balance(self, account_no: str) -> Balance:
        """The account's money now. Raises Refused ``canteen_not_found``."""
        ...

    def rows(self, cursor: str, limit: int, account_no: str | None = None) -> RowPage:
        """At most ``limit`` (1–200) rows after ``cursor``, an opaque text of an earlier page; ``""`` is the beginning.

        Of everybody, or of one account; a cursor belongs to one of both. Late rows of offline terminals come, too, once posted.
        """
        ...

    def recharge(self, order: Recharge) -> RechargeResult:
        """Credit a paid top-up. Raises Refused ``canteen_key_reused`` when the serial number has another content there."""
        ...

    def find_recharge(self, serial_no: str) -> RechargeResult:
        """What became of a top-up; asked after every lost answer. Raises Refused where ``can_ask_recharge`` is false."""
        ...

    def report_loss(self, card_no: str, request_id: str, reason: str) -> CardStatus:
        """Block a card. LOST, also when it was before; CANCELLED when nobody can use it any more."""
        ...

    def report_found(self, card_no: str, request_id: str) -> CardStatus:
        """Take the loss back: NORMAL. Raises :class:`CounterOnly`, or Refused ``canteen_card_cancelled``."""
        ...
