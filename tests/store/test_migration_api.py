"""账号迁移 through the API: orders, counts, failures as a file, files with a dry run; and who may do it."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import SITE_ZONE, utc_now
from chalicelib.core.session import Device
from chalicelib.domains.channel.migration.imports.model import CHUNK_BYTES
from tests.support.client import Client, signed_in
from tests.support.clock import FakeClock
from tests.support.fake_migration import FakeMigration, new_openid, openid
from tests.support.migration import run_until_resting, stored_items

pytestmark = pytest.mark.usefixtures("cloud")

HEADER = "原openid,手机号,姓名"


@pytest.fixture
def office() -> Client:
    return signed_in("huang", "administrator", device=Device.OFFICE)


@pytest.fixture
def clock() -> FakeClock:
    """The API reads the real clock; the worker's must not lie before it."""
    return FakeClock(utc_now())


@pytest.fixture
def wechat() -> FakeMigration:
    return FakeMigration([openid(number) for number in range(45)])


def today() -> str:
    return utc_now().astimezone(SITE_ZONE).date().isoformat()


def seen(office: Client, account: str = "canteen") -> dict[str, Any]:
    items = office.get("/api/office/migrations").json["items"]
    return next(item for item in items if item["account"] == account)


def pulled(office: Client, wechat: FakeMigration, clock: FakeClock) -> None:
    assert office.post("/api/office/migrations/canteen/pull").status == 200
    run_until_resting(wechat.ports(), clock)


def upload(office: Client, content: bytes, kind: str = "phones") -> str:
    body = {"account": "canteen", "kind": kind, "file_name": "手机绑定.csv", "size": len(content)}
    opened = office.post("/api/office/imports", body)
    assert opened.status == 201
    known = opened.json
    for number in range(known["chunks"]):
        part = content[number * known["chunk_bytes"] : (number + 1) * known["chunk_bytes"]]
        sent = {"content": base64.b64encode(part).decode()}
        path = f"/api/office/imports/{known['id']}/chunks/{number}"
        assert office.request("PUT", path, body=sent).status == 204
    return str(known["id"])


def actions(subject: str) -> list[str]:
    """What is on record, by name: the worker's clock is not the API's."""
    return sorted(entry.action for entry in AuditEntry.query(subject))


def test_from_the_list_to_the_new_openids(office: Client, wechat: FakeMigration, clock: FakeClock) -> None:
    first = seen(office)
    assert (first["stage"], first["pulled"], first["name"]) == ("new", 0, "东南餐饮管理")
    started = office.post("/api/office/migrations/canteen/pull").json
    assert started["stage"] == "pulling"
    assert office.post("/api/office/migrations/canteen/pull").json["stage"] == "pulling"
    run_until_resting(wechat.ports(), clock)
    assert (seen(office)["stage"], seen(office)["pulled"], seen(office)["told_total"]) == ("pulled", 45, 45)

    order = {"approved_on": today(), "source_form": "app_id"}
    converting = office.post("/api/office/migrations/canteen/convert", order).json
    assert (converting["stage"], converting["days_left"]) == ("converting", 15)
    run_until_resting(wechat.ports(), clock)
    done = seen(office)
    assert (done["stage"], done["converted"], done["failed"], done["waiting"]) == ("converted", 44, 1, 0)
    assert done["reasons"] == [{"reason": "not_follower", "text": "不是原公众号现有的粉丝", "count": 1}]
    assert seen(office, "logistics")["stage"] == "new"
    expected = ["migration_convert_started", "migration_converted", "migration_pull_started", "migration_pulled"]
    assert actions("migration:canteen") == expected

    file = office.get("/api/office/migrations/canteen/failures.csv")
    assert file.headers["content-type"].startswith("text/csv")
    lines = file.text.removeprefix("\ufeff").split("\r\n")
    assert lines[0] == "原openid,原因,微信的说明,时间"
    assert lines[1].startswith(f"{openid(39)},不是原公众号现有的粉丝,ori_openid error,")
    assert lines[2:] == [""]
    assert "migration_failures_exported" in actions("migration:canteen")


def test_orders_that_cannot_be_carried_out_are_told_why(
    office: Client, wechat: FakeMigration, clock: FakeClock
) -> None:
    path = "/api/office/migrations/canteen"
    answer = office.post(f"{path}/convert", {"approved_on": today()})
    assert (answer.status, answer.code) == (409, "migration_nothing_pulled")
    assert office.post(f"{path}/pause").code == "migration_not_running"
    pulled(office, wechat, clock)
    long_ago = (utc_now() - timedelta(days=16)).date().isoformat()
    assert office.post(f"{path}/convert", {"approved_on": long_ago}).code == "migration_window_over"
    tomorrow = (utc_now().astimezone(SITE_ZONE) + timedelta(days=1)).date().isoformat()
    assert office.post(f"{path}/convert", {"approved_on": tomorrow}).code == "migration_not_approved_yet"
    assert office.post("/api/office/migrations/stranger/pull").status == 404
    assert seen(office)["stage"] == "pulled"
    assert wechat.asked == []


def test_a_pause_holds_and_going_on_goes_on(office: Client, wechat: FakeMigration, clock: FakeClock) -> None:
    pulled(office, wechat, clock)
    office.post("/api/office/migrations/canteen/convert", {"approved_on": today()})
    assert office.post("/api/office/migrations/canteen/pause").json["stage"] == "paused"
    run_until_resting(wechat.ports(), clock)
    assert (seen(office)["stage"], wechat.asked) == ("paused", [])
    assert office.post("/api/office/migrations/canteen/resume").json["stage"] == "converting"
    run_until_resting(wechat.ports(), clock)
    assert seen(office)["converted"] == 44


def test_an_old_follower_is_found_with_what_they_bring(office: Client, wechat: FakeMigration, clock: FakeClock) -> None:
    path, wanted = "/api/office/migrations/canteen/follower", {"openid": openid(1)}
    assert office.post(path, wanted).status == 404
    pulled(office, wechat, clock)
    found = office.post(path, wanted).json
    assert (found["new_openid"], found["reason"], found["user_id"], found["bindings"]) == (None, None, None, [])
    office.post("/api/office/migrations/canteen/convert", {"approved_on": today()})
    run_until_resting(wechat.ports(), clock)
    assert office.post(path, wanted).json["new_openid"] == new_openid(openid(1))
    assert office.post(path, {"openid": openid(39)}).json["reason"] == "不是原公众号现有的粉丝"


def test_a_file_is_checked_line_by_line_and_then_taken_over(
    office: Client, wechat: FakeMigration, clock: FakeClock
) -> None:
    pulled(office, wechat, clock)
    rows = [HEADER, f"{openid(1)},13900001111,甲", f"{openid(2)},123,乙", f"{openid(99)},13900002222,丙"]
    import_id = upload(office, "\n".join(rows).encode("gbk"))
    assert office.post(f"/api/office/imports/{import_id}/check").json["state"] == "checking"
    assert office.post(f"/api/office/imports/{import_id}/run").code == "import_changed"
    run_until_resting(wechat.ports(), clock)
    checked = office.get(f"/api/office/imports/{import_id}").json
    assert [checked[name] for name in ("state", "encoding", "rows", "good", "bad")] == ["checked", "GBK", 3, 1, 2]
    problems = office.get(f"/api/office/imports/{import_id}/faults").json["items"]
    assert [problem["line"] for problem in problems] == [3, 4]
    assert problems[0]["faults"] == ["手机号：不是 11 位手机号码；若显示为科学计数，请把该列设为文本后重新导出"]
    assert office.post("/api/office/migrations/canteen/follower", {"openid": openid(1)}).json["bindings"] == []

    assert office.post(f"/api/office/imports/{import_id}/run").json["state"] == "importing"
    run_until_resting(wechat.ports(), clock)
    done = office.get(f"/api/office/imports/{import_id}").json
    assert (done["state"], done["outcomes"]) == ("done", {"created": 1, "failed": 2})
    [binding] = office.post("/api/office/migrations/canteen/follower", {"openid": openid(1)}).json["bindings"]
    assert (binding["kind"], binding["fields"]) == ("phones", {"phone": "13900001111", "name": "甲"})
    text = office.get(f"/api/office/imports/{import_id}/faults.csv").text
    assert text.startswith("\ufeff行号,问题\r\n3,手机号：")
    assert actions(f"import:{import_id}") == [
        "import_checked",
        "import_faults_exported",
        "import_finished",
        "import_opened",
        "import_started",
    ]

    again = upload(office, "\n".join([*rows[:2], f"{openid(3)},13900003333,丁"]).encode())
    office.post(f"/api/office/imports/{again}/check")
    run_until_resting(wechat.ports(), clock)
    office.post(f"/api/office/imports/{again}/run")
    run_until_resting(wechat.ports(), clock)
    assert office.get(f"/api/office/imports/{again}").json["outcomes"] == {"created": 1, "unchanged": 1}
    assert [one["id"] for one in office.get("/api/office/imports").json["items"]] == [again, import_id]


def test_a_list_of_openids_stands_in_for_the_old_accounts_interface(
    office: Client, wechat: FakeMigration, clock: FakeClock
) -> None:
    pulled(office, wechat, clock)
    content = "\n".join([openid(1), openid(44), openid(45), openid(46), "rubbish"]).encode()
    import_id = upload(office, content, "followers")
    office.post(f"/api/office/imports/{import_id}/check")
    run_until_resting(wechat.ports(), clock)
    office.post(f"/api/office/imports/{import_id}/run")
    run_until_resting(wechat.ports(), clock)
    done = office.get(f"/api/office/imports/{import_id}").json
    assert done["outcomes"] == {"created": 2, "unchanged": 2, "failed": 1}
    assert (seen(office)["pulled"], seen(office)["waiting"]) == (47, 47)


def test_a_large_file_comes_in_parts(office: Client, wechat: FakeMigration, clock: FakeClock) -> None:
    content = "\n".join(openid(number) for number in range(3000)).encode()
    assert len(content) > 2 * CHUNK_BYTES
    import_id = upload(office, content, "followers")
    office.post(f"/api/office/imports/{import_id}/check")
    run_until_resting(wechat.ports(), clock)
    assert office.get(f"/api/office/imports/{import_id}").json["good"] == 3000


def test_a_file_that_is_not_whole_or_not_readable_is_refused(
    office: Client, wechat: FakeMigration, clock: FakeClock
) -> None:
    body = {"account": "canteen", "kind": "phones", "file_name": "a.csv", "size": CHUNK_BYTES + 1}
    import_id = office.post("/api/office/imports", body).json["id"]
    assert office.post(f"/api/office/imports/{import_id}/check").code == "import_incomplete"
    for number, content in ((0, b"x"), (2, b"x")):
        sent = {"content": base64.b64encode(content).decode()}
        answer = office.request("PUT", f"/api/office/imports/{import_id}/chunks/{number}", body=sent)
        assert (answer.status, answer.code) == (400, "invalid_input")
    assert office.request("PUT", f"/api/office/imports/{import_id}/chunks/x", body={"content": ""}).status in (400, 404)
    assert office.post(f"/api/office/imports/{import_id}/discard").json["state"] == "discarded"

    unreadable = upload(office, "姓名\n甲\n".encode())
    office.post(f"/api/office/imports/{unreadable}/check")
    run_until_resting(wechat.ports(), clock)
    told = office.get(f"/api/office/imports/{unreadable}").json
    assert (told["state"], told["problem"]) == ("unreadable", "缺少“原openid”这一列，请核对表头后重新上传。")
    too_large = {**body, "size": 5_000_001}
    assert office.post("/api/office/imports", too_large).status == 400


def test_a_discarded_file_is_deleted(office: Client, wechat: FakeMigration, clock: FakeClock) -> None:
    import_id = upload(office, f"{HEADER}\n{openid(1)},13900001111,甲\n".encode())
    assert len(stored_items(f"IMPORT#{import_id}")) == 1
    office.post(f"/api/office/imports/{import_id}/discard")
    run_until_resting(wechat.ports(), clock)
    assert stored_items(f"IMPORT#{import_id}") == []
    assert office.post(f"/api/office/imports/{import_id}/check").code == "import_changed"


def test_only_administrators() -> None:
    for role in ("visitor_approver", "logistics", "canteen"):
        clerk = signed_in(f"clerk{role}", role, device=Device.OFFICE)
        assert clerk.get("/api/office/migrations").status == 403
        assert clerk.post("/api/office/migrations/canteen/pull").status == 403
    assert Client().get("/api/office/imports").status == 401
