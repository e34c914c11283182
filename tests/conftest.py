"""Fixtures that several layers share."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests.support.clock import FakeClock
from tests.support.environment import apply_environment, fake_cloud


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that cannot run fails: nothing is skipped silently (an expected failure is not a skip)."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and skipping counts as failing: {report.longrepr}"
    return report


ORDER = ("runs_first", "runs_early", "", "runs_last")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs minutes of waiting begins first and is looked at last; what takes long begins before the rest."""

    def place(item: pytest.Item) -> int:
        return next((at for at, name in enumerate(ORDER) if name and item.get_closest_marker(name)), ORDER.index(""))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files that belong together on one stack stay together."""
    from tests.support.distribution import StackScheduling

    return StackScheduling(config, log) if config.getvalue("dist") == "loadfile" else None


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


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The packaged stack on the embedded cloud, once for all stack and browser tests, on ports and state of its own."""
    from tests.support.stack import running_stack

    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def clock() -> FakeClock:
    """Monday 2026-11-23 09:00 at the plant, until moved."""
    return FakeClock()
