"""The account on the packaged stack, with the rights its functions really have: JS-SDK, news, menu, delivery reports."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import requests

from sandbox.cloud.stack import Stack, wait_until
from tests.stack.people import APPROVER, OTHER, Person

pytestmark = pytest.mark.stack
CALLERS = 4
"""Each a process: more would measure this machine."""


def wechat(stack: Stack, path: str, body: Any = None) -> Any:
    """The simulated account's console."""
    method = "GET" if body is None else "POST"
    answer = requests.request(method, f"{stack.sandbox_api}/sandbox/wechat{path}", json=body, timeout=30)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def signed(phone: Person, page: str) -> Any:
    """As the page does: again when somebody else is still fetching the ticket."""
    for _ in range(5):
        answer = phone.request("GET", "/api/wechat/js-sdk", url=page)
        if answer.status_code != 503:
            break
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_many_processes_sign_pages_with_one_ticket(stack: Stack) -> None:
    """Each request may run in a process of its own; WeChat is asked once, and accepts every signature."""
    phone = Person(stack, OTHER).sign_in()
    before = wechat(stack, "/counters").get("ticket_fetches", 0)
    pages = [f"{stack.public_url}/me?n={number}" for number in range(CALLERS)]
    with ThreadPoolExecutor(CALLERS) as pool:
        configs = list(pool.map(lambda page: signed(phone, page), pages))
    for page, config in zip(pages, configs, strict=True):
        assert wechat(stack, "/jssdk-check", {**config, "noncestr": config["nonce"], "url": page})["valid"]
    assert wechat(stack, "/counters")["ticket_fetches"] - before <= 1
    assert phone.request("GET", "/api/wechat/js-sdk", url="https://evil.example/").json()["code"] == "page_not_ours"


def test_news_are_copied_with_the_rights_of_their_function(stack: Stack) -> None:
    title = f"停电检修通知 {uuid4().hex[:6]}"
    message = wechat(stack, "/articles", {"articles": [{"title": title}]})["article_id"]
    assert stack.run_schedule("sync_news")["put"] >= 1
    shown = Person(stack, OTHER).get("/api/news")["items"]
    assert shown[0]["title"] == title and shown[0]["url"].startswith(f"{stack.sandbox_url}/s?")
    requests.delete(f"{stack.sandbox_api}/sandbox/wechat/articles/{message}", timeout=10)
    assert stack.run_schedule("sync_news")["deleted"] == 1
    assert title not in str(Person(stack, OTHER).get("/api/news"))


def test_wechats_report_reaches_the_record(stack: Stack) -> None:
    """Worker and callback write the same record with rights of their own; the report comes within milliseconds."""
    visit = Person(stack, OTHER).sign_in().submit()
    Person(stack, APPROVER).sign_in().post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": 1})
    table, dynamodb = stack.outputs["ChannelTable"], stack.client("dynamodb")

    def delivered() -> bool:
        rows = dynamodb.query(
            TableName=table,
            IndexName="by_result",
            KeyConditionExpression="notice_result = :delivered",
            ExpressionAttributeValues={":delivered": {"S": "delivered"}},
        )["Items"]
        return any(row["object_key"]["S"] == f"wechat:visit:{visit['id']}" for row in rows)

    assert wait_until(delivered, 40)
