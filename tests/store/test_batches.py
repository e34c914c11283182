"""Batch writes: what DynamoDB does not take is sent again, slower each time, and nothing is believed that was not answered."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.core import batches
from chalicelib.core.table import OutcomeUnknown
from chalicelib.domains.canteen.records.store import RowItem
from tests.support.records import Inline, stored_rows

pytestmark = pytest.mark.usefixtures("cloud")

ITEMS: list[batches.RawItem] = [
    {"pk": {"S": f"ACCOUNT#{n}"}, "sk": {"S": "ROW#1"}, "n": {"N": str(n)}} for n in range(60)
]
Answer = Callable[[list[Any]], Any]


@pytest.fixture
def pauses() -> list[float]:
    return []


def busy(patch: pytest.MonkeyPatch, takes: Callable[[int], int | Exception]) -> list[int]:
    """DynamoDB takes the first ``takes(number of the call)`` items; the sizes of the calls."""
    original, sizes = botocore.client.BaseClient._make_api_call, list[int]()

    def call(client: Any, operation: str, arguments: Any) -> Any:
        if operation != "BatchWriteItem":
            return original(client, operation, arguments)
        ((table, requests),) = arguments["RequestItems"].items()
        sizes.append(len(requests))
        taken = takes(len(sizes))
        if isinstance(taken, Exception):
            raise taken
        if requests[:taken]:
            original(client, operation, {"RequestItems": {table: requests[:taken]}})
        left = requests[taken:]
        return {"UnprocessedItems": {table: left} if left else {}}

    patch.setattr(botocore.client.BaseClient, "_make_api_call", call)
    return sizes


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "BatchWriteItem")


def put(pauses: list[float]) -> None:
    batches.put_all(RowItem, ITEMS, Inline(), pauses.append)


def test_what_is_not_taken_is_sent_again(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    throttled = refused("ProvisionedThroughputExceededException")
    sizes = busy(monkeypatch, lambda number: {1: 20, 2: 0, 3: throttled}.get(number, 25))
    put(pauses)
    assert sizes == [25, 5, 5, 5, 25, 10]
    assert pauses == [0.05, 0.1, 0.2]
    assert [item["n"]["N"] for item in sorted(stored_rows(), key=lambda item: int(item["n"]["N"]))] == [
        str(number) for number in range(60)
    ]


def test_a_table_that_stays_busy_is_given_up(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    sizes = busy(monkeypatch, lambda _: 0)
    with pytest.raises(OutcomeUnknown):
        put(pauses)
    assert len(sizes) == batches.TRIES * 3, "every batch had its tries"
    assert 5 < sum(pauses[: batches.TRIES]) < 15


@pytest.mark.parametrize("error", [EndpointConnectionError(endpoint_url="x"), refused("InternalServerError")])
def test_a_lost_answer_is_unknown(monkeypatch: pytest.MonkeyPatch, pauses: list[float], error: Exception) -> None:
    busy(monkeypatch, lambda _: error)
    with pytest.raises(OutcomeUnknown):
        put(pauses)


def test_a_mistake_of_ours_is_no_lost_answer(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    busy(monkeypatch, lambda _: refused("ValidationException"))
    with pytest.raises(ClientError):
        put(pauses)
    assert pauses == []


def test_side_by_side_all_are_there_when_it_returns() -> None:
    with ThreadPoolExecutor(4) as pool:
        batches.put_all(RowItem, ITEMS, pool)
    assert len(stored_rows()) == 60
