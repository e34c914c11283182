"""The MES adapter against the simulated tank farm, and the fake that other tests use against the same expectations."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.mes.client import TANK_STOCK, MesClient, mes_house
from chalicelib.integrations.mes.port import MesPort, TankStock
from sandbox.house.plant import LOGISTICS_CLIENT, SITE
from tests.support.fake_mes import FakeMes
from tests.support.simulators import Simulators


class Farm(Protocol):
    """The tank farm's people, whichever farm it is."""

    port: MesPort

    def change(self, tank_no: str, **facts: Any) -> None: ...


@dataclass
class Real:
    """The adapter, and the simulator's console."""

    sandbox: Simulators
    port: MesPort

    def change(self, tank_no: str, **facts: Any) -> None:
        self.sandbox.control("PATCH", f"/mes/tanks/{tank_no}", facts)


@dataclass
class Fake:
    """The fake that other tests use."""

    port: FakeMes

    def change(self, tank_no: str, **facts: Any) -> None:
        if "frozen" in facts:
            self.port.freeze(tank_no, datetime.now(UTC) - timedelta(seconds=facts.pop("frozen")))
        if "massT" in facts:
            self.port.fill(tank_no, facts.pop("massT") * 1000 - 20_000)
        self.port.tanks[tank_no] = replace(self.port.tanks[tank_no], **facts)


@pytest.fixture
def client(sandbox: Simulators) -> MesClient:
    http = sandbox.http("mes")
    house = mes_house(sandbox.url, LOGISTICS_CLIENT, sandbox.app.secrets.mes_secret, http)
    return MesClient(replace(house, timestamp=lambda: str(int(time.time() + sandbox.offset[0]))), SITE)


@pytest.fixture(params=["real", "fake"])
def farm(request: pytest.FixtureRequest) -> Farm:
    if request.param == "real":
        return Real(request.getfixturevalue("sandbox"), request.getfixturevalue("client"))
    fake = FakeMes(lambda: datetime.now(UTC))
    fake.fill("T-301", 300_000)
    fake.fill("T-302", 165_000)
    fake.fill("T-401", 100_000, "HCL31")
    return Fake(fake)


def available(stock: TankStock) -> dict[str, int]:
    return {tank.tank_no: tank.available_kg for tank in stock.tanks}


def test_the_tanks_of_a_product(farm: Farm) -> None:
    stock = farm.port.tank_stock("NAOH32")
    assert available(stock) == {"T-301": 300_000, "T-302": 165_000}
    tank = stock.tanks[0]
    assert (tank.mass_kg, tank.heel_kg, tank.status, tank.quality) == (320_000, 20_000, "in_service", "good")
    assert timedelta(0) <= stock.as_of - tank.measured_at < timedelta(seconds=10)
    assert farm.port.tank_stock("NOTHING").tanks == ()


def test_a_tank_that_is_not_in_service_or_badly_measured_gives_nothing(farm: Farm) -> None:
    farm.change("T-301", status="maintenance")
    farm.change("T-302", quality="bad")
    stock = farm.port.tank_stock("NAOH32")
    assert available(stock) == {"T-301": 0, "T-302": 0}
    assert [(tank.status, tank.quality, tank.mass_kg > 0) for tank in stock.tanks] == [
        ("maintenance", "good", True),
        ("in_service", "bad", True),
    ]


def test_a_level_below_the_heel_and_an_old_measurement(farm: Farm) -> None:
    farm.change("T-301", massT=20)
    farm.change("T-302", frozen=1200)
    first, second = farm.port.tank_stock("NAOH32").tanks
    assert (first.available_kg, first.mass_kg) == (0, 20_000)
    age = datetime.now(UTC) - second.measured_at
    assert timedelta(seconds=1199) <= age <= timedelta(seconds=1210)


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ({"kind": "down"}, Retryable, "answer_lost"),
        ({"kind": "http_502"}, Retryable, "peer_failed"),
        ({"kind": "not_json"}, Retryable, "answer_unreadable"),
        ({"kind": "data_null"}, Retryable, "answer_unreadable"),
        ({"kind": "delay", "seconds": 2.5}, Retryable, "answer_lost"),
        ({"kind": "error_code", "code": "FORBIDDEN"}, Refused, "mes_not_authorised"),
    ],
    ids=str,
)
def test_faults(
    sandbox: Simulators, client: MesClient, fault: dict[str, Any], kind: type[PeerError], code: str
) -> None:
    sandbox.fault("mes", path=TANK_STOCK, **fault)
    with pytest.raises(kind, match=code):
        client.tank_stock("NAOH32")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda mes: replace(mes, site_code="XX99"), "mes_not_authorised"),
        (lambda mes: replace(mes, house=replace(mes.house, secret="other")), "mes_credentials_refused"),
        (lambda mes: replace(mes, house=replace(mes.house, base_url="http://127.0.0.1:9")), "peer_unreachable"),
    ],
    ids=["site", "secret", "address"],
)
def test_a_wrong_setting(client: MesClient, wrong: Callable[[MesClient], MesClient], code: str) -> None:
    with pytest.raises(PeerError, match=code):
        wrong(client).tank_stock("NAOH32")
