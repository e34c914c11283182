"""Passages, reception's signing out, events and sending rights again, against the simulated platform."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest

from chalicelib.domains.visitor.passages.schemas import Notification
from chalicelib.integrations.errors import Refused, Retryable
from chalicelib.integrations.gate import passage_client
from chalicelib.integrations.gate.client import RIGHTS_AGAIN, GateClient
from chalicelib.integrations.gate.event_types import FACE_PASSED, FOLLOWED, GUEST_CARD_PASSED, SIGNED_OUT
from chalicelib.integrations.gate.passage_client import SUBSCRIBE, SUBSCRIPTIONS, TURNOVER, VISITING, PassageClient
from chalicelib.integrations.gate.passage_port import Passage
from chalicelib.integrations.gate.port import GateVisit, Window
from tests.support.simulators import Simulators, artemis

PREFIX = "/artemis"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def record(sandbox: Simulators) -> PassageClient:
    return PassageClient(artemis(sandbox))


@pytest.fixture
def order_id(sandbox: Simulators, gate: GateClient) -> str:
    """A visitor whose right is on every device."""
    start = datetime.now(UTC).replace(microsecond=0) - 5 * MINUTE
    host = gate.find_host(phone="13900001111")
    window = Window(start, start + timedelta(hours=4))
    order_id = gate.register(GateVisit("测试甲", "male", "13800001111", host.person_id, window, "检修", "闽A12345"))
    sandbox.advance(5)
    return order_id


@pytest.fixture
def receiver() -> Iterator[Any]:
    """Whoever is told of events."""

    class Handler(BaseHTTPRequestHandler):
        received: ClassVar[list[Any]] = []

        def do_POST(self) -> None:
            self.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Handler.received = []
    yield Handler, f"http://127.0.0.1:{server.server_port}/api/gate/events/secret"
    server.shutdown()
    server.server_close()


def now(sandbox: Simulators) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=sandbox.offset[0])


def passes(
    sandbox: Simulators, gate: GateClient, order_id: str, device: str = "east-turnstile-1", at: datetime | None = None
) -> None:
    body: dict[str, Any] = {"credential": {"kind": "qr", "value": gate.qr_content(order_id)}, "device": device}
    if at is not None:
        body["at"] = at.isoformat()
    assert sandbox.control("POST", "/gate/pass", body)["open"] is True


def read(record: PassageClient, sandbox: Simulators, back: timedelta = timedelta(hours=1)) -> list[Passage]:
    found = list(record.passages(now(sandbox) - back, now(sandbox) + MINUTE))
    assert None not in found
    return [passage for passage in found if passage is not None]


def test_passages_with_everything_that_is_used(sandbox, gate, record, order_id):
    at = now(sandbox).replace(microsecond=0)
    passes(sandbox, gate, order_id, at=at)
    plate = {"credential": {"kind": "plate", "value": "闽A12345"}, "device": "east-exit-barrier"}
    assert sandbox.control("POST", "/gate/pass", plate)["open"] is True
    first, second = read(record, sandbox)
    assert (first.order_id, first.device_id, first.device_name, first.credential, first.at) == (
        order_id,
        "east-turnstile-1",
        "东门人行通道 1",
        "qr",
        at,
    )
    assert (second.device_id, second.credential) == ("east-exit-barrier", "plate")
    assert first.event_id != second.event_id
    assert [passage.event_id for passage in read(record, sandbox)] == [first.event_id, second.event_id], "keys stay"


def test_the_period_is_kept_to(sandbox, gate, record, order_id):
    at = now(sandbox).replace(microsecond=0)
    passes(sandbox, gate, order_id, at=at)
    assert list(record.passages(at + MINUTE, at + 2 * MINUTE)) == []
    assert list(record.passages(at - 2 * MINUTE, at - MINUTE)) == []
    assert len(list(record.passages(at, at))) == 1


def test_the_second_that_is_not_over_is_told_too(sandbox, gate, record, order_id):
    at = now(sandbox).replace(microsecond=400_000)
    passes(sandbox, gate, order_id, at=at)
    assert len(list(record.passages(at - MINUTE, at + timedelta(milliseconds=100)))) == 1


def test_pages_are_read_to_the_end(sandbox, gate, record, order_id, monkeypatch):
    monkeypatch.setattr(passage_client, "PAGE_SIZE", 2)
    start = now(sandbox).replace(microsecond=0) - MINUTE
    for second in range(5):
        passes(sandbox, gate, order_id, at=start + timedelta(seconds=second))
    sandbox.control("DELETE", "/gate/calls")
    found = read(record, sandbox)
    assert len({passage.event_id for passage in found}) == 5
    assert len(sandbox.calls("gate", TURNOVER)) == 3


def test_the_platform_takes_our_largest_page(sandbox, record):
    assert list(record.passages(now(sandbox) - MINUTE, now(sandbox))) == []
    assert [call["code"] for call in sandbox.calls("gate", TURNOVER)] == ["0"]


def test_what_is_listed_late_is_not_lost(sandbox, gate, record, order_id):
    passes(sandbox, gate, order_id)
    sandbox.control("PATCH", "/gate/knobs", {"records_lag_seconds": 30})
    assert read(record, sandbox) == []
    sandbox.advance(31)
    assert len(read(record, sandbox)) == 1


@pytest.mark.parametrize(
    ("kind", "more", "error"),
    [
        ("down", {}, Retryable),
        ("lost_answer", {}, Retryable),
        ("http_502", {}, Retryable),
        ("not_json", {}, Retryable),
        ("error_code", {"code": "0x00052103"}, Retryable),
        ("error_code", {"code": "0x02401008"}, Refused),
    ],
)
@pytest.mark.parametrize("path", [TURNOVER, VISITING, SUBSCRIBE])
def test_trouble_is_never_taken_for_nothing_there(sandbox, record, order_id, path, kind, more, error):
    sandbox.fault("gate", kind, PREFIX + path, **more)
    asked = {
        TURNOVER: lambda: list(record.passages(now(sandbox) - MINUTE, now(sandbox))),
        VISITING: lambda: record.is_signed_out(order_id),
        SUBSCRIBE: lambda: record.subscribe("http://127.0.0.1:9/events"),
    }
    with pytest.raises(error):
        asked[path]()


def test_no_data_is_not_no_passages(sandbox, record, order_id):
    for path, ask in (
        (TURNOVER, lambda: list(record.passages(now(sandbox) - MINUTE, now(sandbox)))),
        (VISITING, lambda: record.is_signed_out(order_id)),
        (SUBSCRIPTIONS, lambda: record.subscribe("http://127.0.0.1:9/events")),
    ):
        sandbox.fault("gate", "data_null", PREFIX + path)
        with pytest.raises(Retryable):
            ask()


@pytest.mark.parametrize(
    "broken", [{"eventTime": "yesterday"}, {"eventId": ""}, {"eventId": "x" * 200}, {"deviceIndexCode": None}]
)
def test_a_row_that_cannot_be_read_hides_no_other(sandbox, gate, record, order_id, broken):
    passes(sandbox, gate, order_id)
    [row] = sandbox.app.store.all("gate.passage")
    sandbox.app.store.put("gate.passage", "broken", {**row, "eventId": "other", **broken})
    found = list(record.passages(now(sandbox) - timedelta(hours=1), now(sandbox) + MINUTE))
    assert found.count(None) == 1
    assert [passage.order_id for passage in found if passage is not None] == [order_id]


def test_signed_out_by_reception_and_nobody_else(sandbox, gate, record, order_id):
    assert record.is_signed_out(order_id) is False
    passes(sandbox, gate, order_id)
    assert record.is_signed_out(order_id) is False
    sandbox.control("POST", f"/gate/visits/{order_id}/sign-out")
    assert record.is_signed_out(order_id) is True
    assert record.is_signed_out("nobody") is False


def test_the_platforms_own_signing_out_is_not_receptions(sandbox, gate, record, order_id):
    passes(sandbox, gate, order_id)
    sandbox.control("PATCH", "/gate/knobs", {"automatic_sign_out": True})
    sandbox.advance(5 * 3600)
    assert record.is_signed_out(order_id) is False


def test_subscribing_is_done_once(sandbox, record, receiver):
    _, address = receiver
    assert record.subscribe(address) == FOLLOWED
    assert record.subscribe(address) == ()
    assert len(sandbox.calls("gate", SUBSCRIBE)) == 1
    assert record.subscribe(f"{address}2") == FOLLOWED, "a new address is told, too"


def test_events_come_in_the_form_we_take(sandbox, gate, record, order_id, receiver):
    """Once, twice, in the wrong order, and not at all: what arrives is what the endpoint reads."""
    handler, address = receiver
    record.subscribe(address)

    def told_after(switches: dict[str, bool], times: int) -> list[Notification]:
        handler.received.clear()
        events = {"duplicate": False, "reversed": False, "lost": False, **switches}
        sandbox.control("PATCH", "/gate/knobs", {"events": events})
        passes(
            sandbox, gate, order_id, at=now(sandbox).replace(microsecond=0) + timedelta(seconds=len(handler.received))
        )
        if "reversed" in switches:
            sandbox.control("POST", f"/gate/visits/{order_id}/sign-out")
        wait_for(lambda: len(handler.received) == times)
        return [Notification.model_validate(body) for body in handler.received]

    [once] = told_after({}, 1)
    [event] = once.params.events
    assert (event.event_type, event.data["ExtEventCardNo"]) == (GUEST_CARD_PASSED, order_id)
    twice = told_after({"duplicate": True}, 2)
    assert len({told.params.events[0].event_id for told in twice}) == 1
    assert told_after({"lost": True}, 0) == []
    backwards = told_after({"reversed": True}, 2)
    assert [told.params.events[0].event_type for told in backwards] == [SIGNED_OUT, GUEST_CARD_PASSED]
    assert FACE_PASSED in FOLLOWED


def test_failed_rights_are_sent_again(sandbox, gate):
    sandbox.control("PATCH", "/gate/knobs", {"failing_devices": ["east-turnstile-2"]})
    start = datetime.now(UTC)
    host = gate.find_host(phone="13900001111")
    window = Window(start, start + timedelta(hours=4))
    order_id = gate.register(GateVisit("测试乙", "female", "13800002222", host.person_id, window))
    sandbox.advance(5)
    assert gate.rights(order_id).failed_devices == ("东门人行通道 2",)
    sandbox.control("PATCH", "/gate/knobs", {"failing_devices": []})
    for _ in range(2):
        gate.send_rights_again(order_id)
    assert gate.rights(order_id).state == "pending"
    sandbox.advance(5)
    assert gate.rights(order_id).state == "ready"
    assert [call["code"] for call in sandbox.calls("gate", RIGHTS_AGAIN)] == ["0", "0"]


def wait_for(check) -> None:
    for _ in range(100):
        if check():
            break
        threading.Event().wait(0.02)
    threading.Event().wait(0.1)
    assert check()
