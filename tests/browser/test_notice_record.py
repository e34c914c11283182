"""通知记录: whether the visitor really got the message, and what to do when not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.test_people import signed_in_office
from tests.stack.people import APPROVER, OTHER, Person

pytestmark = pytest.mark.browser
SLOW = 60_000


@pytest.fixture
def wechat(stack: Stack) -> Iterator[str]:
    """The simulated account's console, as it was afterwards."""
    address = f"{stack.sandbox_api}/sandbox/wechat"
    yield address
    requests.patch(f"{address}/knobs", json={"template_result": "success"}, timeout=10)
    requests.delete(f"{address}/faults", timeout=10)


def approved(stack: Stack) -> str:
    """A visit that has just been approved; its visitor is told."""
    visit: dict[str, Any] = Person(stack, OTHER).sign_in().submit()
    Person(stack, APPROVER).sign_in().post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": 1})
    return str(visit["id"])


def row_of(office: Page, visit_id: str, kind: str) -> Locator:
    table = office.locator("[data-test=notices-table] tbody tr")
    return table.filter(has=office.locator(f"a[href*='{visit_id}']")).filter(has_text=kind)


def test_the_office_sees_what_became_of_each_message(desk: Page, stack: Stack, wechat: str) -> None:
    """P6: delivered, blocked by the user, refused for the template: each in words with a next step."""
    office = signed_in_office(desk, stack)
    delivered = approved(stack)
    office.locator("[data-test=menu-notices]").click()
    row = row_of(office, delivered, "审核通过")

    def settled(visit_id: str, word: str) -> Locator:
        found = row_of(office, visit_id, "审核通过")
        for _ in range(20):
            office.locator("[data-test=refresh]").click()
            office.wait_for_timeout(1500)
            if found.filter(has_text=word).count():
                break
        expect(found).to_contain_text(word)
        return found

    settled(delivered, "已送达")
    expect(row).to_contain_text("周敏")

    requests.patch(f"{wechat}/knobs", json={"template_result": "failed:user block"}, timeout=10)
    blocked = settled(approved(stack), "用户拒收")
    expect(blocked).to_contain_text("急事请电话告知")

    fault = {"path": "/cgi-bin/message/template/send", "kind": "error_code", "code": "40037"}
    requests.post(f"{wechat}/faults", json=fault, timeout=10)
    refused = settled(approved(stack), "没有送达")
    expect(refused).to_contain_text("核对参数 WechatTemplates")
    requests.delete(f"{wechat}/faults", timeout=10)
    keep_picture(office, "notice-record-1-all")

    office.locator("[data-test=filter-result]").get_by_text("用户拒收", exact=True).click()
    expect(row_of(office, delivered, "审核通过")).to_have_count(0)
    expect(office.locator("[data-test=notices-table]")).to_contain_text("用户拒收")
    assert "result=blocked" in office.url, "the filter survives a reload"
    keep_picture(office, "notice-record-2-blocked")
