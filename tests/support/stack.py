"""A running stack for tests: quick retries, free ports, so that it meets neither `make run` nor another test run."""

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


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_stack(state: Path) -> Iterator[Stack]:
    """Started, staff appointed, menu published; stopped at the end."""
    with Stack(state, cloud_port=free_port(), sandbox_port=free_port(), parameters=QUICK) as stack:
        bootstrap(stack)
        yield stack
