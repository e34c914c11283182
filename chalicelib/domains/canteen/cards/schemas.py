"""Requests and answers about one's own card account."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from chalicelib.core.validation import Answer, Request
from chalicelib.domains.canteen.schemas import RequestId

CardState = Literal["normal", "reporting", "lost", "finding", "cancelled", "refused"]
"""``reporting``: 挂失处理中; ``finding``: 解挂处理中; ``refused``: the canteen did not take it."""


class BoundView(Answer):
    """Whose account it is."""

    account_no: str
    staff_no: str
    name_masked: str
    phone_masked: str
    bound_at: datetime


class PurseView(Answer):
    """A part of the balance."""

    purse: Literal["cash", "subsidy"]
    balance_fen: int


class CardView(Answer):
    """One card. ``message``: what the canteen said when it refused, or what to do next."""

    card_no: str
    card_no_masked: str
    state: CardState
    message: str
    can_report_loss: bool
    can_report_found: bool
    changed_at: datetime | None


class AccountView(Answer):
    """The main page: whose account, how much, which cards. ``bound`` is null before the first binding."""

    bound: BoundView | None
    suggested_phone: str | None = None
    """A phone from the old account's bindings, to begin binding with."""
    balance_fen: int | None = None
    """Null when the canteen has never told it."""
    purses: list[PurseView] = Field(default_factory=list)
    as_of: datetime | None = None
    is_live: bool = False
    """False: the canteen does not answer now, and this is what it said last."""
    account_status: Literal["normal", "frozen", "closed"] | None = None
    cards: list[CardView] = Field(default_factory=list)
    contact: str


class CardAction(Request):
    """A loss or its end; made once a tap."""

    request_id: RequestId
