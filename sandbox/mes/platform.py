"""The tank farm's memory: tanks as set by hand, and what trucks move."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sandbox.house import plant
from sandbox.house.errors import HouseError
from sandbox.kit.clock import Clock, iso
from sandbox.kit.knobs import Knob, Knobs
from sandbox.kit.store import Document, Store
from sandbox.mes.tanks import Move, Tank, reading, samples, shown_at

CLIENT_ID = plant.LOGISTICS_CLIENT
SITE = plant.SITE
TANK = "mes.tank"

DEFAULT_KNOBS: dict[str, Knob] = {
    "measure_seconds": 5,
    "lag_seconds": 3,
    "lower_while_loading": False,
    "loading_seconds": 60,
    "stale": False,
    "stale_seconds": 3600,
    "bad_quality": False,
    "processing_seconds": 0,
}


class TankFarm:
    """Tanks by number."""

    def __init__(self, store: Store, clock: Clock, knobs: Knobs) -> None:
        self.store = store
        self.clock = clock
        self.knobs = knobs

    def tanks(self) -> list[Tank]:
        """As they are set, there from the first look on."""
        kept = self.store.all(TANK)
        if not kept:
            with self.store.transaction():
                for tank in samples(self.clock()):
                    self.save(tank)
            kept = self.store.all(TANK)
        return [Tank.read(doc) for doc in kept]

    def find(self, number: str) -> Tank | None:
        """One tank."""
        return next((tank for tank in self.tanks() if tank.number == number), None)

    def save(self, tank: Tank) -> Tank:
        """Keep it."""
        self.store.put(TANK, tank.number, tank.written())
        return tank

    def stock(self, site: str, product: str | None) -> Document:
        """The answer of /mes/v1/tank-stock. FORBIDDEN for another site."""
        if site != SITE:
            raise HouseError("FORBIDDEN", "not this client's site")
        rows = [self.shown(tank) for tank in self.tanks() if product is None or tank.product == product]
        return {"asOf": iso(self.clock()), "items": rows}

    def shown(self, tank: Tank) -> Document:
        """One tank's reading, with the standing switches."""
        knobs, now = self.knobs.values(), self.clock()
        seen = replace(tank, quality="bad") if knobs["bad_quality"] else tank
        every = _number(knobs["measure_seconds"])
        return reading(seen, now - _number(knobs["stale_seconds"]) if knobs["stale"] else now, every)

    def present(self, tank: Tank) -> Document:
        """What is really in the tank now, measured or not: the console's."""
        return shown_at(tank, self.clock())

    def loading(self, registration: Document) -> None:
        """With the switch, the level moves while the truck loads, by the planned quantity over `loading_seconds`."""
        knobs = self.knobs.values()
        if knobs["lower_while_loading"]:
            now = self.clock()
            self._move(registration, registration["plannedQty"], now, now + _number(knobs["loading_seconds"]))

    def weighed(self, registration: Document) -> None:
        """What is missing to the net weight moves at once, `lag_seconds` from now."""
        at = self.clock() + _number(self.knobs.get("lag_seconds"))
        self._move(registration, registration["netWeight"], at, at)

    def emptied(self, registration: Document) -> None:
        """Nothing was loaded."""
        for tank in self.tanks():
            self._without(tank, registration["registrationNo"], lambda _: [])

    def _move(self, registration: Document, quantity: str, begins: float, ends: float) -> None:
        tank = self._tank_of(registration)
        if tank is None:
            return
        number = registration["registrationNo"]
        tank = self._without(tank, number, lambda move: [move.stopped(self.clock())])
        moved = sum(move.before + move.tonnes for move in tank.moves if move.registration_no == number)
        sign = -1 if registration["type"] == "delivery" else 1
        rest = sign * float(quantity) - moved
        self.save(replace(tank, moves=[*tank.moves, Move(number, rest, begins, ends)]))

    def _without(self, tank: Tank, number: str, instead: Callable[[Move], list[Move]]) -> Tank:
        moves: list[Move] = []
        for move in tank.moves:
            moves += instead(move) if move.registration_no == number else [move]
        return self.save(replace(tank, moves=moves))

    def _tank_of(self, registration: Document) -> Tank | None:
        """The tank this truck uses already, or the fullest one in service; None for goods without a tank."""
        tanks = [tank for tank in self.tanks() if tank.product == registration["productCode"]]
        number = registration["registrationNo"]
        used = [tank for tank in tanks if any(move.registration_no == number for move in tank.moves)]
        serving = [tank for tank in tanks if tank.status == "in_service"]
        return max(used or serving or tanks, key=lambda tank: tank.mass_at(self.clock()), default=None)


def _number(value: Any) -> float:
    return float(value)
