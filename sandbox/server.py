"""The simulated outside world as one web application: WeChat, its pay, gates, park, LE, MES, canteen, SMS, phone, consoles.

python -m sandbox.server --port 9000 --state .local/sandbox --secrets .local/secrets.json
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from sandbox.canteen.isc import CanteenServices
from sandbox.canteen.routes import canteen_routes
from sandbox.canteen.system import DEFAULT_KNOBS as CANTEEN_KNOBS
from sandbox.canteen.system import CardSystem
from sandbox.gate.control import GateControl
from sandbox.gate.gateway import Gateway, Partner
from sandbox.gate.gateway import error_answer as gate_error
from sandbox.gate.platform import DEFAULT_KNOBS, Platform
from sandbox.house.events import EventSender
from sandbox.house.signature import Door
from sandbox.kit.clock import Clock, system_clock
from sandbox.kit.control import common_routes
from sandbox.kit.http import json_response, remember_transport
from sandbox.kit.knobs import Knobs
from sandbox.kit.peer import Peer
from sandbox.kit.store import Store
from sandbox.le.control import LogisticsControl
from sandbox.le.events import LINE as LE_LINE
from sandbox.le.events import error_answer as le_error
from sandbox.le.gateway import Gateway as LeGateway
from sandbox.le.memory import CLIENT_ID as LE_CLIENT
from sandbox.le.memory import DEFAULT_KNOBS as LE_KNOBS
from sandbox.le.progress import Progress
from sandbox.le.system import Logistics
from sandbox.mes.control import TankControl
from sandbox.mes.gateway import Gateway as MesGateway
from sandbox.mes.gateway import error_answer as mes_error
from sandbox.mes.platform import CLIENT_ID as MES_CLIENT
from sandbox.mes.platform import DEFAULT_KNOBS as MES_KNOBS
from sandbox.mes.platform import TankFarm
from sandbox.park.routes import park_routes
from sandbox.phone.mini_program import MiniProgramRuntime
from sandbox.phone.routes import Phone
from sandbox.shared_secrets import Secrets
from sandbox.sms.control import SmsControl
from sandbox.sms.errors import error_answer as sms_error
from sandbox.sms.errors import result_of as sms_result
from sandbox.sms.gateway import Gateway as SmsGateway
from sandbox.sms.office import DEFAULT_KNOBS as SMS_KNOBS
from sandbox.sms.office import SmsOffice
from sandbox.sms.signature import Key as SmsKey
from sandbox.wechat.account import Account, Credentials, default_knobs
from sandbox.wechat.api import WeChatApi
from sandbox.wechat.authorise_page import AuthorisePage
from sandbox.wechat.callback import CallbackSender
from sandbox.wechat.control import WeChatControl
from sandbox.wechat.errors import error_answer as wechat_error
from sandbox.wechat_pay.wiring import WeChatPay

PRODUCT_URL = "http://campus.localhost:4566"
PUBLIC_URL = "http://campus.localhost:9000"
SYSTEMS = ("wechat", "wechat_pay", "gate", "park", "le", "mes", "canteen", "sms")


class Sandbox(Starlette):
    """The application; `store`, `secrets` and three systems are open to the tests that run it in a thread."""

    store: Store
    secrets: Secrets
    logistics: Logistics
    wechat_pay: WeChatPay
    canteen: CardSystem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep hold of the socket, so that a fault can drop it."""
        if scope["type"] == "http":
            remember_transport(scope, send)
        await super().__call__(scope, receive, send)


def create_app(
    state_dir: Path | str,
    *,
    secrets: Secrets | None = None,
    product_url: str = PRODUCT_URL,
    public_url: str = PUBLIC_URL,
    clock: Clock = system_clock,
) -> Sandbox:
    """Everything wired; state is kept in `state_dir` over restarts."""
    store = Store(Path(state_dir))
    known = secrets or Secrets.random()
    phone = Phone(store, product_url, public_url)
    farm = TankFarm(store, clock, Knobs(store, "mes", MES_KNOBS))
    canteen = CardSystem(store, clock, Knobs(store, "canteen", CANTEEN_KNOBS))
    le_knobs = Knobs(store, "le", LE_KNOBS)
    sender = EventSender(LE_LINE, store, clock, le_knobs, product_url, known.le_secret)
    logistics = Logistics(store, clock, le_knobs, known.le_id_number_key, farm, sender.tell)
    wechat_pay = WeChatPay(store, clock, known, product_url)
    routes = [
        *_wechat_routes(store, clock, known, phone, product_url, public_url),
        *_gate_routes(store, clock, known, canteen),
        *canteen_routes(canteen, known.canteen_secret),
        *park_routes(store, clock, known, product_url),
        *_mes_routes(farm, known),
        *_le_routes(logistics, sender, known),
        *_sms_routes(store, clock, SmsKey(known.sms_secret_id, known.sms_secret_key)),
        *wechat_pay.routes(),
        *phone.routes(),
        Route("/sandbox/reset", _reset(store), methods=["POST"]),
        Route("/sandbox/health", _health),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(work()) for work in (Progress(logistics).run, wechat_pay.run)]
        yield
        for task in tasks:
            task.cancel()
        store.close()

    app = Sandbox(routes=routes, lifespan=lifespan)
    app.store, app.secrets, app.logistics = store, known, logistics
    app.wechat_pay, app.canteen = wechat_pay, canteen
    return app


def _wechat_routes(
    store: Store, clock: Clock, secrets: Secrets, phone: Phone, product_url: str, public_url: str
) -> list[BaseRoute]:
    credentials = Credentials(
        secrets.wechat_app_secret,
        secrets.wechat_callback_token,
        secrets.wechat_encoding_aes_key,
        mini_program_secret=secrets.wechat_mini_program_secret,
    )
    knobs = Knobs(store, "wechat", default_knobs(product_url))
    account = Account(store, clock, credentials, knobs, public_url)
    sender = CallbackSender(account, product_url)
    old = {"canteen": secrets.wechat_old_canteen_secret, "logistics": secrets.wechat_old_logistics_secret}
    api = WeChatApi(account, sender.push_later, old)
    peer = Peer("wechat", store, clock, knobs, wechat_error, "errcode")
    endpoint = peer.endpoint(api.serve)
    every = ["GET", "POST", "PUT", "DELETE"]
    return [
        Route("/cgi-bin/{path:path}", endpoint, methods=every),
        Route("/sns/{path:path}", endpoint, methods=every),
        *AuthorisePage(account, api.authorisation, phone.holder).routes(),
        *MiniProgramRuntime(api.mini_program, phone.holder, product_url).routes(),
        *WeChatControl(api, sender, product_url).routes(),
        *common_routes(peer),
    ]


def _gate_routes(store: Store, clock: Clock, secrets: Secrets, canteen: CardSystem) -> list[BaseRoute]:
    knobs = Knobs(store, "gate", DEFAULT_KNOBS)
    partner = Partner(secrets.gate_app_key, secrets.gate_app_secret)
    gateway = Gateway(Platform(store, clock, knobs), partner, CanteenServices(canteen).paths())
    peer = Peer("gate", store, clock, knobs, gate_error, "code")
    return [
        Route("/artemis/{path:path}", peer.endpoint(gateway.serve), methods=["GET", "POST", "PUT", "DELETE"]),
        *GateControl(gateway).routes(),
        *common_routes(peer),
    ]


def _mes_routes(farm: TankFarm, secrets: Secrets) -> list[BaseRoute]:
    gateway = MesGateway(farm, Door("mes", farm.store, farm.clock, MES_CLIENT, secrets.mes_secret))
    peer = Peer("mes", farm.store, farm.clock, farm.knobs, mes_error, "code")
    return [
        Route("/mes/{path:path}", peer.endpoint(gateway.serve), methods=["GET", "POST", "PUT", "DELETE"]),
        *TankControl(farm).routes(),
        *common_routes(peer),
    ]


def _le_routes(logistics: Logistics, sender: EventSender, secrets: Secrets) -> list[BaseRoute]:
    memory = logistics.memory
    gateway = LeGateway(logistics, Door("le", memory.store, memory.clock, LE_CLIENT, secrets.le_secret))
    peer = Peer("le", memory.store, memory.clock, memory.knobs, le_error, "code")
    return [
        Route("/le/{path:path}", peer.endpoint(gateway.serve), methods=["GET", "POST", "PUT", "DELETE"]),
        *common_routes(peer),
        *LogisticsControl(logistics, sender).routes(),
    ]


def _sms_routes(store: Store, clock: Clock, key: SmsKey) -> list[BaseRoute]:
    office = SmsOffice(store, clock, Knobs(store, "sms", SMS_KNOBS))
    peer = Peer("sms", store, clock, office.knobs, sms_error, "Code", sms_result)
    return [
        # Tencent's API has one address, the root; GET / is the phone's page.
        Route("/", peer.endpoint(SmsGateway(office, key).serve), methods=["POST"]),
        *SmsControl(office).routes(),
        *common_routes(peer),
    ]


def _reset(store: Store) -> Callable[[Request], Awaitable[Response]]:
    async def reset(_: Request) -> Response:
        """Forget simulated state, faults, knobs, jars and logs; people stay, they are fixed."""
        store.clear()
        for system in SYSTEMS:
            store.clear_calls(system)
            store.clear_calls(f"{system}-events")
        return json_response({"reset": True})

    return reset


async def _health(_: Request) -> Response:
    return json_response({"ready": True, "systems": list(SYSTEMS)})


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(
        description="simulated WeChat, its pay, security platform, park, LE, MES, canteen, SMS, the phone, the consoles"
    )
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, default=Path(".local/sandbox"))
    parser.add_argument("--secrets", type=Path, help="JSON written by the launcher; random secrets without it")
    parser.add_argument("--product", default=PRODUCT_URL, help="public address of the product")
    arguments = parser.parse_args()
    secrets = Secrets.read(arguments.secrets) if arguments.secrets else None
    public_url = f"http://campus.localhost:{arguments.port}"
    app = create_app(arguments.state, secrets=secrets, product_url=arguments.product, public_url=public_url)
    uvicorn.run(app, host=arguments.host, port=arguments.port, log_level="warning", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    main()
