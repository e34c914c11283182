"""Sixty thousand steps of a plant: trucks that register, change, give up, come too late and are let in all the same, LE's
reports in any order, tanks that are measured late and by clocks that are wrong, and a true stock nobody sees.

What must hold after every step: the counter is the sum of the holds that count; no hold without a truck that may still take
its goods; none that is past its limit by more than a sweep. And whenever more is promised: everything promised and not yet
gone fits into what is truly in the tanks above the threshold - but for what nobody here can know yet (a truck LE let in
though its time was over; one that took more than it had registered and whose weighing has not come in).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.domains.logistics.registrations import model, progress, registration
from chalicelib.domains.logistics.registrations.consequences import consequences
from chalicelib.domains.logistics.registrations.model import RegistrationProblem, Wanted
from chalicelib.domains.logistics.registrations.progress import Report
from chalicelib.domains.logistics.registrations.registration import (
    ENDED_BY_US,
    PROGRESS,
    Arrival,
    Crew,
    Goods,
    HoldState,
    Kind,
    Line,
    Registration,
    Status,
    Truck,
)
from chalicelib.domains.logistics.stock.drift import is_odd
from chalicelib.domains.logistics.stock.model import (
    Product,
    Reading,
    Rules,
    StockProblem,
    Tank,
    has_settled,
    read,
    room_for,
)

BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MAX_AGE, MARGIN, SWEEP = timedelta(minutes=10), timedelta(seconds=60), timedelta(seconds=60)
WRONG_CLOCK = 20
"""Seconds by which a tank's or LE's clock may be off; together with the lag of a tank less than the margin."""
TANK_LAG = 15
FULL = 55_000
"""Content of a tank at the beginning: together little more than must stay in them."""
STEPS, SEEDS = 10_000, range(6)
RULES = Rules("液碱32%", True, "8", "1824", True, 50_000, 60, 15, True, 1)
CREW = Crew("0" * 32, "吴大勇", "13900000000", "Q1", date(2030, 1, 1))


@dataclass
class Vessel:
    """A tank: what is in it above its heel, and what its instruments last showed."""

    content: int
    skew: timedelta
    shown: int = 0
    measured_at: datetime = BEGIN
    in_service: bool = True

    def measure(self, now: datetime) -> None:
        self.shown, self.measured_at = self.content, now + self.skew

    def seen(self) -> Tank:
        usable = self.shown if self.in_service else 0
        return Tank("T", "", self.shown, usable, self.in_service, True, self.measured_at)


@dataclass
class Trip:
    """A registration here, and the truck as LE has it."""

    ours: Registration
    product: Shelf
    at_le: Status = Status.REGISTERED
    seq: int = 1
    queued_at: datetime | None = None
    weighed_at: datetime | None = None
    net: int | None = None
    drawn: int = 0
    to_draw: list[tuple[datetime, int]] = field(default_factory=list)
    inbox: list[Report] = field(default_factory=list)
    to_give_back: bool = False

    @property
    def unknown(self) -> int:
        """What it may take, or has taken, that nobody here can know."""
        hold = self.ours.hold
        assert hold is not None
        if hold.state is HoldState.SETTLED:
            return 0
        if self.ours.status not in ENDED_BY_US:
            return max(0, self.takes - hold.quantity_kg)
        inside = self.at_le in PROGRESS[PROGRESS.index(Status.ENTERED) :]
        return max(hold.quantity_kg, self.takes) if inside else 0

    @property
    def promised(self) -> int:
        """What is held for it or flows to it, and is still in the tanks."""
        return max(0, max(self.ours.counted_kg, self.takes) - self.drawn)

    @property
    def takes(self) -> int:
        """What has gone into it, and what certainly will."""
        return self.drawn + sum(quantity for _, quantity in self.to_draw)

    @property
    def is_over(self) -> bool:
        ended = self.at_le not in PROGRESS or self.at_le in (Status.EXITED, Status.SIGNED)
        return ended and not self.inbox and not self.to_give_back and not self.to_draw and not self.ours.counted_kg


@dataclass
class Shelf:
    """A product with its counter and its tanks."""

    product: Product
    tanks: list[Vessel]
    trips: list[Trip] = field(default_factory=list)
    filled: int = 0
    taken: int = 0

    @property
    def content(self) -> int:
        return sum(tank.content for tank in self.tanks)

    def read(self, now: datetime) -> Reading | None:
        return read([tank.seen() for tank in self.tanks], now, MAX_AGE)


@dataclass
class Asked:
    """A request between MES's answer and its transaction."""

    shelf: Shelf
    product: Product
    reading: Reading
    quantity: int
    trip: Trip | None

    def fits(self, guarded: bool) -> bool:
        """The condition of ``stock.store.add_guarded_movement``."""
        known, counted = self.shelf.product, self.trip.ours.counted_kg if self.trip else 0
        limit = room_for(self.product, self.reading, self.quantity - counted)
        above = not guarded or known.floor is None or known.floor <= self.reading.measured_at
        return known.held_kg <= limit and known.rules.version == self.product.rules.version and above


class Oversold(AssertionError):
    """More is promised than there is."""


class Plant:
    """Everything that can happen, one random thing a step."""

    def __init__(self, seed: int, floor_guard: bool = True) -> None:
        self.random = random.Random(seed)
        self.guarded = floor_guard
        self.now, self.swept_at = BEGIN, BEGIN
        self.le_skew = timedelta(seconds=self.random.randint(-WRONG_CLOCK, WRONG_CLOCK))
        self.shelves = [self.shelf(code) for code in ("NAOH32", "HCL31", "CL2")]
        self.asked: list[Asked] = []
        self.serial = 0
        self.seen: dict[str, int] = {}
        actions: list[tuple[int, Callable[[], None]]] = [
            (18, self.ask), (10, self.commit), (2, self.ask_for_change), (1, self.cancel), (1, self.release),
            (60, self.le_moves), (40, self.report_comes), (4, self.give_back), (14, self.measure), (14, self.watch),
            (4, self.fill), (1, self.switch_tank), (1, self.other_threshold), (1, self.sign),
        ]  # fmt: skip
        self.actions = [action for weight, action in actions for _ in range(weight)]

    def shelf(self, code: str) -> Shelf:
        off = [timedelta(seconds=self.random.randint(-WRONG_CLOCK, WRONG_CLOCK)) for _ in range(2)]
        found = Shelf(Product(code, RULES), [Vessel(FULL, skew) for skew in off])
        for tank in found.tanks:
            tank.measure(self.now)
        return found

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.pass_time(timedelta(seconds=self.random.choice((1, 2, 5, 15))))
            self.random.choice(self.actions)()
            self.check()

    def pass_time(self, passed: timedelta) -> None:
        """Tanks lose what flows; the sweep comes every minute at the latest."""
        self.now += passed
        if self.now - self.swept_at >= SWEEP:
            self.swept_at = self.now
            for trip in self.trips():
                self.step(trip, model.warn(trip.ours, self.now) or model.expire(trip.ours, self.now))
        for trip in self.trips():
            while trip.to_draw and trip.to_draw[0][0] <= self.now:
                self.draw(trip, trip.to_draw.pop(0)[1])

    def trips(self) -> list[Trip]:
        return [trip for shelf in self.shelves for trip in shelf.trips]

    def any_trip(self) -> Trip | None:
        shelf = self.random.choice(self.shelves)
        return self.random.choice(shelf.trips) if shelf.trips else None

    def step(self, trip: Trip, changed: Registration | None) -> None:
        """What ``registrations.steps.add_step`` commits: the registration and its counter together."""
        if changed is None:
            return
        self.count(trip.product, consequences(trip.ours, changed).delta_kg)
        name = changed.events[-1].name
        self.seen[name] = self.seen.get(name, 0) + 1
        trip.to_give_back |= changed.status in ENDED_BY_US and trip.ours.is_under_way
        trip.ours = replace(changed, events=changed.events[-1:])

    def count(self, shelf: Shelf, delta: int) -> None:
        if delta:
            known = shelf.product
            shelf.product = replace(known, held_kg=known.held_kg + delta, movements=known.movements + 1)

    # --- drivers and office

    def ask(self) -> None:
        self.consider(self.random.choice(self.shelves), None)

    def ask_for_change(self) -> None:
        trip = self.any_trip()
        if trip is not None and trip.ours.counted_kg:
            self.consider(trip.product, trip)

    def consider(self, shelf: Shelf, trip: Trip | None) -> None:
        """MES has answered: decided now, committed when it comes to that."""
        reading, quantity = shelf.read(self.now), self.random.choice((5_000, 10_000, 20_000, 30_000))
        try:
            room_for(shelf.product, reading, quantity - (trip.ours.counted_kg if trip else 0))
        except StockProblem:
            return
        assert reading is not None
        self.asked = [*self.asked[-15:], Asked(shelf, shelf.product, reading, quantity, trip)]

    def commit(self) -> None:
        if not self.asked:
            return
        asked = self.asked.pop(self.random.randrange(len(self.asked)))
        more = asked.quantity - (asked.trip.ours.counted_kg if asked.trip else 0)
        try:
            is_free = more <= 0 or asked.fits(self.guarded)
            if is_free and asked.trip is None:
                self.register(asked)
            elif is_free and asked.trip is not None:
                self.change(asked.trip, asked.quantity)
        except (RegistrationProblem, StockProblem):
            return
        if is_free and more > 0:
            self.nothing_is_promised_twice(asked.shelf)

    def register(self, asked: Asked) -> None:
        self.serial += 1
        made = model.register(f"R{self.serial}", "U", self.wanted(asked), self.now)
        self.count(asked.shelf, consequences(None, made).delta_kg)
        asked.shelf.trips.append(Trip(made, asked.shelf))

    def change(self, trip: Trip, quantity: int) -> None:
        seen = trip.ours
        self.step(
            trip, model.change(seen, self.goods(trip.product, quantity), None, seen.arrival, seen.version, self.now)
        )

    def cancel(self) -> None:
        self.end(lambda seen: model.cancel(seen, self.now))

    def release(self) -> None:
        self.end(lambda seen: model.release(seen, "不来了", seen.version, self.now))

    def sign(self) -> None:
        self.end(lambda seen: model.sign(seen, seen.goods.quantity_kg, "短少", (), 3, "U", self.now))

    def end(self, decide: Callable[[Registration], Registration]) -> None:
        trip = self.any_trip()
        if trip is not None:
            try:
                self.step(trip, decide(trip.ours))
            except RegistrationProblem:
                return

    def other_threshold(self) -> None:
        shelf = self.random.choice(self.shelves)
        rules = shelf.product.rules
        threshold = self.random.choice((40_000, 50_000, 60_000))
        shelf.product = replace(shelf.product, rules=replace(rules, threshold_kg=threshold, version=rules.version + 1))

    def wanted(self, asked: Asked) -> Wanted:
        ends_at = self.now + timedelta(minutes=RULES.hold_minutes)
        return Wanted(
            Kind.PICKUP, self.goods(asked.shelf, asked.quantity), Truck(f"闽A{self.serial:05d}", None), CREW, None, None,
            Arrival(self.now + timedelta(minutes=1), ends_at), True, ends_at - self.now, timedelta(minutes=15),
        )  # fmt: skip

    def goods(self, shelf: Shelf, quantity: int) -> Goods:
        return Goods(shelf.product.code, "", "", (Line("SO1", "10", quantity),))

    # --- LE

    def le_moves(self) -> None:
        """The truck goes on, or leaves the path; LE's clock stamps it and a report is on its way."""
        trip = self.any_trip()
        if trip is None or trip.at_le not in PROGRESS[:-2]:
            return
        chance, place = self.random.random(), PROGRESS.index(trip.at_le)
        if chance < 0.04:
            before = place < PROGRESS.index(Status.ENTERED)
            if before or trip.at_le in (Status.ENTERED, Status.TARED):
                self.le_says(
                    trip, self.random.choice((Status.CANCELLED, Status.REJECTED)) if before else Status.EMPTY_OUT
                )
        elif chance < 0.08 and trip.at_le is Status.CALLED:
            self.le_says(trip, Status.QUEUED)
        elif trip.at_le is not Status.CARD_ISSUED or chance < 0.5:
            self.go_on(trip, PROGRESS[place + 1])

    def go_on(self, trip: Trip, status: Status) -> None:
        if status is Status.QUEUED:
            trip.queued_at = self.now + self.le_skew
        if status is Status.LOADING:
            self.load(trip)
        if status is Status.WEIGHED:
            self.finish_loading(trip)
            trip.weighed_at = self.now + self.le_skew
        self.le_says(trip, status)

    def load(self, trip: Trip) -> None:
        """What it will take need not be what it planned, and is what there is at most."""
        planned = trip.ours.goods.quantity_kg
        wanted = planned * self.random.choice((90, 98, 100, 100, 103)) // 100
        flowing = sum(quantity for other in trip.product.trips for _, quantity in other.to_draw)
        trip.net = max(0, min(wanted, trip.product.content - flowing))
        if self.random.random() < 0.5:
            self.draw(trip, trip.net // 2)

    def finish_loading(self, trip: Trip) -> None:
        """The rest flows out of the tank a little later than the scales know of it."""
        assert trip.net is not None
        trip.net = max(trip.drawn, min(trip.net, trip.drawn + trip.product.content))
        trip.to_draw.append((self.now + timedelta(seconds=self.random.randint(0, TANK_LAG)), trip.net - trip.drawn))

    def draw(self, trip: Trip, quantity: int) -> None:
        trip.drawn += quantity
        trip.product.taken += quantity
        for tank in sorted(trip.product.tanks, key=lambda tank: -tank.content):
            part = min(quantity, tank.content)
            tank.content -= part
            quantity -= part
        trip.product.taken -= quantity
        trip.drawn -= quantity

    def le_says(self, trip: Trip, status: Status) -> None:
        trip.at_le, trip.seq = status, trip.seq + 1
        trip.inbox.append(self.report(trip, full=False))

    def report(self, trip: Trip, *, full: bool) -> Report:
        """An event tells its own moment, a question is answered with the history."""
        has_net = trip.weighed_at is not None and (full or self.random.random() < 0.8)
        return Report(
            trip.at_le, trip.seq, self.now + self.le_skew, net_kg=trip.net if has_net else None,
            arrived_at=trip.queued_at if full else None, weighed_at=trip.weighed_at if full else None,
        )  # fmt: skip

    def report_comes(self) -> None:
        """In any order, sometimes again; now and then the poll."""
        trip = self.any_trip()
        if trip is None:
            return
        if self.random.random() < 0.2:
            self.step(trip, progress.take(trip.ours, self.report(trip, full=True), self.now))
        elif trip.inbox:
            place = self.random.randrange(len(trip.inbox))
            report = trip.inbox[place] if self.random.random() < 0.2 else trip.inbox.pop(place)
            self.step(trip, progress.take(trip.ours, report, self.now))

    def give_back(self) -> None:
        """The push of an end reaches LE: cancelled there, unless the truck is inside."""
        trip = next((trip for trip in self.trips() if trip.to_give_back), None)
        if trip is None:
            return
        trip.to_give_back = False
        if trip.at_le in PROGRESS[: PROGRESS.index(Status.ENTERED)]:
            self.le_says(trip, Status.CANCELLED)
        self.step(trip, progress.acknowledged(trip.ours, self.report(trip, full=True), None, self.now))

    # --- tanks

    def measure(self) -> None:
        """Mostly all tanks of a product at once, now and then only one of them."""
        tanks = self.random.choice(self.shelves).tanks
        for tank in tanks if self.random.random() < 0.6 else [self.random.choice(tanks)]:
            tank.measure(self.now)

    def fill(self) -> None:
        shelf = self.random.choice(self.shelves)
        quantity = self.random.randint(0, 30_000) if shelf.content < 2 * FULL else 0
        shelf.filled += quantity
        self.random.choice(shelf.tanks).content += quantity

    def switch_tank(self) -> None:
        tank = self.random.choice(self.random.choice(self.shelves).tanks)
        tank.in_service = self.random.random() < 0.8

    def watch(self) -> None:
        """As ``stock.watching`` does: everything that has settled, the floor never sinks."""
        shelf = self.random.choice(self.shelves)
        reading = shelf.read(self.now)
        for trip in shelf.trips if reading else ():
            hold = trip.ours.hold
            assert reading is not None and hold is not None
            if hold.weighed_at is None or not has_settled(hold.weighed_at, reading, MARGIN):
                continue
            changed = model.settle(trip.ours, self.now)
            if changed is not None:
                self.step(trip, changed)
                floor = hold.weighed_at + MARGIN
                shelf.product = replace(shelf.product, floor=max(floor, shelf.product.floor or floor))

    # --- what must hold

    def check(self) -> None:
        for shelf in self.shelves:
            held = 0
            for trip in shelf.trips:
                held += trip.ours.counted_kg
                limit = trip.ours.limit
                assert limit is None or limit.expires_at > self.swept_at, "past its limit, and the sweep has been there"
                assert not trip.ours.counted_kg or not is_odd(trip.ours, self.now), trip.ours
            assert 0 <= shelf.product.held_kg == held
            assert shelf.content + shelf.taken == 2 * FULL + shelf.filled
            shelf.trips = [trip for trip in shelf.trips if not trip.is_over]

    def nothing_is_promised_twice(self, shelf: Shelf) -> None:
        promised = sum(trip.promised for trip in shelf.trips)
        unknown = sum(trip.unknown for trip in shelf.trips)
        if promised + shelf.product.rules.threshold_kg > shelf.content + unknown:
            raise Oversold(f"{promised} promised of {shelf.content}, threshold {shelf.product.rules.threshold_kg}")

    def come_to_rest(self) -> None:
        """Every report comes in, every tank is measured: what is held is nothing, what is gone is gone."""
        self.asked.clear()
        for _ in range(20):
            for trip in self.trips():
                while trip.at_le in PROGRESS[:-2]:
                    self.go_on(trip, PROGRESS[PROGRESS.index(trip.at_le) + 1])
                self.pass_time(MARGIN)
                self.step(trip, progress.take(trip.ours, self.report(trip, full=True), self.now))
                trip.inbox.clear()
            for shelf in self.shelves:
                for tank in shelf.tanks:
                    tank.in_service = True
                    tank.measure(self.now)
            self.give_back()
            for _ in range(9):
                self.watch()
        assert [shelf.product.held_kg for shelf in self.shelves] == [0, 0, 0]


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_no_tonne_is_promised_twice(seed: int) -> None:
    plant = Plant(seed)
    plant.run(STEPS)
    usual = {"changed", "cancelled", "released", "expired", "reinstated", "settled", "warned", "signed", "le_empty_out"}
    assert usual <= set(plant.seen), "a run without them shows nothing"
    plant.come_to_rest()


def oversells(floor_guard: bool = True) -> bool:
    """Whether one of twenty short lives promises what there is not."""
    for seed in range(20):
        try:
            Plant(seed, floor_guard).run(STEPS // 4)
        except Oversold:
            return True
    return False


def test_twin_without_the_floor_oversells() -> None:
    """The negative control: readings from before a truck left, with a sum that no longer has it."""
    assert oversells(floor_guard=False)


def test_twin_whose_weighed_trucks_do_not_count_oversells(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other half of the hand-over: between the scales and the tanks the net weight has to count."""
    monkeypatch.setattr(registration, "COUNTING", (HoldState.OPEN,))
    assert oversells()
