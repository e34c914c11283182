"""The page on which a WeChat user lets an account know who they are (open.weixin.qq.com/connect/oauth2/authorize)."""

import html
import json
from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.kit.store import Document
from sandbox.people import WeChatPerson
from sandbox.wechat.account import Account
from sandbox.wechat.oauth import AuthorisePageError, WebAuthorisation

PATH = "/connect/oauth2/authorize"
HEAD = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>微信登录</title>
<link rel="stylesheet" href="/static/authorise.css"></head>"""


class AuthorisePage:
    """Shown inside the phone; who is asked is whoever holds the phone now."""

    def __init__(self, account: Account, authorisation: WebAuthorisation, holder: Callable[[], WeChatPerson]) -> None:
        self._account = account
        self._authorisation = authorisation
        self._holder = holder

    def routes(self) -> list[Route]:
        """GET asks, POST is the answer of the person."""
        return [Route(PATH, self.show), Route(PATH, self.answer, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        """The consent box; silent scopes and the snapshot mode go straight back with a code."""
        person = self._holder()
        try:
            opened = self._authorisation.open_request(request.scope["query_string"].decode("latin-1"), person.openid)
            if opened["silent"]:
                return self._leave(self._authorisation.decide(opened["id"], True))
        except AuthorisePageError as error:
            return error_page(error)
        return HTMLResponse(self._consent(opened, person))

    async def answer(self, request: Request) -> Response:
        """`decision=allow` → 302 with a code; `refuse` → back to where the person came from, without any `error=`."""
        form = parse_qs((await request.body()).decode())
        try:
            allow = form.get("decision", [""])[0] == "allow"
            target = self._authorisation.decide(form.get("request", [""])[0], allow)
        except AuthorisePageError as error:
            return error_page(error)
        return self._leave(target)

    def _leave(self, target: str | None) -> Response:
        if target is None:
            return HTMLResponse(_script_page("back", None))
        if self._account.knobs.get("duplicate_callback"):
            return HTMLResponse(_script_page("twice", target))
        return RedirectResponse(target, 302)

    def _consent(self, opened: Document, person: WeChatPerson) -> str:
        name = html.escape(self._account.credentials.name)
        return f"""{HEAD}<body class="consent"><main>
<header><img class="logo" src="/static/account.svg" alt=""><span>{name}</span><em>申请</em></header>
<h1>获取你的昵称、头像</h1>
<div class="person"><img src="/mmopen/{person.openid}/132" alt=""><div><b>{html.escape(person.nickname)}</b>
<small>微信个人信息</small></div><i aria-hidden="true"></i></div>
<form method="post" action="{PATH}"><input type="hidden" name="request" value="{html.escape(opened["id"])}">
<button name="decision" value="refuse" class="refuse">拒绝</button>
<button name="decision" value="allow" class="allow">允许</button></form></main>
<script type="module" src="/static/authorise.js"></script></body></html>"""


def error_page(error: AuthorisePageError) -> Response:
    """What WeChat shows when it does not ask: the number (or our word) and the reason; HTTP 200 as there."""
    page = f"""{HEAD}<body class="refused"><main><div class="mark">!</div><h1>{html.escape(error.text)}</h1>
<p>错误码：<code>{html.escape(error.code)}</code></p></main></body></html>"""
    return HTMLResponse(page, 200, {"X-Sandbox-Error": error.code})


def _script_page(action: str, target: str | None) -> str:
    data = html.escape(json.dumps({"action": action, "target": target}))
    return f"""{HEAD}<body class="leaving" data-leave="{data}"><main><p>请稍候…</p></main>
<script type="module" src="/static/authorise.js"></script></body></html>"""
