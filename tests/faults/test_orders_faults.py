"""A look at the orders with every call broken: the whole answer, what LE said last, or a refusal; never half an answer."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.errors import Unavailable
from chalicelib.core.session import Principal
from chalicelib.core.table import is_store_error
from chalicelib.domains.logistics.orders import service, store
from tests.support.archive import save_person
from tests.support.client import signed_in
from tests.support.clock import FakeClock
from tests.support.fake_le import FakeLe, an_order
from tests.support.faults import Fault, ProcessDied, every_fault, injected

USER = Principal("USERLIN", "林", "", frozenset())


def test_a_look_with_every_call_broken(cloud: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    le = FakeLe(clock)
    assert save_person(signed_in("lin")).status == 200
    le.file_order(an_order("SO1"), "13800000000")
    le.file_order(an_order("SO2"), "13800000000")

    def look() -> service.Orders:
        return service.list_orders(USER, lambda: le, clock())

    count = Fault()
    with injected(count, le, monkeypatch):
        assert [order.order_no for order in look().items] == ["SO1", "SO2"]
    assert count.calls == ["Query", "BatchGetItem", "le.orders", "TransactWriteItems"]
    for fault in every_fault(len(count.calls)):
        clock.advance(minutes=1)
        outcome = ""
        try:
            with injected(fault, le, monkeypatch):
                found = look()
            outcome = "stale" if found.is_stale else "whole"
            assert [order.order_no for order in found.items] == ["SO1", "SO2"]
        except ProcessDied:
            outcome = "died"
        except Exception as error:
            assert isinstance(error, Unavailable) or is_store_error(error), fault
            outcome = "refused"
        broken_le = count.calls[fault.number - 1] == "le.orders" and fault.way == "error"
        assert outcome == ("died" if fault.way == "death" else "stale" if broken_le else "refused"), fault
        listing = store.find_listing([USER.user_id])
        assert listing is not None and set(listing.named) == set(store.find_orders(list(listing.named)))
    assert not look().is_stale
