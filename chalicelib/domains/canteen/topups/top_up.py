"""A top-up and everything that is known of it: facts without decisions. Standard library only.

::

    created ──▶ paid ──▶ crediting ──▶ credited
       │  ▲       └───────────┴──▶ rejected ──▶ refunding ──▶ refunded
       ▼  │                           └──▶ credited (the canteen has it after all)
     closed (a payment that comes late goes on as paid)

Amounts are whole fen. The number WeChat Pay and the canteen know a top-up by (``out_trade_no``, ``serialNo``) is its id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Where the money is."""

    CREATED = "created"
    """Ordered, not paid."""
    PAID = "paid"
    """WeChat Pay has it; the canteen is to be told."""
    CREDITING = "crediting"
    """The canteen may have been told; it has not confirmed."""
    CREDITED = "credited"
    REJECTED = "rejected"
    """It will not be credited: a refund is due."""
    REFUNDING = "refunding"
    """WeChat Pay has accepted the refund."""
    REFUNDED = "refunded"
    CLOSED = "closed"
    """Not paid; WeChat Pay takes no money for it any more."""


UNPAID = (Status.CREATED, Status.CLOSED)
UNCREDITED = (Status.PAID, Status.CREDITING)
ON_THE_WAY = (*UNCREDITED, Status.REJECTED, Status.REFUNDING)
"""Money of the user that is neither in the canteen nor back."""
COUNTED = tuple(status for status in Status if status not in (Status.CLOSED, Status.REFUNDED))
"""Count towards the day's limit."""


@dataclass(frozen=True, slots=True)
class Payment:
    """WeChat Pay's word that it has the money."""

    transaction_id: str
    at: datetime
    """WeChat's own time; on its day the bill has it."""
    sequence: int
    """Version of the top-up that recorded it: the outbox entry of the credit."""


@dataclass(frozen=True, slots=True)
class Credit:
    """The canteen's word that the card has it."""

    at: datetime
    balance_after_fen: int | None


@dataclass(frozen=True, slots=True)
class Wish:
    """A refund one canteen administrator wants; above a limit another one has to confirm it."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Refund:
    """A decided refund. ``attempt`` begins at 1 and rises when WeChat Pay closed the one before."""

    reason: str
    asked_by: str
    """User id of the administrator, or :data:`BY_CANTEEN`."""
    asked_at: datetime
    not_before: datetime
    """Until then a credit that was under way when the refund was decided may still reach the canteen."""
    attempt: int = 1
    confirmed_by: str | None = None
    refund_id: str | None = None
    """WeChat Pay's number, once it has accepted it."""
    accepted_at: datetime | None = None
    settled_at: datetime | None = None


BY_CANTEEN = "canteen"


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the time line."""

    name: str
    at: datetime
    by: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose card account it is for, as bound when the top-up was made."""

    account_no: str
    staff_no: str
    name_masked: str


@dataclass(frozen=True, slots=True)
class Look:
    """When WeChat Pay is asked next whether it was paid, and how often it was."""

    due_at: datetime
    count: int = 0


@dataclass(frozen=True, slots=True)
class TopUp:
    """One order to put money on a meal card."""

    id: str
    owner_id: str
    openid: str
    """Who pays, as this official account knows them: only they can."""
    holder: Holder
    amount_fen: int
    status: Status
    created_at: datetime
    expires_at: datetime
    """Until then it can be paid."""
    version: int
    look: Look | None
    payment: Payment | None = None
    credit: Credit | None = None
    wish: Wish | None = None
    refund: Refund | None = None
    problem: str = ""
    """Stable code of what keeps it from going on; empty while it goes on by itself."""
    events: tuple[Event, ...] = ()

    @property
    def is_on_the_way(self) -> bool:
        """Whether money of the user is neither in the canteen nor back."""
        return self.status in ON_THE_WAY

    @property
    def refund_number(self) -> str:
        """``out_refund_no``: the same for the same attempt, whoever repeats it."""
        return self.refund_numbers[-1] if self.refund else f"R{self.id}"

    @property
    def refund_numbers(self) -> tuple[str, ...]:
        """Those of all attempts, the first one first."""
        attempts = range(1, self.refund.attempt + 1) if self.refund else ()
        return tuple(f"R{self.id}" if attempt == 1 else f"R{self.id}-{attempt}" for attempt in attempts)


@dataclass(frozen=True, slots=True)
class Day:
    """What a user's top-ups of a day add up to: by id, so that nothing can be counted twice or drift."""

    owner_id: str
    day: str
    """``YYYY-MM-DD`` on the plant's calendar."""
    amounts: tuple[tuple[str, int], ...] = ()
    version: int = 0

    @property
    def total_fen(self) -> int:
        """What counts of the day so far."""
        return sum(amount for _, amount in self.amounts)
