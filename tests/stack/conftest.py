"""The packaged stack on the embedded cloud, once for all stack and browser tests, on ports and state of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from sandbox.cloud.stack import Stack
from tests.stack.people import ADMINISTRATOR, APPROVER, VISITOR, Gate, Person
from tests.support.stack import running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything running, staff appointed, menu published."""
    assert "STAGE" not in os.environ, "the stack must not see the settings of in-process tests"
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


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
