"""Products in the store: rules change beside a counter that moves, and what a deployment begins with."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import UpdateError

from chalicelib.core.audit import AuditEntry
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.logistics.stock import service, store
from chalicelib.domains.logistics.stock.model import Glance, Product, Reading, Rules
from chalicelib.domains.logistics.stock.store import Movement
from tests.support.clock import FakeClock

pytestmark = pytest.mark.usefixtures("cloud")

RULES = Rules("液碱32%", True, "8", "1824", True, 50_000, 240, 30, True, 0)
CODE = "NAOH32"


def save(clock: FakeClock, **changes: Any) -> Product:
    return service.save_product(CODE, replace(RULES, **changes), "调整", "U1", clock())


def hold(kilograms: int, clock: FakeClock, key: str = "R1#1") -> None:
    transaction = Transaction()
    store.add_movement(transaction, Movement(CODE, kilograms, "registered", key, clock()))
    transaction.commit()


def test_a_product_is_made_once_and_changed_by_whoever_saw_it(clock: FakeClock) -> None:
    made = save(clock)
    assert (made.code, made.rules.version, made.held_kg) == (CODE, 1, 0)
    assert save(clock) == made, "the same form again"
    with pytest.raises(Conflict, match="product_exists"):
        save(clock, threshold_kg=1)
    changed = save(clock, threshold_kg=60_000, version=1)
    assert (changed.rules.threshold_kg, changed.rules.version) == (60_000, 2)
    with pytest.raises(Conflict, match="product_changed"):
        save(clock, threshold_kg=70_000, version=1)
    with pytest.raises(NotFound):
        service.save_product("NAOH48", replace(RULES, version=1), "调整", "U1", clock())
    assert [entry.action for entry in AuditEntry.query(f"product:{CODE}")] == ["product_saved"] * 2


def test_new_rules_do_not_touch_what_is_held_meanwhile(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    save(clock)
    add = store.add_new_rules

    def late(transaction: Transaction, seen: Product, rules: Rules) -> None:
        hold(10_000, clock)
        add(transaction, seen, rules)

    monkeypatch.setattr(store, "add_new_rules", late)
    save(clock, threshold_kg=1, version=1)
    found = store.find_product(CODE)
    assert found is not None and (found.held_kg, found.rules.threshold_kg) == (10_000, 1)


def test_a_product_with_holds_keeps_keeping_stock(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    save(clock)
    add = store.add_new_rules

    def late(transaction: Transaction, seen: Product, rules: Rules) -> None:
        hold(10_000, clock)
        add(transaction, seen, rules)

    with monkeypatch.context() as patch:
        patch.setattr(store, "add_new_rules", late)
        with pytest.raises(Conflict, match="product_changed"):
            save(clock, keeps_stock=False, version=1)
    with pytest.raises(Conflict, match="product_has_holds"):
        save(clock, keeps_stock=False, version=1)
    hold(-10_000, clock, "R1#2")
    assert not save(clock, keeps_stock=False, version=1).rules.keeps_stock


def test_a_deployment_begins_with_products_and_keeps_what_the_office_made_of_them(clock: FakeClock) -> None:
    wanted = {CODE: RULES, "SALT": replace(RULES, hazardous=False, keeps_stock=False)}
    assert service.set_up(wanted, clock()) == {"added": [CODE, "SALT"], "known": []}
    changed = save(clock, threshold_kg=1, version=1)
    assert service.set_up(wanted, clock()) == {"added": [], "known": [CODE, "SALT"]}
    assert store.find_product(CODE) == changed
    assert [product.code for product in store.all_products()] == [CODE, "SALT"]


def test_a_movement_counts_once(clock: FakeClock) -> None:
    save(clock)
    hold(10_000, clock)
    with pytest.raises(RaceLost):
        hold(10_000, clock)
    found = store.find_product(CODE)
    assert found is not None and (found.held_kg, found.movements) == (10_000, 1)


def test_what_was_seen_is_kept_and_forgotten_without_touching_the_counter(clock: FakeClock) -> None:
    save(clock)
    hold(10_000, clock)
    now = clock()
    seen = Glance(now, Reading(90_000, now - timedelta(seconds=5), True), None, now)
    store.save_glance(CODE, seen)
    found = store.find_product(CODE)
    assert found is not None and (found.held_kg, found.glance) == (10_000, seen)
    gone = Glance(now, None, "peer_unreachable", now - timedelta(minutes=5))
    store.save_glance(CODE, gone)
    found = store.find_product(CODE)
    assert found is not None and found.glance == gone


@pytest.mark.parametrize(("conflicts", "kept"), [(3, True), (4, False)])
def test_a_registration_at_the_same_moment_does_not_cost_the_look(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, conflicts: int, kept: bool
) -> None:
    """DynamoDB answers an update with a conflict while a transaction holds the item."""
    save(clock)
    call, left = botocore.client.BaseClient._make_api_call, iter(range(conflicts))

    def busy(client: Any, operation: str, arguments: Any) -> Any:
        if operation == "UpdateItem" and next(left, None) is not None:
            raise ClientError({"Error": {"Code": "TransactionConflictException", "Message": "ongoing"}}, operation)
        return call(client, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", busy)
    with nullcontext() if kept else pytest.raises(UpdateError):
        store.save_glance(CODE, Glance(clock(), None, "peer_unreachable", None))
    found = store.find_product(CODE)
    assert found is not None and (found.glance is not None) == kept
