"""Collecting what is compared: the bill, our orders it or our books or the canteen name, the canteen's records.

Everything is read by day, nothing scanned: the bill of the day, top-ups paid that day, refunds accepted that day, top-ups
the canteen posted that day and the next ones; and of orders paid on another day their own account's records since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.core.clock import day_begins, site_day
from chalicelib.domains.canteen.reconciliation.comparison import Credit, Day, Order, Payment, Place, Refund
from chalicelib.domains.canteen.records import store as records
from chalicelib.domains.canteen.records.model import Kind, Row
from chalicelib.domains.canteen.topups import store as topups
from chalicelib.domains.canteen.topups.top_up import ON_THE_WAY, UNCREDITED, UNPAID, Status, TopUp
from chalicelib.integrations.wechat_pay.port import Bill, PayPort, TradeState

DAYS_OF_CREDITS = 3
"""A top-up is credited within seconds, or when the canteen is up again: its day and the following ones are looked at."""
NEAR_MIDNIGHT = timedelta(minutes=10)
"""WeChat Pay's books and its answers may differ by so much about the day something belongs to."""
ROWS_A_CALL = 300


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is compared, and the top-ups behind it."""

    day: Day
    top_ups: dict[str, TopUp]


def gather(day: date, bill: Bill, pay: PayPort, now: datetime) -> Gathered:
    """Everything about a day. Raises :class:`~chalicelib.integrations.errors.PeerError`."""
    name = day.isoformat()
    paid = list(topups.paid_on(name))
    accepted = list(topups.refunds_on(name))
    posted = _posted(day, now)
    mine = {found.id: found for found in paid}
    named = {
        *(each.out_trade_no for each in bill.payments),
        *(each.out_trade_no for each in bill.refunds),
        *(top_up_id for top_up_id, _, _ in accepted),
        *(row.serial_no for row in posted if row.serial_no),
    }
    mine |= topups.find_top_ups(number for number in named - mine.keys() if is_number(number))
    credits = _credits(posted, _other_days(posted, mine, name))
    return Gathered(
        Day(
            orders={number: _order(found) for number, found in mine.items()},
            paid=[found.id for found in paid],
            payments=[Payment(each.transaction_id, each.out_trade_no, each.amount_fen) for each in bill.payments],
            refunds=[Refund(each.out_refund_no, each.out_trade_no, each.amount_fen) for each in bill.refunds],
            accepted=[
                Refund(number, top_up_id, amount)
                for top_up_id, number, amount in accepted
                if top_up_id in mine and mine[top_up_id].refund_number == number
            ],
            credits=credits,
            posted=frozenset(_key(row) for row in posted if site_day(row.posted_at) == name),
            has_credits=not posted or any(row.serial_no for row in posted),
            confirmed=_confirmed(paid, bill, mine, pay, day),
        ),
        mine,
    )


def is_number(number: str) -> bool:
    """Whether it can be one of ours: the bill holds everything the merchant number took."""
    return len(number) == 26 and number.isascii() and number.isalnum()


def _posted(day: date, now: datetime) -> list[Row]:
    """The canteen's top-ups of the day and of some days after it, as far as they have come."""
    last = min(day + timedelta(days=DAYS_OF_CREDITS - 1), date.fromisoformat(site_day(now)))
    days = [day + timedelta(days=ahead) for ahead in range((last - day).days + 1)]
    return [row for each in days for row in records.recharges_posted_on(each.isoformat())]


def _other_days(posted: Iterable[Row], mine: dict[str, TopUp], name: str) -> list[Row]:
    """All top-ups, since they were paid, of accounts with a credit this day for an order of another day."""
    late = [
        mine[row.serial_no]
        for row in posted
        if row.serial_no in mine
        and site_day(row.posted_at) == name
        and _paid_day(mine[row.serial_no]) not in (None, name)
    ]
    found: dict[str, Row] = {}
    for top_up in late:
        since = top_up.payment.at if top_up.payment else top_up.created_at
        query = records.between(
            records.RowItem.by_account,
            records.account_key(top_up.holder.account_no),
            since - timedelta(days=1),
            day_begins(date.fromisoformat(name)) + timedelta(days=DAYS_OF_CREDITS),
            ROWS_A_CALL,
        )
        rows = (records.to_row(item) for item in query(None))
        found |= {_key(row): row for row in rows if row.kind is Kind.RECHARGE}
    return list(found.values())


def _paid_day(top_up: TopUp) -> str | None:
    return site_day(top_up.payment.at) if top_up.payment else None


def _credits(*sources: Iterable[Row]) -> list[Credit]:
    rows = {_key(row): row for source in sources for row in source if row.serial_no}
    return [Credit(key, str(row.serial_no), row.account_no, row.amount_fen) for key, row in rows.items()]


def _key(row: Row) -> str:
    return f"{row.account_no}~{row.key}"


def _order(top_up: TopUp) -> Order:
    refund = top_up.refund
    return Order(
        number=top_up.id,
        account_no=top_up.holder.account_no,
        amount_fen=top_up.amount_fen,
        place=_place(top_up.status),
        transaction_id=top_up.payment.transaction_id if top_up.payment else None,
        refund_number=top_up.refund_number if refund and refund.accepted_at else None,
    )


def _place(status: Status) -> Place:
    if status in UNPAID:
        return Place.UNPAID
    if status in UNCREDITED:
        return Place.WAITING
    return Place.GOING_BACK if status in ON_THE_WAY or status is Status.REFUNDED else Place.CREDITED


def _confirmed(paid: list[TopUp], bill: Bill, mine: dict[str, TopUp], pay: PayPort, day: date) -> frozenset[str]:
    """Orders and refunds of the last or first minutes of the day that WeChat Pay knows: a neighbour's bill has them."""
    billed = {each.transaction_id for each in bill.payments}
    orders = {
        top_up.id
        for top_up in paid
        if top_up.payment and top_up.payment.transaction_id not in billed and _is_near(top_up.payment.at, day)
        if _is_paid(pay, top_up)
    }
    refunded = {each.out_refund_no for each in bill.refunds}
    refunds = {
        top_up.refund_number
        for top_up in mine.values()
        if top_up.refund and top_up.refund.accepted_at and top_up.refund_number not in refunded
        if _is_near(top_up.refund.accepted_at, day) and pay.find_refund(top_up.refund_number) is not None
    }
    return frozenset(orders | refunds)


def _is_paid(pay: PayPort, top_up: TopUp) -> bool:
    found = pay.find(top_up.id)
    return found is not None and found.state in (TradeState.SUCCESS, TradeState.REFUND)


def _is_near(instant: datetime, day: date) -> bool:
    begins = day_begins(day)
    return instant - begins < NEAR_MIDNIGHT or begins + timedelta(days=1) - instant < NEAR_MIDNIGHT
