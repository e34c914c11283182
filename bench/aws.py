"""Records the AWS calls of a use case: what was asked, what came back over HTTP, what it consumed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import botocore.client
import botocore.endpoint
import pytest
from botocore.exceptions import ClientError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from bench.units import Item, index_units, read_units, write_units
from tests.support.environment import REGION, template_tables

READS = frozenset({"GetItem", "Query", "BatchGetItem", "TransactGetItems", "Scan"})
SENDS = frozenset({"SendMessage", "SendMessageBatch"})


@dataclass
class AwsCall:
    """One call as the caller sees it."""

    service: str
    operation: str
    arguments: dict[str, Any]
    read: float = 0.0
    written: float = 0.0


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came over the wire."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Recording:
    """All calls of one run in order, and the answer of each."""

    calls: list[AwsCall] = field(default_factory=list)
    answers: list[HttpAnswer] = field(default_factory=list)

    @property
    def operations(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(call.operation for call in self.calls)

    @property
    def read(self) -> float:
        """Read units of all calls."""
        return sum(call.read for call in self.calls)

    @property
    def written(self) -> float:
        """Write units of all calls, those of indexes included."""
        return sum(call.written for call in self.calls)


@contextmanager
def recorded() -> Iterator[Recording]:
    """Record every AWS call made inside the block (which runs on moto)."""
    recording = Recording()
    call, convert = botocore.client.BaseClient._make_api_call, botocore.endpoint.convert_to_response_dict

    def counted(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        entry = AwsCall(client.meta.service_model.service_name, operation, arguments)
        recording.calls.append(entry)
        targets = [_target(entry_) for entry_ in arguments.get("TransactItems", [])]
        if operation == "PutItem":
            targets = [(arguments["TableName"], arguments["Item"])]
        before = [stored_item(*target) for target in targets]
        try:
            answer = call(client, operation, arguments)
        except ClientError:  # a condition that does not hold is paid for with the item it looked at
            entry.written = sum(write_units(old, None, transactional=True) for old in before)
            raise
        after = [stored_item(*target) for target in targets]
        for (table, _), old, new in zip(targets, before, after, strict=True):
            entry.written += _written(table, old, new, transactional=operation == "TransactWriteItems")
        entry.read += _read(operation, arguments, answer)
        return answer

    def kept(response: Any, model: Any) -> Any:
        body = b"" if model.has_streaming_output else response.content  # a stream is the caller's to read
        answer = HttpAnswer(response.url, response.status_code, dict(response.headers), body)
        del recording.answers[len(recording.calls) - 1 :]  # botocore converts an answer more than once
        recording.answers.append(answer)
        return convert(response, model)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.client.BaseClient, "_make_api_call", counted)
        patch.setattr(botocore.endpoint, "convert_to_response_dict", kept)
        yield recording


def stored_item(table: str, key: Item) -> dict[str, Any] | None:
    """An item as moto holds it, read behind the API so that nothing is counted."""
    item = moto_table(table).get_item(DynamoType(key["pk"]), DynamoType(key["sk"]))
    return None if item is None else dict(item.to_json()["Attributes"])


def moto_table(name: str) -> Any:
    """Moto's own table."""
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[name]


def _target(entry: dict[str, Any]) -> tuple[str, Item]:
    ((_, change),) = entry.items()
    return change["TableName"], change.get("Key") or change["Item"]


def _written(table: str, before: Item | None, after: Item | None, *, transactional: bool) -> float:
    indexes = template_tables()[table.removeprefix("test-")].get("GlobalSecondaryIndexes", [])
    keys = [tuple(key["AttributeName"] for key in index["KeySchema"]) for index in indexes]
    return write_units(before, after, transactional=transactional) + sum(index_units(before, after, k) for k in keys)


def _read(operation: str, arguments: dict[str, Any], answer: dict[str, Any]) -> float:
    consistent = bool(arguments.get("ConsistentRead"))
    if operation == "GetItem":
        return read_units([answer["Item"]] if "Item" in answer else [], consistent=consistent)
    if operation == "Query":
        if answer["ScannedCount"] != answer["Count"]:
            raise AssertionError(
                "a filtered query reads more than it returns: its units cannot be told from its answer"
            )
        return read_units(answer["Items"], consistent=consistent)
    if operation == "BatchGetItem":  # every item is rounded up by itself
        items = [item for found in answer["Responses"].values() for item in found]
        return sum(read_units([item], consistent=False) for item in items)
    if operation in READS:
        raise AssertionError(f"the bench cannot count {operation}")
    return 0.0
