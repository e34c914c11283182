"""The card system's routes: its interface, its console, its switches."""

from starlette.routing import BaseRoute, Route

from sandbox.canteen.control import CanteenControl
from sandbox.canteen.gateway import CLIENT_ID, Gateway, error_answer
from sandbox.canteen.system import CardSystem
from sandbox.house.signature import Door
from sandbox.kit.control import common_routes
from sandbox.kit.peer import Peer


def canteen_routes(system: CardSystem, secret: str) -> list[BaseRoute]:
    """All of them; the gateway of the security platform shows the same canteen in its own words."""
    gateway = Gateway(system, Door("canteen", system.store, system.clock, CLIENT_ID, secret))
    peer = Peer("canteen", system.store, system.clock, system.knobs, error_answer, "code")
    return [
        Route("/canteen/v1/{path:path}", peer.endpoint(gateway.serve), methods=["GET", "POST", "PUT", "DELETE"]),
        *CanteenControl(system).routes(),
        *common_routes(peer),
    ]
