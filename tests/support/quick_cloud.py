"""The in-process cloud for tables of sixty thousand items.

Moto copies the whole table before every operation of a transaction, to restore it when a later one fails, and sorts the
whole table for every query: that takes minutes. Here a transaction looks at every condition first and writes nothing unless
all of them hold, and a query sees its own partition only. Both are the same as before, because one lock lies round every
request (see ``environment.fake_cloud``). Only puts and deletes.
"""

from __future__ import annotations

from heapq import nsmallest
from typing import Any

import pytest
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import TransactionCanceledException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table


def use_quick_cloud(patch: pytest.MonkeyPatch) -> None:
    """Replace moto's transactions and queries for one test."""
    slow = Table.query

    def query(table: Any, hash_key: Any, *arguments: Any, **named: Any) -> Any:
        whole = table.items
        table.items = {hash_key: _first(whole.get(hash_key, {}), arguments, named)}
        try:
            return slow(table, hash_key, *arguments, **named)
        finally:
            table.items = whole

    patch.setattr(DynamoDBBackend, "transact_write_items", _transact)
    patch.setattr(Table, "query", query)


def _first(partition: dict[Any, Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> dict[Any, Any]:
    """Of a plain question for the first few items, these and one more; otherwise the whole partition."""
    names = ("range_comparison", "range_objs", "limit", "exclusive_start_key", "scan_index_forward", "index_name")
    asked = {**dict(zip(names, arguments, strict=False)), **named}
    if any(asked.get(name) for name in ("range_comparison", "exclusive_start_key", "index_name")):
        return partition
    if not asked.get("limit") or asked.get("scan_index_forward") is False:
        return partition
    few = nsmallest(asked["limit"] + 1, partition.items(), key=lambda entry: entry[1].range_key.value)
    return dict(few)


def _transact(backend: Any, operations: list[dict[str, Any]]) -> None:
    assert len(operations) <= 100, "a transaction takes a hundred"
    named = [(kind, request) for operation in operations for kind, request in operation.items()]
    keys = [(request["TableName"], str(sorted(_key(kind, request).items()))) for kind, request in named]
    assert len(set(keys)) == len(keys), "an item twice in one transaction"
    holds = [_holds(backend, kind, request) for kind, request in named]
    if not all(holds):
        raise TransactionCanceledException(
            [(None, None, None) if held else ("ConditionalCheckFailed", "refused", None) for held in holds]
        )
    for kind, request in named:
        if kind == "Put":
            backend.put_item(request["TableName"], request["Item"])
        elif kind == "Delete":
            backend.delete_item(request["TableName"], request["Key"])
        else:
            assert kind == "ConditionCheck", kind


def _key(kind: str, request: dict[str, Any]) -> dict[str, Any]:
    whole = request["Item"] if kind == "Put" else request["Key"]
    return {name: whole[name] for name in ("pk", "sk")}


def _holds(backend: Any, kind: str, request: dict[str, Any]) -> bool:
    expression = request.get("ConditionExpression")
    if expression is None:
        return True
    names, values = request.get("ExpressionAttributeNames"), request.get("ExpressionAttributeValues")
    current = backend.get_item(request["TableName"], _key(kind, request))
    return bool(get_filter_expression(expression, names, values).expr(current))
