"""Requests and answers about top-ups."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.core.validation import Answer, Request
from chalicelib.domains.canteen.schemas import AccountNo, Cursor, Days, Reason, RequestId

StatusName = Literal["created", "paid", "crediting", "credited", "rejected", "refunding", "refunded", "closed"]
Number = Annotated[str, Field(min_length=6, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]


class NewTopUp(Request):
    """An amount to put on one's own card, in fen."""

    request_id: RequestId
    amount_fen: Annotated[int, Field(ge=1, le=100_000_000)]


class PaySheet(Answer):
    """What the page hands to ``WeixinJSBridge.invoke('getBrandWCPayRequest', …)``, in WeChat's own names."""

    appId: str  # noqa: N815 (WeChat's name)
    timeStamp: str  # noqa: N815 (WeChat's name)
    nonceStr: str  # noqa: N815 (WeChat's name)
    package: str
    signType: str  # noqa: N815 (WeChat's name)
    paySign: str  # noqa: N815 (WeChat's name)


class EventView(Answer):
    """A line of the time line, in words."""

    name: str
    text: str
    at: datetime


class RefundView(Answer):
    """Where a refund stands."""

    reason: str
    asked_at: datetime
    settled_at: datetime | None
    number: str
    """Ours (``out_refund_no``)."""


class TopUpView(Answer):
    """A top-up for its user."""

    id: str
    """Our number: WeChat Pay and the canteen know it by it."""
    transaction_id: str | None
    """WeChat Pay's number."""
    amount_fen: int
    status: StatusName
    status_text: str
    advice: str
    """What to do now; empty when there is nothing to do."""
    account_no: str
    name_masked: str
    created_at: datetime
    expires_at: datetime
    can_pay: bool
    paid_at: datetime | None
    credited_at: datetime | None
    balance_after_fen: int | None
    refund: RefundView | None
    is_on_the_way: bool
    """The user's money is neither on the card nor back."""
    events: list[EventView]


class OrderedView(Answer):
    """A top-up with its pay sheet; without one when WeChat Pay does not answer: ask for it again."""

    top_up: TopUpView
    pay_sheet: PaySheet | None


class TopUpsQuery(Request):
    """Own top-ups, newest first."""

    open: bool = False
    """Only those that can be paid or whose money is on the way."""
    cursor: Cursor | None = None


class TopUpsView(Answer):
    """A page of own top-ups, and what may still be topped up."""

    items: list[TopUpView]
    next_cursor: str | None
    minimum_fen: int
    maximum_fen: int
    left_today_fen: int
    """Of the day's limit; those waiting to be paid count."""


class OfficeTopUpsQuery(Days):
    """The office's list by day of the order. ``number``: ours or WeChat Pay's, whole."""

    status: StatusName | None = None
    account_no: AccountNo | None = None
    number: Number | None = None
    needs_people: bool = False
    """Only those that do not go on by themselves, or wait for a second administrator."""
    cursor: Cursor | None = None


class WishView(Answer):
    """A refund that waits for a second administrator."""

    by: str
    by_name: str
    is_mine: bool
    reason: str
    at: datetime


class OfficeEventView(EventView):
    """With who did it."""

    by: str | None
    note: str


class OfficeTopUpView(TopUpView):
    """A top-up for the office."""

    user_id: str
    user_name: str
    """Nickname."""
    staff_no: str
    problem: str | None
    problem_text: str | None
    wish: WishView | None
    can_refund: bool
    can_push: bool
    """Something is left to be pushed again."""
    refund_number: str | None
    time_line: list[OfficeEventView]


class OfficeTopUpsView(Answer):
    """A page of the office's list."""

    items: list[OfficeTopUpView]
    next_cursor: str | None


class DaySum(Answer):
    """A day of the plant's calendar."""

    day: date
    count: int
    amount_fen: int


class TopUpSums(Answer):
    """What a slice of the filter adds up to: ask with ``next_cursor`` until it is null, and add the slices up."""

    count: int
    ordered_fen: int
    paid_fen: int
    credited_fen: int
    refunded_fen: int
    open_fen: int
    """Paid, neither credited nor refunded."""
    days: list[DaySum]
    """Paid, by day of the order."""
    next_cursor: str | None


class AskRefund(Request):
    """Why the money goes back."""

    reason: Reason


class DeclineRefund(Request):
    """Why it does not."""

    reason: Reason
