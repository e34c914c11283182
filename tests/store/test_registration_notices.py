"""The words a driver gets, and when they are not sent any more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.core.notices.model import Notice
from chalicelib.domains.logistics.lanes.model import Board, Lane
from chalicelib.domains.logistics.lanes.store import keep_board
from chalicelib.domains.logistics.registrations import model, store
from chalicelib.domains.logistics.registrations.notices import registration_facts
from chalicelib.domains.logistics.registrations.progress import Report, take
from chalicelib.domains.logistics.registrations.registration import Registration, Status
from chalicelib.domains.logistics.registrations.steps import commit_step
from tests.support.clock import FakeClock
from tests.support.registrations import make_product, now_of, stored

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def registration(clock: FakeClock, cloud: object) -> Registration:
    make_product()
    return stored(1, clock())


def called(registration: Registration, clock: FakeClock) -> Registration:
    report = Report(Status.CALLED, 3, clock(), lane_code="L2", arrived_at=clock())
    return commit_step(lambda: now_of(registration), lambda seen: take(seen, report, clock()), clock())


def words(notice: Notice, registration: Registration, clock: FakeClock) -> dict[str, str] | None:
    facts = registration_facts(notice, registration.id, clock())
    assert facts is None or facts.page == f"/logistics/registrations/{registration.id}"
    return dict(facts.values) if facts else None


def test_a_hold_that_ends_soon_and_one_that_has_ended(registration: Registration, clock: FakeClock) -> None:
    clock.advance(hours=3, minutes=40)
    assert words(Notice.HOLD_EXPIRING, registration, clock) == {
        "subject": "液碱32% 30 吨 闽A00001", "time": "2026年11月23日 13:00", "result": "即将超时",
        "remark": "请在时限前到厂报到，否则自动退卡",
    }  # fmt: skip
    assert words(Notice.HOLD_EXPIRED, registration, clock) is None
    clock.advance(minutes=21)
    commit_step(lambda: now_of(registration), lambda seen: model.expire(seen, clock()), clock())
    assert words(Notice.HOLD_EXPIRING, registration, clock) is None, "it has ended"
    ended = words(Notice.HOLD_EXPIRED, registration, clock)
    assert ended is not None and (ended["result"], ended["remark"]) == ("已退卡", "库存已释放，请重新登记")


def test_a_called_truck_reads_the_lanes_name(registration: Registration, clock: FakeClock) -> None:
    called(registration, clock)
    first = words(Notice.TRUCK_CALLED, registration, clock)
    assert first is not None and (first["result"], first["remark"]) == ("已叫号", "请到 L2 车道装卸")
    lane = Lane("L2", "2 号鹤位（液碱）", ("NAOH32",), 2, "open", 0, 1, ())
    keep_board(Board(clock(), (lane,), {}))
    named = words(Notice.TRUCK_CALLED, registration, clock)
    assert named is not None and named["remark"] == "请到 2 号鹤位（液碱）装卸"
    unfit = replace(now_of(registration), recheck=("driver_licence_expired|吴大勇",))
    store.to_item(unfit).save()
    warned = words(Notice.TRUCK_CALLED, registration, clock)
    assert warned is not None and warned["remark"] == "资料未通过复核，请先联系物流室"


def test_whoever_is_in_already_is_not_called_any_more(registration: Registration, clock: FakeClock) -> None:
    called(registration, clock)
    report = Report(Status.ENTERED, 4, clock())
    commit_step(lambda: now_of(registration), lambda seen: take(seen, report, clock()), clock())
    assert words(Notice.TRUCK_CALLED, registration, clock) is None


def test_what_the_office_ended_says_why(registration: Registration, clock: FakeClock) -> None:
    clock.advance(minutes=1)
    reason = "车辆临时故障，改由其他车辆提货，请联系物流室确认"
    commit_step(
        lambda: now_of(registration),
        lambda seen: model.release(seen, reason, seen.version, clock()),
        clock(),
    )
    ended = words(Notice.REGISTRATION_ENDED, registration, clock)
    assert ended is not None and ended["result"] == "登记终止"
    assert (ended["remark"], len(ended["remark"])) == (reason[:20], 20), "as much as the template takes"
