"""MES's answer is believed only when it can be: goods are sold by it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.integrations.errors import Retryable
from chalicelib.integrations.mes.client import READ_SECONDS, MesClient, mes_house
from tests.support.wire import Wire

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "peers.json").read_text(encoding="utf-8"))["proposed_hmac"]
TANK: dict[str, Any] = {
    "tankNo": "T-301", "tankArea": "碱罐区", "productCode": "NAOH32", "levelMm": 8120, "temperatureC": "31.5",
    "densityKgM3": "1340.0", "volumeM3": "402.500", "massT": "539.350", "heelT": "20.000", "availableT": "519.350",
    "status": "in_service", "quality": "good", "measuredAt": "2026-11-26T08:00:01+08:00",
}  # fmt: skip


def client(data: Any, site: str = "JY01") -> tuple[MesClient, Wire]:
    wire = Wire("mes", [(200, {"code": "OK", "data": data, "requestId": "r"})])
    house = mes_house("http://mes.example", "campus", "SyntheticInternal01", wire)  # type: ignore[arg-type]
    return MesClient(replace(house, timestamp=lambda: "1735689600", nonce=lambda: "n0001"), site), wire


def answer(*tanks: dict[str, Any]) -> dict[str, Any]:
    return {"asOf": "2026-11-26T08:00:05+08:00", "items": list(tanks)}


def test_the_known_answer_of_the_signature() -> None:
    vector = VECTORS[1]
    mes, wire = client(answer(), "S1")
    mes.tank_stock("P001")
    assert wire.sent[0]["url"] == f"http://mes.example{vector['target']}"
    assert wire.sent[0]["headers"]["X-Sign"] == vector["signature"]


def test_a_reading_as_the_contract_shows_it() -> None:
    mes, _ = client(answer(TANK))
    stock = mes.tank_stock("NAOH32")
    tank = stock.tanks[0]
    assert stock.as_of == datetime(2026, 11, 26, 0, 0, 5, tzinfo=UTC)
    assert (tank.mass_kg, tank.heel_kg, tank.available_kg, tank.level_mm) == (539_350, 20_000, 519_350, 8120)
    assert (tank.volume_m3, tank.measured_at.second) == ("402.500", 1)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"items": []},
        {"asOf": "2026-11-26T08:00:05+08:00"},
        answer(TANK, TANK),
        answer({**TANK, "productCode": "NAOH48"}),
        answer({**TANK, "availableT": "539.350"}),
        answer({**TANK, "availableT": "-1.000"}),
        answer({**TANK, "massT": 539.35}),
        answer({**TANK, "massT": "1e9"}),
        answer({**TANK, "quality": "excellent"}),
        answer({**TANK, "status": None}),
        answer({**TANK, "measuredAt": "2026-11-26T08:00:01"}),
        answer({key: value for key, value in TANK.items() if key != "measuredAt"}),
    ],
    ids=str,
)
def test_what_cannot_be_believed_is_no_stock(data: Any) -> None:
    mes, _ = client(data)
    with pytest.raises(Retryable, match="answer_unreadable"):
        mes.tank_stock("NAOH32")


def test_a_driver_does_not_wait_longer_than_three_seconds() -> None:
    assert mes_house("http://mes.example", "c", "s").http.read_seconds == READ_SECONDS == 3.0
