"""Fixtures of the layers that run the product in this process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.clock import FakeClock
from tests.support.environment import apply_environment, fake_cloud


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and secrets, no cloud."""
    apply_environment(monkeypatch)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Settings, secrets, tables and the gate queue on locked moto; the value is the SQS client."""
    apply_environment(monkeypatch)
    with fake_cloud(monkeypatch) as sqs:
        yield sqs


@pytest.fixture
def clock() -> FakeClock:
    """Monday 2026-11-23 09:00 at the plant, until moved."""
    return FakeClock()
