"""Publishing the menu with every call broken: what WeChat shows and what is stored agree again, and it is audited once."""

from __future__ import annotations

from contextlib import suppress

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.errors import Problem
from chalicelib.core.table import is_store_error
from chalicelib.domains.channel.menus import service, store
from chalicelib.domains.channel.menus.model import LEASE, Entries, Entry, Published
from chalicelib.domains.channel.menus.service import Actor
from tests.support.clock import FakeClock
from tests.support.fake_menu import APP_ID, FakeMenu
from tests.support.faults import Fault, ProcessDied, every_fault, injected

pytestmark = pytest.mark.usefixtures("cloud")

HUANG = Actor("USERHUANG", "黄志强")


def menu(number: int) -> Entries:
    """Another one each time."""
    return (Entry(f"第{number}", page="/"),)


def broken(wechat: FakeMenu, fault: Fault, wanted: Entries, version: int, clock: FakeClock, patch) -> Published | None:
    """What the administrator is told: the published menu, or an error (503 included), or nothing."""
    with injected(fault, wechat, patch), suppress(ProcessDied):
        try:
            return service.publish(wechat.account(), wanted, version, HUANG, clock())
        except Problem:
            return None
        except Exception as error:  # what the endpoint answers as 503
            assert is_store_error(error), error
    return None


def test_publishing_with_every_call_broken(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    wechat, counted = FakeMenu(), Fault()
    broken(wechat, counted, menu(0), 0, clock, monkeypatch)
    assert counted.calls == ["GetItem", "UpdateItem", "peer.create", "TransactWriteItems"]
    for number, fault in enumerate(every_fault(len(counted.calls)), start=1):
        before, sent = store.find_menu(APP_ID), len(wechat.sent)
        clock.advance(minutes=1)
        told = broken(wechat, fault, menu(number), before.version, clock, monkeypatch)
        clock.advance(seconds=LEASE.total_seconds())
        settled, in_wechat = service.look(wechat.account(), clock())
        assert settled.claim is None, fault
        assert in_wechat.state == "same", fault
        assert len(wechat.sent) <= sent + 1, fault
        if told is not None:
            assert settled == told, fault
        assert settled.version in (before.version, before.version + 1), fault
        audits = list(AuditEntry.query(f"menu:{APP_ID}"))
        assert len(audits) == settled.version, f"audited once each: {fault}"
        if settled.version == before.version:
            assert settled.entries == before.entries, fault
            service.publish(wechat.account(), menu(number), settled.version, HUANG, clock())


def test_settling_with_every_call_broken(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process died after WeChat had taken the menu; then whoever looks dies, too."""

    def left_behind(number: int) -> FakeMenu:
        wechat = FakeMenu()
        version = store.find_menu(APP_ID).version
        with injected(Fault(3, "after", "death"), wechat, monkeypatch), suppress(ProcessDied):
            service.publish(wechat.account(), menu(number), version, HUANG, clock())
        clock.advance(seconds=LEASE.total_seconds())
        return wechat

    counted, wechat = Fault(), left_behind(0)
    with injected(counted, wechat, monkeypatch):
        service.look(wechat.account(), clock())
    assert counted.calls == ["GetItem", "peer.read", "TransactWriteItems"]
    for number, fault in enumerate(every_fault(len(counted.calls)), start=1):
        wechat = left_behind(number)
        with injected(fault, wechat, monkeypatch), suppress(ProcessDied):
            try:
                service.look(wechat.account(), clock())
            except Exception as error:
                assert is_store_error(error), error
        settled, in_wechat = service.look(wechat.account(), clock())
        assert (settled.claim, settled.entries, in_wechat.state) == (None, menu(number), "same"), fault
        assert len(list(AuditEntry.query(f"menu:{APP_ID}"))) == settled.version, fault
