"""Which card account belongs to a user: facts without decisions. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Binding:
    """A user has proved by SMS that the phone on file of a card account is theirs."""

    user_id: str
    account_no: str
    staff_no: str
    name_masked: str
    phone: str
    """11 digits, as on file in the canteen when it was bound."""
    bound_at: datetime
    version: int
    """Rises with every change of the user's record, the end included."""


class HowEnded(StrEnum):
    """Why somebody no longer has an account."""

    USER = "user"
    """By the user."""
    CHANGED = "changed"
    """The same person has bound another account, or the same one under another of their ids."""
    MOVED = "moved"
    """Somebody else has proved the phone."""
    OFFICE = "office"
    """By canteen staff, for a reason."""


@dataclass(frozen=True, slots=True)
class Ending:
    """When, how, by whom (user id); ``reason`` is the office's."""

    at: datetime
    how: HowEnded
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A user's last binding, and how it ended if it has."""

    binding: Binding
    ending: Ending | None = None

    @property
    def is_bound(self) -> bool:
        """Whether it holds."""
        return self.ending is None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card account that has the proved phone on file."""

    account_no: str
    staff_no: str
    name_masked: str


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has an account, or had it last: the one place that says so."""

    account_no: str
    staff_no: str
    user_id: str
    is_held: bool
    binding_version: int
    """Of the holder's record."""
    version: int


@dataclass(frozen=True, slots=True)
class Code:
    """A code on its way: for one user and one phone; ``digest`` stands for it."""

    id: str
    user_id: str
    phone: str
    digest: str
    sent_at: datetime
    tries: int = 0
