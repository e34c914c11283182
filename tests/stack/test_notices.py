"""Messages to users on the packaged stack: they arrive in the chat, and WeChat's troubles stay WeChat's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.cloud.stack import Stack, wait_until
from tests.stack.people import VISITOR, Gate, Person
from tests.stack.test_walk import approve, becomes

pytestmark = pytest.mark.stack


def told(stack: Stack, visit: Any) -> list[str]:
    """Results the visitor's chat shows about a visit, oldest first."""
    answer = requests.get(f"{stack.sandbox_api}/sandbox/wechat/messages", params={"openid": VISITOR}, timeout=10)
    messages = [message for message in answer.json()["items"] if message["url"].endswith(visit["id"])]
    return [line["value"] for message in messages for line in message["lines"] if line["label"] == "审核结果"]


@pytest.fixture
def unfollowed(stack: Stack) -> Iterator[None]:
    """林晓雨 does not follow the account."""
    address = f"{stack.sandbox_api}/sandbox/wechat/followers"
    requests.post(address, json={"openid": VISITOR, "follows": False}, timeout=10)
    yield
    requests.post(address, json={"openid": VISITOR, "follows": True}, timeout=10)


def test_the_visitor_is_told_of_approval_and_pass(stack: Stack, visitor: Person, approver: Person, gate: Gate) -> None:
    visit = visitor.submit()
    approve(approver, visit)
    becomes(visitor, visit["id"], "ready")
    assert wait_until(lambda: "可通行" in told(stack, visit), 90), told(stack, visit)
    assert sorted(told(stack, visit)) == sorted(set(told(stack, visit))), "each once"


def test_somebody_who_does_not_follow_still_gets_the_pass(
    stack: Stack, visitor: Person, approver: Person, gate: Gate, unfollowed: None
) -> None:
    visit = visitor.submit()
    approve(approver, visit)
    becomes(visitor, visit["id"], "ready")
    assert told(stack, visit) == []
