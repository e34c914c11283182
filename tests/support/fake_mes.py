"""A tank farm in memory behind the MES port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib.integrations.errors import Retryable
from chalicelib.integrations.mes.port import Tank, TankStock


@dataclass
class FakeMes:
    """``trouble`` is called with (operation, "before" | "after") and may raise: the fault wrapper's hook.

    Tanks are measured at this moment unless ``measured_at`` of one was set (``freeze``).
    """

    clock: Callable[[], datetime]
    tanks: dict[str, Tank] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    down: bool = False
    trouble: Callable[[str, str], None] = lambda operation, moment: None

    def tank_stock(self, product_code: str) -> TankStock:
        """The tanks of the product, in the order of their numbers."""
        self.calls.append("tank_stock")
        if self.down:
            raise Retryable("peer_unreachable", "no connection", "mes", sent=False)
        self.trouble("tank_stock", "before")
        now = self.clock()
        found = (self.tanks[number] for number in sorted(self.tanks))
        tanks = tuple(self._measured(tank, now) for tank in found if tank.product_code == product_code)
        self.trouble("tank_stock", "after")
        return TankStock(now, tanks)

    def fill(self, tank_no: str, available_kg: int, product_code: str = "NAOH32", **facts: Any) -> None:
        """Put a tank there, or other content into it: by default in service, well measured, with a heel of 20 t."""
        heel_kg = 20_000
        tank = Tank(
            tank_no, "碱罐区", product_code, 8120, "31.5", "1340.0", "402.500",
            available_kg + heel_kg, heel_kg, available_kg, "in_service", "good", self.clock(),
        )  # fmt: skip
        self.tanks[tank_no] = replace(tank, **facts)

    def draw(self, tank_no: str, quantity_kg: int) -> None:
        """A truck took it."""
        tank = self.tanks[tank_no]
        self.tanks[tank_no] = replace(
            tank,
            mass_kg=tank.mass_kg - quantity_kg,
            available_kg=max(0, tank.available_kg - quantity_kg),
            measured_at=self.clock(),
        )

    def freeze(self, tank_no: str, measured_at: datetime | None = None) -> None:
        """Its measuring stops: now, or at ``measured_at``."""
        self.frozen.add(tank_no)
        self.tanks[tank_no] = replace(self.tanks[tank_no], measured_at=measured_at or self.clock())

    def _measured(self, tank: Tank, now: datetime) -> Tank:
        measured = tank if tank.tank_no in self.frozen else replace(tank, measured_at=now)
        usable = tank.status == "in_service" and tank.quality == "good"
        return measured if usable else replace(measured, available_kg=0)
