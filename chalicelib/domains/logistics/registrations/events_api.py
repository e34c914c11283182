"""LE's messages: no session, but a signature (docs/integrators/le.md)."""

from __future__ import annotations

from chalicelib.core.http import PUBLIC, Api, Call

api = Api(__name__, "le", {})


@api.route("POST", "/api/le/events", summary="LE tells of a registration", access=PUBLIC, raw=True)
def take_event(call: Call) -> None:
    raise NotImplementedError
