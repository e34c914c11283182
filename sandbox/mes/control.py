"""Control endpoints of the tank farm: what is in the tanks, their state, their instruments."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.kit.control import read_body
from sandbox.kit.http import json_response, refusal
from sandbox.kit.store import Document
from sandbox.mes.platform import TankFarm
from sandbox.mes.tanks import QUALITIES, STATUSES, Tank


class Unusable(ValueError):
    """A change that cannot be made; the text says why."""


class TankControl:
    """What the tank farm's console and the tests may do beyond MES's API."""

    def __init__(self, farm: TankFarm) -> None:
        self._farm = farm

    def routes(self) -> list[Route]:
        """The routes below /sandbox/mes/."""
        return [
            Route("/sandbox/mes/tanks", self.tanks),
            Route("/sandbox/mes/tanks/{number}", self.change, methods=["PATCH"]),
        ]

    async def tanks(self, _: Request) -> Response:
        """Every tank: what MES tells, and what is really in it."""
        return json_response({"items": [self._row(tank) for tank in self._farm.tanks()]})

    async def change(self, request: Request) -> Response:
        """{"massT"?, "status"?, "quality"?, "drift"? (t/min), "frozen"? (true, false, or for how many seconds already)}."""
        body = await read_body(request)
        tank = self._farm.find(request.path_params["number"])
        if tank is None:
            return refusal("not_found", "没有这个储罐", 404)
        try:
            changed = self._farm.save(_changed(tank, body, self._farm.clock()))
        except Unusable as error:
            return refusal("invalid_input", str(error))
        return json_response(self._row(changed))

    def _row(self, tank: Tank) -> Document:
        return {
            **self._farm.shown(tank),
            "reallyT": self._farm.present(tank)["massT"],
            "capacityT": f"{tank.capacity:.3f}",
            "drift": tank.drift,
            "frozen": tank.frozen_at is not None,
        }


def _changed(tank: Tank, body: dict[str, Any], now: float) -> Tank:
    changed = tank
    if "massT" in body:
        mass = _number(body["massT"], "massT")
        if not 0 <= mass <= tank.capacity:
            raise Unusable(f"存量在 0 到 {tank.capacity:.3f} 吨之间")
        changed = changed.set_to(mass, now)
    if "drift" in body:
        drift = _number(body["drift"], "drift")
        changed = replace(changed.set_to(changed.mass_at(now), now), drift=drift)
    if "status" in body:
        changed = replace(changed, status=_word(body["status"], STATUSES, "status"))
    if "quality" in body:
        changed = replace(changed, quality=_word(body["quality"], QUALITIES, "quality"))
    return replace(changed, frozen_at=_frozen(body["frozen"], now)) if "frozen" in body else changed


def _word(value: Any, words: tuple[str, ...], name: str) -> str:
    if value not in words:
        raise Unusable(f"{name} 必须是 {' | '.join(words)}")
    return str(value)


def _number(value: Any, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise Unusable(f"{name} 必须是数字") from None


def _frozen(value: Any, now: float) -> float | None:
    if value is False:
        return None
    return now if value is True else now - _number(value, "frozen")
