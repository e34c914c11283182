"""Money and two at once, in threads on locked moto: two notifications, two phones at the day's limit, the office against a
credit that is just beginning. With twins without the guard."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident
from typing import Any

import pytest

from chalicelib.core.errors import Problem
from chalicelib.core.outbox import store as outbox
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.canteen.topups import creating, deciding, paying, store
from chalicelib.domains.canteen.topups.refunding import Refunding
from chalicelib.domains.canteen.topups.top_up import Day, Status, TopUp
from tests.support.clock import FakeClock
from tests.support.top_ups import BOSS, World, happened, now_of, pushes

LIMIT = 100_000
"""Of a day, in fen (the settings' default)."""


@pytest.fixture
def world(cloud: Any, clock: FakeClock) -> World:
    return World(cloud, clock)


def together(patch: pytest.MonkeyPatch, place: Any, name: str, parties: int = 2) -> None:
    """All threads have read with ``place.name`` before one of them goes on, the first time."""
    barrier, read, waited = Barrier(parties, timeout=20), getattr(place, name), set[int]()

    def read_then_wait(*arguments: Any, **named: Any) -> Any:
        found = read(*arguments, **named)
        if get_ident() not in waited:
            waited.add(get_ident())
            barrier.wait()
        return found

    patch.setattr(place, name, read_then_wait)


def outcomes(*actions: Callable[[], Any]) -> list[Any]:
    def outcome(action: Callable[[], Any]) -> Any:
        try:
            return action()
        except Problem as problem:
            return problem.code
        except RaceLost as race:
            return race.names

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(outcome, actions))


def unguarded(_: Transaction, __: TopUp, changed: TopUp) -> None:
    """A change without the condition on what was seen."""
    store.to_item(changed).save()


# Two notifications.


def told_twice(world: World, patch: pytest.MonkeyPatch) -> tuple[TopUp, list[Any]]:
    top_up = world.ordered()
    payment = world.pay_for(top_up)
    together(patch, paying, "existing")
    return top_up, outcomes(
        lambda: paying.record_payment(payment, world.clock(), "EV-1#a"),
        lambda: paying.record_payment(payment, world.clock(), "EV-2#b"),
    )


def test_two_notifications_at_once_are_one_payment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    top_up, told = told_twice(world, monkeypatch)
    assert [found.status for found in told] == [Status.PAID, Status.PAID], "both are answered that it is stored"
    assert (happened(top_up), pushes(top_up)) == (["created", "paid"], ["topup.credit"])
    world.recover()
    world.assert_finished(top_up, Status.CREDITED)
    assert world.canteen.calls.count("recharge") == 1


def test_twin_without_the_version_one_overwrites_the_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the condition on the top-up and the unique push are what keeps it one, not luck."""
    monkeypatch.setattr(store, "add_change", unguarded)
    added: list[Any] = []
    monkeypatch.setattr(outbox, "add", lambda _, entry: added.append(entry))
    told_twice(world, monkeypatch)
    assert len(added) == 2


# Two phones at the day's limit.


def two_phones(world: World, patch: pytest.MonkeyPatch) -> tuple[list[Any], int]:
    diner = world.diner()
    world.order(diner, LIMIT // 2)
    together(patch, creating, "_load")
    made = outcomes(*(lambda form=f"of-phone-{name}": world.order(diner, 40_000, form) for name in "ab"))
    orders = [found for found in made if isinstance(found, TopUp)]
    return made, LIMIT // 2 + sum(found.amount_fen for found in orders)


def test_two_phones_never_get_above_the_days_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made, total = two_phones(world, monkeypatch)
    assert "top_up_daily_limit" in made and total == LIMIT // 2 + 40_000


def test_twin_without_the_days_condition_both_get_through(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""

    def unguarded_day(transaction: Transaction, _: Day, changed: Day) -> None:
        transaction.put("day", store.DayItem(*store.day_key(changed.owner_id, changed.day), amounts="[]", version=1))

    monkeypatch.setattr(store, "add_day", unguarded_day)
    _, total = two_phones(world, monkeypatch)
    assert total > LIMIT


# The office against a credit.


def office_against_credit(world: World, patch: pytest.MonkeyPatch) -> tuple[TopUp, Any]:
    """The worker has begun and read the top-up, the office has read it and the push: now both go on."""
    top_up = world.paid()
    barrier, find, take_back = Barrier(2, timeout=20), store.find_top_up, deciding._add_credit_taken_back
    waited = set[int]()

    def meet() -> None:
        if get_ident() not in waited:
            waited.add(get_ident())
            barrier.wait()

    def find_then_meet(top_up_id: str) -> TopUp | None:
        found = find(top_up_id)
        if worker and get_ident() == worker[0]:
            meet()
        return found

    def take_back_then_meet(*arguments: Any) -> None:
        take_back(*arguments)
        meet()

    worker: list[int] = []

    def credit() -> None:
        worker.append(get_ident())
        world.wake(world.credits, top_up)

    patch.setattr(store, "find_top_up", find_then_meet)
    patch.setattr(deciding, "_add_credit_taken_back", take_back_then_meet)
    told = outcomes(
        credit, lambda: deciding.ask_refund(world.canteen, top_up.id, BOSS.user_id, "卡里没有", world.clock())
    )
    return top_up, told[1]


def test_the_office_against_a_credit_that_is_just_beginning(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One wins, never both: credited and no refund, or a refund that finds it credited and lets it be."""
    top_up, decided = office_against_credit(world, monkeypatch)
    assert decided == "refund_credited" or decided.status is Status.REJECTED
    world.recover()
    world.clock.advance(minutes=5)
    world.recover()
    found = world.assert_finished(top_up, Status.CREDITED)
    assert (found.refund, world.pay.refunds) == (None, {}), "the canteen had it in the same moment"


def refund_in_the_middle(world: World) -> TopUp:
    """The worker has looked and is about to call the canteen; before the call goes out the office gives the money back, and
    WeChat Pay's worker is there at once."""
    top_up, done = world.paid(), list[str]()

    def meanwhile(operation: str, moment: str) -> None:
        if (operation, moment) == ("recharge", "before") and not done:
            done.append(operation)
            deciding.ask_refund(world.canteen, top_up.id, BOSS.user_id, "卡里没有", world.clock())
            world.wake(world.refunds, top_up)

    world.canteen.trouble = meanwhile
    world.wake(world.credits, top_up)
    assert world.canteen.credited_fen(top_up.holder.account_no) == top_up.amount_fen
    return top_up


def test_a_refund_waits_for_a_call_that_is_on_its_way(world: World) -> None:
    top_up = refund_in_the_middle(world)
    assert (now_of(top_up).status, world.pay.refunds) == (Status.REJECTED, {})
    world.finish(top_up)
    assert world.assert_finished(top_up, Status.CREDITED).refund is None
    assert world.pay.refunds == {}


def test_twin_that_does_not_wait_gives_it_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: waiting for the attempt and asking the canteen are what keeps the money single, not luck."""
    monkeypatch.setattr(Refunding, "_obstacle", lambda *_: None)
    top_up = refund_in_the_middle(world)
    assert world.pay.returned_fen(top_up.id) == top_up.amount_fen, "in the canteen and back"
