"""Moto and botocore without what they do again and again: the same answers in a fraction of the time.

Thousands of tests use the in-process cloud, and moto copies, sorts and looks up whole tables for every request. Here it
touches what a request is about, and then does exactly what it did before.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import botocore.loaders
import botocore.session
import moto.backend_index
import moto.core.responses
import moto.sqs.models
import pynamodb.connection.base
import pytest
from botocore.useragent import UserAgentString
from moto.core.serialize import BaseJSONSerializer
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb import models as dynamodb_models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from pynamodb.connection import Connection

from chalicelib.core import runtime, table

_transact = DynamoDBBackend.transact_write_items
_query = Table.query
_cast = DynamoType.cast_value
_serialize = BaseJSONSerializer._serialize_type_structure
_make_client = runtime.aws_client.__wrapped__
_make_connection = table._shared_connection.__wrapped__
_underscored = cache(camelcase_to_underscores)
_methods = cache(moto.core.responses.method_names_from_class)


def use_lean_moto(patch: pytest.MonkeyPatch) -> None:
    """For one test; requests must come one at a time."""
    patch.setattr(DynamoDBBackend, "transact_write_items", _copying_little)
    patch.setattr(Table, "query", _sorting_little)
    patch.setattr(DynamoType, "cast_value", property(_cast_quickly))
    patch.setattr(BaseJSONSerializer, "_serialize_type_structure", _serializing_little)
    for module in (moto.core.responses, moto.sqs.models):
        patch.setattr(module, "camelcase_to_underscores", _underscored)
    patch.setattr(moto.core.responses, "method_names_from_class", _methods)
    patch.setattr(moto.core.responses, "gen_amzn_requestid_long", _request_id)
    patch.setattr(moto.backend_index, "backend_url_patterns", _busiest_first())
    patch.setattr(UserAgentString, "to_string", lambda _: "tests")
    session = _session()
    for module in (botocore.session, pynamodb.connection.base):
        patch.setattr(module, "get_session", lambda: session)
    patch.setattr(runtime, "aws_client", cache(lambda service: _client(service, runtime.settings().region)))
    patch.setattr(table, "_shared_connection", cache(_connection))


@cache
def _session() -> botocore.session.Session:
    """One a process: it registers hundreds of handlers, and reads AWS's service descriptions from disk."""
    session = botocore.session.Session()
    session.register_component("data_loader", botocore.loaders.create_loader())
    return session


def _request_id(headers: dict[str, Any]) -> str:
    """Any: moto draws each of its letters."""
    headers["x-amzn-requestid"] = made = uuid4().hex
    return made


@cache
def _busiest_first() -> list[Any]:
    """Moto tries the addresses of two hundred services on every request."""
    return sorted(moto.backend_index.backend_url_patterns, key=lambda known: known[0] != "dynamodb")


@cache
def _client(service: str, region: str) -> Any:
    """A client of the product's making, one a process: nothing of its settings but the region is in it."""
    return _make_client(service)


@cache
def _items_client(region: str) -> Any:
    """That of the items."""
    return _make_connection().client


def _connection() -> Connection:
    """A new connection, which knows no table yet, with the client of the first one."""
    connection = _make_connection()
    connection._client = _items_client(connection.region)
    return connection


def _copying_little(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    """Moto copies whole tables for rolling back, once for every item of a transaction: the items it touches are enough."""
    operations = [operation for item in transact_items for operation in item.values()]
    keys = [operation.get("Key", operation.get("Item")) for operation in operations]
    touched = {(key["pk"]["S"], key["sk"]["S"]) for key in keys}
    kept: dict[int, Table] = {}

    def copied(thing: Any, memo: Any = None) -> Any:
        if not isinstance(thing, Table):
            return copy.deepcopy(thing, memo)
        if id(thing) not in kept:
            kept[id(thing)] = _restorable(thing, touched)
        return kept[id(thing)]

    with pytest.MonkeyPatch.context() as patch:  # requests come one at a time
        patch.setattr(dynamodb_models, "copy", SimpleNamespace(deepcopy=copied))
        _transact(backend, transact_items)


def _restorable(known: Table, touched: set[tuple[str, str]]) -> Table:
    """The table as it is, though some of its items will be changed in place."""
    kept = copy.copy(known)
    kept.items = defaultdict(dict, known.items)
    for pk, sk in touched:
        partition, row = DynamoType({"S": pk}), DynamoType({"S": sk})
        if partition in known.items:
            rows = kept.items[partition] = dict(kept.items[partition])
            if row in rows:
                rows[row] = copy.deepcopy(rows[row])
    return kept


def _sorting_little(known: Table, hash_key: DynamoType | None, *arguments: Any, **named: Any) -> Any:
    """Moto sorts the whole table for every query: what has the asked key is enough, and moto looks at the key again."""
    whole = known.items
    asked = {name: value.value for name, value in named["hash_key_conditions"]}
    if set(asked) == {known.hash_key_attr}:
        known.items = {hash_key: whole[hash_key]} if hash_key in whole else {}
    else:  # an index
        known.items = {pk: _having(asked, rows) for pk, rows in whole.items()}
    try:
        return _query(known, hash_key, *arguments, **named)
    finally:
        known.items = whole


def _having(asked: dict[str, str], rows: dict[Any, Any]) -> dict[Any, Any]:
    return {
        sk: item
        for sk, item in rows.items()
        if all(name in item.attrs and item.attrs[name].value == value for name, value in asked.items())
    }


def _cast_quickly(value: DynamoType) -> Any:
    """Keys are texts, and moto asks each whether it is a number, a set, a list, a map or nothing before it says so."""
    return value.value if value.type == "S" else _cast.fget(value)


def _serializing_little(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """A stored text or number has the form of the answer: moto looks for ten possible members under many names each."""
    if shape.name == "AttributeValue" and len(value) == 1 and not value.keys().isdisjoint(("S", "N", "BOOL")):
        serializer._default_serialize(serialized, dict(value), shape, key)
    else:
        _serialize(serializer, serialized, value, shape, key)
