"""The simulators on a real socket of this process, with a clock that tests can move, and both adapters against them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from chalicelib.integrations.gate.client import GateClient
from sandbox.server import create_app
from tests.support.simulators import GROUP, Simulators, artemis


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulators]:
    offset = [0.0]
    app = create_app(tmp_path_factory.mktemp("sandbox"), clock=lambda: time.time() + offset[0])
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        simulators = Simulators(f"http://127.0.0.1:{listener.getsockname()[1]}", app, offset)
        for _ in range(200):
            if server.started:
                break
            time.sleep(0.02)
        yield simulators
        server.should_exit = True
        thread.join(5)


@pytest.fixture
def sandbox(running: Simulators) -> Simulators:
    """The simulators as on their first day."""
    running.offset[0] = 0.0
    running.control("POST", "/reset")
    return running


@pytest.fixture
def gate(sandbox: Simulators) -> GateClient:
    return GateClient(artemis(sandbox), (GROUP,))
