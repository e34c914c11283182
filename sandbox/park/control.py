"""Control endpoints of the park: visits, the committee's decision, passages, messages made by hand."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.house.errors import HouseError
from sandbox.house.events import EventSender
from sandbox.kit.control import read_body
from sandbox.kit.http import json_response, refusal
from sandbox.park.events import passage_message, status_message
from sandbox.park.platform import Platform

DECISIONS = ("accepted", "rejected", "expired")
PASSAGES = ("entered", "left")


class ParkControl:
    """What the park's console and the tests may do beyond the platform's API."""

    def __init__(self, platform: Platform, sender: EventSender) -> None:
        self._platform = platform
        self._sender = sender

    def routes(self) -> list[Route]:
        """The routes below /sandbox/park/."""
        return [
            Route("/sandbox/park/visits", self.visits),
            Route("/sandbox/park/visits/{visit_no}/decide", self.decide, methods=["POST"]),
            Route("/sandbox/park/visits/{visit_no}/pass", self.attempt, methods=["POST"]),
            Route("/sandbox/park/events", self.events, methods=["GET", "POST"]),
        ]

    async def visits(self, _: Request) -> Response:
        """Every visit the platform holds, newest first."""
        return json_response({"items": self._platform.visits()})

    async def decide(self, request: Request) -> Response:
        """{"status": "accepted" | "rejected" | "expired", "reason"?}: the committee decides, the enterprise is told."""
        body = await read_body(request)
        if body.get("status") not in DECISIONS:
            return refusal("invalid_input", f"status 必须是 {' | '.join(DECISIONS)}")
        try:
            visit = self._platform.find(request.path_params["visit_no"])
        except HouseError:
            return refusal("not_found", "平台上没有这条登记", 404)
        if visit["status"] == "cancelled":
            return refusal("cancelled", "企业已撤销这次来访", 409)
        changed = self._platform.set_status(visit, body["status"], body.get("reason"))
        self._sender.tell(status_message(changed, body["status"], changed["updatedAt"]))
        return json_response(changed)

    async def attempt(self, request: Request) -> Response:
        """{"direction": "entered" | "left"}: lets in who was accepted, and tells the enterprise."""
        body = await read_body(request)
        direction = body.get("direction")
        if direction not in PASSAGES:
            return refusal("invalid_input", f"direction 必须是 {' | '.join(PASSAGES)}")
        try:
            visit = self._platform.find(request.path_params["visit_no"])
        except HouseError:
            return refusal("not_found", "平台上没有这条登记", 404)
        if direction == "entered" and visit["status"] != "accepted":
            return json_response({"open": False, "status": visit["status"]})
        self._platform.pass_(visit, str(direction))
        self._sender.tell(passage_message(visit, str(direction), self._platform.clock()))
        return json_response({"open": True, "status": visit["status"]})

    async def events(self, request: Request) -> Response:
        """GET: messages sent, newest first. POST {"event", "forged"?}: send this one now, once; answers the status."""
        if request.method == "GET":
            return json_response({"items": self._sender.sent()})
        body = await read_body(request)
        secret = "somebody-elses-secret" if body.get("forged") else None
        return json_response({"status": await self._sender.send(body.get("event") or {}, secret)})
