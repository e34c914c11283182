"""Two users file one plate at the same moment: it is filed once and both keep it. The twin loses one of them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident
from typing import Any

import pytest

from chalicelib.core.session import Principal
from chalicelib.core.table import Item, Key, Transaction
from chalicelib.domains.logistics.archive import service, store
from chalicelib.domains.logistics.archive.conversion import to_item
from chalicelib.domains.logistics.archive.model import Filed, Vehicle
from chalicelib.domains.logistics.archive.service import Wish
from tests.support.archive import PLATE, vehicle
from tests.support.clock import FakeClock

pytestmark = pytest.mark.usefixtures("cloud", "together")

USERS = [Principal(f"USER{name.upper()}", name, "", frozenset()) for name in ("lin", "chen")]


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both threads have read what there is before either of them commits."""
    barrier, find, waited = Barrier(2, timeout=10), service.find_many, set[int]()

    def find_then_wait(wanted: Mapping[Key, type[Item]]) -> dict[Key, Item]:
        found = find(wanted)
        if get_ident() not in waited:
            waited.add(get_ident())
            barrier.wait()
        return found

    monkeypatch.setattr(service, "find_many", find_then_wait)


def both(clock: FakeClock) -> Vehicle:
    """The vehicle after both have filed it, each sure that nobody has."""

    def file(user: Principal) -> Any:
        return service.save(user, Wish(vehicle(), (), 0), clock())

    with ThreadPoolExecutor(2) as pool:
        assert len(list(pool.map(file, USERS))) == 2
    filed = store.find_vehicle(PLATE)
    assert filed is not None
    return filed


def test_it_is_filed_once_and_both_keep_it(clock: FakeClock) -> None:
    filed = both(clock)
    assert set(filed.keepers) == {"USERLIN", "USERCHEN"}
    assert (filed.version, filed.revision) == (1, 2)


def test_twin_without_the_condition_one_is_forgotten(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the condition of a new item is what keeps both, not luck."""

    def unguarded(transaction: Transaction, filed: Filed) -> None:
        transaction.put(store.FILED, to_item(filed))

    monkeypatch.setattr(store, "add_new", unguarded)
    monkeypatch.setattr(service, "add_push", lambda *_: None)
    assert len(both(clock).keepers) == 1
