"""LE tells the product every new state: signed, at least once, again until it is stored, in any order."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.house import events
from sandbox.server import create_app
from tests.sandbox.callers import ManualClock, app_of
from tests.sandbox.plant import Plant
from tests.sandbox.receiver import Receiver, wait_until


@pytest.fixture
def told(
    tmp_path: Path, clock: ManualClock, receiver: type[Receiver], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Plant]:
    """A plant whose LE has a product that listens, and does not wait long before it tries again."""
    monkeypatch.setattr(events, "PAUSES", (0.01,) * len(events.PAUSES))
    app = create_app(tmp_path, clock=clock, product_url=receiver.url)
    with TestClient(app, base_url="http://campus.localhost:9000") as client:
        plant = Plant(client, clock)
        plant.file_all()
        yield plant


def messages(receiver: type[Receiver]) -> list[dict[str, Any]]:
    return [json.loads(body) for _, _, body, _ in receiver.received]


def sorted_messages(receiver: type[Receiver]) -> list[dict[str, Any]]:
    return sorted(messages(receiver), key=lambda message: int(message["seq"]))


def test_every_state_is_told_signed(told: Plant, receiver: type[Receiver]) -> None:
    number = told.register()["registrationNo"]
    told.drive(number, "exited", netWeight="29.860")
    wait_until(lambda: len(receiver.received) == 9)
    rows = sorted_messages(receiver)
    assert [(row["seq"], row["status"]) for row in rows] == [
        (step["seq"], step["status"]) for step in told.read(number)["history"]
    ]
    base = {"eventId", "registrationNo", "externalNo", "status", "seq", "at"}
    assert set(rows[0]) == base and set(rows[1]) == base | {"cardNo"} and set(rows[2]) == base
    assert set(rows[3]) == base | {"laneCode"} and set(rows[5]) == base | {"laneCode", "tareWeight"}
    assert (rows[7]["netWeight"], rows[7]["grossWeight"]) == ("29.860", "44.860")
    for (path, _, body, _), head in zip(receiver.received, receiver.signatures, strict=True):
        text = "\n".join(["POST", path, head["X-Timestamp"], head["X-Nonce"], hashlib.sha256(body).hexdigest()])
        expected = hmac.new(app_of(told.client).secrets.le_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        assert (path, head["X-Client-Id"], head["X-Sign"]) == ("/api/le/events", "campus-logistics", expected)
    assert len({head["X-Nonce"] for head in receiver.signatures}) == 9


def test_why_it_ended_is_told(told: Plant, receiver: type[Receiver]) -> None:
    first = told.register()["registrationNo"]
    told.act(first, "reject", reason="押运员没有到场")
    second = told.register()["registrationNo"]
    told.post(second, "cancel", expectedStatus="card_issued", reason="司机取消")
    wait_until(lambda: len(receiver.received) == 6)
    ended = {row["status"]: row["reason"] for row in messages(receiver) if "reason" in row}
    assert ended == {"rejected": "押运员没有到场", "cancelled": "司机取消"}


@pytest.mark.parametrize(("answers", "attempts"), [([404, 503, 429, 200], 4), ([400], 1), ([401], 1), ([503] * 9, 6)])
def test_the_same_message_again_until_it_is_stored(
    told: Plant, receiver: type[Receiver], answers: list[int], attempts: int
) -> None:
    told.knob("le", auto_card=False)
    receiver.answers[:] = answers
    told.register()
    wait_until(lambda: len(receiver.received) == attempts)
    assert len({body for _, _, body, _ in receiver.received}) == 1
    assert len({head["X-Nonce"] for head in receiver.signatures}) == attempts
    told.register(plateNo="闽A1234挂")
    wait_until(lambda: len({row["registrationNo"] for row in messages(receiver)}) == 2)
    first = [row for row in messages(receiver) if row["registrationNo"].endswith("1")]
    assert len(first) == attempts, "nothing more of the first one"


@pytest.mark.parametrize(
    ("switches", "seen"),
    [
        ({"lost": True}, []),
        ({"duplicate": True}, [1, 1, 2, 2]),
        ({"reordered": True}, [2, 1]),
    ],
    ids=str,
)
def test_messages_get_lost_come_twice_or_change_places(
    told: Plant, receiver: type[Receiver], switches: dict[str, bool], seen: list[int]
) -> None:
    told.knob("le", events=switches)
    told.register()
    wait_until(lambda: len(receiver.received) == len(seen))
    rows = [row["seq"] for row in messages(receiver)]
    assert (rows if "reordered" in switches else sorted(rows)) == seen
    assert len({row["eventId"] for row in messages(receiver)}) == len(set(seen))


def test_messages_by_hand(told: Plant, receiver: type[Receiver]) -> None:
    told.knob("le", events={"lost": True})
    event = {"eventId": "e1", "registrationNo": "R1", "externalNo": "x", "status": "queued", "seq": 1, "at": "now"}
    receiver.answers[:] = [401, 200]
    answers = [
        told.client.post("/sandbox/le/events", json={"event": event, "forged": forged}).json()["status"]
        for forged in (True, False)
    ]
    assert answers == [401, 200]
    assert messages(receiver) == [event, event]
    log = told.client.get("/sandbox/le/events").json()["items"]
    assert [(row["status"], row["event"]) for row in log] == [(200, event), (401, event)]
