"""账号迁移 on the packaged stack with IAM enforced: the schedule pulls, converts and imports with its own rights only."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from sandbox.cloud.stack import InvocationFailed, Stack, wait_until
from tests.stack.people import Person

pytestmark = pytest.mark.stack

ACCOUNT = "logistics"


def today() -> str:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()


def old_openids(stack: Stack, account: str = ACCOUNT) -> list[str]:
    """Followers of an old account, as the simulated WeChat has them."""
    items = requests.get(f"{stack.sandbox_api}/sandbox/wechat/old-accounts", timeout=10).json()["items"]
    return next(list(item["openids"]) for item in items if item["key"] == account)


def work_until(stack: Stack, check: Any) -> None:
    """Let the schedule run, besides its own minute, until something holds."""

    def worked() -> bool:
        stack.run_schedule("continue_migration")
        return bool(check())

    assert wait_until(worked, 100, pause=1)


class Office:
    """An administrator's office session."""

    def __init__(self, stack: Stack, person: Person) -> None:
        self._person = person
        ticket = person.post("/api/sign-in/office")["ticket"]
        person.get(f"/api/sign-in/office/{ticket}")
        person.post(f"/api/sign-in/office/{ticket}/confirm")
        person.post(f"/api/sign-in/office/{ticket}/check")
        person._csrf = person.get("/api/office/session")["csrf_token"]
        self.stack = stack

    def migration(self) -> dict[str, Any]:
        items = self._person.get("/api/office/migrations")["items"]
        return next(dict(item) for item in items if item["account"] == ACCOUNT)

    def order(self, verb: str, body: Any = None) -> Any:
        return self._person.post(f"/api/office/migrations/{ACCOUNT}/{verb}", body)

    def upload(self, content: bytes) -> str:
        body = {"account": ACCOUNT, "kind": "drivers", "file_name": "司机.csv", "size": len(content)}
        known = self._person.post("/api/office/imports", body)
        sent = {"content": base64.b64encode(content).decode()}
        answer = self._person.request("PUT", f"/api/office/imports/{known['id']}/chunks/0", sent)
        assert answer.status_code == 204, answer.text
        self._person.post(f"/api/office/imports/{known['id']}/check")
        return str(known["id"])

    def file(self, import_id: str) -> Any:
        return self._person.get(f"/api/office/imports/{import_id}")

    def run(self, import_id: str) -> None:
        self._person.post(f"/api/office/imports/{import_id}/run")


@pytest.fixture
def office(stack: Stack, administrator: Person) -> Office:
    return Office(stack, administrator)


def test_from_the_old_account_to_the_bindings_of_its_drivers(stack: Stack, office: Office) -> None:
    openids = old_openids(stack)
    office.order("pull")
    work_until(stack, lambda: office.migration()["stage"] == "pulled")
    assert office.migration()["pulled"] == len(openids) == 240

    office.order("convert", {"approved_on": today()})
    work_until(stack, lambda: office.migration()["stage"] == "converted")
    done = office.migration()
    assert (done["converted"], done["failed"], done["waiting"], done["trouble"]) == (234, 6, 0, None)
    assert stack.invoke("migrate_account", {"account": ACCOUNT, "action": "status"}) == {
        "stage": "converted",
        "pulled": 240,
        "converted": 234,
        "failed": {"not_follower": 6},
        "waiting": 0,
        "trouble": None,
    }

    rows = [f"{openids[0]},林师傅,13900001111,11010519491231002X", f"{openids[1]},王师傅,12345,"]
    import_id = office.upload("\r\n".join(["原openid,姓名,手机号,身份证号", *rows]).encode("gbk"))
    work_until(stack, lambda: office.file(import_id)["state"] == "checked")
    assert (office.file(import_id)["good"], office.file(import_id)["bad"]) == (1, 1)
    office.run(import_id)
    work_until(stack, lambda: office.file(import_id)["state"] == "done")
    assert office.file(import_id)["outcomes"] == {"created": 1, "failed": 1}
    found = office.order("follower", {"openid": openids[0]})
    assert found["new_openid"] == f"oNEW{openids[0][4:]}"
    assert found["bindings"][0]["fields"]["id_number"] == "110***********002X"
    # The file itself is deleted, and nothing anywhere holds the number.
    work_until(stack, lambda: not parts_of(stack, import_id))
    items = stack.client("dynamodb").scan(TableName=stack.outputs["ChannelTable"])["Items"]
    assert "11010519491231002X" not in str(items)


def parts_of(stack: Stack, import_id: str) -> list[Any]:
    """Sealed parts of a file that are still there."""
    found: list[Any] = stack.client("dynamodb").query(
        TableName=stack.outputs["ChannelTable"],
        KeyConditionExpression="pk = :file AND begins_with(sk, :part)",
        ExpressionAttributeValues={":file": {"S": f"IMPORT#{import_id}"}, ":part": {"S": "CHUNK#"}},
    )["Items"]
    return found


def test_the_command_says_what_it_does_not_know(stack: Stack) -> None:
    for event in ({"account": "stranger", "action": "pull"}, {"account": ACCOUNT, "action": "dance"}):
        with pytest.raises(InvocationFailed):
            stack.invoke("migrate_account", event)
