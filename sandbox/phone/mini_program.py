"""What a mini program's page may do on the phone: `wx.login`, `wx.getUserInfo`, `wx.request` to the product."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.kit import outgoing
from sandbox.kit.control import read_body
from sandbox.kit.http import json_response, refusal
from sandbox.people import WeChatPerson, person_by_openid
from sandbox.wechat.errors import WeChatError
from sandbox.wechat.mini_program import MiniProgram

REQUEST_SECONDS = 30
METHODS = ("GET", "POST", "PUT", "DELETE")


class MiniProgramRuntime:
    """WeChat's client: signs in whoever holds the phone, and sends requests without cookies, as `wx.request` does."""

    def __init__(self, program: MiniProgram, holder: Callable[[], WeChatPerson], product_url: str) -> None:
        self._program = program
        self._holder = holder
        self._product_url = product_url

    def routes(self) -> list[Route]:
        """The routes below /sandbox/phone/mini-program/."""
        base = "/sandbox/phone/mini-program"
        return [
            Route(f"{base}/login", self.login, methods=["POST"]),
            Route(f"{base}/user-info", self.user_info, methods=["POST"]),
            Route(f"{base}/request", self.request, methods=["POST"]),
        ]

    async def login(self, request: Request) -> Response:
        """wx.login: {"openid"?} (the holder's otherwise) → {"code"}."""
        person = self._person(await read_body(request))
        return (
            json_response({"code": self._program.login(person)}) if person else refusal("not_found", "没有这个人", 404)
        )

    async def user_info(self, request: Request) -> Response:
        """wx.getUserInfo of {"openid"?} → {"rawData", "signature", "encryptedData", "iv"}."""
        person = self._person(await read_body(request))
        if person is None:
            return refusal("not_found", "没有这个人", 404)
        try:
            return json_response(self._program.user_info(person))
        except WeChatError:
            return refusal("not_logged_in", "请先调用 wx.login", 409)

    async def request(self, request: Request) -> Response:
        """wx.request to the product: {"method", "path", "token"?, "body"?} → {"status", "body"}; status 0: no answer."""
        body = await read_body(request)
        method, path = str(body.get("method", "GET")), str(body.get("path"))
        if method not in METHODS or not path.startswith("/api/"):
            return refusal("invalid_input", "小程序只能请求产品的 /api/")
        headers = {"Authorization": f"Bearer {body['token']}"} if body.get("token") else {}
        content = json.dumps(body["body"]).encode() if body.get("body") is not None else None
        answer = await asyncio.to_thread(
            outgoing.call,
            self._product_url + path,
            content,
            "application/json" if content else "",
            REQUEST_SECONDS,
            headers,
            method,
        )
        return json_response({"status": answer.status, "body": _read(answer.body)})

    def _person(self, body: dict[str, Any]) -> WeChatPerson | None:
        return person_by_openid(str(body["openid"])) if "openid" in body else self._holder()


def _read(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None
