"""Comparing three sides: a hundred injected differences of each kind are all found, and nothing else is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from chalicelib.domains.canteen.reconciliation import comparison
from chalicelib.domains.canteen.reconciliation.comparison import Credit, Day, Order, Payment, Place, Refund
from chalicelib.domains.canteen.reconciliation.model import Kind

EACH = 100


@dataclass
class Books:
    """A day of three sides that fit, to be spoilt."""

    orders: dict[str, Order] = field(default_factory=dict)
    paid: list[str] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    accepted: list[Refund] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)

    def number(self) -> str:
        return f"T{len(self.orders):025d}"

    def order(self, place: Place = Place.CREDITED) -> Order:
        """One that fits everywhere."""
        number = self.number()
        transaction = None if place is Place.UNPAID else f"W{number}"
        order = Order(number, f"A{len(self.orders) % 50}", 1_000 + len(self.orders), place, transaction)
        if place is Place.GOING_BACK:
            order = replace(order, refund_number=f"R{number}")
            refund = Refund(f"R{number}", number, order.amount_fen)
            self.refunds.append(refund)
            self.accepted.append(refund)
        self.orders[number] = order
        if transaction is not None:
            self.paid.append(number)
            self.payments.append(Payment(transaction, number, order.amount_fen))
        if place is Place.CREDITED:
            self.credits.append(self.credit(order))
        return order

    def credit(self, order: Order, key: str = "k1") -> Credit:
        return Credit(f"{order.number}~{key}", order.number, order.account_no, order.amount_fen)

    def day(self) -> Day:
        posted = frozenset(credit.key for credit in self.credits)
        return Day(self.orders, self.paid, self.payments, self.refunds, self.accepted, self.credits, posted)

    def drop(self, order: Order, *sides: str) -> None:
        for side in sides:
            kept = [each for each in getattr(self, side) if getattr(each, "number", each) != order.number]
            setattr(self, side, kept)


def unpaid_here(books: Books) -> None:
    order = books.order(Place.UNPAID)
    books.payments.append(Payment(f"W{order.number}", order.number, order.amount_fen))


def unknown_order(books: Books) -> None:
    books.payments.append(Payment(f"X{len(books.payments)}", f"shop-{len(books.payments)}", 500))


def not_in_bill(books: Books) -> None:
    books.drop(books.order(), "payments")


def amount_differs(books: Books) -> None:
    order = books.order()
    books.drop(order, "payments")
    books.payments.append(Payment(str(order.transaction_id), order.number, order.amount_fen + 1))


def paid_twice(books: Books) -> None:
    order = books.order()
    books.payments.append(Payment(f"again-{order.number}", order.number, order.amount_fen))


def not_credited(books: Books) -> None:
    books.order(Place.WAITING)


def credited_unpaid(books: Books) -> None:
    books.credits.append(books.credit(books.order(Place.UNPAID)))


def credit_amount_differs(books: Books) -> None:
    order = books.order()
    books.drop(order, "credits")
    books.credits.append(replace(books.credit(order), amount_fen=order.amount_fen * 10))


def credited_twice(books: Books) -> None:
    books.credits.append(books.credit(books.order(), "k2"))


def credited_and_refunded(books: Books) -> None:
    books.credits.append(books.credit(books.order(Place.GOING_BACK)))


def refund_not_in_bill(books: Books) -> None:
    books.drop(books.order(Place.GOING_BACK), "refunds")


def refund_unknown(books: Books) -> None:
    order = books.order()
    books.refunds.append(Refund(f"console-{order.number}", order.number, order.amount_fen))


def refund_amount_differs(books: Books) -> None:
    order = books.order(Place.GOING_BACK)
    books.drop(order, "refunds")
    books.refunds.append(Refund(str(order.refund_number), order.number, order.amount_fen - 1))


INJECTIONS: dict[Kind, Callable[[Books], None]] = {
    Kind.UNPAID_HERE: unpaid_here,
    Kind.UNKNOWN_ORDER: unknown_order,
    Kind.NOT_IN_BILL: not_in_bill,
    Kind.AMOUNT_DIFFERS: amount_differs,
    Kind.PAID_TWICE: paid_twice,
    Kind.NOT_CREDITED: not_credited,
    Kind.CREDITED_UNPAID: credited_unpaid,
    Kind.CREDIT_AMOUNT_DIFFERS: credit_amount_differs,
    Kind.CREDITED_TWICE: credited_twice,
    Kind.CREDITED_AND_REFUNDED: credited_and_refunded,
    Kind.REFUND_NOT_IN_BILL: refund_not_in_bill,
    Kind.REFUND_UNKNOWN: refund_unknown,
    Kind.REFUND_AMOUNT_DIFFERS: refund_amount_differs,
}


def test_every_kind_is_injected() -> None:
    assert set(INJECTIONS) == set(Kind)


@pytest.mark.parametrize("seed", range(3))
def test_a_hundred_of_each_kind_are_found_and_no_other(seed: int) -> None:
    shuffle, books = random.Random(seed), Books()
    plan: list[Callable[[], object]] = [lambda inject=inject: inject(books) for inject in INJECTIONS.values()] * EACH
    for place in (Place.CREDITED, Place.CREDITED, Place.GOING_BACK, Place.UNPAID):
        plan += [lambda place=place: books.order(place)] * (EACH * 10)
    shuffle.shuffle(plan)
    for do in plan:
        do()
    for side in (books.payments, books.refunds, books.credits, books.paid):
        shuffle.shuffle(side)
    found = comparison.compare(books.day())
    assert Counter(each.kind for each in found) == dict.fromkeys(Kind, EACH)
    assert found == comparison.compare(books.day()), "the same whenever it is compared"


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_alone_names_what_it_is_about(kind: Kind) -> None:
    books = Books()
    books.order()
    INJECTIONS[kind](books)
    (found,) = comparison.compare(books.day())
    assert found.kind is kind
    if kind is not Kind.UNKNOWN_ORDER:
        assert found.number == books.number().replace(f"{len(books.orders):025d}", f"{len(books.orders) - 1:025d}")


def test_near_midnight_a_confirmed_payment_is_no_difference() -> None:
    books = Books()
    not_in_bill(books)
    assert [each.kind for each in comparison.compare(books.day())] == [Kind.NOT_IN_BILL]
    assert comparison.compare(replace(books.day(), confirmed=frozenset(books.paid))) == []


def test_a_canteen_that_does_not_name_our_numbers_is_left_out() -> None:
    books = Books()
    not_credited(books)
    assert comparison.compare(replace(books.day(), has_credits=False)) == []


def test_a_late_credit_of_another_day_is_no_difference() -> None:
    books = Books()
    order = books.order()
    books.paid, books.payments = [], []
    assert order.place is Place.CREDITED
    assert comparison.compare(books.day()) == []
