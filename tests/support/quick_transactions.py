"""Transactions of the in-process cloud without its back-up.

Moto copies the whole table before every operation of a transaction, to restore it when a later one fails; with sixty
thousand items that takes minutes. Here every condition is looked at first and nothing is written unless all of them hold,
which is the same, because one lock lies round every request (see ``environment.fake_cloud``). Only puts and deletes.
"""

from __future__ import annotations

from typing import Any

import pytest
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import TransactionCanceledException
from moto.dynamodb.models import DynamoDBBackend


def use_quick_transactions(patch: pytest.MonkeyPatch) -> None:
    """Replace moto's transactions for one test."""
    patch.setattr(DynamoDBBackend, "transact_write_items", _transact)


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
