"""Comparing a day: WeChat Pay's bill, our orders, the canteen's records. Every decision, pure; standard library only.

The three sides know an order by one number (ours), a payment by WeChat Pay's, a refund by ours. What fits in all of them is
never listed; what does not is a difference of one kind, so that each kind has one meaning and one thing to do about it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domains.canteen.reconciliation.model import Difference, Kind, Sums


class Place(StrEnum):
    """Where an order of ours stands, as far as money is concerned."""

    UNPAID = "unpaid"
    WAITING = "waiting"
    """Paid, not credited yet."""
    CREDITED = "credited"
    GOING_BACK = "going_back"
    """To be refunded, or refunded."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order of ours."""

    number: str
    account_no: str
    amount_fen: int
    place: Place
    transaction_id: str | None = None
    refund_number: str | None = None
    """Of the last attempt, once WeChat Pay has accepted it."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment in the bill."""

    transaction_id: str
    number: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund in the bill, or one of ours that WeChat Pay accepted that day."""

    refund_number: str
    number: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Credit:
    """A top-up in the canteen's records."""

    key: str
    number: str
    account_no: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that is compared. ``orders``: every order any other member names, by number, as far as there is one."""

    orders: Mapping[str, Order]
    paid: Sequence[str]
    """Numbers of the orders that were paid that day by our books."""
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    """Of the bill."""
    accepted: Sequence[Refund]
    """Refunds of ours that WeChat Pay accepted that day."""
    credits: Sequence[Credit]
    """Of the canteen, posted that day or belonging to an order that was paid that day."""
    posted: frozenset[str]
    """Keys of those that were posted that day."""
    has_credits: bool = True
    """Whether the canteen's records name our numbers; without them its side cannot be compared."""
    confirmed: frozenset[str] = frozenset()
    """Order and refund numbers near midnight that WeChat Pay has confirmed on asking: they stand in a neighbour's bill."""


def compare(day: Day) -> list[Difference]:
    """Every difference once, in a fixed order."""
    found = [*_payments(day), *_absent_payments(day), *_refunds(day), *_absent_refunds(day)]
    if day.has_credits:
        found += [*_credits(day), *_strange_credits(day)]
    unique = {(difference.kind, difference.key): difference for difference in found}
    return [unique[key] for key in sorted(unique)]


def _payments(day: Day) -> Iterable[Difference]:
    """The bill's payments against our orders."""
    seen: set[str] = set()
    for paid in day.payments:
        order = day.orders.get(paid.number)
        found = Difference(
            Kind.UNKNOWN_ORDER, paid.transaction_id, paid.number, paid.transaction_id, bill_fen=paid.amount_fen
        )
        if order is None:
            yield replace(found, number=None)
            continue
        found = replace(found, account_no=order.account_no, ours_fen=order.amount_fen)
        if _is_second(paid, order, seen):
            yield replace(found, kind=Kind.PAID_TWICE)
        elif order.place is Place.UNPAID:
            yield replace(found, kind=Kind.UNPAID_HERE, key=paid.number)
        elif order.amount_fen != paid.amount_fen:
            yield replace(found, kind=Kind.AMOUNT_DIFFERS, key=paid.number)
        seen |= {paid.number, paid.transaction_id}


def _is_second(paid: Payment, order: Order, seen: set[str]) -> bool:
    """Another payment than the one we know, or the second one of an order we know none of, or the same one again."""
    if order.transaction_id is None:
        return paid.number in seen
    return paid.transaction_id != order.transaction_id or paid.transaction_id in seen


def _absent_payments(day: Day) -> Iterable[Difference]:
    billed = {paid.transaction_id for paid in day.payments}
    for number in day.paid:
        order = day.orders[number]
        if order.transaction_id not in billed and number not in day.confirmed:
            yield _about(order, Kind.NOT_IN_BILL)


def _refunds(day: Day) -> Iterable[Difference]:
    """The bill's refunds against ours."""
    for refund in day.refunds:
        order = day.orders.get(refund.number)
        if order is None or order.refund_number != refund.refund_number:
            yield Difference(
                Kind.REFUND_UNKNOWN,
                refund.refund_number or refund.number,
                order.number if order else None,
                account_no=order.account_no if order else None,
                bill_fen=refund.amount_fen,
            )
        elif order.amount_fen != refund.amount_fen:
            yield replace(_about(order, Kind.REFUND_AMOUNT_DIFFERS), bill_fen=refund.amount_fen)


def _absent_refunds(day: Day) -> Iterable[Difference]:
    billed = {refund.refund_number for refund in day.refunds}
    for refund in day.accepted:
        if refund.refund_number not in billed and refund.refund_number not in day.confirmed:
            order = day.orders.get(refund.number)
            account_no = order.account_no if order else None
            yield Difference(
                Kind.REFUND_NOT_IN_BILL, refund.refund_number, refund.number, account_no=account_no, ours_fen=refund.amount_fen
            )  # fmt: skip


def _credits(day: Day) -> Iterable[Difference]:
    """Our orders that were paid, by our books or by the bill, against the canteen's records."""
    by_number = _by_number(day.credits)
    numbers = {*day.paid, *(paid.number for paid in day.payments)}
    for number in sorted(numbers & day.orders.keys()):
        order, credits = day.orders[number], by_number.get(number, [])
        if order.place is not Place.UNPAID:
            yield from _credits_of(order, credits)


def _credits_of(order: Order, credits: Sequence[Credit]) -> Iterable[Difference]:
    credited = sum(credit.amount_fen for credit in credits)
    if len(credits) > 1:
        yield replace(_about(order, Kind.CREDITED_TWICE), canteen_fen=credited)
    elif order.place is Place.GOING_BACK:
        if credits:
            yield replace(_about(order, Kind.CREDITED_AND_REFUNDED), canteen_fen=credited)
    elif not credits:
        yield _about(order, Kind.NOT_CREDITED)
    elif credited != order.amount_fen:
        yield replace(_about(order, Kind.CREDIT_AMOUNT_DIFFERS), canteen_fen=credited)
    elif order.place is Place.WAITING:
        yield replace(_about(order, Kind.NOT_CREDITED), canteen_fen=credited)


def _strange_credits(day: Day) -> Iterable[Difference]:
    """What the canteen posted that day for orders that were not paid, and for those of other days."""
    numbers = {*day.paid, *(paid.number for paid in day.payments)}
    for number, credits in sorted(_by_number(day.credits).items()):
        if number in numbers or not any(credit.key in day.posted for credit in credits):
            continue
        order = day.orders.get(number)
        if order is None or order.place is Place.UNPAID:
            credited = sum(credit.amount_fen for credit in credits)
            yield Difference(
                Kind.CREDITED_UNPAID, number, order.number if order else None, account_no=credits[0].account_no,
                ours_fen=order.amount_fen if order else None, canteen_fen=credited,
            )  # fmt: skip
        elif order.place is not Place.WAITING:
            yield from _credits_of(order, credits)


def _by_number(credits: Iterable[Credit]) -> dict[str, list[Credit]]:
    found: dict[str, list[Credit]] = defaultdict(list)
    for credit in credits:
        found[credit.number].append(credit)
    return found


def _about(order: Order, kind: Kind) -> Difference:
    return Difference(
        kind, order.number, order.number, order.transaction_id, order.account_no, ours_fen=order.amount_fen
    )  # fmt: skip


def sums_of(day: Day) -> Sums:
    """What the three sides add up to on their own."""
    posted = [credit for credit in day.credits if credit.key in day.posted]
    return Sums(
        bill_count=len(day.payments),
        bill_fen=sum(paid.amount_fen for paid in day.payments),
        bill_refund_fen=sum(refund.amount_fen for refund in day.refunds),
        ours_count=len(day.paid),
        ours_fen=sum(day.orders[number].amount_fen for number in day.paid),
        ours_refund_fen=sum(refund.amount_fen for refund in day.accepted),
        canteen_count=len(posted),
        canteen_fen=sum(credit.amount_fen for credit in posted),
    )
