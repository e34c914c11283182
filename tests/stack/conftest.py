"""People and consoles of the running stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.cloud.stack import Stack
from tests.stack.people import ADMINISTRATOR, APPROVER, VISITOR, Gate, Person


@pytest.fixture
def gate(stack: Stack) -> Iterator[Gate]:
    """The gate's console, healthy before and after."""
    console = Gate(stack)
    console.heal()
    yield console
    console.heal()


@pytest.fixture
def visitor(stack: Stack) -> Person:
    """林晓雨, signed in."""
    return Person(stack, VISITOR).sign_in()


@pytest.fixture
def approver(stack: Stack) -> Person:
    """陈建国, signed in."""
    return Person(stack, APPROVER).sign_in()


@pytest.fixture
def administrator(stack: Stack) -> Person:
    """黄志强, signed in."""
    return Person(stack, ADMINISTRATOR).sign_in()
