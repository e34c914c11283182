"""The export with every single call broken: an error or the whole file, and never a file that is not on record."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.table import is_store_error
from chalicelib.core.tables import to_csv
from chalicelib.domains.visitor.export import take_out
from chalicelib.domains.visitor.lists import Period
from chalicelib.domains.visitor.search import Wanted
from tests.faults.test_visit_faults import World, calls_of
from tests.support.clock import FakeClock
from tests.support.faults import ProcessDied, every_fault, injected
from tests.support.visits import APPROVER

pytestmark = pytest.mark.usefixtures("cloud")


def test_export_with_every_call_broken(cloud: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(cloud, clock)
    for _ in range(3):
        world.visit()
    clock.advance(seconds=1)
    files = []

    def take() -> None:
        files.append(to_csv(take_out(APPROVER, Wanted(Period(None, clock())), clock())))

    calls = calls_of(take, world, monkeypatch)
    assert calls == ["Query", "TransactWriteItems"]
    for fault in every_fault(len(calls)):
        with injected(fault, world.gate, monkeypatch):
            try:
                take()
            except ProcessDied:
                pass
            except Exception as error:
                assert is_store_error(error), error
        take()
        assert files[-1] == files[0], fault
        assert len(list(AuditEntry.query("visits:export"))) >= len(files), fault
