"""A running stack for tests: quick retries, short minutes, free ports, so that it meets neither `make run` nor another test run."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import requests

from sandbox.cloud.stack import Stack
from sandbox.launch import bootstrap

# Few people submit what a hundred tests need, so the day's limit is out of the way; tests/store has it.
QUICK = {
    "GateReadingIntervalSeconds": "1",
    "OutboxRetryBaseSeconds": "1",
    "OutboxRetryCapSeconds": "4",
    "VisitsPerDay": "1000",
    "HostSearchesPerDay": "1000",
    "CodeLimits": "1000/1000/1000",
}
# What a schedule does every minute comes after seconds: no test waits long for the clock, and two cores bear it.
MINUTE = 20
# How long a right is on its way to the gate's devices. The first look still finds it on its way, the next (after two
# seconds) finds it there; with the console's own four every pass would cost three seconds more.
RIGHTS_DELAY_SECONDS = 1
SERVER_PORTS = range(20_000, 30_000)


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on; none of those that the system gives to every connection anybody opens meanwhile."""
    candidates = random.sample(SERVER_PORTS, len(SERVER_PORTS))
    return list(islice((port for port in candidates if is_free(port)), count))


def is_free(port: int) -> bool:
    """Whether nobody listens at this moment."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def running_stack(state: Path) -> Iterator[Stack]:
    """Started, staff appointed, menu published; stopped at the end."""
    cloud_port, sandbox_port = free_ports(2)
    with Stack(state, cloud_port=cloud_port, sandbox_port=sandbox_port, parameters=QUICK, minute=MINUTE) as stack:
        bootstrap(stack)
        hasten_rights(stack)
        yield stack


def hasten_rights(stack: Stack) -> None:
    """Set the gate's knob."""
    knobs = {"rights_delay_seconds": RIGHTS_DELAY_SECONDS}
    assert requests.patch(f"{stack.sandbox_api}/sandbox/gate/knobs", json=knobs, timeout=30).status_code == 200
