"""The running simulators as a test sees them, and the gate adapter's transport pointed at them."""

from __future__ import annotations

import json
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from chalicelib.integrations.gate.transport import Artemis
from sandbox.server import Sandbox
from tests.support.patience import LONG, PatientHttp

GROUP = "visitor-gate-main"


@dataclass
class Simulators:
    """The running sandbox and its control interface."""

    url: str
    app: Sandbox
    offset: list[float] = field(default_factory=lambda: [0.0])
    holds_back: bool = False
    """Whether some answer is held back on purpose."""

    def control(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/sandbox{path}", data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=LONG) as response:
            return json.load(response)

    def http(self, peer: str) -> PatientHttp:
        """A transport that waits for every answer but one that is held back."""
        return PatientHttp(peer, silent=lambda: self.holds_back)

    def fault(self, system: str, kind: str, path: str = "*", times: int | None = 1, **more: Any) -> None:
        self.holds_back = self.holds_back or kind == "delay"
        self.control("POST", f"/{system}/faults", {"kind": kind, "path": path, "times": times, **more})

    def advance(self, seconds: float) -> None:
        self.offset[0] += seconds

    def calls(self, system: str, path: str = "") -> list[dict[str, Any]]:
        """Calls of a system in the order they came."""
        return [call for call in self.control("GET", f"/{system}/calls")["items"][::-1] if call["path"].endswith(path)]


def artemis(sandbox: Simulators, **changed: Any) -> Artemis:
    secrets = sandbox.app.secrets
    facts = {
        "base_url": sandbox.url,
        "app_key": secrets.gate_app_key,
        "app_secret": secrets.gate_app_secret,
        "http": sandbox.http("gate"),
        "timestamp": lambda: str(int((time.time() + sandbox.offset[0]) * 1000)),
        **changed,
    }
    return Artemis(**facts)
