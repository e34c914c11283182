"""The simulators on a real socket of this process, with a clock that tests can move, and both adapters against them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from chalicelib.integrations.gate.client import GateClient
from sandbox.server import create_app
from tests.support.serving import serving
from tests.support.simulators import GROUP, Simulators, artemis


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulators]:
    offset = [0.0]
    app = create_app(tmp_path_factory.mktemp("sandbox"), clock=lambda: time.time() + offset[0])
    with serving(app) as address:
        yield Simulators(address, app, offset)


@pytest.fixture
def sandbox(running: Simulators) -> Simulators:
    """The simulators as on their first day."""
    running.offset[0], running.holds_back = 0.0, False
    running.control("POST", "/reset")
    return running


@pytest.fixture
def gate(sandbox: Simulators) -> GateClient:
    return GateClient(artemis(sandbox), (GROUP,))
