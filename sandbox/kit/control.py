"""Control endpoints every simulated system has: faults, knobs, call log."""

import json
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.kit.faults import BadFault
from sandbox.kit.http import json_response, refusal
from sandbox.kit.knobs import UnknownKnob
from sandbox.kit.peer import Peer


async def read_body(request: Request) -> dict[str, Any]:
    """The JSON object of a control call; an empty or unusable body counts as {}."""
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def common_routes(peer: Peer) -> list[Route]:
    """The routes below /sandbox/<system>/."""
    base = f"/sandbox/{peer.name}"
    return [
        Route(f"{base}/faults", _faults(peer), methods=["GET", "POST", "DELETE"]),
        Route(f"{base}/faults/{{fault_id}}", _one_fault(peer), methods=["DELETE"]),
        Route(f"{base}/knobs", _knobs(peer), methods=["GET", "PATCH"]),
        Route(f"{base}/calls", _calls(peer), methods=["GET", "DELETE"]),
    ]


def _faults(peer: Peer) -> Any:
    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            peer.faults.clear()
        if request.method != "POST":
            return json_response({"items": [asdict(fault) for fault in peer.faults.listed()]})
        try:
            return json_response(asdict(peer.faults.add(await read_body(request))), 201)
        except BadFault as error:
            return refusal("invalid_input", str(error))

    return faults


def _one_fault(peer: Peer) -> Any:
    async def one_fault(request: Request) -> Response:
        if not peer.faults.remove(request.path_params["fault_id"]):
            return refusal("not_found", "没有这个故障", 404)
        return json_response({"removed": True})

    return one_fault


def _knobs(peer: Peer) -> Any:
    async def knobs(request: Request) -> Response:
        if request.method == "GET":
            return json_response(peer.knobs.values())
        try:
            return json_response(peer.knobs.change(await read_body(request)))
        except UnknownKnob as error:
            return refusal("invalid_input", str(error))

    return knobs


def _calls(peer: Peer) -> Any:
    async def calls(request: Request) -> Response:
        if request.method == "DELETE":
            peer.store.clear_calls(peer.name)
        return json_response({"items": peer.store.calls(peer.name)})

    return calls
