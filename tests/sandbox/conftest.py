"""The simulators in this process, with a clock that only moves when told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.server import create_app
from tests.sandbox.callers import NOW, PRODUCT, GateCaller, ManualClock, WeChatCaller
from tests.sandbox.plant import Plant
from tests.sandbox.receiver import Receiver, listening

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def clock() -> ManualClock:
    """2026-11-23 09:00 at the plant."""
    return ManualClock(NOW)


@pytest.fixture
def client(tmp_path: Path, clock: ManualClock) -> Iterator[TestClient]:
    """A fresh sandbox."""
    app = create_app(tmp_path, clock=clock, product_url=PRODUCT)
    with TestClient(app, base_url="http://campus.localhost:9000") as opened:
        yield opened


@pytest.fixture
def gate(client: TestClient, clock: ManualClock) -> GateCaller:
    """A signing partner of the security platform."""
    return GateCaller(client, clock)


@pytest.fixture
def wechat(client: TestClient) -> WeChatCaller:
    """The account's server."""
    return WeChatCaller(client)


@pytest.fixture
def plant(client: TestClient, clock: ManualClock) -> Plant:
    """LE and MES; no messages to a product that is not there."""
    plant = Plant(client, clock)
    plant.knob("le", events={"lost": True})
    return plant


@pytest.fixture
def filed(plant: Plant) -> Plant:
    """The same, with the vehicles and people of the standard registration on file."""
    plant.file_all()
    return plant


@pytest.fixture
def receiver() -> Iterator[type[Receiver]]:
    """A listening product; its address is in `url`."""
    with listening() as handler:
        yield handler


@pytest.fixture(scope="session")
def wechat_vectors() -> dict[str, dict[str, Any]]:
    """Known answers of the callback, by id."""
    return {vector["id"]: vector for vector in json.loads((DATA / "wechat.json").read_text())["vectors"]}
