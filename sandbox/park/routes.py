"""The park's routes: its interface, its console, its switches."""

from starlette.routing import BaseRoute, Route

from sandbox.house.events import EventSender
from sandbox.house.signature import Door
from sandbox.kit.clock import Clock
from sandbox.kit.control import common_routes
from sandbox.kit.knobs import Knobs
from sandbox.kit.peer import Peer
from sandbox.kit.store import Store
from sandbox.park.control import ParkControl
from sandbox.park.errors import error_answer
from sandbox.park.events import LINE
from sandbox.park.gateway import Gateway
from sandbox.park.platform import CLIENT_ID, DEFAULT_KNOBS, Platform
from sandbox.shared_secrets import Secrets


def park_routes(store: Store, clock: Clock, secrets: Secrets, product_url: str) -> list[BaseRoute]:
    """All of them."""
    knobs = Knobs(store, "park", DEFAULT_KNOBS)
    platform = Platform(store, clock, knobs)
    gateway = Gateway(platform, Door("park", store, clock, CLIENT_ID, secrets.park_secret))
    sender = EventSender(LINE, store, clock, knobs, product_url, secrets.park_secret)
    peer = Peer("park", store, clock, knobs, error_answer, "code")
    return [
        Route("/park/{path:path}", peer.endpoint(gateway.serve), methods=["GET", "POST", "PUT", "DELETE"]),
        *ParkControl(platform, sender).routes(),
        *common_routes(peer),
    ]
