"""WeChat's report arrives while our own result is being written: they find each other. Without the slot they do not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident
from typing import Any

import pytest

from chalicelib.core.table import Transaction
from chalicelib.domains.channel.deliveries import store
from chalicelib.domains.channel.deliveries.model import Delivery, NoticeKey, Report, Result, Slot
from chalicelib.domains.channel.deliveries.service import take_report
from tests.faults.test_notice_faults import World
from tests.support.clock import FakeClock

pytestmark = pytest.mark.usefixtures("cloud")


def result_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> Result:
    """Both have read the slot before either of them commits."""
    barrier, find, waited = Barrier(2, timeout=10), store.find_slot, set[int]()

    def find_then_wait(message_id: str) -> Slot:
        slot = find(message_id)
        if get_ident() not in waited:
            waited.add(get_ident())
            barrier.wait()
        return slot

    monkeypatch.setattr(store, "find_slot", find_then_wait)
    visit = world.approved()
    entry = world.entries(visit)[0]
    report = Report(Delivery.BLOCKED, world.clock())
    with ThreadPoolExecutor(2) as pool:
        sending = pool.submit(world.notices.deliver, world.key(visit))
        reporting = pool.submit(take_report, "1", report)
        sending.result()
        assert reporting.result()
    record = store.find_record(NoticeKey(entry.object_key, entry.sequence, entry.created_at))
    assert record is not None
    return record.result


@pytest.fixture
def world(cloud: Any, clock: FakeClock) -> World:
    return World(cloud, clock)


def test_report_and_result_find_each_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert result_at_once(world, monkeypatch) is Result.BLOCKED


def test_twin_without_the_condition_the_report_is_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: each believes to be the first, and nobody brings them together."""

    def unguarded(transaction: Transaction, message_id: str, _seen: Slot, _changed: Slot, _now: object) -> None:
        transaction.put("slot", store.SlotItem(f"DELIVERY#{message_id}", "DELIVERY"))

    monkeypatch.setattr(store, "add_slot", unguarded)
    assert result_at_once(world, monkeypatch) is Result.ACCEPTED
