"""The board through the API function and LE's worker: whose truck stands where, and what two hundred phones cost."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import botocore.client
import pytest

from chalicelib.core import runtime
from chalicelib.core.clock import site_day, utc_now
from chalicelib.core.session import Device
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.logistics import workers
from chalicelib.domains.logistics.lanes import refreshing, store
from chalicelib.domains.logistics.lanes.model import Board
from chalicelib.domains.logistics.lanes.watching import WATCH, Watch, ask_quietly
from chalicelib.domains.logistics.registrations import progress
from chalicelib.domains.logistics.registrations.progress import Report
from chalicelib.domains.logistics.registrations.registration import Registration, Status
from chalicelib.domains.logistics.registrations.steps import add_step
from chalicelib.integrations.errors import Retryable
from chalicelib.integrations.le.port import LeLane, LeQueueEntry, LeState
from tests.support.client import Client, signed_in
from tests.support.clock import FakeClock
from tests.support.fake_le import FakeLe
from tests.support.registrations import OWNER, make_product, now_of, stored

LANES, BOARD = "/api/logistics/lanes", "/api/office/logistics/lanes"
JOINED = datetime.fromisoformat("2026-11-23T00:30:00+00:00")


def entry(position: int, number: str, **changed: Any) -> LeQueueEntry:
    return replace(LeQueueEntry(position, "闽A0***1", number, "waiting", JOINED, 25 * position), **changed)


def lane(code: str, *queue: LeQueueEntry) -> LeLane:
    return LeLane(code, f"{code} 鹤位", ("NAOH32",), 2, "open", 0, len(queue), queue)


@pytest.fixture
def le(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> FakeLe:
    """LE with two trucks: R1 is ours, R2 was made by LE's own people."""
    fake = FakeLe(utc_now, knows_everybody=True)
    monkeypatch.setattr("chalicelib.domains.logistics.wiring.impatient_le", lambda: fake)
    make_product()
    registration = stored(1, utc_now())
    known_to(fake, "R1", registration.id)
    known_to(fake, "R2", "MADE-BY-HAND")
    fake.board = [lane("L1", entry(1, "R2"), entry(2, "R1")), lane("L2")]
    return fake


def known_to(le: FakeLe, number: str, external_no: str) -> None:

    le.states[number] = LeState(number, external_no, "pickup", "queued", 3, JOINED, "NAOH32", 30_000, "闽A00001")


def waiting_messages(sqs: Any) -> list[dict[str, Any]]:
    """What is in LE's queue now, as the function gets it."""
    url, records = runtime.settings().queue_urls["le"], []
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            group = {"MessageGroupId": "g"}
            records.append({"messageId": message["MessageId"], "body": message["Body"], "attributes": group})
    return records


def run_worker(records: list[dict[str, Any]]) -> Any:
    return workers.le_worker({"Records": records}, None)


def owner() -> Client:
    return signed_in(OWNER.removeprefix("USER").lower())


def test_whoever_looks_has_the_board_read_and_sees_the_own_place(cloud: Any, le: FakeLe) -> None:
    driver = owner()
    assert driver.get(LANES).json == {"items": [], "mine": [], "as_of": None, "poll_seconds": 5}
    requests = [record for record in waiting_messages(cloud) if refreshing.is_request(record)]
    assert len(requests) == 1
    assert run_worker(requests) == {"batchItemFailures": []}
    WATCH.forget()
    answer = driver.get(LANES).json
    assert [(row["lane_code"], row["waiting"]) for row in answer["items"]] == [("L1", 2), ("L2", 0)]
    place = answer["mine"][0]
    assert (place["registration_id"], place["lane_name"], place["position"]) == (f"{1:026d}", "L1 鹤位", 2)
    assert (place["plate_number"], place["eta_minutes"], place["state"]) == ("闽A00001", 50, "waiting")
    assert signed_in("somebody").get(LANES).json["mine"] == []
    assert "R2" not in json.dumps(answer) and "queue" not in answer["items"][0]


def test_the_office_sees_queues_with_masked_plates(le: FakeLe) -> None:
    assert refreshing.refresh(le, utc_now)
    clerk = signed_in("clerk", "logistics", device=Device.OFFICE)
    queue = clerk.get(BOARD).json["items"][0]["queue"]
    assert [(row["position"], row["plate_masked"]) for row in queue] == [(1, "闽A0***1"), (2, "闽A0***1")]
    assert signed_in("approver", "visitor_approver", device=Device.OFFICE).get(BOARD).status == 403


def test_each_truck_is_asked_for_once(le: FakeLe, clock: FakeClock) -> None:
    assert refreshing.refresh(le, clock)
    assert Counter(le.calls) == {"lanes": 1, "find": 2}
    clock.advance(seconds=3)
    known_to(le, "R3", "MADE-BY-HAND-TOO")
    le.board = [lane("L1", entry(1, "R1"), entry(2, "R3"))]
    assert refreshing.refresh(le, clock)
    assert Counter(le.calls) == {"lanes": 2, "find": 3}
    board = store.find_board()
    assert board is not None and set(board.trucks) == {"R1", "R3"} and board.trucks["R3"] is None


def test_a_rush_is_found_out_bit_by_bit(le: FakeLe, clock: FakeClock) -> None:
    numbers = [f"R{number}" for number in range(100, 150)]
    for number in numbers:
        known_to(le, number, "MADE-BY-HAND")
    le.board = [lane("L1", *(entry(place, number) for place, number in enumerate(numbers, 1)))]
    for found in (20, 40, 50, 50):
        clock.advance(seconds=3)
        refreshing.refresh(le, clock)
        board = store.find_board()
        assert board is not None and len(board.trucks) == found and len(board.lanes[0].queue) == 50
    assert le.calls.count("find") == 50


def test_when_le_is_down_the_old_board_stays_with_its_time(cloud: Any, le: FakeLe, clock: FakeClock) -> None:
    refreshing.refresh(le, clock)
    le.down = True
    clock.advance(minutes=5)
    assert not refreshing.refresh(le, clock)
    board = store.find_board()
    assert board is not None and board.as_of == clock() - timedelta(minutes=5)
    records = [{"messageId": "m", "body": '{"refresh": "lanes"}', "attributes": {}}]
    assert run_worker(records) == {"batchItemFailures": []}, "it is asked again by whoever looks, not by the queue"


def test_a_board_without_an_own_place_is_better_than_none(le: FakeLe, clock: FakeClock) -> None:
    def trouble(operation: str, moment: str) -> None:
        if operation == "find" and moment == "before" and le.calls.count("find") == 2:
            raise Retryable("answer_lost", "no answer in time", "le")

    le.trouble = trouble
    for found in (1, 2):
        clock.advance(seconds=3)
        assert refreshing.refresh(le, clock)
        board = store.find_board()
        assert board is not None and (len(board.lanes[0].queue), len(board.trucks)) == (2, found)


def test_a_bucket_whose_worker_died_holds_up_no_other(cloud: Any, le: FakeLe, clock: FakeClock) -> None:
    url = runtime.settings().queue_urls["le"]
    waiting_messages(cloud)
    ask_quietly(clock())
    ask_quietly(clock())
    assert len(cloud.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 1, "and it is never deleted"
    clock.advance(seconds=3)
    ask_quietly(clock())
    assert len(cloud.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])) == 1


def test_a_slow_reading_does_not_replace_a_newer_one(le: FakeLe, clock: FakeClock) -> None:
    newer, older = Board(clock()), Board(clock() - timedelta(seconds=1))
    assert store.keep_board(newer)
    assert not store.keep_board(older) and not store.keep_board(newer)
    assert store.find_board() == newer


def test_pushes_in_the_same_batch_are_served(cloud: Any, le: FakeLe, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(workers, "handle_batch", lambda event, *_: told.extend(map(str, event["Records"])) or {"x": []})
    monkeypatch.setattr(workers, "_le_handlers", dict)
    monkeypatch.setattr(refreshing, "refresh", lambda *_: (_ for _ in ()).throw(RuntimeError("a defect")))
    push = {"messageId": "p", "body": '{"object_key": "le:vehicle:x"}', "attributes": {}}
    run_worker([{"messageId": "m", "body": '{"refresh": "lanes"}', "attributes": {}}, push])
    assert told == [str(push)]


def test_two_hundred_phones_for_a_minute(
    cloud: Any, le: FakeLe, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes of the API, a phone every 25 ms: what is read and asked does not depend on how many look."""
    counted: Counter[str] = Counter()
    original = botocore.client.BaseClient._make_api_call

    def call(client: Any, operation: str, arguments: Any) -> Any:
        counted[operation] += 1
        return original(client, operation, arguments)

    processes = [Watch(store.find_board, ask_quietly) for _ in range(2)]
    waiting_messages(cloud)
    ages = []
    with monkeypatch.context() as patch:
        patch.setattr(botocore.client.BaseClient, "_make_api_call", call)
        for look in range(2400):
            board = processes[look % 2].board(clock())
            ages.append((clock() - board.as_of).total_seconds() if board else 0.0)
            if look % 20 == 19:  # the worker is half a second behind
                before = counted.copy()
                for _ in filter(refreshing.is_request, waiting_messages(cloud)):
                    refreshing.refresh(le, clock)
                counted = before
            clock.advance(milliseconds=25)
    assert counted["GetItem"] <= 2 * 31, "each process reads the board every two seconds"
    assert counted["SendMessage"] <= 2 * 21, "each process asks once a bucket"
    assert sum(counted.values()) == counted["GetItem"] + counted["SendMessage"]
    assert 10 <= le.calls.count("lanes") <= 21, "LE is read once in three seconds"
    assert max(ages) <= 7, "with the phone's five seconds nobody looks at more than ten"


def test_throughput_counts_a_truck_once(le: FakeLe) -> None:
    registration = now_of(stored(2, utc_now()))
    weighed = Report(Status.WEIGHED, 8, utc_now(), "R5", lane_code="L1", net_kg=29_860)
    for report in (
        weighed,
        replace(weighed, sequence=9, net_kg=29_900),
        replace(weighed, sequence=10, status=Status.EXITED),
    ):
        registration = told(registration, report)
    other = told(stored(3, utc_now()), replace(weighed, status=Status.EXITED, net_kg=30_140))
    assert other.status is Status.EXITED, "the weighing itself was never told"
    told(stored(4, utc_now()), replace(weighed, status=Status.EMPTY_OUT, net_kg=None))
    clerk = signed_in("clerk", "logistics", device=Device.OFFICE)
    assert clerk.get(f"{BOARD}/throughput").json["items"] == [
        {"day": site_day(utc_now()), "lane_code": "L1", "trucks": 2, "net": "60.000"}
    ]


def test_two_reports_at_once_count_once(le: FakeLe) -> None:
    registration = now_of(stored(2, utc_now()))
    weighed = Report(Status.WEIGHED, 8, utc_now(), "R5", lane_code="L1", net_kg=29_860)
    told(registration, weighed)
    with pytest.raises(RaceLost):
        told(registration, weighed)
    clerk = signed_in("clerk", "logistics", device=Device.OFFICE)
    assert clerk.get(f"{BOARD}/throughput").json["items"][0]["trucks"] == 1


def told(seen: Registration, report: Report) -> Registration:
    """LE's report applied to the registration as it was seen."""
    now = utc_now()
    changed = progress.take(seen, report, now)
    assert changed is not None
    transaction = Transaction()
    add_step(transaction, seen, changed, now)
    transaction.commit()
    return changed
