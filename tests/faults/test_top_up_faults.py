"""Top-ups with every single call broken, before and after, by an error and by the process's death.

Whatever breaks: what WeChat Pay took is credited, or back, or visibly open, by user and in total; and when everybody is well
again and time passes, nothing is open any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.errors import Conflict, Problem
from chalicelib.core.outbox.store import entries_of
from chalicelib.core.table import is_store_error
from chalicelib.domains.canteen.topups import crediting, deciding, notifying, paying
from chalicelib.domains.canteen.topups.top_up import Status, TopUp
from chalicelib.integrations.canteen.port import AccountStatus
from chalicelib.integrations.errors import Refused
from chalicelib.integrations.wechat_pay.notifications import Notification
from chalicelib.integrations.wechat_pay.port import RefundOrder, RefundStatus, TradeState
from tests.support.clock import FakeClock
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.top_ups import BOSS, LARGE, SECOND, SMALL, World, happened, now_of, pushes

COMMIT = "TransactWriteItems"


@pytest.fixture
def world(cloud: Any, clock: FakeClock) -> World:
    return World(cloud, clock)


def broken(world: World, fault: Fault, patch: pytest.MonkeyPatch, action: Callable[[], object]) -> None:
    """The action with one call broken: its caller sees an error, or nothing."""
    with injected(fault, world.pay, patch, world.canteen):
        try:
            action()
        except (ProcessDied, Problem):
            pass
        except Exception as error:  # what the endpoint answers as 503
            assert is_store_error(error), error


def in_every_way(
    world: World, patch: pytest.MonkeyPatch, calls: list[str], begin: Callable[[], TopUp],
    act: Callable[[TopUp], object], after: Callable[[TopUp, Fault], object], *, upto: int | None = None,
) -> None:  # fmt: skip
    """``begin`` somebody's top-up, ``act`` with each fault, and what must hold ``after``; unbroken it makes these ``calls``.

    ``upto``: the calls behind that one are broken elsewhere.
    """
    for fault in [Fault(), *every_fault(upto or len(calls))]:
        top_up = begin()
        broken(world, fault, patch, lambda top_up=top_up: act(top_up))
        if not fault.number:
            assert fault.calls == calls
        world.assert_in_one_place(now_of(top_up))
        after(top_up, fault)
    world.assert_balanced()


def test_ordering_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = ["BatchGetItem", "GetItem", COMMIT, "pay.prepay"]
    for fault in [Fault(), *every_fault(len(calls))]:
        diner, form = world.diner(), f"form-of-{world.serial}"
        broken(world, fault, monkeypatch, lambda diner=diner, form=form: world.order(diner, SMALL, form))
        assert fault.number or fault.calls == calls, "two reads, one transaction"
        made = world.order(diner, SMALL, form)
        assert world.order(diner, SMALL, form) == made, fault
        assert (made.version, happened(made), pushes(made)) == (1, ["created"], []), fault
        world.notify(world.pay_for(made))
        world.finish(made)
        world.assert_finished(made, Status.CREDITED)
    world.assert_balanced()
    assert len(world.pay.orders) == len(every_fault(len(calls))) + 1


def test_a_notification_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """WeChat Pay tells it again until it is stored."""

    def after(top_up: TopUp, fault: Fault) -> None:
        world.notify(world.pay.orders[top_up.id])
        assert happened(top_up) == ["created", "paid"], fault
        assert pushes(top_up) == ["topup.credit"], fault
        world.finish(top_up)
        world.assert_finished(top_up, Status.CREDITED)
        actions = sorted(entry.action for entry in AuditEntry.query(f"topup:{top_up.id}"))
        assert actions == ["top_up_credited", "top_up_paid"], fault

    def paid_at_wechat() -> TopUp:
        top_up = world.ordered()
        world.pay_for(top_up)
        return top_up

    in_every_way(
        world, monkeypatch, ["GetItem", COMMIT, "SendMessage"], paid_at_wechat,
        lambda top_up: world.notify(world.pay.orders[top_up.id]), after,
    )  # fmt: skip


def test_finding_a_payment_nobody_told_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def begin() -> TopUp:
        top_up = world.ordered()
        world.pay_for(top_up)
        world.clock.advance(seconds=31)
        return top_up

    def after(top_up: TopUp, fault: Fault) -> None:
        world.query()
        assert happened(top_up) == ["created", "paid"], fault
        world.finish(top_up)
        world.assert_finished(top_up, Status.CREDITED)

    calls = ["Query", "pay.find", "GetItem", COMMIT, "SendMessage"]
    in_every_way(world, monkeypatch, calls, begin, lambda _: world.query(), after)


def test_closing_and_a_late_payment_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pays in time; the phone's payment of the last second turns up after the close."""

    def begin() -> TopUp:
        top_up = world.ordered()
        world.clock.advance(minutes=16)
        return top_up

    def after(top_up: TopUp, fault: Fault) -> None:
        world.query()
        assert (now_of(top_up).status, happened(top_up)) == (Status.CLOSED, ["created", "closed"]), fault
        paid_in_the_last_second(world, top_up)
        world.clock.advance(minutes=10)
        world.query()
        assert happened(top_up) == ["created", "closed", "paid"], fault
        world.finish(top_up)
        world.assert_finished(top_up, Status.CREDITED)

    calls = ["Query", "pay.find", "pay.close", "GetItem", "GetItem", COMMIT]
    in_every_way(world, monkeypatch, calls, begin, lambda _: world.query(), after)


def paid_in_the_last_second(world: World, top_up: TopUp) -> None:
    """WeChat Pay had taken the money when it said that it had not."""
    order = world.pay.orders[top_up.id]
    world.pay.orders[top_up.id] = replace(
        order, state=TradeState.SUCCESS, transaction_id=f"4200L{top_up.id}", amount_fen=top_up.amount_fen,
        paid_at=top_up.expires_at,
    )  # fmt: skip


def test_a_late_payment_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def begin() -> TopUp:
        top_up = world.ordered()
        world.clock.advance(minutes=16)
        assert world.query() == {"closed": 1}
        paid_in_the_last_second(world, top_up)
        world.clock.advance(minutes=10)
        return top_up

    def after(top_up: TopUp, fault: Fault) -> None:
        world.query()
        assert happened(top_up) == ["created", "closed", "paid"], fault
        world.finish(top_up)
        world.assert_finished(top_up, Status.CREDITED)

    calls = ["Query", "pay.find", "GetItem", "GetItem", COMMIT, "SendMessage"]
    in_every_way(world, monkeypatch, calls, begin, lambda _: world.query(), after)


def test_what_is_never_paid_is_asked_about_three_more_times(world: World) -> None:
    top_up = world.ordered()
    world.clock.advance(minutes=16)
    assert world.query() == {"closed": 1}
    for pause in (10, 60, 24 * 60):
        world.clock.advance(minutes=pause)
        assert world.query() == {"closed": 1}
    world.clock.advance(days=30)
    assert (world.query(), now_of(top_up).look, world.pay.calls.count("find")) == ({}, None, 4)


def test_giving_up_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def cancel(top_up: TopUp) -> TopUp:
        return paying.cancel(world.pay, now_of(top_up), top_up.owner_id, world.clock())

    def after(top_up: TopUp, fault: Fault) -> None:
        assert cancel(top_up).status is Status.CLOSED, fault
        assert happened(top_up) == ["created", "closed"], fault
        assert world.pay.pay(top_up.id) is None, "it cannot be paid any more"

    calls = ["GetItem", "pay.find", "pay.close", "GetItem", "GetItem", COMMIT]
    in_every_way(world, monkeypatch, calls, world.ordered, cancel, after)


def test_giving_up_what_wechat_pay_never_knew_or_has_dropped(world: World) -> None:
    """It died between the order and the pay sheet; or WeChat Pay says upon closing that it has none of this number."""
    unknown, dropped = world.ordered(), world.ordered()
    del world.pay.orders[unknown.id]
    assert paying.cancel(world.pay, unknown, unknown.owner_id, world.clock()).status is Status.CLOSED
    assert "close" not in world.pay.calls

    def drop(operation: str, moment: str) -> None:
        if (operation, moment) == ("close", "before"):
            world.pay.orders.pop(dropped.id)

    world.pay.trouble = drop
    assert paying.cancel(world.pay, dropped, dropped.owner_id, world.clock()).status is Status.CLOSED


def test_giving_up_in_the_moment_it_is_paid(world: World) -> None:
    top_up = world.ordered()

    def pay_meanwhile(operation: str, moment: str) -> None:
        if (operation, moment) == ("close", "before"):
            world.pay_for(top_up)

    world.pay.trouble = pay_meanwhile
    assert paying.cancel(world.pay, top_up, top_up.owner_id, world.clock()).status is Status.PAID
    world.finish(top_up)
    world.assert_finished(top_up, Status.CREDITED)


def test_what_was_refunded_elsewhere_is_never_credited(world: World) -> None:
    """Somebody gives it back in WeChat Pay's console before anybody told us; then the notification comes after all."""
    top_up = world.ordered()
    payment = world.pay_for(top_up)
    world.pay.refund(RefundOrder("console-1", top_up.id, SMALL, SMALL, ""))
    world.clock.advance(seconds=31)
    assert world.query() == {"created": 1}
    world.notify(payment)
    world.finish(top_up)
    found = now_of(top_up)
    assert (found.status, found.problem, pushes(top_up)) == (Status.CREATED, "payment_refunded_elsewhere", [])
    assert world.canteen.recharges == {}


# The credit worker.

CREDIT = ["Query", COMMIT, "GetItem"]
"""An attempt begins: the object's entries, the beginning, the top-up."""


def credited(world: World) -> Callable[[TopUp, Fault], None]:
    def after(top_up: TopUp, fault: Fault) -> None:
        world.finish(top_up)
        found = world.assert_finished(top_up, Status.CREDITED)
        assert found.credit is not None and found.credit.balance_after_fen == SMALL, fault
        assert world.canteen.credited_fen(top_up.holder.account_no) == SMALL, fault
        assert [name for name in happened(top_up) if name != "crediting"] == ["created", "paid", "credited"], fault
        assert [entry.kind for entry in entries_of(f"wechat:topup:{top_up.id}")] == ["top_up_credited"], fault

    return after


def test_crediting_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = [*CREDIT, "canteen.recharge", "GetItem", COMMIT, "SendMessage", "Query"]
    in_every_way(
        world, monkeypatch, calls, world.paid, lambda top_up: world.wake(world.credits, top_up), credited(world)
    )  # fmt: skip


def test_crediting_after_a_lost_answer_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canteen has it; whoever does not know asks first."""

    def begin() -> TopUp:
        top_up = world.paid()
        world.canteen.lose_answers = 1
        world.wake(world.credits, top_up)
        assert now_of(top_up).status is Status.CREDITING
        world.clock.advance(minutes=2)
        return top_up

    calls = [*CREDIT, "canteen.find_recharge", "GetItem", COMMIT, "SendMessage", "Query"]
    in_every_way(world, monkeypatch, calls, begin, lambda top_up: world.wake(world.credits, top_up), credited(world))
    assert world.canteen.calls.count("recharge") == len(every_fault(len(calls))) + 1, "told once each"


def test_a_canteen_that_processes_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer to the first attempt is ``processing``, to the next question, after five seconds, that it is credited."""

    def begin() -> TopUp:
        world.canteen.processing = 1
        return world.paid()

    first = [*CREDIT, "canteen.recharge", "GetItem", COMMIT, "Query"]
    again = ["Query", COMMIT, "GetItem", "canteen.find_recharge"]
    calls = [*first, *again, "GetItem", COMMIT, "Query", *again, "GetItem", COMMIT, "SendMessage", "Query"]
    in_every_way(
        world, monkeypatch, calls, begin, lambda top_up: world.wake(world.credits, top_up), credited(world),
        upto=len(first) + len(again) + 2,
    )  # fmt: skip


def test_a_canteen_that_rejects_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its refusal is believed when it is repeated on asking; then the money goes back by itself."""

    def begin() -> TopUp:
        top_up = world.paid()
        world.canteen.set_status(top_up.holder.account_no, AccountStatus.FROZEN)
        return top_up

    def after(top_up: TopUp, fault: Fault) -> None:
        world.finish(top_up)
        found = world.assert_finished(top_up, Status.REFUNDED)
        assert found.refund is not None, fault
        assert (found.refund.reason, found.refund.asked_by) == ("canteen_account_frozen", "canteen"), fault
        assert pushes(top_up) == ["topup.credit", "topup.refund"], fault
        assert world.canteen.credited_fen(top_up.holder.account_no) == 0

    calls = [*CREDIT, "canteen.recharge", "canteen.find_recharge", "GetItem", COMMIT, "SendMessage", "Query"]
    in_every_way(world, monkeypatch, calls, begin, lambda top_up: world.wake(world.credits, top_up), after)
    assert sorted(world.pay.refunds) == sorted(f"R{number}" for number in world.pay.orders), "one number each, once"


def test_a_refusal_that_is_not_repeated_is_not_believed(world: World) -> None:
    """The canteen's first answer was wrong: it has it."""
    world.canteen.reject = "canteen_account_frozen"
    top_up = world.paid()

    def change_its_mind(operation: str, moment: str) -> None:
        if (operation, moment) == ("find_recharge", "before"):
            kept = world.canteen.recharges[top_up.id]
            world.canteen.reject, kept.result = "", world.canteen._credit(kept.order)

    world.canteen.trouble = change_its_mind
    world.finish(top_up)
    world.assert_finished(top_up, Status.CREDITED)


def test_the_canteen_is_down_for_a_day(world: World) -> None:
    """Everything paid meanwhile is credited when it is back, each once, in the same hour."""
    world.canteen.down = True
    waiting = [world.paid() for _ in range(6)]
    for _ in range(24):
        world.recover(1)
        world.clock.advance(minutes=59)
    assert {now_of(top_up).status for top_up in waiting} == {Status.PAID}, "never reached: still only paid"
    world.assert_balanced()
    world.canteen.down = False
    world.recover(30)
    for top_up in waiting:
        world.assert_finished(top_up, Status.CREDITED)
    assert sorted(row.serial_no or "" for row in world.canteen.posted) == sorted(top_up.id for top_up in waiting)


# The refund worker.

REFUND = ["Query", COMMIT, "GetItem"]


def refunded(world: World, number: str = "R{}") -> Callable[[TopUp, Fault], None]:
    """Back once, under this number."""

    def after(top_up: TopUp, fault: Fault) -> None:
        world.pay.settles = RefundStatus.SUCCESS
        world.finish(top_up)
        found = world.assert_finished(top_up, Status.REFUNDED)
        assert found.refund_number == number.format(top_up.id), fault
        back = [refund for refund in world.pay.refunds.values() if refund.out_trade_no == top_up.id]
        assert [refund.out_refund_no for refund in back if refund.status is RefundStatus.SUCCESS] == [
            found.refund_number
        ], fault
        assert [entry.kind for entry in entries_of(f"wechat:topup:{top_up.id}")] == ["top_up_refunded"], fault

    return after


def test_refunding_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told, and five seconds later asked whether it has arrived."""
    told = [*REFUND, "canteen.find_recharge", "pay.refund", "GetItem", COMMIT, "Query"]
    settled = ["Query", COMMIT, "GetItem", "pay.find_refund", "GetItem", "GetItem", COMMIT, "SendMessage", "Query"]
    in_every_way(
        world, monkeypatch, [*told, *settled], world.rejected, lambda top_up: world.wake(world.refunds, top_up),
        refunded(world),
    )  # fmt: skip


def test_a_refund_that_wechat_pay_closes_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs a new number, and gets one."""

    def begin() -> TopUp:
        top_up = world.refunding()
        world.pay.closes.add(f"R{top_up.id}")
        return top_up

    first = [*REFUND, "pay.find_refund", "GetItem", COMMIT, "SendMessage"]
    second = ["Query", COMMIT, "GetItem", "canteen.find_recharge", "pay.refund", "GetItem", COMMIT, "Query"]
    settled = [*REFUND, "pay.find_refund", "GetItem", "GetItem", COMMIT, "SendMessage", "Query"]
    in_every_way(
        world, monkeypatch, [*first, *second, *settled], begin, lambda top_up: world.wake(world.refunds, top_up),
        refunded(world, "R{}-2"), upto=len(first) + 5,
    )  # fmt: skip


def test_a_refund_that_is_closed_again_and_again_is_not_rushed(world: World) -> None:
    """At once the first time; then people see it, and each attempt waits an hour longer."""
    top_up = world.refunding()
    world.pay.closes |= {f"R{top_up.id}", f"R{top_up.id}-2"}
    world.finish(top_up, 5)
    found = now_of(top_up)
    assert (found.refund_number, found.status, found.problem) == (f"R{top_up.id}-3", Status.REJECTED, "refund_closed")
    world.finish(top_up, 30)
    assert len(world.pay.refunds) == 2, "not within the hour"
    world.assert_balanced()
    world.finish(top_up, 40)
    assert world.assert_finished(top_up, Status.REFUNDED).problem == ""
    assert sorted(world.pay.refunds) == [f"R{top_up.id}", f"R{top_up.id}-2", f"R{top_up.id}-3"]


def test_a_bank_that_does_not_take_it_needs_people(world: World) -> None:
    """``ABNORMAL`` stands as a problem until somebody has settled it in WeChat Pay's console."""
    top_up = world.refunding()
    world.pay.settles = RefundStatus.ABNORMAL
    world.wake(world.refunds, top_up)
    found = now_of(top_up)
    assert (found.status, found.problem) == (Status.REFUNDING, "refund_abnormal")
    world.finish(top_up, 3)
    assert now_of(top_up).version == found.version, "nothing new is nothing to write"
    world.pay.settles = RefundStatus.SUCCESS
    world.finish(top_up)
    assert world.assert_finished(top_up, Status.REFUNDED).problem == ""


def test_a_merchant_without_money_refunds_when_there_is_some(world: World) -> None:
    top_up = world.rejected()
    world.pay.balance_low = True
    world.wake(world.refunds, top_up)
    found = now_of(top_up)
    assert (found.status, found.problem) == (Status.REJECTED, "pay_balance_insufficient")
    world.assert_balanced()
    world.pay.balance_low = False
    world.finish(top_up)
    assert world.assert_finished(top_up, Status.REFUNDED).problem == ""
    assert list(world.pay.refunds) == [f"R{top_up.id}"]


def test_a_notification_of_a_refund_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is settled before its next question; the question then finds nothing to do."""
    notices = {}

    def begin() -> TopUp:
        top_up = world.refunding()
        settled = world.pay.find_refund(f"R{top_up.id}")
        assert settled is not None
        notices[top_up.id] = Notification(f"EV-{top_up.id}", "nonce", "REFUND.SUCCESS", refund=settled)
        return top_up

    def tell(top_up: TopUp) -> int:
        return notifying.take(lambda *_: notices[top_up.id], {}, b"", world.clock())

    def after(top_up: TopUp, fault: Fault) -> None:
        assert tell(top_up) == notifying.OK, fault
        refunded(world)(top_up, fault)

    calls = ["GetItem", "GetItem", COMMIT, "SendMessage"]
    in_every_way(world, monkeypatch, calls, begin, tell, after)


# The office.


def test_giving_back_what_is_stuck_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(top_up: TopUp) -> TopUp:
        return deciding.ask_refund(world.canteen, top_up.id, BOSS.user_id, "卡里没有", world.clock())

    def after(top_up: TopUp, fault: Fault) -> None:
        try:
            ask(top_up)
        except Conflict as conflict:
            assert conflict.code == "refund_decided_already", fault
        assert pushes(top_up, "failed") == ["topup.credit"], "taken out of the queue"
        assert pushes(top_up, "pending") == ["topup.refund"], fault
        decided = [entry for entry in AuditEntry.query(f"topup:{top_up.id}") if entry.action == "top_up_refund_decided"]
        assert [entry.actor for entry in decided] == [BOSS.user_id], fault
        refunded(world)(top_up, fault)

    calls = ["GetItem", "canteen.find_recharge", "GetItem", "Query", COMMIT, "SendMessage"]
    in_every_way(world, monkeypatch, calls, world.paid, ask, after)


def test_a_second_person_agrees_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def begin() -> TopUp:
        top_up = world.paid(LARGE)
        asked = deciding.ask_refund(world.canteen, top_up.id, BOSS.user_id, "卡里没有", world.clock())
        assert asked.status is Status.PAID and pushes(top_up, "pending") == ["topup.credit"], "only a wish"
        return top_up

    def confirm(top_up: TopUp) -> TopUp:
        return deciding.confirm_refund(world.canteen, top_up.id, SECOND.user_id, world.clock())

    def after(top_up: TopUp, fault: Fault) -> None:
        try:
            confirm(top_up)
        except Conflict as conflict:
            assert conflict.code == "refund_not_asked", fault
        refund = now_of(top_up).refund
        assert refund and (refund.asked_by, refund.confirmed_by) == (BOSS.user_id, SECOND.user_id), fault
        refunded(world)(top_up, fault)

    calls = ["GetItem", "canteen.find_recharge", "GetItem", "Query", COMMIT, "SendMessage"]
    in_every_way(world, monkeypatch, calls, begin, confirm, after)


def test_declining_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def begin() -> TopUp:
        top_up = world.paid(LARGE)
        deciding.ask_refund(world.canteen, top_up.id, BOSS.user_id, "卡里没有", world.clock())
        return top_up

    def decline(top_up: TopUp) -> TopUp:
        return deciding.decline_refund(top_up.id, SECOND.user_id, "再等等", world.clock())

    def after(top_up: TopUp, fault: Fault) -> None:
        try:
            decline(top_up)
        except Conflict as conflict:
            assert conflict.code == "refund_not_asked", fault
        assert now_of(top_up).wish is None, fault
        world.finish(top_up)
        assert world.assert_finished(top_up, Status.CREDITED).refund is None

    in_every_way(world, monkeypatch, ["GetItem", COMMIT], begin, decline, after)


def test_pushing_again_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canteen has refused it for good; somebody mends that there, and sends it again."""

    def begin() -> TopUp:
        top_up = world.paid()
        world.canteen.trouble = refuse
        world.wake(world.credits, top_up)
        world.canteen.trouble = lambda *_: None
        assert (now_of(top_up).problem, pushes(top_up, "failed")) == ("canteen_refused", ["topup.credit"])
        return top_up

    def refuse(operation: str, moment: str) -> None:
        raise Refused("canteen_refused", "no", "canteen", peer_code="FORBIDDEN")

    def after(top_up: TopUp, fault: Fault) -> None:
        deciding.push_again(top_up.id, BOSS.user_id, world.clock())
        world.finish(top_up)
        assert world.assert_finished(top_up, Status.CREDITED).problem == "", fault

    calls = ["GetItem", "Query", "GetItem", COMMIT, "SendMessage"]
    in_every_way(
        world, monkeypatch, calls, begin,
        lambda top_up: deciding.push_again(top_up.id, BOSS.user_id, world.clock()), after,
    )  # fmt: skip


def test_a_refund_waits_for_the_credit_that_was_under_way(world: World) -> None:
    """A worker died while the canteen worked; the office gives the money back; the canteen had it all the time."""
    top_up = world.paid()

    def die(operation: str, moment: str) -> None:
        if (operation, moment) == ("recharge", "before"):
            raise ProcessDied(operation)

    world.canteen.trouble = die
    world.wake(world.credits, top_up)
    world.canteen.trouble = lambda *_: None
    deciding.ask_refund(world.canteen, top_up.id, BOSS.user_id, "卡里没有", world.clock())
    world.wake(world.refunds, top_up)
    assert world.pay.refunds == {}, "not before that attempt must have ended"
    world.clock.advance(seconds=50)
    world.canteen.recharge(crediting.recharge_of(now_of(top_up)))  # what was on its way arrives
    world.finish(top_up)
    found = world.assert_finished(top_up, Status.CREDITED)
    assert (found.refund, world.pay.refunds) == (None, {})


def test_one_order_wechat_pay_will_not_answer_does_not_hold_up_the_others(world: World) -> None:
    poisoned, other = world.ordered(), world.ordered()
    world.pay_for(other)
    world.clock.advance(seconds=31)

    def refuse(operation: str, moment: str) -> None:
        if operation == "find" and world.pay.calls.count("find") % 2:
            raise Refused("pay_request_invalid", "no", "pay", peer_code="PARAM_ERROR")

    world.pay.trouble = refuse
    assert world.query() == {"refused": 1, "paid": 1}
    found = now_of(poisoned)
    assert found.look is not None and found.look.due_at > world.clock(), "it is asked about again after a pause"
    world.pay.trouble, world.pay.down = (lambda *_: None), True
    world.clock.advance(minutes=16)
    assert world.query() == {"unreachable": 1}, "the next run is a minute away"
    world.pay.down = False
    assert world.query() == {"closed": 1}
