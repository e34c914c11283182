"""The archive with every single call broken: filed once, told to LE in its newest version, warned of once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import State
from chalicelib.core.session import Principal
from chalicelib.core.table import is_store_error
from chalicelib.domains.logistics.archive import hourly, office, service, store
from chalicelib.domains.logistics.archive.identity import identify
from chalicelib.domains.logistics.archive.items import PERSON, VEHICLE, person_pk, vehicle_pk
from chalicelib.domains.logistics.archive.le_push import ArchivePusher
from chalicelib.domains.logistics.archive.model import Filed, LeSync, Vehicle, le_sync
from chalicelib.domains.logistics.archive.notices import person_facts, vehicle_facts
from chalicelib.domains.logistics.archive.service import Wish
from chalicelib.domains.logistics.reports import service as reports
from chalicelib.domains.logistics.reports import store as report_store
from chalicelib.domains.logistics.reports.le_push import ReportPusher
from chalicelib.domains.logistics.reports.model import Report
from chalicelib.domains.logistics.reports.service import Announcement
from tests.support.archive import ID_NUMBER, person, vehicle
from tests.support.clock import FakeClock
from tests.support.fake_le import FakeLe, declined
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.registrations import make_product
from tests.support.workers import QueueWorkers, pending

LIN = Principal("USERLIN", "lin", "", frozenset())
CHEN = Principal("USERCHEN", "chen", "", frozenset())
CLERK = Principal("USERCLERK", "clerk", "", frozenset())


class World:
    """Filed vehicles, LE, the worker between them, and the schedule."""

    def __init__(self, sqs: Any, clock: FakeClock) -> None:
        self.clock, self.le, self.serial = clock, FakeLe(clock), 0
        handlers = {**ArchivePusher(self.le).handlers, **ReportPusher(self.le).handlers}
        self.workers = QueueWorkers(sqs, "le", handlers, clock)

    def wish(self, **changed: Any) -> Wish[Vehicle]:
        self.serial += 1
        now = self.clock()
        plate = f"闽A{self.serial:05d}"
        version = changed.pop("version", 0)
        content = vehicle(**{"plate_number": plate, "filed_at": now, "updated_at": now, **changed})
        return Wish(content, (), version)

    def filed(self, *keepers: Principal, **changed: Any) -> Vehicle:
        wish = self.wish(**changed)
        for keeper in keepers or (LIN,):
            service.save(keeper, wish, self.clock())
        return self.now(wish.content.plate_number)

    def now(self, plate: str) -> Vehicle:
        found = store.find_vehicle(plate)
        assert found is not None
        return found

    def today(self) -> date:
        return self.clock().astimezone(SITE_ZONE).date()

    def key(self, plate: str) -> str:
        return f"le:vehicle:{plate}"


@pytest.fixture
def world(cloud: Any, clock: FakeClock) -> World:
    return World(cloud, clock)


def attempt(world: World, fault: Fault, patch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """One broken call; the product answers with nothing worse than "the database did not answer"."""
    with injected(fault, world.le, patch):
        try:
            act()
        except ProcessDied:
            pass
        except Exception as error:
            assert is_store_error(error), error


def entries(plate: str) -> list[int]:
    return [entry.sequence for entry in outbox.entries_of(f"le:vehicle:{plate}")]


def test_filing_and_suspending_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    count = Fault()
    attempt(world, count, monkeypatch, lambda: service.save(LIN, world.wish(), world.clock()))
    assert count.calls == ["BatchGetItem", "Query", "TransactWriteItems", "SendMessage"]
    for fault in every_fault(len(count.calls)):
        wish = world.wish()
        attempt(world, fault, monkeypatch, lambda wish=wish: service.save(LIN, wish, world.clock()))
        plate = wish.content.plate_number
        assert service.save(LIN, wish, world.clock()).filed.version == 1, fault
        assert (entries(plate), len(store.keepers_of("USERLIN", VEHICLE, 100))) == ([1], world.serial), fault

        def suspend(plate: str = plate) -> Filed:
            return office.suspend(CLERK, vehicle_pk(plate), "整改", 1, world.clock())

        attempt(world, fault, monkeypatch, suspend)
        assert suspend().version == 2
        assert entries(plate) == [1, 2]
        world.workers.recover()
        assert world.le.vehicles[plate].suspended and le_sync(world.now(plate)) is LeSync.DONE


def test_a_second_keeper_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    count = Fault()
    first = world.filed()
    attempt(world, count, monkeypatch, lambda: service.save(CHEN, Wish(first, (), 0), world.clock()))
    for fault in every_fault(len(count.calls)):
        seen = world.filed()
        attempt(world, fault, monkeypatch, lambda seen=seen: service.save(CHEN, Wish(seen, (), 0), world.clock()))
        service.save(CHEN, Wish(seen, (), 0), world.clock())
        kept = world.now(seen.plate_number)
        assert kept.keepers == ("USERLIN", "USERCHEN"), fault
        attempt(world, fault, monkeypatch, lambda seen=seen: service.forget(CHEN, _pk(seen), world.clock()))
        with suppress(Exception):  # gone already when the first attempt had come through
            service.forget(CHEN, _pk(seen), world.clock())
        assert world.now(seen.plate_number).keepers == ("USERLIN",)
        assert _pk(seen) not in [item.sk for item in store.keepers_of("USERCHEN", VEHICLE, 100)]


def _pk(seen: Vehicle) -> str:
    return vehicle_pk(seen.plate_number)


def test_the_push_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, count = world.filed(), Fault()
    with injected(count, world.le, monkeypatch):
        world.workers.deliver(world.key(first.plate_number))
    assert count.calls.count("le.put_vehicle") == 1
    for fault in every_fault(len(count.calls)):
        seen = world.filed()
        with injected(fault, world.le, monkeypatch), suppress(ProcessDied):
            world.workers.deliver(world.key(seen.plate_number))
        world.workers.recover()
        assert le_sync(world.now(seen.plate_number)) is LeSync.DONE, fault
        assert world.le.vehicles[seen.plate_number].version == 1


def test_two_versions_waiting_are_one_call_with_the_newest(world: World) -> None:
    seen = world.filed()
    service.save(LIN, Wish(replace(seen, approved_load_kg=30_000), (), 1), world.clock())
    world.workers.recover()
    assert world.le.calls == ["put_vehicle"]
    assert (world.le.vehicles[seen.plate_number].version, le_sync(world.now(seen.plate_number))) == (2, LeSync.DONE)


def test_changed_while_le_is_told_is_told_again(world: World) -> None:
    seen = world.filed()

    def change_now(operation: str, moment: str) -> None:
        if moment == "after" and world.now(seen.plate_number).version == 1:
            service.save(LIN, Wish(replace(seen, approved_load_kg=30_000), (), 1), world.clock())

    world.le.trouble = change_now
    world.workers.recover()
    assert world.le.vehicles[seen.plate_number].approved_load_kg == 30_000
    assert world.now(seen.plate_number).le_version == 2


def test_a_refusal_is_shown_until_the_next_version(world: World) -> None:
    world.le.refuses_with = "le_request_invalid"
    seen = world.filed()
    world.workers.recover()
    refused = world.now(seen.plate_number)
    assert (le_sync(refused), refused.le_problem) == (LeSync.FAILED, "le_request_invalid")
    world.le.refuses_with = None
    service.save(LIN, Wish(replace(seen, road_permit_no="350100009999"), (), 1), world.clock())
    assert le_sync(world.now(seen.plate_number)) is LeSync.WAITING
    world.workers.recover()
    assert le_sync(world.now(seen.plate_number)) is LeSync.DONE


def test_le_down_for_a_day_gets_the_newest(world: World) -> None:
    world.le.down = True
    seen = world.filed()
    world.workers.recover()
    world.clock.advance(days=1)
    service.save(LIN, Wish(replace(seen, approved_load_kg=30_000), (), 1), world.clock())
    world.le.down = False
    world.workers.recover()
    assert world.le.vehicles[seen.plate_number].approved_load_kg == 30_000


def test_a_person_reaches_le_with_the_number(world: World) -> None:
    identity = identify(ID_NUMBER)
    content = person(driver_no=identity.driver_no, id_number_sealed=identity.sealed)
    service.save(LIN, Wish(content, (), 0), world.clock())
    world.workers.recover()
    told = world.le.people[identity.driver_no]
    assert (told.id_number, told.role, told.version, told.licence_class) == (ID_NUMBER, "driver", 1, "A2")


class Reporting:
    """Reports of one truck."""

    def __init__(self, world: World) -> None:
        make_product()
        self.world, self.serial = world, 0
        identity = identify(ID_NUMBER)
        self.driver_no = identity.driver_no
        crew = person(driver_no=identity.driver_no, id_number_sealed=identity.sealed)
        self.truck = world.filed()
        service.save(LIN, Wish(crew, (), 0), world.clock())

    def said(self) -> Announcement:
        self.serial += 1
        at = self.world.clock() + timedelta(hours=3)
        plate = self.truck.plate_number
        return Announcement(f"request-{self.serial:010d}", plate, None, self.driver_no, None, "NAOH32", at)

    def made(self) -> Report:
        return reports.report(LIN, self.said(), self.world.clock())


def test_reporting_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reporting, count = Reporting(world), Fault()
    attempt(world, count, monkeypatch, reporting.made)
    assert count.calls == ["BatchGetItem", "TransactWriteItems", "SendMessage"]
    for fault in every_fault(len(count.calls)):
        said = reporting.said()
        attempt(world, fault, monkeypatch, lambda said=said: reports.report(LIN, said, world.clock()))
        made = reports.report(LIN, said, world.clock())
        world.workers.recover()
        found = report_store.find_report(made.id)
        assert found is not None and found.report_no, fault
    assert len(world.le.reports) == reporting.serial, "each once"


def test_telling_le_of_a_report_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """LE knows neither truck nor driver at first: their own pushes come behind."""
    reporting, count = Reporting(world), Fault()
    first = reporting.made()
    with injected(count, world.le, monkeypatch):
        world.workers.deliver(f"le:report:{first.id}")
    assert [call for call in count.calls if call.startswith("le.")] == [
        *("le.report_entry", "le.put_vehicle", "le.put_person", "le.report_entry"),
    ]
    for fault in every_fault(len(count.calls)):
        world.le.vehicles.clear()
        world.le.people.clear()
        made = reporting.made()
        with injected(fault, world.le, monkeypatch), suppress(ProcessDied):
            world.workers.deliver(f"le:report:{made.id}")
        world.workers.recover()
        found = report_store.find_report(made.id)
        assert found is not None and found.report_no, fault
    assert len(world.le.reports) == reporting.serial


def test_les_no_to_a_report_is_shown_in_its_words(world: World) -> None:
    reporting = Reporting(world)

    def refuse(operation: str, moment: str) -> None:
        if (operation, moment) == ("report_entry", "before"):
            raise declined("PLATE_BLOCKED", "该车已列入禁入名单")

    world.le.trouble = refuse
    made = reporting.made()
    world.workers.recover()
    found = report_store.find_report(made.id)
    assert found is not None and (found.report_no, found.le_problem) == (None, "该车已列入禁入名单")


def told_of(plate: str) -> list[str]:
    """Whom WeChat's queue would tell of a vehicle."""
    found = [entry for entry in pending("wechat") if entry.object_key.startswith(f"wechat:vehicle:{plate}:")]
    return sorted(entry.payload["user_id"] for entry in found)


def test_warning_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def due() -> Vehicle:
        return world.filed(LIN, CHEN, inspection_expiry=world.today() + timedelta(days=31))

    first = due()
    world.clock.advance(days=1)
    count = Fault()
    with injected(count, world.le, monkeypatch):
        assert hourly.work_off(world.clock) == {"warned_vehicle": 1}
    assert count.calls == ["Query", "TransactWriteItems", "SendMessageBatch", *["Query"] * 3]
    assert told_of(first.plate_number) == ["USERCHEN", "USERLIN"]
    for fault in every_fault(len(count.calls)):
        seen = due()
        world.clock.advance(days=1)
        with injected(fault, world.le, monkeypatch), suppress(ProcessDied, Exception):
            hourly.work_off(world.clock)
        hourly.work_off(world.clock)
        assert hourly.work_off(world.clock) == {}
        assert told_of(seen.plate_number) == ["USERCHEN", "USERLIN"], fault
        assert world.now(seen.plate_number).warn_on == world.today() + timedelta(days=23)


def test_two_runs_at_once_warn_once(world: World) -> None:
    """Both have read the same list."""
    seen = world.filed(inspection_expiry=world.today() + timedelta(days=8))
    world.clock.advance(days=1)
    lists = [list(hourly._all_due(world.clock())) for _ in range(2)]
    outcomes = [hourly._outcome(*step, world.clock) for due in lists for step in due]
    assert outcomes == ["warned_vehicle", "unchanged"]
    assert told_of(seen.plate_number) == ["USERLIN"]


def test_nobody_is_told_at_night_or_of_what_is_renewed_or_kept_no_more(world: World) -> None:
    seen = world.filed(LIN, CHEN, inspection_expiry=world.today() + timedelta(days=8))
    world.clock.advance(hours=22)  # 07:00 of the next day
    assert hourly.work_off(world.clock) == {}
    world.clock.advance(hours=1)
    assert hourly.work_off(world.clock) == {"warned_vehicle": 1}
    now, plate = world.clock(), seen.plate_number
    facts = vehicle_facts(None, f"{plate}:USERLIN", now)  # type: ignore[arg-type]  # the one notice there is
    assert facts is not None
    assert facts.values["remark"] == "车辆年检还有 7 天到期，请换证"
    assert (facts.values["subject"], facts.values["result"]) == (plate, "即将到期")
    assert facts.page == f"/logistics/vehicles/%E9%97%BD{plate[1:]}"
    service.forget(CHEN, vehicle_pk(plate), now)
    assert vehicle_facts(None, f"{plate}:USERCHEN", now) is None  # type: ignore[arg-type]
    renewed = replace(seen, inspection_expiry=world.today() + timedelta(days=400))
    service.save(LIN, Wish(renewed, (), 1), now)
    assert vehicle_facts(None, f"{plate}:USERLIN", now) is None  # type: ignore[arg-type]


def test_the_day_after_the_last_one_is_told_and_then_nothing(world: World) -> None:
    identity = identify(ID_NUMBER)
    content = person(
        driver_no=identity.driver_no,
        id_number_sealed=identity.sealed,
        licence_expiry=world.today() + timedelta(days=900),
        qualification_expiry=world.today(),
    )
    service.save(LIN, Wish(content, (), 0), world.clock())
    world.clock.advance(days=1)
    assert hourly.work_off(world.clock) == {"warned_person": 1}
    facts = person_facts(None, f"{identity.driver_no}:USERLIN", world.clock())  # type: ignore[arg-type]
    assert facts is not None and facts.values["result"] == "已到期"
    assert facts.values["remark"] == "从业资格证已到期，换证前不能登记"
    world.clock.advance(days=300)
    assert hourly.work_off(world.clock) == {}
    assert len(store.keepers_of("USERLIN", PERSON, 10)) == 1


def test_failed_entries_are_done_by_a_later_version(world: World) -> None:
    world.le.refuses_with = "le_request_invalid"
    seen = world.filed()
    world.workers.recover()
    world.le.refuses_with = None
    service.save(LIN, Wish(replace(seen, approved_load_kg=1_000), (), 1), world.clock())
    world.workers.recover()
    states = {entry.sequence: entry.state for entry in outbox.entries_of(world.key(seen.plate_number))}
    assert states == {1: State.FAILED, 2: State.DONE}


def test_who_nobody_keeps_is_forgotten_with_every_call_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """And filed anew as one person more: LE goes on from the versions it knows."""
    identity = identify(ID_NUMBER)
    content = person(driver_no=identity.driver_no, id_number_sealed=identity.sealed)
    wish, pk = Wish(content, (), 0), person_pk(identity.driver_no)
    service.save(LIN, wish, world.clock())

    def let_go() -> None:
        service.forget(LIN, pk, world.clock())
        world.clock.advance(days=179)
        assert hourly.work_off(world.clock) == {}, "kept as long as was told"
        world.clock.advance(days=2)

    let_go()
    count = Fault()
    with injected(count, world.le, monkeypatch):
        assert hourly.work_off(world.clock) == {"forgotten": 1}
    for version, fault in enumerate(every_fault(len(count.calls)), start=2):
        assert service.save(LIN, wish, world.clock()).filed.version == version, fault
        world.workers.recover()
        assert world.le.people[identity.driver_no].version == version
        let_go()
        with injected(fault, world.le, monkeypatch), suppress(ProcessDied, Exception):
            hourly.work_off(world.clock)
        hourly.work_off(world.clock)
        bare = store.find_person(identity.driver_no)
        assert bare is not None and bare.forgotten, fault
        assert (bare.name, bare.phone, bare.qualification_no, bare.keepers) == ("", "", "", ()), fault
    today = world.clock().astimezone(SITE_ZONE).date()
    assert office.page_of_all(PERSON, None).items == office.page_of_expiring(PERSON, today, None).items == []
    assert hourly.work_off(world.clock) == {}
