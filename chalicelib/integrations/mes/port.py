"""What the product wants to know of the tank farm. Read only: everything may be repeated.

Quantities are whole kilograms, times aware datetimes. Raises the errors of :mod:`chalicelib.integrations.errors`; whoever
asks takes each of them for "not confirmed".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

TankStatus = Literal["in_service", "receiving", "sampling", "locked", "maintenance"]
TankQuality = Literal["good", "uncertain", "bad"]


@dataclass(frozen=True, slots=True)
class Tank:
    """One tank as measured."""

    tank_no: str
    area: str
    product_code: str
    level_mm: int
    temperature_c: str
    """Decimal text, like density and volume: shown, never reckoned with."""
    density_kg_m3: str
    volume_m3: str
    mass_kg: int
    heel_kg: int
    """What cannot be taken out."""
    available_kg: int
    """Mass minus heel; 0 unless in service with good quality."""
    status: TankStatus
    quality: TankQuality
    measured_at: datetime


@dataclass(frozen=True, slots=True)
class TankStock:
    """The tanks of a product; none when there is no tank for it."""

    as_of: datetime
    tanks: tuple[Tank, ...]


class MesPort(Protocol):
    """The tank farm's system."""

    def tank_stock(self, product_code: str) -> TankStock:
        """What is in the tanks of ``product_code`` now."""
        ...
