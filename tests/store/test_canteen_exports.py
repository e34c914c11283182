"""Long files: asked for once, written part by part wherever the worker dies, exactly what the filter shows."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zipfile import ZipFile

import pytest

from chalicelib.core import runtime
from chalicelib.core.audit import AuditEntry
from chalicelib.core.errors import NotFound
from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import State as PushState
from chalicelib.core.outbox.worker import drain
from chalicelib.core.table import Transaction
from chalicelib.domains.canteen.exports import asking, files, sources, store, writing
from chalicelib.domains.canteen.exports.model import Export, State, Wanted, What
from chalicelib.domains.canteen.records import syncing
from chalicelib.domains.canteen.topups import model
from chalicelib.domains.canteen.topups import store as topups
from chalicelib.domains.canteen.topups.top_up import Holder
from tests.support.clock import FakeClock
from tests.support.environment import EXPORT_BUCKET
from tests.support.fake_canteen import FakeCanteen
from tests.support.fake_pay import FakePay
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.visits import APPROVER as CLERK
from tests.support.visits import VISITOR

pytestmark = pytest.mark.usefixtures("cloud")
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 23)
ROWS = 23


@pytest.fixture
def canteen(cloud: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> FakeCanteen:
    """Two diners who ate every day, copied; parts of ten rows."""
    monkeypatch.setattr(sources, "SLICE", 10)
    assert cloud is not None
    found = FakeCanteen(clock)
    for number in ("A1", "A2"):
        found.open_account(number, "13600007777", cash_fen=1_000_000)
    for back in range(ROWS):
        found.eat("A1" if back % 3 else "A2", 1_200 + back, clock() - timedelta(days=22 - back))
    syncing.sync(found, clock)
    return found


def ask(clock: FakeClock, request_id: str = "request-1", **changes: Any) -> Export:
    wanted = Wanted(**({"what": What.RECORDS, "format": "csv", "first": FIRST, "last": LAST} | changes))
    return asking.ask(CLERK, wanted, request_id, clock())


def work(export: Export, clock: FakeClock) -> Export:
    until = clock() + timedelta(seconds=25)
    drain(f"export:export:{export.id}", writing.handlers(clock), clock=clock, deadline=until, pause=clock.pause)
    found = store.find_export(export.id)
    assert found is not None
    return found


def content(export: Export) -> bytes:
    key = f"canteen-{export.token}/file"
    body: bytes = runtime.aws_client("s3").get_object(Bucket=EXPORT_BUCKET, Key=key)["Body"].read()
    return body


def keys() -> list[str]:
    return [each["Key"] for each in runtime.aws_client("s3").list_objects_v2(Bucket=EXPORT_BUCKET).get("Contents", [])]


@pytest.mark.usefixtures("canteen")
def test_a_file_in_parts_is_exactly_the_list(clock: FakeClock) -> None:
    export = ask(clock)
    assert (export.state, export.fraction, export.name) == (State.WAITING, 0.0, "canteen-records-20261101-20261123.csv")
    done = work(export, clock)
    assert (done.state, done.rows, done.parts, done.fraction) == (State.READY, ROWS, 3, 1.0)
    lines = content(done).decode("utf-8-sig").splitlines()
    assert len(lines) == ROWS + 1
    assert lines[0].startswith("消费时间,入账时间,类型,餐别,金额（元）")
    assert lines[1].split(",")[2:6] == ["消费", "早餐", "-12.22", "9818.31"], "the newest first"
    assert keys() == [f"canteen-{done.token}/file"], "its parts are gone"
    assert files.link(done).startswith("https://")
    assert outbox.entries_of(f"export:export:{done.id}")[0].state is PushState.DONE
    (entry,) = AuditEntry.query(f"export:{done.id}")
    assert (entry.action, entry.actor) == ("canteen_exported", CLERK.user_id)


@pytest.mark.usefixtures("canteen")
def test_only_what_is_filtered_and_a_workbook_with_sums(clock: FakeClock) -> None:
    done = work(ask(clock, account_no="A2", format="xlsx"), clock)
    assert done.rows == 8
    with ZipFile(io.BytesIO(content(done))) as book:
        texts = book.read("xl/sharedStrings.xml").decode()
        assert "消费记录" in book.read("xl/workbook.xml").decode()
    assert "汇总" not in texts and "金额（元）" in texts and "A1<" not in texts


def test_top_ups_by_number_and_only_those_that_need_people(clock: FakeClock) -> None:
    for number, problem in (("T0000001", ""), ("T0000002", "refund_abnormal"), ("T0000003", "")):
        made = model.create(number, "U1", "o_1", Holder("A1", "S1", "陈**"), 5_000, clock())
        transaction = Transaction()
        topups.add_new(transaction, replace(made, problem=problem))
        transaction.commit()
    one = work(ask(clock, "by-number", what=What.TOP_UPS, number="T0000003"), clock)
    needing = work(ask(clock, "needing", what=What.TOP_UPS, needs_people=True), clock)
    assert [made.rows for made in (one, needing)] == [1, 1]
    assert "T0000003" in content(one).decode() and "T0000002" in content(needing).decode()


@pytest.mark.usefixtures("canteen")
def test_the_same_form_is_one_file_and_somebody_elses_is_nobodys(clock: FakeClock) -> None:
    first = ask(clock)
    assert ask(clock) == first
    assert len(outbox.entries_of(f"export:export:{first.id}")) == 1
    with pytest.raises(NotFound):
        asking.own(VISITOR, first.id)


@pytest.mark.usefixtures("canteen")
def test_an_empty_file_is_a_file(clock: FakeClock) -> None:
    done = work(ask(clock, merchant="没有这一家"), clock)
    assert (done.state, done.rows) == (State.READY, 0)
    assert len(content(done).decode().splitlines()) == 1


def test_with_every_call_broken_the_file_is_complete_once(
    canteen: FakeCanteen, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert canteen.posted
    monkeypatch.setattr(sources, "SLICE", 30)
    pay = FakePay(clock)
    fault = Fault()
    first = ask(clock, "request-0")
    with injected(fault, pay, monkeypatch):
        wanted = content(work(first, clock))
    for broken in every_fault(len(fault.calls)):
        export = ask(clock, f"request-{broken.number}-{broken.moment}-{broken.way}")
        with injected(broken, pay, monkeypatch):
            try:
                work(export, clock)
            except ProcessDied:
                pass
            except Exception:  # the message comes again
                assert broken.way == "error"
        for _ in range(6):
            clock.advance(seconds=80)
            done = work(export, clock)
        assert (done.state, done.rows) == (State.READY, ROWS), broken
        assert content(done) == wanted, broken


@pytest.mark.usefixtures("canteen")
def test_what_fails_for_good_says_so(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask(clock)

    def broken(*_: object) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr(writing, "next_slice", broken)
    for _ in range(writing.GIVE_UP_AFTER + 3):
        clock.advance(minutes=20)
        done = work(export, clock)
    assert (done.state, done.message) == (State.FAILED, "export_failed")


def test_a_statement_of_a_month_without_days_is_empty(clock: FakeClock) -> None:
    done = work(ask(clock, what=What.STATEMENT, format="xlsx"), clock)
    assert (done.state, done.rows, done.name) == (State.READY, 0, "canteen-statement-202611.xlsx")
