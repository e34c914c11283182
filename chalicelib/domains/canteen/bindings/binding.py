"""Which card account belongs to a user: facts without decisions. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
