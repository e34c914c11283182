"""A running stack for tests: quick retries, ports that do not meet `make run`'s."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.cloud.stack import Stack
from sandbox.launch import bootstrap

CLOUD_PORT, SANDBOX_PORT = 4666, 9100
QUICK = {"GateReadingIntervalSeconds": "1", "OutboxRetryBaseSeconds": "1", "OutboxRetryCapSeconds": "4"}


@contextmanager
def running_stack(state: Path, cloud_port: int = CLOUD_PORT, sandbox_port: int = SANDBOX_PORT) -> Iterator[Stack]:
    """Started, staff appointed, menu published; stopped at the end."""
    with Stack(state, cloud_port=cloud_port, sandbox_port=sandbox_port, parameters=QUICK) as stack:
        bootstrap(stack)
        yield stack
