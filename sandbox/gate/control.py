"""Control endpoints of the gate: devices, visits, trying to pass."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.gate.codes import GateError
from sandbox.gate.gateway import Gateway
from sandbox.gate.passing import CARD_TYPES, Credential, Gates, Verdict
from sandbox.gate.platform import Platform, staff_name
from sandbox.gate.premises import DEVICES, GROUPS
from sandbox.gate.visitor_service import right_rows
from sandbox.gate.visits import Visit
from sandbox.kit.clock import iso, parse_iso
from sandbox.kit.control import read_body
from sandbox.kit.http import json_response, refusal
from sandbox.kit.store import Document

STATUS_WORDS = {1: "正常", 2: "迟到未到", 3: "已失效", 5: "自动签离", 6: "已签离", 7: "超时未离", 8: "已到访"}


class GateControl:
    """What the gate console and the tests may see and do beyond the platform's API."""

    def __init__(self, gateway: Gateway) -> None:
        self._platform: Platform = gateway.platform
        self._visitors = gateway.visitors
        self._gates = Gates(gateway.platform, gateway.events)

    def routes(self) -> list[Route]:
        """The routes below /sandbox/gate/."""
        return [
            Route("/sandbox/gate/visits", self.visits),
            Route("/sandbox/gate/visits/{order_id}/download-again", self.download_again, methods=["POST"]),
            Route("/sandbox/gate/visits/{order_id}/sign-out", self.sign_out, methods=["POST"]),
            Route("/sandbox/gate/devices", self.devices),
            Route("/sandbox/gate/passages", self.passages),
            Route("/sandbox/gate/pass", self.attempt, methods=["POST"]),
        ]

    async def visits(self, _: Request) -> Response:
        """Every visit on the platform, newest first."""
        visits = reversed(self._platform.visits())
        return json_response({"items": [self._row(visit) for visit in visits], "now": iso(self._platform.clock())})

    async def devices(self, _: Request) -> Response:
        """Devices, and which privilege groups contain them."""
        rows = [
            {
                "code": item.code,
                "name": item.name,
                "place": item.place,
                "kind": item.kind,
                "reads": list(item.reads),
                "groups": [group.id for group in GROUPS if item.code in group.devices],
            }
            for item in DEVICES
        ]
        return json_response({"items": rows})

    async def passages(self, _: Request) -> Response:
        """Passages, newest first."""
        return json_response({"items": self._platform.store.all("gate.passage")[::-1][:100]})

    async def download_again(self, request: Request) -> Response:
        """The button of the platform's status page."""
        try:
            visit = self._platform.find(request.path_params["order_id"])
        except GateError:
            return refusal("not_found", "平台上没有这条访客记录", 404)
        self._platform.download_again(visit)
        return json_response(self._row(visit))

    async def sign_out(self, request: Request) -> Response:
        """Reception signs a visitor out."""
        order_id = request.path_params["order_id"]
        try:
            self._visitors.sign_out({"orderId": order_id})
        except GateError:
            return refusal("not_found", "这位访客没有登记，或已签离", 404)
        return json_response(self._row(self._platform.find(order_id)))

    async def attempt(self, request: Request) -> Response:
        """Try to pass: {"credential": {"kind", "value"}, "device", "at"?, "only_ask"?}; with ``only_ask`` nobody passes."""
        body = await read_body(request)
        credential = _credential(body.get("credential"))
        if credential is None or not isinstance(body.get("device"), str):
            return refusal("invalid_input", "需要 credential{kind,value} 和 device")
        try:
            at = parse_iso(body["at"]) if body.get("at") else self._platform.clock()
        except (ValueError, TypeError):
            return refusal("invalid_input", "at 必须是带时区的 ISO 8601 时间")
        with self._platform.store.transaction():
            decide = self._gates.judge if body.get("only_ask") is True else self._gates.attempt
            verdict = decide(credential, body["device"], at)
        return json_response({**self._verdict(verdict), "at": iso(at)})

    def _verdict(self, verdict: Verdict) -> Document:
        visit = verdict.visit
        answer: Document = {"open": verdict.open, "reason": verdict.reason, "text": verdict.text}
        if visit:
            answer["visitor"] = {
                "name": visit.visitor["visitorName"],
                "order_id": visit.order_id,
                "start": iso(visit.start),
                "end": iso(visit.end),
                "host": staff_name(visit.host_id),
            }
        return answer

    def _row(self, visit: Visit) -> Document:
        status = self._platform.status(visit)
        return {
            "order_id": visit.order_id,
            "appoint_record_id": visit.appoint_record_id,
            "status": status,
            "status_word": STATUS_WORDS[status],
            "visitor_name": visit.visitor["visitorName"],
            "phone": visit.visitor["phoneNo"],
            "plate_number": visit.visitor.get("plateNo", ""),
            "has_face": bool(visit.visitor.get("visitorPhoto")),
            "card_number": visit.visitor.get("cardNo", ""),
            "host": staff_name(visit.host_id),
            "purpose": visit.purpose,
            "start": iso(visit.start),
            "end": iso(visit.end),
            "created_at": iso(visit.created_at),
            "registered": visit.registered_at is not None,
            "is_over": visit.out_at is not None or visit.cancelled_at is not None,
            "qr_content": visit.qr,
            "verification_code": visit.verification_code,
            "groups": visit.groups,
            "rights": right_rows(visit),
        }


def _credential(value: Any) -> Credential | None:
    if not isinstance(value, dict) or value.get("kind") not in CARD_TYPES or not isinstance(value.get("value"), str):
        return None
    return Credential(value["kind"], value["value"])
