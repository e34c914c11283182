"""Two administrators publish at the same moment: what WeChat shows is what is stored. Without the claim it is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest

from chalicelib.core.errors import Problem
from chalicelib.domains.channel.menus import service, store
from chalicelib.domains.channel.menus.model import Entry
from chalicelib.domains.channel.menus.service import Actor
from tests.support.clock import FakeClock
from tests.support.fake_menu import APP_ID, FakeMenu

pytestmark = pytest.mark.usefixtures("cloud")

MENUS = {"先": (Entry("先", page="/"),), "后": (Entry("后", page="/me"),)}


class Crossing(FakeMenu):
    """Both are sent; 先's answer is on its way until 后 has been committed: WeChat shows 后, 先 commits last."""

    def __init__(self, committed: Event) -> None:
        super().__init__()
        self.arrived, self.committed = Event(), committed

    def send(self, buttons: list[dict[str, Any]]) -> None:
        if buttons[0]["name"] == "后":
            self.arrived.wait(1)
        super().send(buttons)
        if buttons[0]["name"] == "先":
            self.arrived.set()
            self.committed.wait(1)


def at_once(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> tuple[Crossing, dict[str, str]]:
    """Both have read the same version before either goes on; the outcomes by menu."""
    barrier, find, committed = Barrier(2, timeout=10), store.find_menu, Event()
    waiting = {"先", "后"}
    wechat = Crossing(committed)

    def find_then_wait(app_id: str) -> Any:
        found = find(app_id)
        if waiting:
            waiting.pop()
            barrier.wait()
        return found

    monkeypatch.setattr(store, "find_menu", find_then_wait)

    def publish(name: str) -> str:
        try:
            service.publish(wechat.account(), MENUS[name], 0, Actor(name, name), clock())
        except Problem as problem:
            return problem.code
        if name == "后":
            committed.set()
        return "published"

    with ThreadPoolExecutor(2) as pool:
        return wechat, dict(zip(MENUS, pool.map(publish, MENUS), strict=True))


def test_one_publishes_and_the_other_is_told(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    wechat, outcomes = at_once(clock, monkeypatch)
    assert sorted(outcomes.values()) == ["menu_being_published", "published"]
    stored = store.find_menu(APP_ID)
    assert stored.entries is not None and wechat.names == [stored.entries[0].name]
    assert outcomes[wechat.names[0]] == "published"
    assert len(wechat.sent) == 1


def test_twin_without_the_claim_the_stored_menu_is_not_wechats(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: both send, and the order of the answers decides what is believed."""

    def unguarded(transaction: Any, app_id: str, published: Any, _owner: str) -> None:
        item = store.MenuItem(
            f"MENU#{app_id}",
            "MENU",
            version=published.version,
            entries=store._entries_text(published.entries),
        )
        transaction.put("menu", item)

    monkeypatch.setattr(store, "claim_publication", lambda *_: True)
    monkeypatch.setattr(store, "add_published", unguarded)
    wechat, outcomes = at_once(clock, monkeypatch)
    assert set(outcomes.values()) == {"published"}
    stored = store.find_menu(APP_ID)
    assert stored.entries is not None
    assert wechat.names == ["后"] and stored.entries[0].name == "先"
