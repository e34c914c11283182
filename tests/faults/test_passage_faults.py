"""Passages with every call broken, events lost, doubled, reversed and late: each is kept once, nobody is lost."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.errors import Unavailable
from chalicelib.core.outbox import store as outbox
from chalicelib.core.table import is_store_error
from chalicelib.domains.visitor import service, store
from chalicelib.domains.visitor.closing import close_visits
from chalicelib.domains.visitor.passages import hints
from chalicelib.domains.visitor.passages import store as passages
from chalicelib.domains.visitor.passages.hints import Hint
from chalicelib.domains.visitor.passages.model import Remark
from chalicelib.domains.visitor.passages.reading import ReadingIncomplete, overdue_visits
from chalicelib.domains.visitor.visit import GateStatus, PresenceStatus, Status, Visit
from chalicelib.integrations.errors import PeerError, Refused
from chalicelib.integrations.gate.passage_port import Passage
from tests.faults.test_visit_faults import World, calls_of
from tests.support.clock import FakeClock
from tests.support.faults import ProcessDied, every_fault, injected
from tests.support.visits import APPROVER
from tests.support.workers import pending

pytestmark = pytest.mark.usefixtures("cloud")


class Plant(World):
    """A world with people passing its gates."""

    def ready(self) -> Visit:
        """A visit whose window has begun and whose right is on the devices."""
        visit = self.visit()
        service.approve_visit(APPROVER, visit.id, 1, self.clock())
        self.workers.recover()
        self.clock.now = max(self.clock.now, visit.window.starts_at + timedelta(minutes=1))
        return self.found(visit)

    def found(self, visit: Visit) -> Visit:
        seen = store.find_visit(visit.id)
        assert seen is not None
        return seen

    def passes(self, visit: Visit, device: str = "entry-1", at: datetime | None = None) -> Passage:
        """Somebody passes; the platform lists it."""
        event_id = f"EVENT{len(self.gate.passed):06d}"
        order_id = self.found(visit).gate.order_id or ""
        passage = Passage(event_id, order_id, at or self.clock(), device, f"{device} 通道", "qr")
        self.gate.passed.append(passage)
        return passage

    def told_of(self, passage: Passage) -> int:
        """The platform's event arrives at the endpoint."""
        return hints.take([Hint(f"told-{passage.event_id}", passage.at, passage.order_id)], self.clock())

    def read(self) -> dict[str, int]:
        return self.workers.reader.run()

    def read_quietly(self) -> None:
        """As Lambda does: an error is an alarm, the next run comes."""
        with suppress(ProcessDied, ReadingIncomplete):
            try:
                self.read()
            except Exception as error:
                assert isinstance(error, (ReadingIncomplete, PeerError, Unavailable)) or is_store_error(error), error

    def events(self, visit: Visit) -> list[str]:
        return [event.name for event in self.found(visit).events if event.name in ("entered", "left", "checked_out")]


@pytest.fixture
def plant(cloud: Any, clock: FakeClock) -> Plant:
    return Plant(cloud, clock)


def log() -> list[passages.KnownPassage]:
    return passages.page_of_passages(None).items


def arrivals(visit: Visit) -> list[str]:
    entries = outbox.entries_of(f"wechat:visit:{visit.id}")
    return [entry.payload["user_id"] for entry in entries if entry.kind == "visit_arrived"]


def test_reading_with_every_call_broken(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    first = plant.ready()
    plant.passes(first)
    calls = calls_of(plant.read, plant, monkeypatch)
    assert calls == [
        "GetItem", "gate.passages", "BatchGetItem", "GetItem", "GetItem", "TransactWriteItems", "SendMessage",
        "TransactWriteItems", "Query",
    ], "place, page, what is known; order, visit, transaction and the host's message; place, who is overdue"  # fmt: skip
    for fault in every_fault(len(calls)):
        visit = plant.ready()
        passage = plant.passes(visit)
        with injected(fault, plant.gate, monkeypatch):
            plant.read_quietly()
        plant.clock.advance(minutes=3)
        plant.read()
        seen = plant.found(visit)
        assert (seen.presence.status, seen.presence.entered_at) == (PresenceStatus.INSIDE, passage.at), fault
        assert plant.events(visit) == ["entered"], fault
        assert [known.visit_id for known in log()].count(visit.id) == 1
        assert arrivals(visit) == ["USERHOST"], fault
        assert passages.find_read_until() == plant.clock()


def test_following_an_event_with_every_call_broken(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    first = plant.ready()
    told = plant.passes(first)
    plant.told_of(told)
    calls = calls_of(lambda: plant.workers.deliver(f"gate:passages:told-{told.event_id}"), plant, monkeypatch)
    assert calls.count("gate.passages") == 1
    for fault in every_fault(len(calls)):
        visit = plant.ready()
        passage = plant.passes(visit)
        plant.told_of(passage)
        with injected(fault, plant.gate, monkeypatch), suppress(ProcessDied):
            plant.workers.deliver(f"gate:passages:told-{passage.event_id}")
        plant.workers.recover()
        assert plant.events(visit) == ["entered"], fault
        assert arrivals(visit) == ["USERHOST"], fault
    assert pending("gate") == []


def test_taking_an_event_with_every_call_broken(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = plant.ready()
    first = plant.passes(visit)
    calls = calls_of(lambda: plant.told_of(first), plant, monkeypatch)
    assert calls == ["TransactWriteItems", "SendMessage"]
    for fault in every_fault(len(calls)):
        passage = plant.passes(visit)
        with injected(fault, plant.gate, monkeypatch):
            try:
                plant.told_of(passage)
            except ProcessDied:
                pass
            except Exception as error:
                assert is_store_error(error), error
        plant.told_of(passage)
        assert len(outbox.entries_of(f"gate:passages:told-{passage.event_id}")) == 1
    plant.workers.recover()
    assert pending("gate") == []


def test_an_event_twice_is_one_question(plant: Plant) -> None:
    passage = plant.passes(plant.ready())
    assert [plant.told_of(passage) for _ in range(3)] == [1, 0, 0]
    plant.workers.recover()
    assert plant.gate.calls.count("passages") == 1


def test_nothing_an_event_says_is_believed(plant: Plant) -> None:
    """Somebody who knows the address claims a passage that never was, of another day, of nobody."""
    visit = plant.ready()
    order_id = visit.gate.order_id or ""
    claims = [
        Hint("forged-1", plant.clock(), order_id),
        Hint("forged-2", plant.clock(), "nobody"),
        Hint("forged-3", plant.clock() - timedelta(days=30), order_id),
    ]
    assert hints.take(claims, plant.clock()) == 2
    plant.workers.recover()
    assert plant.found(visit).presence.status is PresenceStatus.EXPECTED
    assert log() == []
    assert pending("gate") == [], "after three readings it is let go of"


def test_events_in_the_wrong_order_end_in_the_same_place(plant: Plant) -> None:
    visit = plant.ready()
    entry = plant.passes(visit)
    plant.clock.advance(hours=1)
    leaving = plant.passes(visit, "exit-1")
    for passage in (leaving, entry, leaving):
        plant.told_of(passage)
        plant.workers.recover()
    seen = plant.found(visit)
    assert (seen.presence.status, seen.presence.entered_at, seen.presence.left_at) == (
        PresenceStatus.LEFT,
        entry.at,
        leaving.at,
    )


def test_a_lost_event_is_made_up_for_and_then_costs_nothing(plant: Plant) -> None:
    visit = plant.ready()
    plant.passes(visit)
    plant.clock.advance(minutes=3)
    assert plant.read() == {"new": 1}
    assert plant.found(visit).presence.status is PresenceStatus.INSIDE
    version = plant.found(visit).version
    assert plant.read() == {"known": 1}
    assert plant.found(visit).version == version


def test_a_passage_that_is_listed_late_is_read_with_the_overlap(plant: Plant) -> None:
    visit = plant.ready()
    plant.read()
    happened = plant.clock()
    for _ in range(15):
        plant.clock.advance(minutes=3)
        plant.read()
    plant.passes(visit, at=happened)
    plant.read()
    assert plant.found(visit).presence.entered_at == happened


def test_many_pages_and_a_reader_that_was_away(plant: Plant) -> None:
    visit = plant.ready()
    plant.read()
    plant.gate.page_size = 10
    for _ in range(60):
        plant.clock.advance(minutes=30)
        plant.passes(visit)
    assert plant.read()["new"] == 60
    assert len({passage.event_id for passage in plant.gate.passed}) == 60
    assert passages.find_read_until() == plant.clock()


def test_what_is_nobodys_or_cannot_be_read_is_seen_and_breaks_nothing(plant: Plant) -> None:
    visit = plant.ready()
    stranger = Passage("STRANGER", "order-of-reception", plant.clock(), "entry-1", "东门", "card")
    without = Passage("WITHOUT", "", plant.clock(), "entry-1", "东门", "")
    plant.gate.passed += [stranger, without]
    ours = plant.passes(visit)
    original = plant.gate.passages
    plant.gate.passages = lambda since, until: iter([None, *original(since, until)])  # type: ignore[method-assign]
    assert plant.read() == {"new": 3, "unreadable": 1}
    assert {known.event_id: known.remark for known in log()} == {
        "STRANGER": Remark.UNKNOWN_ORDER,
        "WITHOUT": Remark.UNKNOWN_ORDER,
        ours.event_id: None,
    }


def test_an_entry_after_the_end_is_kept(plant: Plant) -> None:
    visit = plant.ready()
    late_entry = plant.passes(visit)
    plant.clock.now = visit.window.ends_at
    close_visits(plant.clock)
    plant.workers.recover()
    plant.clock.advance(minutes=1)
    assert plant.found(visit).gate.status is GateStatus.REVOKED
    plant.workers.reader.read_around(late_entry.at, timedelta(minutes=2))
    seen = plant.found(visit)
    assert (seen.status, seen.presence.status) == (Status.ENDED, PresenceStatus.INSIDE)
    assert [found.id for found in overdue_visits(plant.clock())] == [visit.id]


def test_one_passages_trouble_does_not_stop_the_others_and_is_not_forgotten(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = plant.ready(), plant.ready()
    bad = plant.passes(one)
    plant.passes(other)
    broken = store.add_visit_change

    def trouble(transaction: Any, seen: Visit, changed: Visit) -> None:
        if seen.id == one.id:
            raise RuntimeError("this one is broken")
        broken(transaction, seen, changed)

    with monkeypatch.context() as patch:
        patch.setattr(store, "add_visit_change", trouble)
        with pytest.raises(ReadingIncomplete):
            plant.read()
    assert plant.events(other) == ["entered"]
    assert passages.find_read_until() is None, "the place does not move over what is not kept"
    assert plant.read()["new"] == 1
    assert plant.found(one).presence.entered_at == bad.at


def test_a_platform_that_is_down_is_no_alarm_until_it_lasts(plant: Plant) -> None:
    plant.read()
    plant.gate.down = True
    plant.clock.advance(minutes=29)
    assert plant.read() == {"later": 1}
    plant.clock.advance(minutes=1)
    with pytest.raises(ReadingIncomplete):
        plant.read()


def test_a_refusal_is_told_at_once(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(since: datetime, until: datetime) -> Any:
        raise Refused("gate_not_authorised", "grant the interface", "gate")

    monkeypatch.setattr(plant.gate, "passages", forbidden)
    with pytest.raises(ReadingIncomplete):
        plant.read()
    hints.take([Hint("told", plant.clock(), "")], plant.clock())
    plant.workers.recover()
    assert pending("gate") == [], "a hint is not told as a failed push as well"


def overstayed(plant: Plant) -> Visit:
    """Entered, closed, and the night has come."""
    visit = plant.ready()
    plant.passes(visit)
    plant.read()
    plant.clock.now = visit.window.ends_at
    close_visits(plant.clock)
    plant.clock.now = plant.clock.now.replace(hour=15, minute=0)  # 23:00 at the plant
    return plant.found(visit)


def test_the_night_with_every_call_broken(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    first = overstayed(plant)
    assert first.gate.status is GateStatus.READY, "not signed out while inside"
    plant.read()
    plant.workers.recover()
    plant.clock.advance(hours=10)
    overstayed(plant)
    plant.clock.advance(minutes=-3)
    plant.read()
    plant.clock.advance(minutes=3)
    calls = calls_of(plant.read, plant, monkeypatch)
    assert "gate.is_signed_out" in calls
    assert calls.count("gate.passages") == 2, "the whole day is read again before anybody is signed out"
    plant.workers.recover()
    for fault in every_fault(len(calls)):
        plant.clock.advance(hours=10)
        visit = overstayed(plant)
        with injected(fault, plant.gate, monkeypatch):
            plant.read_quietly()
        plant.clock.advance(minutes=3)
        plant.read_quietly()
        plant.clock.advance(minutes=3)
        plant.read()
        plant.workers.recover()
        seen = plant.found(visit)
        assert (seen.presence.status, seen.gate.status) == (PresenceStatus.CHECKED_OUT, GateStatus.REVOKED), fault
        assert plant.events(visit) == ["entered", "checked_out"], fault
        actions = [entry.action for entry in AuditEntry.query(f"visit:{visit.id}")]
        assert actions.count("visit_checked_out") == 1
        assert [order.live for order in plant.gate.orders if order.order_id == visit.gate.order_id] == [False]


def test_nobody_is_signed_out_while_the_platform_does_not_tell(plant: Plant) -> None:
    visit = overstayed(plant)
    plant.gate.down = True
    with suppress(ReadingIncomplete):
        plant.read()
    assert plant.found(visit).presence.status is PresenceStatus.INSIDE


def test_a_device_that_was_offline_tells_before_the_night_does_harm(plant: Plant) -> None:
    visit = overstayed(plant)
    left_at = visit.window.ends_at - timedelta(minutes=5)
    plant.passes(visit, "exit-1", at=left_at)
    plant.read()
    plant.workers.recover()
    seen = plant.found(visit)
    assert (seen.presence.status, seen.presence.left_at) == (PresenceStatus.LEFT, left_at)
    assert (seen.presence.checked_out_at, seen.gate.status) == (None, GateStatus.REVOKED)


@pytest.mark.parametrize("told", [True, False])
def test_signed_out_at_reception(plant: Plant, told: bool) -> None:
    """Told by an event, or found out when the window is over."""
    visit = plant.ready()
    passage = plant.passes(visit)
    plant.read()
    for order in plant.gate.orders:
        order.signed_out_there = order.order_id == visit.gate.order_id
    if told:
        plant.clock.advance(minutes=20)
        hints.take([Hint("signed-out", plant.clock(), passage.order_id)], plant.clock())
        plant.workers.recover()
    else:
        plant.clock.now = visit.window.ends_at
        close_visits(plant.clock)
        plant.read()
    assert plant.found(visit).presence.status is PresenceStatus.LEFT
    assert plant.found(visit).events[-1].name != "checked_out"


def test_a_host_is_not_told_of_what_is_no_news(plant: Plant) -> None:
    visit = plant.ready()
    plant.passes(visit, at=plant.clock())
    plant.clock.advance(hours=2)
    plant.workers.reader.read_around(plant.gate.passed[-1].at, timedelta(minutes=1))
    assert plant.found(visit).presence.status is PresenceStatus.INSIDE
    assert arrivals(visit) == []


def test_sending_again_with_every_call_broken(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    def failed() -> Visit:
        plant.gate.rights_state = "failed"
        visit = plant.visit()
        service.approve_visit(APPROVER, visit.id, 1, plant.clock())
        plant.workers.recover()
        plant.gate.rights_state = "ready"
        seen = plant.found(visit)
        assert [(device.name, device.state) for device in seen.gate.devices] == [("1 号闸机", "failed")]
        return seen

    first = failed()
    service.send_rights_again(APPROVER, first.id, first.version, plant.clock())
    calls = calls_of(lambda: plant.workers.deliver(plant.key(first)), plant, monkeypatch)
    assert calls.count("gate.send_rights_again") == 1
    for fault in every_fault(len(calls)):
        visit = failed()
        service.send_rights_again(APPROVER, visit.id, visit.version, plant.clock())
        service.send_rights_again(APPROVER, visit.id, visit.version, plant.clock())
        with injected(fault, plant.gate, monkeypatch), suppress(ProcessDied):
            plant.workers.deliver(plant.key(visit))
        plant.workers.recover()
        seen = plant.found(visit)
        assert seen.gate.status is GateStatus.READY, fault
        assert [(device.name, device.state) for device in seen.gate.devices] == [("1 号闸机", "ready")]
        assert [event.name for event in seen.events].count("gate_sent_again") == 1
        actions = [entry.action for entry in AuditEntry.query(f"visit:{visit.id}")]
        assert actions.count("visit_rights_sent_again") == 1
