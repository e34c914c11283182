"""What a tank's instruments show at a moment. Pure: mass from the last setting, drift and what trucks moved."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.house.members import tonnes
from sandbox.kit.clock import iso
from sandbox.kit.store import Document

STATUSES = ("in_service", "receiving", "sampling", "locked", "maintenance")
QUALITIES = ("good", "uncertain", "bad")


@dataclass(frozen=True)
class Move:
    """Tonnes that leave a tank (below zero: come into it) evenly from one moment to another; at once when both are the same.

    `before`: what the same truck moved before the tank's mass was last set; that mass contains it.
    """

    registration_no: str
    tonnes: float
    begins: float
    ends: float
    before: float = 0.0

    def moved(self, at: float) -> float:
        """What has moved at a moment."""
        if at >= self.ends:
            return self.tonnes
        return self.tonnes * (at - self.begins) / (self.ends - self.begins) if at > self.begins else 0.0

    def stopped(self, at: float) -> "Move":
        """The same, ended now."""
        return replace(self, tonnes=self.moved(at), begins=min(self.begins, at), ends=min(self.ends, at))

    def rest(self, at: float) -> "Move":
        """What is still to come."""
        moved = self.moved(at)
        begins = min(max(self.begins, at), self.ends)
        return replace(self, tonnes=self.tonnes - moved, begins=begins, before=self.before + moved)


@dataclass(frozen=True)
class Tank:
    """`mass` is that of the moment `since`; `frozen_at` is when its instruments stopped. Tonnes, metres², mm, kg/m³."""

    number: str
    area: str
    product: str
    base_area: float
    height: int
    density: float
    heel: float
    temperature: float
    mass: float
    since: float = 0.0
    drift: float = 0.0
    status: str = "in_service"
    quality: str = "good"
    frozen_at: float | None = None
    moves: list[Move] = field(default_factory=list)

    @classmethod
    def read(cls, doc: dict[str, Any]) -> "Tank":
        """From its document."""
        return cls(**{**doc, "moves": [Move(**move) for move in doc["moves"]]})

    def written(self) -> Document:
        """As a document."""
        return asdict(self)

    @property
    def capacity(self) -> float:
        """Tonnes in a full tank."""
        return self.base_area * self.height / 1000 * self.density / 1000

    def mass_at(self, at: float) -> float:
        """Between empty and full."""
        grown = self.drift * max(0.0, at - self.since) / 60
        return min(self.capacity, max(0.0, self.mass + grown - sum(move.moved(at) for move in self.moves)))

    def set_to(self, mass: float, now: float) -> "Tank":
        """The same tank with that much in it now; what trucks will still move comes on top."""
        moves = [move.rest(now) for move in self.moves if move.ends > now]
        return replace(self, mass=mass, since=now, moves=moves)


def reading(tank: Tank, now: float, every: float) -> Document:
    """What the instruments showed when they were last read: they are read every so many seconds, unless frozen."""
    at = now - now % every if every else now
    return shown_at(tank, at if tank.frozen_at is None else min(at, tank.frozen_at))


def shown_at(tank: Tank, at: float) -> Document:
    """A row of the interface for the moment of a measurement."""
    mass = tank.mass_at(at)
    volume = mass * 1000 / tank.density
    usable = tank.status == "in_service" and tank.quality == "good"
    return {
        "tankNo": tank.number,
        "tankArea": tank.area,
        "productCode": tank.product,
        "levelMm": round(volume / tank.base_area * 1000),
        "temperatureC": f"{tank.temperature:.1f}",
        "densityKgM3": f"{tank.density:.1f}",
        "volumeM3": _three_places(volume),
        "massT": _three_places(mass),
        "heelT": _three_places(tank.heel),
        "availableT": _available(mass, tank.heel) if usable else "0.000",
        "status": tank.status,
        "quality": tank.quality,
        "measuredAt": iso(at),
    }


def _available(mass: float, heel: float) -> str:
    """From the rounded figures, so that they add up for the reader."""
    return tonnes(max(Decimal(0), Decimal(_three_places(mass)) - Decimal(_three_places(heel))))


def _three_places(value: float) -> str:
    return str(Decimal(str(value)).quantize(Decimal("0.001"), ROUND_HALF_UP))


def samples(now: float) -> list[Tank]:
    """The tank farm on its first day."""
    rows: Iterable[tuple[str, str, str, float, int, float, float, float, float]] = (
        ("T-301", "碱罐区", "NAOH32", 50.0, 12_000, 1340.0, 20.0, 31.5, 320.0),
        ("T-302", "碱罐区", "NAOH32", 50.0, 12_000, 1340.0, 20.0, 30.8, 185.0),
        ("T-303", "碱罐区", "NAOH48", 40.0, 10_000, 1510.0, 18.0, 45.2, 240.0),
        ("T-401", "酸罐区", "HCL31", 45.0, 10_000, 1155.0, 15.0, 24.6, 210.0),
        ("T-501", "液氯罐区", "CL2", 12.0, 6_000, 1410.0, 5.0, 12.3, 46.0),
        ("T-502", "液氯罐区", "CL2", 12.0, 6_000, 1410.0, 5.0, 12.1, 28.0),
    )
    return [Tank(*row, since=now) for row in rows]
