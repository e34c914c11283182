"""A day is compared: what waits, what is found, what heals by itself, what a person settles; running again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.errors import Conflict
from chalicelib.core.outbox.worker import drain
from chalicelib.core.table import Transaction
from chalicelib.domains.canteen.reconciliation import running, settling, store
from chalicelib.domains.canteen.reconciliation.model import Kind, Run, RunState, State
from chalicelib.domains.canteen.records import syncing
from chalicelib.domains.canteen.topups import model, paying
from chalicelib.domains.canteen.topups import store as topups
from chalicelib.domains.canteen.topups.crediting import Crediting
from chalicelib.domains.canteen.topups.refunding import Refunding
from chalicelib.domains.canteen.topups.steps import add_step
from chalicelib.domains.canteen.topups.top_up import Holder, Status, TopUp
from chalicelib.integrations.errors import Retryable
from chalicelib.integrations.wechat_pay.port import Bill, TradeState
from tests.support.clock import FakeClock
from tests.support.fake_canteen import FakeCanteen
from tests.support.fake_pay import FakePay
from tests.support.faults import Fault, ProcessDied, every_fault, injected

pytestmark = pytest.mark.usefixtures("cloud")
DAY = date(2026, 11, 23)
ACCOUNT = "A100"


@dataclass
class World:
    """One diner, one day."""

    clock: FakeClock
    pay: FakePay
    canteen: FakeCanteen
    serial: int = 0

    def order(self, amount_fen: int = 5_000) -> TopUp:
        self.serial += 1
        holder = Holder(ACCOUNT, "S100", "许**")
        top_up = model.create(f"T{self.serial:025d}", f"U{self.serial}", "o_1", holder, amount_fen, self.clock())
        transaction = Transaction()
        add_step(transaction, None, top_up, self.clock())
        transaction.commit()
        paying.pay_sheet(self.pay, top_up, self.clock())
        return top_up

    def paid(self, amount_fen: int = 5_000) -> TopUp:
        """Paid, and told of."""
        top_up = self.order(amount_fen)
        payment = self.pay.pay(top_up.id)
        assert payment is not None
        return paying.record_payment(payment, self.clock())

    def credit(self, top_up: TopUp) -> None:
        self._drain("canteen", top_up, Crediting(self.canteen, self.clock).handlers)

    def refund(self, top_up: TopUp) -> None:
        for _ in range(3):
            self._drain("pay", top_up, Refunding(self.pay, self.canteen, self.clock).handlers)
            self.clock.advance(seconds=30)

    def _drain(self, peer: str, top_up: TopUp, handlers: object) -> None:
        until = self.clock() + timedelta(seconds=25)
        drain(f"{peer}:topup:{top_up.id}", handlers, clock=self.clock, deadline=until, pause=self.clock.pause)  # type: ignore[arg-type]  # the handlers' own type

    def next_morning(self, hour: int = 10, minute: int = 30) -> None:
        self.clock.now = datetime(2026, 11, 24, hour, minute, tzinfo=UTC) - timedelta(hours=8)
        syncing.sync(self.canteen, self.clock)

    def reconcile(self) -> Run:
        return running.reconcile(DAY, self.pay, self.clock())

    def open_kinds(self) -> list[Kind]:
        return [
            known.difference.kind
            for known in store.differences_of(DAY.isoformat()).values()
            if known.state is State.OPEN
        ]


@pytest.fixture
def world(clock: FakeClock) -> World:
    canteen = FakeCanteen(clock)
    canteen.open_account(ACCOUNT, "13600007777")
    return World(clock, FakePay(clock), canteen)


def test_a_day_that_fits(world: World) -> None:
    for amount in (5_000, 10_000):
        world.credit(world.paid(amount))
    world.canteen.reject = "canteen_account_frozen"
    back = world.paid(2_000)
    world.credit(back)
    world.refund(back)
    assert topups.find_top_ups([back.id])[back.id].status is Status.REFUNDED
    world.next_morning()
    run = world.reconcile()
    assert (run.state, run.open_differences, run.message) == (RunState.MATCHED, 0, "")
    assert (run.sums.bill_count, run.sums.bill_fen, run.sums.bill_refund_fen) == (3, 17_000, 2_000)
    assert (run.sums.ours_count, run.sums.ours_fen, run.sums.ours_refund_fen) == (3, 17_000, 2_000)
    assert (run.sums.canteen_count, run.sums.canteen_fen) == (2, 15_000)
    assert running.reconcile_due(world.pay, world.clock)["matched"] == running.LOOKED_BACK - 1, "empty days before it"
    assert store.find_run(DAY.isoformat()) == run, "what is matched is left alone"


@pytest.mark.parametrize(("hour", "why"), [(9, running.EARLY), (10, running.NO_RECORDS)])
def test_what_a_day_waits_for(world: World, hour: int, why: str) -> None:
    world.clock.now = datetime(2026, 11, 24, hour, 30, tzinfo=UTC) - timedelta(hours=8)
    assert (world.reconcile().state, world.reconcile().message) == (RunState.WAITING, why)
    assert world.pay.calls == []


def test_a_bill_that_is_not_ready_and_a_silent_peer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.next_morning()
    world.pay.down = True
    assert world.reconcile().message == running.PEER_SILENT
    world.pay.down = False

    def not_ready(day: date) -> Bill:
        raise Retryable("pay_bill_not_ready", "creating", "pay")

    with monkeypatch.context() as patch:
        patch.setattr(world.pay, "bill", not_ready)
        assert world.reconcile().message == running.NO_BILL
    assert world.reconcile().state is RunState.MATCHED


def test_a_payment_nobody_told_us_of_is_found_credited_and_gone(world: World) -> None:
    top_up = world.order()
    assert world.pay.pay(top_up.id) is not None
    closed = replace(model.close(top_up, world.clock()) or top_up, look=None)
    transaction = Transaction()
    add_step(transaction, top_up, closed, world.clock())
    transaction.commit()
    world.next_morning()
    assert (world.reconcile().state, world.open_kinds()) == (RunState.DIFFERENT, [Kind.UNPAID_HERE])
    found = topups.find_top_ups([top_up.id])[top_up.id]
    assert (found.status, found.payment and found.payment.at.date()) == (Status.PAID, DAY)
    world.credit(found)
    syncing.sync(world.canteen, world.clock)
    assert running.reconcile_due(world.pay, world.clock)["matched"] >= 1
    assert world.open_kinds() == []
    (known,) = store.differences_of(DAY.isoformat()).values()
    assert known.state is State.GONE


def test_running_again_writes_nothing_and_a_settled_one_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, strange = world.paid(), world.paid()
    world.credit(strange)
    world.pay.orders[strange.id] = replace(world.pay.orders[strange.id], state=TradeState.NOTPAY, transaction_id=None)
    world.next_morning()
    assert world.reconcile().open_differences == 2
    assert sorted(world.open_kinds()) == [Kind.NOT_CREDITED, Kind.NOT_IN_BILL]
    before = store.differences_of(DAY.isoformat())
    fault = Fault()
    with injected(fault, world.pay, monkeypatch):
        world.reconcile()
    assert "TransactWriteItems" not in fault.calls
    assert store.differences_of(DAY.isoformat()) == before
    known = next(each for each in before.values() if each.difference.number == waiting.id)
    settled = settling.settle(known.id, "CLERK", "食堂停机，已电话确认", world.clock())
    assert settled.state is State.SETTLED
    with pytest.raises(Conflict, match="difference_not_open"):
        settling.settle(known.id, "CLERK", "再来", world.clock())
    assert world.reconcile().open_differences == 1
    assert store.find_difference(known.id) == settled
    assert [entry.action for entry in AuditEntry.query(f"difference:{known.id}")] == ["difference_settled"]
    assert [each.id for each in store.page_of(State.SETTLED, None).items] == [known.id]


def test_credited_the_day_after_is_no_difference_and_twice_over_midnight_is(world: World) -> None:
    world.canteen.down = True
    top_up = world.paid()
    world.credit(top_up)
    world.canteen.down = False
    world.next_morning()
    assert world.reconcile().open_differences == 1
    world.clock.advance(minutes=20)
    world.credit(top_up)
    syncing.sync(world.canteen, world.clock)
    assert world.reconcile().state is RunState.MATCHED
    row = next(row for row in world.canteen.posted if row.serial_no == top_up.id)
    world.canteen.posted.append(replace(row, key=f"{int(row.key) + 1:012d}"))
    world.clock.advance(hours=24)
    syncing.sync(world.canteen, world.clock)
    later = running.reconcile(DAY + timedelta(days=1), world.pay, world.clock())
    assert later.open_differences == 1
    (found,) = store.differences_of(later.day).values()
    assert found.difference.kind is Kind.CREDITED_TWICE


def test_a_run_with_every_call_broken_is_finished_by_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        world.paid()
    world.next_morning()
    fault = Fault()
    with injected(fault, world.pay, monkeypatch):
        running.reconcile_due(world.pay, world.clock)
    wanted = {known.difference for known in store.differences_of(DAY.isoformat()).values()}
    assert len(wanted) == 2
    for broken in every_fault(min(len(fault.calls), 12)):
        _forget()
        with injected(broken, world.pay, monkeypatch):
            try:
                running.reconcile_due(world.pay, world.clock)
            except ProcessDied:
                pass
            except Exception:  # the list of days could not be read: the function fails, the next hour comes
                assert broken.way == "error"
        running.reconcile_due(world.pay, world.clock)
        found = store.differences_of(DAY.isoformat()).values()
        assert {known.difference for known in found if known.state is State.OPEN} == wanted, broken
        run = store.find_run(DAY.isoformat())
        assert run is not None and (run.state, run.open_differences) == (RunState.DIFFERENT, 2)


def _forget() -> None:
    """As if the day had never been compared."""
    for known in store.differences_of(DAY.isoformat()).values():
        store.DifferenceItem(f"RECON#{DAY}", f"DIFF#{known.id.partition('~')[2]}").delete()
    store.RunItem(f"RECON#{DAY}", "RUN").delete()
