"""Register, change, cancel, release and the sweep with every single call broken: stock, claims and pushes always balance."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.errors import Conflict
from chalicelib.core.table import is_store_error
from chalicelib.domains.logistics.registrations import cancelling, changing, expiring, store
from chalicelib.domains.logistics.registrations.changing import Wish
from chalicelib.domains.logistics.registrations.expiring import SweepIncomplete
from chalicelib.domains.logistics.registrations.registration import HoldState, Line, Registration, Status, Waybill
from chalicelib.domains.logistics.stock.store import MovementItem
from tests.support.clock import FakeClock
from tests.support.fake_mes import FakeMes
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.registrations import CAUSTIC, claims, counted_kg, held_kg, make_product, now_of, pushes
from tests.support.trips import Driver, Gate
from tests.support.visits import APPROVER as CLERK

pytestmark = pytest.mark.usefixtures("cloud")


class World:
    """Drivers at one gate with stock enough for all of them."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock, self.serial = clock, 0
        self.mes = FakeMes(clock)
        self.mes.fill("T-301", 10**9)
        self.gate = Gate(self.mes, clock)
        make_product()

    def driver(self) -> Driver:
        self.serial += 1
        return Driver(self.serial, f"USER{self.serial}").settle_in(self.clock())

    def registered(self) -> tuple[Driver, Registration]:
        driver = self.driver()
        return driver, self.gate.register(driver)

    def change(self, driver: Driver, seen: Registration, quantity_kg: int) -> Registration:
        waybill = Waybill("YD00000001", driver.tractor, CAUSTIC, quantity_kg)
        wish = Wish(seen.version, (Line(driver.order_no, "10", quantity_kg),), waybill, seen.arrival)
        return changing.change(driver.principal, seen.id, wish, self.gate.ports, self.clock())

    def calls_of(self, action: Callable[[], Any], patch: pytest.MonkeyPatch) -> list[str]:
        fault = Fault()
        with injected(fault, self.mes, patch):
            action()
        return fault.calls

    def press_until_answered(self, action: Callable[[], Any], fault: Fault, patch: pytest.MonkeyPatch) -> Any:
        """A person presses, sees an error or nothing, and presses again."""
        with injected(fault, self.mes, patch):
            try:
                action()
            except ProcessDied:
                pass
            except Conflict as refusal:  # the tank farm did not answer
                assert refusal.code == "stock_not_confirmed"
            except Exception as error:  # what the endpoint answers as 503
                assert is_store_error(error), error
        return action()


@pytest.fixture
def world(clock: FakeClock) -> World:
    return World(clock)


def assert_balanced() -> None:
    """The counter is the sum of what counts and of its movements; claims are exactly those of trucks under way."""
    found = [store.to_registration(item) for item in store.RegistrationItem.by_kind.query(store.KIND)]
    moved = sum(int(item.delta_kg) for item in MovementItem.query(f"HOLDS#{CAUSTIC}"))
    assert held_kg() == counted_kg() == moved == sum(known.counted_kg for known in found)
    assert claims() == {key: known.id for known in found if known.is_under_way for key in store.claimed(known)}


def own(driver: Driver) -> list[Registration]:
    items = store.RegistrationItem.by_owner.query(store.owner_key(driver.user_id))
    return [store.to_registration(item) for item in items]


def test_registering_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.driver()
    calls = world.calls_of(lambda: world.gate.register(first), monkeypatch)
    assert calls == ["BatchGetItem", "mes.tank_stock", "TransactWriteItems", "SendMessage"], "one read, one send"
    for fault in every_fault(len(calls)):
        driver = world.driver()
        made = world.press_until_answered(lambda driver=driver: world.gate.register(driver), fault, monkeypatch)
        assert own(driver) == [made], fault
        assert (made.status, made.counted_kg, made.version) == (Status.REGISTERED, 30_000, 1)
        assert pushes(made) == [("le.register", "pending")]
        assert_balanced()
    assert held_kg() == 30_000 * world.serial


def test_changing_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    driver, made = world.registered()
    calls = world.calls_of(lambda: world.change(driver, made, 32_000), monkeypatch)
    reads = ["GetItem", "BatchGetItem"]
    assert calls == [*reads, "mes.tank_stock", "TransactWriteItems", "SendMessage"]
    driver, made = world.registered()
    less = world.calls_of(lambda: world.change(driver, made, 29_000), monkeypatch)
    assert less == [*reads, "TransactWriteItems", "SendMessage"], "who wants less needs no stock"
    for fault in every_fault(len(calls)):
        driver, made = world.registered()
        seen = world.press_until_answered(
            lambda driver=driver, made=made: world.change(driver, made, 32_000), fault, monkeypatch
        )
        assert (seen.version, seen.counted_kg, seen.goods.quantity_kg) == (2, 32_000, 32_000), fault
        assert [event.name for event in now_of(made).events] == ["registered", "changed"]
        assert [kind for kind, _ in pushes(made)] == ["le.register", "le.change"]
        assert_balanced()


def test_giving_up_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    driver, made = world.registered()
    calls = world.calls_of(lambda: cancelling.cancel(driver.principal, made.id, world.clock()), monkeypatch)
    assert calls == ["GetItem", "TransactWriteItems", "SendMessage"]
    for fault in every_fault(len(calls)):
        driver, made = world.registered()
        ended = world.press_until_answered(
            lambda driver=driver, made=made: cancelling.cancel(driver.principal, made.id, world.clock()),
            fault,
            monkeypatch,
        )
        assert (ended.status, ended.version) == (Status.CANCELLED, 2), fault
        assert [kind for kind, _ in pushes(made)] == ["le.register", "le.give_back"]
        assert_balanced()
    assert held_kg() == 0


def test_releasing_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, made = world.registered()

    def release(made: Registration) -> Registration:
        return cancelling.release(CLERK, made.id, "司机失联", 1, world.clock())

    calls = world.calls_of(lambda: release(made), monkeypatch)
    assert calls == ["GetItem", "TransactWriteItems", "SendMessage", "SendMessage"], "one send a peer: LE and WeChat"
    for fault in every_fault(len(calls)):
        _, made = world.registered()
        ended = world.press_until_answered(lambda made=made: release(made), fault, monkeypatch)
        assert (ended.status, ended.version, ended.reason) == (Status.RELEASED, 2, "司机失联"), fault
        assert [entry.action for entry in AuditEntry.query(f"registration:{made.id}")] == ["registration_released"]
        assert_balanced()
    assert held_kg() == 0


def sweep_quietly(world: World) -> None:
    """As Lambda does: an error is an alarm, the next run comes."""
    try:
        expiring.sweep(world.clock)
    except (ProcessDied, SweepIncomplete):
        pass
    except Exception as error:
        assert is_store_error(error), error


def test_the_sweep_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.registered()
    world.clock.advance(minutes=210)
    warning = world.calls_of(lambda: expiring.sweep(world.clock), monkeypatch)
    assert warning == ["Query", "TransactWriteItems", "SendMessage"], "one query, one transaction each"
    world.clock.advance(minutes=30)
    ending = world.calls_of(lambda: expiring.sweep(world.clock), monkeypatch)
    assert ending == ["Query", "TransactWriteItems", "SendMessage", "SendMessage"]
    for fault in every_fault(len(ending)):
        _, made = world.registered()
        for minutes in (210, 30):
            world.clock.advance(minutes=minutes)
            with injected(fault, world.mes, monkeypatch):
                sweep_quietly(world)
            fault.calls.clear()
            sweep_quietly(world)
            assert_balanced()
        ended = now_of(made)
        assert ended.hold is not None
        assert (ended.status, ended.hold.state, ended.limit) == (Status.EXPIRED, HoldState.EXPIRED, None), fault
        assert [event.name for event in ended.events] == ["registered", "warned", "expired"]
        assert [kind for kind, _ in pushes(made)] == ["le.register", "le.give_back"]
    assert held_kg() == 0
    assert expiring.sweep(world.clock) == {}


def test_one_that_cannot_be_swept_does_not_hold_up_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, poisoned = world.registered()
    _, other = world.registered()
    world.clock.advance(minutes=240)
    add_change = store.add_change

    def broken(transaction: Any, seen: Registration, changed: Registration) -> None:
        if seen.id == poisoned.id:
            raise ValueError("poison")
        add_change(transaction, seen, changed)

    with monkeypatch.context() as patch, pytest.raises(SweepIncomplete):
        patch.setattr(store, "add_change", broken)
        expiring.sweep(world.clock)
    assert (now_of(poisoned).status, now_of(other).status) == (Status.REGISTERED, Status.EXPIRED)
    with suppress(SweepIncomplete):
        expiring.sweep(world.clock)
    assert (now_of(poisoned).status, held_kg()) == (Status.EXPIRED, 0)
    assert_balanced()


def test_a_long_run_leaves_the_rest_to_the_next(world: World) -> None:
    for _ in range(3):
        world.registered()
    world.clock.advance(minutes=240)
    readings = iter([0, 0, 0, 0, 41, 41, 41])

    def slow() -> Any:
        world.clock.advance(seconds=next(readings, 0))
        return world.clock()

    first = expiring.sweep(slow)
    assert 0 < first["expired"] < 3
    assert first["expired"] + expiring.sweep(world.clock)["expired"] == 3


def test_limits_that_are_over_do_not_hold_the_last_tonne(world: World) -> None:
    """The schedule has not come by: whoever registers makes the room himself; whoever gives up too late is expired."""
    world.mes.fill("T-301", 80_000)
    late, first = world.registered()
    world.clock.advance(minutes=239, seconds=59)
    with pytest.raises(Conflict, match="stock_not_enough"):
        world.gate.register(world.driver())
    assert now_of(first).status is Status.REGISTERED
    world.clock.advance(seconds=1)
    second = world.gate.register(world.driver())
    assert (now_of(first).status, second.status, held_kg()) == (Status.EXPIRED, Status.REGISTERED, 30_000)
    with pytest.raises(Conflict, match="registration_not_cancellable"):
        cancelling.cancel(late.principal, first.id, world.clock())
    world.clock.advance(minutes=240)
    owner = Driver(world.serial, f"USER{world.serial}")
    assert cancelling.cancel(owner.principal, second.id, world.clock()).status is Status.EXPIRED
    third_driver, third = world.registered()
    world.clock.advance(minutes=240)
    with pytest.raises(Conflict, match="registration_expired"):
        world.change(third_driver, third, 20_000)
    assert (now_of(third).status, held_kg()) == (Status.EXPIRED, 0)
    assert_balanced()
