"""Control endpoints of LE: the dispatcher's office, master data, messages made by hand."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.house.errors import HouseError
from sandbox.house.events import EventSender
from sandbox.kit.control import read_body
from sandbox.kit.http import json_response, refusal
from sandbox.kit.store import Document
from sandbox.le import making
from sandbox.le.dispatch import ACTION_WORDS, NotNow
from sandbox.le.memory import DRIVER, REPORT, VEHICLE
from sandbox.le.system import Logistics
from sandbox.le.yard import LANE_STATES

Endpoint = Callable[[Request], Awaitable[Response]]


class LogisticsControl:
    """What LE's console and the tests may do beyond LE's API."""

    def __init__(self, logistics: Logistics, sender: EventSender) -> None:
        self._le = logistics
        self._sender = sender

    def routes(self) -> list[Route]:
        """The routes below /sandbox/le/."""
        base = "/sandbox/le"
        posts = ["POST"]
        return [
            Route(f"{base}/registrations", self.registrations),
            Route(f"{base}/registrations/{{no}}/{{action}}", self.act, methods=posts),
            Route(f"{base}/orders", self.orders, methods=["GET", "POST"]),
            Route(f"{base}/orders/{{no}}/{{action}}", self.set_order, methods=posts),
            Route(f"{base}/lanes", self.lanes),
            Route(f"{base}/lanes/{{code}}", self.set_lane, methods=posts),
            Route(f"{base}/cards", self.cards),
            Route(f"{base}/vehicles", self._kept(VEHICLE)),
            Route(f"{base}/drivers", self._kept(DRIVER)),
            Route(f"{base}/reports", self._kept(REPORT)),
            Route(f"{base}/events", self.events, methods=["GET", "POST"]),
        ]

    async def registrations(self, _: Request) -> Response:
        """Everything LE knows of every registration, with what the dispatcher can do now; newest first."""
        return json_response({"items": [self._row(one) for one in self._le.registrations.all()[::-1]]})

    async def act(self, request: Request) -> Response:
        """One step: {} or {"laneCode"?} to call, {"weight"?} to tare, {"netWeight"?} to weigh, {"reason"} to reject."""
        number, action = request.path_params["no"], request.path_params["action"]
        if action not in ACTION_WORDS:
            return refusal("invalid_input", f"动作必须是 {' | '.join(ACTION_WORDS)}")
        body = await read_body(request)
        return self._answer(lambda: self._row(self._le.dispatcher.act(number, action, body)))

    async def orders(self, request: Request) -> Response:
        """GET: every order with whose it is. POST {"phone", "lines": [{"productCode", "quantity"}], …}: a new one."""
        if request.method == "GET":
            customers = making.customers()
            return json_response({"items": self._le.orders.everything(), "customers": customers})
        body = await read_body(request)
        return self._answer(lambda: making.new_order(self._le.memory, body), 201)

    async def set_order(self, request: Request) -> Response:
        """`block`, `close` or `reopen` an order."""
        number, action = request.path_params["no"], request.path_params["action"]
        if action not in making.ORDER_STATES:
            return refusal("invalid_input", f"动作必须是 {' | '.join(making.ORDER_STATES)}")
        return self._answer(lambda: making.set_order_state(self._le.memory, number, making.ORDER_STATES[action]))

    async def lanes(self, _: Request) -> Response:
        """Every lane with its queue; plates are whole here."""
        plates = {one["registrationNo"]: one["plateNo"] for one in self._le.registrations.all()}
        rows = [{**lane, "queue": self._queue(lane["laneCode"], plates)} for lane in self._le.yard.lanes()]
        return json_response({"items": rows})

    async def set_lane(self, request: Request) -> Response:
        """{"state": "open" | "paused" | "closed"}."""
        state = (await read_body(request)).get("state")
        if state not in LANE_STATES:
            return refusal("invalid_input", f"state 必须是 {' | '.join(LANE_STATES)}")
        return self._answer(lambda: self._le.yard.set_state(request.path_params["code"], str(state)))

    async def cards(self, _: Request) -> Response:
        """The pool."""
        return json_response({"items": self._le.cards.all()})

    async def events(self, request: Request) -> Response:
        """GET: messages sent, newest first. POST {"event", "forged"?}: send this one now, once; answers the status."""
        if request.method == "GET":
            return json_response({"items": self._sender.sent()})
        body = await read_body(request)
        secret = "somebody-elses-secret" if body.get("forged") else None
        return json_response({"status": await self._sender.send(body.get("event") or {}, secret)})

    def _kept(self, kind: str) -> Endpoint:
        async def kept(_: Request) -> Response:
            """As filed, the last first."""
            rows = sorted(self._le.memory.all(kind), key=lambda row: str(row["at"]), reverse=True)
            return json_response({"items": rows})

        return kept

    def _queue(self, code: str, plates: dict[str, Any]) -> list[Document]:
        return [{**row, "plateNo": plates[row["registrationNo"]]} for row in self._le.yard.queue(code)]

    def _row(self, registration: Document) -> Document:
        actions = self._le.dispatcher.actions(registration)
        lanes = self._le.yard.lanes_for(registration) if "call" in actions else []
        return {**registration, "actions": actions, "lanes": lanes}

    def _answer(self, work: Callable[[], Document], status: int = 200) -> Response:
        try:
            with self._le.memory.store.transaction():
                return json_response(work(), status)
        except NotNow as error:
            return refusal("not_now", str(error), 409)
        except making.Unusable as error:
            return refusal("invalid_input", str(error))
        except HouseError:
            return refusal("not_found", "物流系统里没有这一条", 404)
