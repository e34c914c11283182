"""The simulators on a real socket of this process, with a clock that tests can move, and both adapters against them."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn

from chalicelib.integrations.gate.client import GateClient
from chalicelib.integrations.gate.transport import Artemis
from chalicelib.integrations.http import Http
from sandbox.server import Sandbox, create_app

GROUP = "visitor-gate-main"


@dataclass
class Simulators:
    """The running sandbox and its control interface."""

    url: str
    app: Sandbox
    offset: list[float] = field(default_factory=lambda: [0.0])

    def control(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/sandbox{path}", data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=5) as response:
            return json.load(response)

    def fault(self, system: str, kind: str, path: str = "*", times: int | None = 1, **more: Any) -> None:
        self.control("POST", f"/{system}/faults", {"kind": kind, "path": path, "times": times, **more})

    def advance(self, seconds: float) -> None:
        self.offset[0] += seconds

    def calls(self, system: str, path: str = "") -> list[dict[str, Any]]:
        """Calls of a system in the order they came."""
        return [call for call in self.control("GET", f"/{system}/calls")["items"][::-1] if call["path"].endswith(path)]


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


def artemis(sandbox: Simulators, **changed: Any) -> Artemis:
    secrets = sandbox.app.secrets
    facts = {
        "base_url": sandbox.url,
        "app_key": secrets.gate_app_key,
        "app_secret": secrets.gate_app_secret,
        "http": Http("gate", connect_seconds=1, read_seconds=0.6),
        "timestamp": lambda: str(int((time.time() + sandbox.offset[0]) * 1000)),
        **changed,
    }
    return Artemis(**facts)
