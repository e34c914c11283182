"""LE with every single call broken, on both sides: stock and holds balance, LE ends right, nothing is told twice otherwise."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.errors import Unavailable
from chalicelib.core.table import is_store_error
from chalicelib.domains.logistics.registrations import model, poll
from chalicelib.domains.logistics.registrations.le_push import RegistrationPusher
from chalicelib.domains.logistics.registrations.le_words import report_of
from chalicelib.domains.logistics.registrations.registration import HoldState, Registration, Status, Waybill
from chalicelib.domains.logistics.registrations.registration import LeState as Le
from chalicelib.domains.logistics.registrations.reporting import Message, take_report
from chalicelib.domains.logistics.registrations.steps import commit_step
from chalicelib.integrations.le.port import LePort
from tests.support.clock import FakeClock
from tests.support.fake_le import FakeLe, an_order, declined
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.registrations import (
    CAUSTIC,
    ORDER,
    claims,
    counted_kg,
    held_kg,
    make_product,
    nothing_waits,
    now_of,
    pushes,
    stored,
)
from tests.support.workers import QueueWorkers

NET = 29_860


class World:
    """A product, LE, and the worker between them."""

    def __init__(self, sqs: Any, clock: FakeClock) -> None:
        self.clock, self.le, self.serial = clock, FakeLe(clock, knows_everybody=True), 0
        line = an_order().lines[0]
        self.le.file_order(an_order(ORDER, lines=(replace(line, ordered_kg=10**9, open_kg=10**9),)))
        self.filed: list[str] = []
        self.workers = QueueWorkers(sqs, "le", RegistrationPusher(self.le, self.file, clock).handlers, clock)
        make_product()

    def file(self, le: LePort, registration: Registration) -> None:
        """The archive's part: LE learns whom it did not know."""
        self.filed.append(registration.id)
        self.le.knows_everybody = True

    def registered(self, quantity_kg: int = 30_000) -> Registration:
        self.serial += 1
        return stored(self.serial, self.clock(), quantity_kg)

    def at_le(self, quantity_kg: int = 30_000) -> Registration:
        registration = self.registered(quantity_kg)
        self.workers.recover()
        return now_of(registration)

    def step(self, registration: Registration, decide: Callable[[Registration], Registration | None]) -> Registration:
        return commit_step(lambda: now_of(registration), decide, self.clock())

    def cancelled(self, registration: Registration) -> Registration:
        return self.step(registration, lambda seen: model.cancel(seen, self.clock()))

    def moves(self, registration: Registration, *statuses: Any, **facts: Any) -> None:
        """LE's people go on; nobody tells us."""
        number = self.le.number_of(registration.id)
        for status in statuses:
            self.clock.advance(seconds=30)
            self.le.move(number, status, **facts)

    def hears(self, registration: Registration) -> Registration:
        """The report of how LE sees it now."""
        state = self.le.states[self.le.number_of(registration.id)]
        take_report(registration.id, report_of(state), lambda *_: (), self.clock())
        return now_of(registration)

    def key(self, registration: Registration) -> str:
        return f"le:registration:{registration.id}"

    def balanced(self) -> None:
        assert held_kg() == counted_kg(), "the counter is the sum of the holds"


@pytest.fixture
def world(cloud: Any, clock: FakeClock) -> World:
    return World(cloud, clock)


def broken_everywhere(
    world: World,
    patch: pytest.MonkeyPatch,
    prepare: Callable[[], Registration],
    check: Callable[[Registration, Fault], None],
) -> None:
    """Deliver what ``prepare`` left with each call broken once, let it recover, look."""
    first, count = prepare(), Fault()
    with injected(count, world.le, patch):
        world.workers.deliver(world.key(first))
    check(first, count)
    for fault in every_fault(len(count.calls)):
        registration = prepare()
        with injected(fault, world.le, patch), suppress(ProcessDied):
            world.workers.deliver(world.key(registration))
        world.workers.recover()
        check(registration, fault)
        assert nothing_waits(registration), fault
        world.balanced()


def test_registering_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(registration: Registration, fault: Fault) -> None:
        now = now_of(registration)
        assert (now.status, now.le.state, now.le.sequence) == (Status.CARD_ISSUED, Le.DONE, 2), fault
        states = [state for state in world.le.states.values() if state.external_no == registration.id]
        assert [(state.status, state.planned_kg, state.card_no) for state in states] == [
            ("card_issued", 30_000, now.le.card_no)
        ], fault

    broken_everywhere(world, monkeypatch, world.registered, check)


def test_giving_back_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(registration: Registration, fault: Fault) -> None:
        state = world.le.states[world.le.number_of(registration.id)]
        assert (state.status, state.card_returned) == ("cancelled", True), fault
        now = now_of(registration)
        assert (now.status, now.le.is_card_returned, now.counted_kg) == (Status.CANCELLED, True, 0), fault

    broken_everywhere(world, monkeypatch, lambda: world.cancelled(world.at_le()), check)
    assert (held_kg(), claims()) == (0, {})


def test_a_registration_that_ends_while_le_is_being_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both pushes wait; wherever the first one breaks, LE ends without an open registration and without a card out."""

    def check(registration: Registration, fault: Fault) -> None:
        states = [state for state in world.le.states.values() if state.external_no == registration.id]
        assert all((state.status, state.card_returned) == ("cancelled", True) for state in states), fault
        assert len(states) <= 1, fault

    broken_everywhere(world, monkeypatch, lambda: world.cancelled(world.registered()), check)
    assert (held_kg(), claims()) == (0, {})


def test_a_change_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed() -> Registration:
        seen = world.at_le()
        goods = replace(seen.goods, lines=(replace(seen.goods.lines[0], quantity_kg=20_000),))
        now = world.clock()
        return world.step(seen, lambda found: model.change(found, goods, None, found.arrival, found.version, now))

    def check(registration: Registration, fault: Fault) -> None:
        now = now_of(registration)
        state = world.le.states[world.le.number_of(registration.id)]
        assert (state.planned_kg, now.goods.quantity_kg, now.counted_kg, now.le.state) == (
            20_000,
            20_000,
            20_000,
            Le.DONE,
        )

    broken_everywhere(world, monkeypatch, changed, check)


def test_signing_off_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def signed() -> Registration:
        seen = world.at_le()
        world.moves(seen, "queued", "called", "entered", "tared", "loading")
        world.moves(seen, "weighed", "exited", net_kg=NET)
        world.hears(seen)
        now = world.clock()
        return world.step(seen, lambda found: model.sign(found, NET - 200, "途中损耗", (), 3, "U", now))

    def check(registration: Registration, fault: Fault) -> None:
        now = now_of(registration)
        signature, _ = world.le.signatures[world.le.number_of(registration.id)]
        assert (signature.quantity_kg, signature.net_kg, signature.difference_reason) == (NET - 200, NET, "途中损耗")
        assert now.signature is not None
        assert (now.signature.le, now.signature.document_no) == (Le.DONE, f"D{now.le.registration_no[1:]}"), fault  # type: ignore[index]

    broken_everywhere(world, monkeypatch, signed, check)


def test_reports_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message is repeated until it is stored: weighed, the hold is the net weight, once."""
    seen = world.at_le()
    world.moves(seen, "queued", "called", "entered", "tared", "loading")
    world.moves(seen, "weighed", net_kg=NET)
    state = world.le.states[world.le.number_of(seen.id)]

    def tell(registration: Registration, number: int) -> bool:
        return take_report(
            registration.id, report_of(replace(state, external_no=registration.id)), lambda *_: (), world.clock(),
            Message(f"event-{registration.id}", f"nonce-{registration.id}-{number}"),
        )  # fmt: skip

    count = Fault()
    with injected(count, world.le, monkeypatch):
        assert tell(seen, 0)
    for fault in every_fault(len(count.calls)):
        registration = world.at_le()
        before = held_kg()
        with injected(fault, world.le, monkeypatch):
            try:
                tell(registration, 1)
            except ProcessDied:
                pass
            except Exception as error:
                assert is_store_error(error) or isinstance(error, Unavailable), error
        tell(registration, 2)
        now = now_of(registration)
        assert now.hold is not None
        assert (now.status, now.hold.state, now.hold.quantity_kg) == (Status.WEIGHED, HoldState.FINAL, NET), fault
        assert held_kg() - before == NET - 30_000, fault
        world.balanced()


def test_the_question_for_changes_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event is lost; wherever a run dies, the next one brings all of it."""

    def prepared() -> list[Registration]:
        trucks = [world.at_le() for _ in range(3)]
        for truck in trucks:
            world.moves(truck, "queued", "called")
        return trucks

    ask = lambda: poll.poll(world.le, lambda *_: (), world.clock)  # noqa: E731
    ask()
    prepared()
    count = Fault()
    with injected(count, world.le, monkeypatch):
        ask()
    for fault in every_fault(len(count.calls)):
        trucks = prepared()
        with injected(fault, world.le, monkeypatch), suppress(ProcessDied, Unavailable):
            try:
                ask()
            except Exception as error:
                assert is_store_error(error), error
        for _ in range(3):
            ask()
        assert {now_of(truck).status for truck in trucks} == {Status.CALLED}, fault
        assert all(now_of(truck).limit is None for truck in trucks), "they have arrived"
    world.balanced()


def test_what_le_refuses_holds_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(operation: str, moment: str) -> None:
        if (operation, moment) == ("register", "before"):
            raise declined("QTY_EXCEEDS_OPEN", "订单余量不足，请联系业务员")

    monkeypatch.setattr(world.le, "trouble", refuse)
    registration = world.at_le()
    assert (registration.status, registration.reason) == (Status.REJECTED, "订单余量不足，请联系业务员")
    assert (held_kg(), claims(), pushes(registration)) == (0, {}, [("le.register", "failed")])


def test_whom_le_does_not_know_is_filed_first(world: World) -> None:
    world.le.knows_everybody = False
    registration = world.at_le()
    assert (registration.status, world.filed) == (Status.CARD_ISSUED, [registration.id])


def test_a_change_le_does_not_take_goes_back(world: World) -> None:
    papers = Waybill("W-30", "闽A00001", CAUSTIC, 30_000)
    world.serial += 1
    seen = stored(world.serial, world.clock(), waybill=papers)
    world.workers.recover()
    world.moves(seen, "queued", "called")
    goods = replace(seen.goods, lines=(replace(seen.goods.lines[0], quantity_kg=10_000),))
    smaller, now = replace(papers, number="W-10", quantity_kg=10_000), world.clock()
    world.step(seen, lambda found: model.change(found, goods, smaller, found.arrival, found.version, now))
    assert held_kg() == 10_000
    world.workers.recover()
    changed = now_of(seen)
    assert (changed.goods.quantity_kg, held_kg(), changed.le.state) == (30_000, 30_000, Le.FAILED), "LE will load 30 t"
    assert changed.waybill == papers
    world.balanced()


def test_a_truck_inside_is_not_thrown_out(world: World) -> None:
    """LE let it in before it heard that the time limit had passed: it is held for again, whatever others took since."""
    late = world.at_le()
    world.moves(late, "queued", "called", "entered")
    world.clock.advance(hours=5)
    expired = world.step(late, lambda seen: model.expire(seen, world.clock()))
    assert (expired.status, held_kg(), claims()) == (Status.EXPIRED, 0, {})
    world.workers.recover()
    back = now_of(late)
    assert (back.status, held_kg(), back.limit) == (Status.ENTERED, 30_000, None)
    assert world.le.states[world.le.number_of(late.id)].card_returned is False
    assert set(claims().values()) == {late.id}
    world.moves(late, "empty_out")
    ended = world.hears(late)
    assert (ended.status, held_kg(), claims()) == (Status.EMPTY_OUT, 0, {})


def test_a_refused_registration_leaves_a_truck_inside_what_it_has_taken_back(world: World) -> None:
    """Its driver had registered again before LE told that the truck is in: the new registration ends, the old one stays."""
    late = world.at_le()
    world.moves(late, "queued", "called", "entered")
    world.clock.advance(hours=5)
    world.step(late, lambda seen: model.expire(seen, world.clock()))
    again = stored(900, world.clock(), truck=late.truck, driver=late.driver, escort=late.escort)
    assert set(claims().values()) == {again.id}
    world.workers.deliver(world.key(late))
    assert set(claims().values()) == {late.id}
    world.workers.deliver(world.key(again))
    world.workers.recover()
    assert (now_of(late).status, now_of(again).status) == (Status.ENTERED, Status.REJECTED)
    assert nothing_waits(again)
    assert (held_kg(), set(claims().values())) == (30_000, {late.id})
    world.balanced()


@pytest.mark.parametrize(("arrived_after", "wins"), [(timedelta(0), True), (timedelta(milliseconds=1), False)])
def test_arriving_at_the_very_moment(world: World, arrived_after: timedelta, wins: bool) -> None:
    """The limit's own moment is in time; one thousandth later is not, and the sweep need not have come by."""
    seen = world.at_le()
    assert seen.limit is not None
    world.clock.advance(seconds=(seen.limit.expires_at - world.clock()).total_seconds() + 20)
    world.le.move(world.le.number_of(seen.id), "queued", at=seen.limit.expires_at + arrived_after)
    now = world.hears(seen)
    world.workers.recover()
    state = world.le.states[world.le.number_of(seen.id)]
    if wins:
        assert (now.status, held_kg(), state.status) == (Status.QUEUED, 30_000, "queued")
        assert model.expire(now, world.clock()) is None, "the sweep finds nothing to do"
    else:
        assert (now.status, held_kg(), state.status, state.card_returned) == (Status.EXPIRED, 0, "cancelled", True)
    world.balanced()


def test_a_truck_registered_again_at_once_waits_until_le_has_given_it_back(world: World) -> None:
    """The second push overtakes the first one's cancellation: that is no refusal for the driver to read."""
    first = world.at_le()
    world.cancelled(first)
    again = stored(99, world.clock(), truck=first.truck)
    world.workers.deliver(f"le:registration:{again.id}")
    assert (now_of(again).status, pushes(again)) == (Status.REGISTERED, [("le.register", "pending")])
    world.workers.recover()
    assert now_of(again).le.registration_no is not None
    assert (now_of(first).le.state, now_of(again).le.state) == (Le.DONE, Le.DONE)
    assert nothing_waits(first) and nothing_waits(again)


def test_a_truck_that_is_busy_for_others_is_refused(world: World) -> None:
    """LE has it for something we do not know to be ended: waiting would not help."""
    first = world.at_le()
    world.step(first, lambda seen: model.refused(seen, "here only", world.clock()))
    again = stored(99, world.clock(), truck=first.truck)
    world.workers.recover()
    assert (now_of(again).status, pushes(again)) == (Status.REJECTED, [("le.register", "failed")])
