"""The phone's server side: who holds it, their cookies, scanning, static pages."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.kit.control import read_body
from sandbox.kit.http import json_response, refusal
from sandbox.kit.store import Store
from sandbox.people import PEOPLE, WeChatPerson, person_by_openid
from sandbox.phone import cookies
from sandbox.phone.scan import NothingFound, read_request

STATIC = Path(__file__).parent / "static"


class Phone:
    """One phone on the screen; its holder is server-side state."""

    def __init__(self, store: Store, product_url: str, public_url: str) -> None:
        self._store = store
        self._product_url = product_url
        self._public_url = public_url

    def holder(self) -> WeChatPerson:
        """Who holds the phone now; the first person at the beginning."""
        kept = self._store.get("phone.holder", "now") or {"openid": PEOPLE[0].openid}
        return person_by_openid(kept["openid"]) or PEOPLE[0]

    def routes(self) -> list[BaseRoute]:
        """Pages and /sandbox/phone/*."""
        return [
            Route("/", self.page),
            Route("/sandbox/people", self.people),
            Route("/sandbox/phone", self.state),
            Route("/sandbox/phone/person", self.switch, methods=["POST"]),
            Route("/sandbox/phone/scan", self.scan, methods=["POST"]),
            Route("/open/js/jweixin-1.6.0.js", self.js_sdk),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    async def page(self, request: Request) -> Response:
        """The page lives on the product's host name, so that the framed pages are same-site."""
        if request.url.hostname in ("localhost", "127.0.0.1"):
            return RedirectResponse(f"{self._public_url}/")
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    async def js_sdk(self, _: Request) -> Response:
        """What WeChat's script is to a page in the webview."""
        return FileResponse(STATIC / "jweixin.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def people(self, _: Request) -> Response:
        """The WeChat people."""
        return json_response({"items": [self._person(person) for person in PEOPLE]})

    async def state(self, _: Request) -> Response:
        """Holder and addresses, for the page."""
        return json_response({"person": self._person(self.holder()), "product_url": self._product_url})

    async def switch(self, request: Request) -> Response:
        """Hand the phone to {"openid"}: swap the cookie jars."""
        body = await read_body(request)
        person = person_by_openid(str(body.get("openid")))
        if person is None:
            return refusal("not_found", "没有这个人", 404)
        response = json_response({"person": self._person(person)})
        cookies.swap(self._store, request.cookies, self.holder().openid, person.openid, response)
        self._store.put("phone.holder", "now", {"openid": person.openid})
        return response

    async def scan(self, request: Request) -> Response:
        """The text of a QR code."""
        try:
            text = read_request(request.headers.get("content-type", ""), await request.body(), await read_body(request))
        except NothingFound as error:
            return refusal("no_code_found", str(error), 422)
        return json_response({"text": text})

    def _person(self, person: WeChatPerson) -> dict[str, str]:
        return {
            "openid": person.openid,
            "nickname": person.nickname,
            "avatar_url": f"{self._public_url}/mmopen/{person.openid}/132",
            "role_hint": person.role_hint,
            "role_label": person.role_label,
            "phone": person.phone,
        }
