"""Event subscriptions and their unsigned callbacks (contract A8)."""

import asyncio
import json
import secrets
from typing import Any
from urllib.parse import urlsplit

from sandbox.gate import codes
from sandbox.gate.codes import GateError, success
from sandbox.gate.rules import read_object, required_text
from sandbox.gate.visits import Visit
from sandbox.kit import outgoing
from sandbox.kit.clock import Clock, iso
from sandbox.kit.knobs import Knobs
from sandbox.kit.store import Document, Store

VISITOR_REGISTERED = 1392513025
SIGNED_OUT = 1392513026
GUEST_CARD_PASSED = 196868
FACE_PASSED = 196893
VEHICLE_ENTERED = 771760131
VEHICLE_LEFT = 771760134
ABILITIES = {
    VISITOR_REGISTERED: "event_visitor",
    SIGNED_OUT: "event_visitor",
    VEHICLE_ENTERED: "event_mpc",
    VEHICLE_LEFT: "event_mpc",
}
TIMEOUT = 3


class EventService:
    """Subscribed destinations get a POST per event: no signature, no retry."""

    def __init__(self, store: Store, clock: Clock, knobs: Knobs) -> None:
        self._store = store
        self._clock = clock
        self._knobs = knobs
        self._sending: set[asyncio.Task[None]] = set()

    def subscribe(self, body: Any) -> Document:
        """eventSubscriptionByEventTypes: twice the same is harmless."""
        call = read_object(body)
        types, destination = _event_types(call), required_text(call, "eventDest")
        if urlsplit(destination).scheme not in ("http", "https"):
            raise GateError(codes.WRONG_FORMAT, "eventDest")
        if len(destination) > 1024:
            raise GateError(codes.TOO_LONG, "eventDest")
        for event_type in types:
            key = f"{event_type}@{destination}"
            self._store.put("gate.subscription", key, {"key": key, "type": event_type, "destination": destination})
        return success(None)

    def unsubscribe(self, body: Any) -> Document:
        """eventUnSubscriptionByEventTypes."""
        types = _event_types(read_object(body))
        for doc in self._store.all("gate.subscription"):
            if doc["type"] in types:
                self._store.delete("gate.subscription", doc["key"])
        return success(None)

    def view(self, _: Any) -> Document:
        """eventSubscriptionView: destinations with their types."""
        by_destination: dict[str, list[int]] = {}
        for doc in self._store.all("gate.subscription"):
            by_destination.setdefault(doc["destination"], []).append(doc["type"])
        return success({"detail": [{"eventDest": dest, "eventTypes": types} for dest, types in by_destination.items()]})

    def emit(self, event_type: int, visit: Visit, data: Document | None) -> None:
        """Tell every subscriber, in the background."""
        subscribers = [doc["destination"] for doc in self._store.all("gate.subscription") if doc["type"] == event_type]
        if not subscribers or self._knobs.get("events")["lost"]:
            return
        times = 2 if self._knobs.get("events")["duplicate"] else 1
        bodies = self._in_order(self._notification(event_type, visit, data or {}))
        if bodies:
            task = asyncio.get_running_loop().create_task(self._deliver(subscribers * times, bodies))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    def _in_order(self, body: str) -> list[str]:
        """What goes out now: with the switch `reversed` an event waits for the next one and is sent after it."""
        held = self._store.get("gate.held_event", "held")
        self._store.delete("gate.held_event", "held")
        if held is not None:
            return [body, held["body"]]
        if not self._knobs.get("events")["reversed"]:
            return [body]
        self._store.put("gate.held_event", "held", {"body": body})
        return []

    def _notification(self, event_type: int, visit: Visit, data: Document) -> str:
        now = self._clock()
        event = {
            "eventId": secrets.token_hex(16),
            "eventType": event_type,
            "happenTime": iso(data.get("at", now)),
            "srcIndex": data.get("device", ""),
            "srcName": data.get("device_name", ""),
            "srcParentIndex": "",
            "srcType": "door",
            "status": 0,
            "eventLvl": 0,
            "timeout": 0,
            "data": {"ExtEventCardNo": visit.order_id, "ExtReceiveTime": iso(now), "svrIndexCode": "svr-visitor-01"},
        }
        params = {"ability": ABILITIES.get(event_type, "event_acs"), "sendTime": iso(now), "uids": [], "clients": []}
        return json.dumps({"method": "OnEventNotify", "params": {**params, "events": [event]}}, ensure_ascii=False)

    async def _deliver(self, destinations: list[str], bodies: list[str]) -> None:
        for body in bodies:
            for destination in destinations:
                answer = await asyncio.to_thread(outgoing.call, destination, body.encode(), "application/json", TIMEOUT)
                line = {"at": iso(self._clock()), "destination": destination, "status": answer.status}
                self._store.log_call("gate-events", line)


def _event_types(call: dict[str, Any]) -> list[int]:
    types = call.get("eventTypes")
    if types is None or types == []:
        raise GateError(codes.PARAMETER_EMPTY, "eventTypes")
    if not isinstance(types, list) or not all(isinstance(item, int) for item in types):
        raise GateError(codes.WRONG_FORMAT, "eventTypes")
    return types
