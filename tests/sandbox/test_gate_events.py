"""Event subscriptions: who is told what, twice, in the wrong order, or not at all."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from sandbox.kit.clock import iso
from tests.sandbox.callers import HOUR, GateCaller, ManualClock
from tests.sandbox.receiver import wait_until

REGISTERED, SIGNED_OUT, CARD, FACE, VEHICLE = 1392513025, 1392513026, 196868, 196893, 771760131
VEHICLE_LEFT = 771760134
SUBSCRIBE = "eventService/v1/eventSubscriptionByEventTypes"


def subscribe(gate: GateCaller, receiver: Any, *types: int) -> None:
    body = {"eventTypes": list(types), "eventDest": f"{receiver.url}/events", "subType": 0}
    assert gate.call(SUBSCRIBE, body)["code"] == "0"


def events(receiver: Any) -> list[dict[str, Any]]:
    return [json.loads(body)["params"]["events"][0] for _, _, body, _ in receiver.received]


def has_grown(receiver: Any, before: int) -> bool:
    return len(receiver.received) > before


def told(receiver: Any) -> list[int]:
    return [event["eventType"] for event in events(receiver)]


def test_an_event_in_the_documented_form(gate: GateCaller, receiver: Any) -> None:
    subscribe(gate, receiver, REGISTERED)
    order = gate.order()
    wait_until(lambda: len(receiver.received) == 1)
    [(path, _, body, media)] = receiver.received
    assert (path, media, json.loads(body)["method"]) == ("/events", "application/json", "OnEventNotify")
    [event] = events(receiver)
    assert (event["eventType"], event["status"], len(event["eventId"])) == (REGISTERED, 0, 32)
    assert event["data"]["ExtEventCardNo"] == order


def test_passages_and_sign_out(gate: GateCaller, receiver: Any, clock: ManualClock) -> None:
    subscribe(gate, receiver, CARD, VEHICLE, SIGNED_OUT)
    order = gate.order(visitor={"plateNo": "闽A12345"})
    clock.pass_(2 * HOUR)
    steps: list[Callable[[], Any]] = [
        lambda: gate.stand("east-turnstile-1", "qr", gate.record(order)["QRCode"]),
        lambda: gate.stand("east-barrier", "plate", "闽A12345"),
        lambda: gate.call("visitor/v1/visitor/out", {"orderId": order}),
    ]
    for step in steps:
        before = len(receiver.received)
        step()
        wait_until(partial(has_grown, receiver, before))
    assert told(receiver) == [CARD, VEHICLE, SIGNED_OUT]
    assert (events(receiver)[0]["srcIndex"], events(receiver)[0]["srcName"]) == ("east-turnstile-1", "东门人行通道 1")


def test_an_event_tells_when_it_happened_and_which_way(gate: GateCaller, receiver: Any, clock: ManualClock) -> None:
    subscribe(gate, receiver, CARD, VEHICLE_LEFT)
    order = gate.order(visitor={"plateNo": "闽A12345"})
    clock.pass_(2 * HOUR)
    gate.stand("east-exit-barrier", "plate", "闽A12345", clock() - 60)
    wait_until(lambda: len(receiver.received) == 1)
    [event] = events(receiver)
    assert (event["eventType"], event["data"]["ExtEventCardNo"]) == (VEHICLE_LEFT, order)
    assert event["happenTime"] == iso(clock() - 60)


def test_reception_signs_somebody_out(gate: GateCaller, receiver: Any) -> None:
    subscribe(gate, receiver, SIGNED_OUT)
    order = gate.order()
    assert gate.client.post(f"/sandbox/gate/visits/{order}/sign-out").json()["status"] == 6
    assert gate.client.post(f"/sandbox/gate/visits/{order}/sign-out").status_code == 404
    wait_until(lambda: told(receiver) == [SIGNED_OUT])


def test_subscribing_twice_tells_once(gate: GateCaller, receiver: Any) -> None:
    subscribe(gate, receiver, REGISTERED)
    subscribe(gate, receiver, REGISTERED, SIGNED_OUT)
    detail = gate.call("eventService/v1/eventSubscriptionView", {})["data"]["detail"]
    assert detail == [{"eventDest": f"{receiver.url}/events", "eventTypes": [REGISTERED, SIGNED_OUT]}]
    order = gate.order()
    gate.call("visitor/v1/visitor/out", {"orderId": order})
    wait_until(lambda: len(receiver.received) == 2)
    assert sorted(told(receiver)) == sorted([REGISTERED, SIGNED_OUT])


def test_unsubscribed_hears_nothing(gate: GateCaller, receiver: Any) -> None:
    subscribe(gate, receiver, REGISTERED, SIGNED_OUT)
    gate.call("eventService/v1/eventUnSubscriptionByEventTypes", {"eventTypes": [REGISTERED]})
    order = gate.order()
    gate.call("visitor/v1/visitor/out", {"orderId": order})
    wait_until(lambda: len(receiver.received) == 1)
    assert told(receiver) == [SIGNED_OUT]


def test_switches(gate: GateCaller, receiver: Any) -> None:
    subscribe(gate, receiver, REGISTERED, SIGNED_OUT)
    gate.knob(events={"duplicate": True, "reversed": False, "lost": False})
    order = gate.order()
    wait_until(lambda: len(receiver.received) == 2)
    gate.knob(events={"duplicate": False, "reversed": True, "lost": False})
    second = gate.order(visitor={"phoneNo": "13800000001"})
    gate.call("visitor/v1/visitor/out", {"orderId": order})
    wait_until(lambda: len(receiver.received) == 4)
    gate.knob(events={"duplicate": False, "reversed": False, "lost": True})
    gate.call("visitor/v1/visitor/out", {"orderId": second})
    gate.knob(events={"duplicate": False, "reversed": False, "lost": False})
    gate.order(visitor={"phoneNo": "13800000002"})
    wait_until(lambda: len(receiver.received) == 5)
    assert told(receiver) == [REGISTERED, REGISTERED, SIGNED_OUT, REGISTERED, REGISTERED]
    assert events(receiver)[0]["eventId"] == events(receiver)[1]["eventId"]
    assert events(receiver)[3]["data"]["ExtEventCardNo"] == second


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"eventDest": "http://x/"}, "0x00072001"),
        ({"eventTypes": [], "eventDest": "http://x/"}, "0x00072001"),
        ({"eventTypes": ["1"], "eventDest": "http://x/"}, "0x00072003"),
        ({"eventTypes": [1]}, "0x00072001"),
        ({"eventTypes": [1], "eventDest": "ftp://x/"}, "0x00072003"),
        ({"eventTypes": [1], "eventDest": f"http://x/{'a' * 1024}"}, "0x00072006"),
    ],
)
def test_subscription_rules(gate: GateCaller, body: dict[str, Any], code: str) -> None:
    assert gate.call(SUBSCRIBE, body)["code"] == code
    assert gate.call("eventService/v1/eventSubscriptionView", {})["data"] == {"detail": []}


def test_a_destination_that_is_down_hurts_nobody(gate: GateCaller) -> None:
    body = {"eventTypes": [REGISTERED], "eventDest": "http://127.0.0.1:9/events"}
    assert gate.call(SUBSCRIBE, body)["code"] == "0"
    assert gate.register()["code"] == "0"
