"""A running stack for tests: quick retries, short minutes, free ports, so that it meets neither `make run` nor another test run."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.cloud.stack import Stack
from sandbox.launch import bootstrap

# Few people submit what a hundred tests need, so the day's limit is out of the way; tests/store has it.
QUICK = {
    "GateReadingIntervalSeconds": "1",
    "OutboxRetryBaseSeconds": "1",
    "OutboxRetryCapSeconds": "4",
    "VisitsPerDay": "1000",
    "HostSearchesPerDay": "1000",
}
# What a schedule does every minute comes after seconds: no test waits long for the clock, and two cores bear it.
MINUTE = 20


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_stack(state: Path) -> Iterator[Stack]:
    """Started, staff appointed, menu published; stopped at the end."""
    ports = {"cloud_port": free_port(), "sandbox_port": free_port()}
    with Stack(state, **ports, parameters=QUICK, minute=MINUTE) as stack:
        bootstrap(stack)
        yield stack
