"""Every use case makes exactly the AWS calls it is known to make, and they are within its budget."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.budget import CHANGE, READ, UseCase
from bench.calls import run_use_case
from bench.usecases import USE_CASES
from bench.world import World, world


@pytest.fixture(scope="module")
def place() -> Iterator[World]:
    """One world for all: what a use case calls does not depend on what others left behind."""
    with world() as made:
        yield made


@pytest.mark.parametrize("case", USE_CASES, ids=lambda case: case.name)
def test_a_use_case_makes_these_calls(case: UseCase, place: World) -> None:
    place.next_visitor()
    found = run_use_case(case, place).operations
    assert found == case.calls
    assert case.budget.holds(found)


@pytest.mark.parametrize(
    "too_much",
    [("GetItem",) * 3, ("GetItem", "Scan", "Query"), ("GetItem", "TransactWriteItems"), ("GetItem", "UpdateItem")],
)
def test_a_read_may_not(too_much: tuple[str, ...]) -> None:
    assert READ.holds(("GetItem", "Query"))
    assert not READ.holds(too_much)


@pytest.mark.parametrize(
    "too_much",
    [("TransactWriteItems",) * 2, ("SendMessage",) * 2, ("GetItem",) * 3, ("GetItem", "PutItem")],
)
def test_a_change_may_not(too_much: tuple[str, ...]) -> None:
    assert CHANGE.holds(("GetItem", "GetItem", "TransactWriteItems", "SendMessage"))
    assert not CHANGE.holds(too_much)
