"""The adapter for the proposed contract of MES (docs/integrators/mes.md) behind :class:`~.port.MesPort`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from chalicelib.integrations.errors import Refused
from chalicelib.integrations.house import members
from chalicelib.integrations.house.client import House, Refusal, with_query
from chalicelib.integrations.house.members import Row
from chalicelib.integrations.http import Http
from chalicelib.integrations.mes.port import Tank, TankQuality, TankStatus, TankStock

PEER = "mes"
TANK_STOCK = "/mes/v1/tank-stock"
READ_SECONDS = 3.0
"""A driver waits for it: after this the stock is not confirmed."""
ROUNDING_KG = 1
"""Each quantity is rounded for itself."""
_STATUSES: tuple[TankStatus, ...] = get_args(TankStatus)
_QUALITIES: tuple[TankQuality, ...] = get_args(TankQuality)


def mes_house(base_url: str, client_id: str, secret: str, http: Http | None = None) -> House:
    """The way to MES."""
    return House(base_url, client_id, secret, http or Http(PEER, read_seconds=READ_SECONDS), _refused)


@dataclass(frozen=True, slots=True)
class MesClient:
    """One plant at its MES."""

    house: House
    site_code: str

    def tank_stock(self, product_code: str) -> TankStock:
        """See the port. Tanks of another product, which nobody asked for, make the answer unreadable."""
        target = with_query(TANK_STOCK, {"productCode": product_code, "siteCode": self.site_code})
        return self.house.read(self.house.call("GET", target), lambda data: _stock(data, product_code))


def _refused(said: Refusal) -> Refused:
    return said.plain({})


def _stock(data: Any, product_code: str) -> TankStock:
    row = members.row(data)
    tanks = tuple(_tank(each) for each in members.rows(row, "items"))
    numbers = {tank.tank_no for tank in tanks}
    if len(numbers) != len(tanks) or any(tank.product_code != product_code for tank in tanks):
        raise members.Unreadable("items are not the product's tanks, each once")
    return TankStock(members.instant(row, "asOf"), tanks)


def _tank(row: Row) -> Tank:
    """A tank that claims to give more than is in it is not believed: goods are sold by it."""
    tank = Tank(
        tank_no=members.text(row, "tankNo"),
        area=members.text(row, "tankArea"),
        product_code=members.text(row, "productCode"),
        level_mm=members.whole(row, "levelMm"),
        temperature_c=members.text(row, "temperatureC"),
        density_kg_m3=members.text(row, "densityKgM3"),
        volume_m3=members.text(row, "volumeM3"),
        mass_kg=members.kilograms(row, "massT"),
        heel_kg=members.kilograms(row, "heelT"),
        available_kg=members.kilograms(row, "availableT"),
        status=members.one_of(row, "status", _STATUSES),
        quality=members.one_of(row, "quality", _QUALITIES),
        measured_at=members.instant(row, "measuredAt"),
    )
    if tank.available_kg > max(0, tank.mass_kg - tank.heel_kg) + ROUNDING_KG:
        raise members.Unreadable("availableT is more than mass without heel")
    return tank
