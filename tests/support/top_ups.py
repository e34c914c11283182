"""People who top up their meal cards: WeChat Pay, the canteen, the use cases between them, and both queues' workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from chalicelib.core.ids import derived_id
from chalicelib.core.outbox.store import entries_of
from chalicelib.core.session import Principal, Role
from chalicelib.core.table import Transaction
from chalicelib.domains.account.notices import find_openid
from chalicelib.domains.canteen.topups import creating, model, paying, querying, store
from chalicelib.domains.canteen.topups.crediting import Crediting, recharge_of
from chalicelib.domains.canteen.topups.refunding import Refunding
from chalicelib.domains.canteen.topups.steps import add_step
from chalicelib.domains.canteen.topups.top_up import ON_THE_WAY, Holder, Status, TopUp
from chalicelib.integrations.canteen.port import AccountStatus
from chalicelib.integrations.wechat_pay.port import Payment, RefundOrder, RefundStatus
from tests.support.bindings import person
from tests.support.client import make_user
from tests.support.clock import FakeClock
from tests.support.fake_canteen import FakeCanteen
from tests.support.fake_pay import FakePay
from tests.support.faults import ProcessDied
from tests.support.records import bound
from tests.support.workers import QueueWorkers, pending

PHONE = "13700005555"
SMALL, LARGE = 5_000, 30_000
"""Below and above what one administrator gives back alone."""
BOSS, SECOND = (Principal(f"USER{name}", name, "", frozenset({Role.CANTEEN})) for name in ("BOSS", "SECOND"))


class World:
    """A plant at noon. Every top-up is somebody else's, unless a test says otherwise."""

    def __init__(self, sqs: Any, clock: FakeClock) -> None:
        self.clock, self.serial = clock, 0
        self.pay, self.canteen = FakePay(clock), FakeCanteen(clock)
        self.credits = QueueWorkers(sqs, "canteen", Crediting(self.canteen, clock).handlers, clock)
        self.refunds = QueueWorkers(sqs, "pay", Refunding(self.pay, self.canteen, clock).handlers, clock)

    # People.

    def diner(self) -> Principal:
        """Known to the official account, with a card."""
        self.serial += 1
        user = person(f"diner{self.serial}")
        make_user(user.nickname)
        self.canteen.open_account(f"A{self.serial}", PHONE)
        bound(user.user_id, f"A{self.serial}", self.clock())
        return user

    def order(self, diner: Principal, amount_fen: int = SMALL, request_id: str = "") -> TopUp:
        """One form, sent; with its pay sheet."""
        self.serial += 1
        form = request_id or f"request-{self.serial:06}"
        top_up = creating.create(diner, amount_fen, form, find_openid, self.clock())
        if top_up.status is Status.CREATED:
            paying.pay_sheet(self.pay, top_up, self.clock())
        return top_up

    def ordered(self, amount_fen: int = SMALL) -> TopUp:
        """By somebody new, with the sheet open."""
        return self.keep(self._ordered(amount_fen))

    def pay_for(self, top_up: TopUp) -> Payment:
        """The payer confirms on the sheet."""
        payment = self.pay.pay(top_up.id)
        assert payment is not None
        return payment

    def notify(self, payment: Payment) -> TopUp:
        """WeChat Pay's notification arrives."""
        self.serial += 1
        return paying.record_payment(payment, self.clock(), f"nonce-{self.serial}")

    def paid(self, amount_fen: int = SMALL) -> TopUp:
        """Ordered by somebody new, paid, told."""
        return self.keep(self._paid(amount_fen))

    def rejected(self) -> TopUp:
        """The same, and not taken by the canteen."""
        return self.keep(self._rejected())

    def refunding(self) -> TopUp:
        """The same, and WeChat Pay has accepted the refund."""
        top_up = self._rejected()
        self.pay.settles = RefundStatus.SUCCESS
        told = self.pay.refund(RefundOrder(top_up.refund_number, top_up.id, top_up.amount_fen, top_up.amount_fen, ""))
        return self.keep(certain(model.refund_accepted(top_up, told.refund_id, self.clock())))

    def keep(self, top_up: TopUp) -> TopUp:
        """Stored at once as it is, with what its last step means for everybody else."""
        transaction = Transaction()
        add_step(transaction, None, top_up, self.clock())
        transaction.commit()
        return top_up

    def _ordered(self, amount_fen: int) -> TopUp:
        self.serial += 1
        name = f"diner{self.serial}"
        account = self.canteen.open_account(f"A{self.serial}", PHONE, staff_no=f"S{self.serial}")
        holder = Holder(account.account_no, account.staff_no, account.name_masked)
        number = derived_id("test", name)
        top_up = model.create(number, f"USER{name.upper()}", f"o_{name}", holder, amount_fen, self.clock())
        paying.pay_sheet(self.pay, top_up, self.clock())
        return top_up

    def _paid(self, amount_fen: int = SMALL) -> TopUp:
        top_up = self._ordered(amount_fen)
        payment = self.pay_for(top_up)
        assert payment.transaction_id and payment.paid_at
        return certain(
            model.mark_paid(top_up, payment.transaction_id, amount_fen, payment.paid_at, self.clock())
        )  # fmt: skip

    def _rejected(self) -> TopUp:
        top_up = self._paid()
        self.canteen.set_status(top_up.holder.account_no, AccountStatus.CLOSED)
        result = self.canteen.recharge(recharge_of(top_up))
        return certain(model.rejected(top_up, result.reason, self.clock()))

    # What Lambda runs.

    def query(self) -> dict[str, int]:
        """The schedule's run."""
        return querying.query_due(self.pay, self.clock)

    def recover(self, minutes: int = 60) -> None:
        """Both queues, until nothing is left to push, or for ``minutes``."""
        for _ in range(minutes):
            for workers in (self.credits, self.refunds):
                workers.recover(1)
            if not pending("canteen") and not pending("pay"):
                return

    def finish(self, top_up: TopUp, minutes: int = 60) -> None:
        """The same for one top-up, without looking for others that are due."""
        for _ in range(minutes):
            for workers in (self.credits, self.refunds):
                self.wake(workers, top_up)
            if not pushes(top_up, "pending"):
                return
            self.clock.advance(minutes=1)

    def wake(self, workers: QueueWorkers, top_up: TopUp) -> None:
        """One delivery; dying is the worker's own business."""
        with suppress(ProcessDied):
            workers.deliver(f"{'canteen' if workers is self.credits else 'pay'}:topup:{top_up.id}")

    # What must hold.

    def assert_balanced(self) -> None:
        """What WeChat Pay took is credited, has gone back, or stands visibly open: by user and in total, and nowhere twice."""
        total = 0
        for owner_id, mine in by_owner().items():
            places = [self.assert_in_one_place(top_up) for top_up in mine]
            paid, credited, refunded, still_open = (sum(amounts) for amounts in zip(*places, strict=True))
            assert paid == credited + refunded + still_open, owner_id
            total += paid
        assert total == self.pay.taken_fen()

    def assert_in_one_place(self, top_up: TopUp) -> tuple[int, int, int, int]:
        """Paid, credited, back, open. The other sides' books, and ours agrees with them."""
        order, kept = self.pay.orders.get(top_up.id), self.canteen.recharges.get(top_up.id)
        paid = (order.amount_fen or 0) if order and order.transaction_id else 0
        credited = top_up.amount_fen if kept and kept.result.status == "credited" else 0
        returned = self.pay.returned_fen(top_up.id)
        assert credited + returned <= paid, f"more than was paid: {top_up}"
        if top_up.status is Status.CREDITED:
            assert (credited, returned) == (paid, 0), top_up
        if top_up.status is Status.REFUNDED:
            assert (credited, returned) == (0, paid), top_up
        waits = top_up.status in ON_THE_WAY or (top_up.look is not None and top_up.payment is None)
        still_open = paid - credited - returned
        assert not still_open or waits, f"money nobody sees: {top_up}"
        return paid, credited, returned, still_open

    def assert_finished(self, top_up: TopUp, status: Status) -> TopUp:
        """It has come to this end, nothing of it is left to do, and the books agree."""
        found = now_of(top_up)
        assert found.status is status, found
        assert pushes(top_up, "pending") == [], found
        self.assert_in_one_place(found)
        return found


def certain(changed: TopUp | None) -> TopUp:
    """A step that must have happened."""
    assert changed is not None
    return changed


def now_of(top_up: TopUp) -> TopUp:
    """As it is stored."""
    found = store.find_top_up(top_up.id)
    assert found is not None
    return found


def everything() -> Iterator[TopUp]:
    """All top-ups."""
    return (store.to_top_up(item) for item in store.TopUpItem.by_kind.query(store.KIND))


def by_owner() -> dict[str, list[TopUp]]:
    """All top-ups of each user."""
    found: dict[str, list[TopUp]] = {}
    for top_up in everything():
        found.setdefault(top_up.owner_id, []).append(top_up)
    return found


def pushes(top_up: TopUp, state: str = "") -> list[str]:
    """Kinds of the outbox entries of a top-up that are in this state, in order; all without one."""
    entries = [entry for peer in ("canteen", "pay") for entry in entries_of(f"{peer}:topup:{top_up.id}")]
    return [entry.kind for entry in entries if state in ("", entry.state.value)]


def happened(top_up: TopUp) -> list[str]:
    """The time line."""
    return [event.name for event in now_of(top_up).events]
