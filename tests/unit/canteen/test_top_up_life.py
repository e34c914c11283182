"""Fifty thousand steps of a canteen: people who order, pay, give up and pay in the last moment; notifications lost, late, twice
and out of order; answers of WeChat Pay and of the canteen lost before or after they were carried out; workers that die; staff
who give back what is stuck; a canteen that rejects, processes for long or is down.

What must hold after every step, for every user and in total: what WeChat Pay has taken is credited, or has gone back (or is on
its way back), or stands visibly open in a top-up - each fen in exactly one of these places. And when everybody is healthy again
and time passes, nothing is open any more.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.errors import Problem
from chalicelib.core.outbox import worker
from chalicelib.core.outbox.model import LEASE
from chalicelib.domains.canteen.topups import crediting, deciding, model, paying, querying, steps
from chalicelib.domains.canteen.topups.crediting import Crediting
from chalicelib.domains.canteen.topups.refunding import Refunding
from chalicelib.domains.canteen.topups.top_up import ON_THE_WAY, Day, Holder, Status, TopUp
from chalicelib.integrations.canteen.port import Recharge, RechargeResult
from chalicelib.integrations.errors import Refused, Retryable
from chalicelib.integrations.wechat_pay.port import Payment, RefundStatus
from tests.support.fake_canteen import FakeCanteen
from tests.support.fake_pay import APP_ID, MERCHANT_ID, FakePay
from tests.support.faults import ProcessDied
from tests.support.memory_top_ups import MemoryTransaction, TopUps

BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STEPS, SEEDS = 10_000, range(5)
USERS = ("U1", "U2", "U3")
SETTINGS = SimpleNamespace(
    wechat_app_id=APP_ID, wechat_pay_merchant_id=MERCHANT_ID, outbox_retry_base=20, outbox_retry_cap=900, refund_alone=10_000,
    canteen_contact="食堂卡务",
)  # fmt: skip
DAILY = 10**9


class SlowCanteen(FakeCanteen):
    """A canteen whose requests may still be on their way when the worker that sent them is gone."""

    def hold_back(self, held: Callable[[Recharge], bool]) -> None:
        self.held = held

    def recharge(self, order: Recharge) -> RechargeResult:
        if self.held(order):
            raise ProcessDied("recharge")
        return super().recharge(order)


class World:
    """The whole of it, with a clock that is moved by hand."""

    def __init__(self, seed: int, patch: pytest.MonkeyPatch) -> None:
        self.random = random.Random(seed)
        self.now = BEGIN
        self.memory = TopUps()
        self.memory.install(patch)
        patch.setattr(runtime, "settings", lambda: SETTINGS)
        self.pay = FakePay(self.clock)
        self.canteen = SlowCanteen(self.clock)
        self.canteen.hold_back(self._held_back)
        self.in_flight: list[tuple[datetime, Recharge]] = []
        """Requests that reach the canteen within the life of a worker, though nobody waits for the answer."""
        for user in USERS:
            self.canteen.open_account(f"A{user}", "13600007777")
        self.pay.trouble = self.canteen.trouble = self._trouble
        self.unreliable = True
        self.told: list[tuple[str, Payment]] = []
        """Notifications WeChat Pay has not got an answer for, or sends again all the same."""
        self.ordered: list[TopUp] = []
        self.serial = 0
        self.owed: dict[str, int] = dict.fromkeys(USERS, 0)

    def clock(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        arriving = [order for at, order in self.in_flight if at <= self.now]
        self.in_flight = [(at, order) for at, order in self.in_flight if at > self.now]
        for order in arriving:
            with suppress(ProcessDied, Retryable, Refused):
                FakeCanteen.recharge(self.canteen, order)

    def _held_back(self, order: Recharge) -> bool:
        if not self.unreliable or self.random.random() > 0.15:
            return False
        self.in_flight.append((self.now + timedelta(seconds=self.random.randrange(1, 60)), order))
        return True

    def _trouble(self, operation: str, moment: str) -> None:
        if not self.unreliable or self.random.random() > 0.12:
            return
        if self.random.random() < 0.4:
            raise ProcessDied(operation)
        raise Retryable("answer_lost", "lost", "peer", sent=moment == "after")

    def one_of(self, *statuses: Status) -> TopUp | None:
        found = [top_up for top_up in self.memory.top_ups.values() if top_up.status in statuses]
        return self.random.choice(found[-8:]) if found else None

    # What may happen.

    def order(self) -> None:
        user = self.random.choice(USERS)
        self.serial += 1
        holder = Holder(f"A{user}", f"S{user}", "陈**")
        amount = self.random.choice((1_000, 5_000, 30_000))
        made = model.create(f"T{self.serial:025d}", user, f"o_{user}", holder, amount, self.now)
        transaction = MemoryTransaction()
        steps.add_step(transaction, None, made, self.now, self._day(made))
        transaction.commit()
        self.ordered.append(made)
        if self.random.random() < 0.8:
            self.open_sheet(made)

    def _day(self, made: TopUp) -> Day:
        return self.memory.find_day(made.owner_id, self.now)

    def open_sheet(self, top_up: TopUp | None) -> None:
        if top_up is not None:
            paying.pay_sheet(self.pay, top_up, self.now)

    def open_sheet_late(self) -> None:
        """A request that had read the order before it was given up elsewhere."""
        if self.ordered:
            self.open_sheet(self.random.choice(self.ordered[-4:]))

    def pay_one(self) -> None:
        top_up = self.one_of(*self.random.choice(((Status.CREATED,), (Status.CLOSED,))))
        if top_up is None or top_up.id not in self.pay.orders:
            return
        self.pay_for(top_up)

    def pay_for(self, top_up: TopUp) -> None:
        payment = self.pay.pay(top_up.id)
        if payment is not None:
            self.owed[top_up.owner_id] += top_up.amount_fen
            self.told += [(f"n{self.random.random()}", payment)] * self.random.choice((0, 1, 1, 2))

    def notify(self) -> None:
        if not self.told:
            return
        nonce, payment = self.random.choice(self.told)
        if self.random.random() < 0.7:
            self.told.remove((nonce, payment))
        fresh = nonce if self.random.random() < 0.3 else f"n{self.random.random()}"
        paying.record_payment(payment, self.now, fresh)

    def notify_wrongly(self) -> None:
        """Signed by WeChat Pay, and not what we ordered."""
        if not self.told:
            return
        _, payment = self.random.choice(self.told)
        wrong = self.random.choice(
            ({"amount_fen": 1}, {"merchant_id": "1"}, {"app_id": "wx1"}, {"transaction_id": "other"})
        )
        before = dict(self.memory.top_ups)
        forged = SimpleNamespace(**{name: getattr(payment, name) for name in Payment.__slots__} | wrong)
        known = self.memory.top_ups[payment.out_trade_no].payment
        if wrong == {"transaction_id": "other"} and known is None:
            return
        with pytest.raises(model.Mismatch):
            paying.record_payment(forged, self.now, "forged")  # type: ignore[arg-type]  # the same members
        assert self.memory.top_ups == before

    def query(self) -> None:
        querying.query_due(self.pay, self.clock)

    def give_up(self) -> None:
        top_up = self.one_of(Status.CREATED)
        if top_up is not None:
            paying.cancel(self.pay, top_up, top_up.owner_id, self.now)

    def pay_what_was_given_up(self) -> None:
        """One phone opens the sheet while the other one gives the order up before WeChat Pay knows it."""
        fresh = [made for made in self.ordered[-4:] if made.id not in self.pay.orders]
        if fresh:
            paying.cancel(self.pay, fresh[0], fresh[0].owner_id, self.now)
            self.open_sheet(fresh[0])
            self.pay_for(fresh[0])

    def check(self) -> None:
        top_up = self.one_of(Status.CREATED, Status.CLOSED)
        if top_up is not None:
            paying.check(self.pay, top_up, self.now)

    def credit(self) -> None:
        self._drain("canteen", Crediting(self.canteen, self.clock).handlers)

    def refund(self) -> None:
        done, waits = RefundStatus.SUCCESS, RefundStatus.PROCESSING
        self.pay.settles = self.random.choice((done, done, waits, RefundStatus.CLOSED, RefundStatus.ABNORMAL))
        self._drain("pay", Refunding(self.pay, self.canteen, self.clock).handlers)

    def _drain(self, peer: str, handlers: Any) -> None:
        keys = self.memory.due_objects(peer, self.now)
        if keys:
            deadline = self.now + timedelta(seconds=25)
            worker.drain(self.random.choice(keys), handlers, clock=self.clock, deadline=deadline, pause=self.wait)

    def canteen_moves(self) -> None:
        canteen, choice = self.canteen, self.random.random
        canteen.processing = 3 if choice() < 0.3 else 0
        canteen.reject = "canteen_account_frozen" if choice() < 0.2 else ""
        canteen.down, self.pay.down = choice() < 0.1, choice() < 0.1
        self.pay.balance_low = choice() < 0.1
        waiting = [serial for serial, kept in canteen.recharges.items() if kept.result.status == "processing"]
        if waiting:
            canteen.finish(self.random.choice(waiting), "canteen_declined" if choice() < 0.3 else "")

    def staff_refund(self) -> None:
        top_up = self.one_of(Status.PAID, Status.CREDITING)
        if top_up is None:
            return
        if top_up.wish is None:
            deciding.ask_refund(self.canteen, top_up.id, "S1", "卡里没有", self.now)
        elif self.random.random() < 0.7:
            deciding.confirm_refund(self.canteen, top_up.id, self.random.choice(("S1", "S2")), self.now)
        else:
            deciding.decline_refund(top_up.id, "S2", "再等等", self.now)

    def time_passes(self) -> None:
        self.wait(self.random.choice((1, 1, 2, 5, 10, 20, 30, 75, 200, 600)))

    def step(self) -> None:
        actions: list[tuple[Callable[[], None], int]] = [
            (self.order, 6), (self.pay_one, 9), (self.notify, 10), (self.notify_wrongly, 1), (self.query, 6), (self.give_up, 2),
            (self.check, 2), (self.credit, 16), (self.refund, 8), (self.canteen_moves, 4), (self.staff_refund, 5),
            (self.time_passes, 12), (self.open_sheet_late, 4), (self.pay_what_was_given_up, 2),
        ]  # fmt: skip
        (action,) = self.random.choices([each for each, _ in actions], [weight for _, weight in actions])
        try:
            action()
        except (ProcessDied, Retryable, Refused, Problem):
            pass
        except steps.RaceLost as race:
            assert race.names == ("nonce",), "a copy of a notification"

    # What must hold.

    def assert_balanced(self) -> None:
        """Every fen in exactly one place, by user and in total."""
        for user in USERS:
            mine = [top_up for top_up in self.memory.top_ups.values() if top_up.owner_id == user]
            there = [self._place(top_up) for top_up in mine]
            assert sum(there) == self.owed[user], user
        assert sum(self.owed.values()) == self.pay.taken_fen()

    def _place(self, top_up: TopUp) -> int:
        """What was paid for it; and that it is in no two places at once."""
        order = self.pay.orders.get(top_up.id)
        paid = order.amount_fen or 0 if order and order.transaction_id else 0
        kept = self.canteen.recharges.get(top_up.id)
        credited = top_up.amount_fen if kept and kept.result.status == "credited" else 0
        returned = self.pay.returned_fen(top_up.id)
        assert credited + returned <= paid, f"more than was paid: {top_up}"
        assert not (credited and returned), f"in the canteen and back: {top_up}"
        if top_up.status is Status.CREDITED:
            assert credited == paid
        if top_up.status is Status.REFUNDED:
            assert returned == paid
        if top_up.status in ON_THE_WAY:
            assert paid == top_up.amount_fen
        return paid

    def heal(self) -> None:
        """Everybody answers, time passes; nothing may be left open."""
        self.unreliable = False
        self.canteen.down = self.pay.down = self.pay.balance_low = False
        self.canteen.processing, self.canteen.reject = 0, ""
        self.pay.settles = RefundStatus.SUCCESS
        for _ in range(300):
            self.wait(LEASE.total_seconds() * 4)
            self.query()
            for peer, handlers in (
                ("canteen", Crediting(self.canteen, self.clock).handlers),
                ("pay", Refunding(self.pay, self.canteen, self.clock).handlers),
            ):
                for key in self.memory.due_objects(peer, self.now):
                    deadline = self.now + timedelta(seconds=25)
                    worker.drain(key, handlers, clock=self.clock, deadline=deadline, pause=self.wait)
        for top_up in self.memory.top_ups.values():
            if top_up.wish is not None:
                continue  # people are asked, and have not answered: visible in the office
            assert top_up.status in (Status.CREDITED, Status.REFUNDED, Status.CLOSED), top_up


def run(seed: int, patch: pytest.MonkeyPatch) -> World:
    """All steps of one world, and what must hold."""
    world = World(seed, patch)
    for number in range(STEPS):
        world.step()
        if number % 25 == 0:
            world.assert_balanced()
    world.assert_balanced()
    world.heal()
    world.assert_balanced()
    return world


@pytest.mark.parametrize("seed", SEEDS)
def test_every_fen_is_credited_or_refunded_once(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = run(seed, monkeypatch)
    reached = {top_up.status for top_up in world.memory.top_ups.values()}
    assert {Status.CREDITED, Status.REFUNDED, Status.CLOSED} <= reached, "the machine must reach every end"
    late = [top_up for top_up in world.memory.top_ups.values() if any(event.note == "late" for event in top_up.events)]
    assert late, "payments after the close must have happened"


@pytest.mark.parametrize("guard", ["the canteen is asked before a refund", "no credit begins once a refund is decided"])
def test_the_machine_notices_a_missing_guard(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twins: each loses money within the same steps."""
    if guard.startswith("the canteen"):
        monkeypatch.setattr(Refunding, "_obstacle", lambda *_: None)
    else:
        monkeypatch.setattr(deciding, "_add_credit_taken_back", lambda *_: None)
        monkeypatch.setattr(crediting, "UNCREDITED", tuple(Status))
    with pytest.raises(AssertionError, match=r"in the canteen and back|more than was paid"):
        for seed in SEEDS:
            run(seed, monkeypatch)
