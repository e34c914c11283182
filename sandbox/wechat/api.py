"""The server-to-server endpoints of api.weixin.qq.com that the product calls."""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from sandbox.kit.http import Call, json_response
from sandbox.kit.store import Document
from sandbox.wechat.account import Account
from sandbox.wechat.articles import Articles
from sandbox.wechat.errors import WeChatError
from sandbox.wechat.followers import Followers
from sandbox.wechat.menu import read_menu
from sandbox.wechat.migration import Migration
from sandbox.wechat.mini_program import MiniProgram
from sandbox.wechat.oauth import WebAuthorisation
from sandbox.wechat.templates import Push, TemplateMessages
from sandbox.wechat.tokens import TokenAuthority

Endpoint = Callable[[Call], Document]
OK: Document = {"errcode": 0, "errmsg": "ok"}
TICKET_LIFETIME = 7200


class WeChatApi:
    """Path → endpoint; every refusal is HTTP 200 with errcode."""

    def __init__(self, account: Account, push: Push, old_secrets: dict[str, str] | None = None) -> None:
        self.account = account
        self.migration = Migration(account, old_secrets or {})
        self.tokens = TokenAuthority(account)
        self.authorisation = WebAuthorisation(account)
        self.mini_program = MiniProgram(account)
        self.followers = Followers(account.store)
        self.articles = Articles(account)
        self.templates = TemplateMessages(account, self.followers, push)
        self._open: dict[str, tuple[str, Endpoint]] = {
            "/cgi-bin/token": ("GET", self._token),
            "/cgi-bin/stable_token": ("POST", self._stable_token),
            "/sns/oauth2/access_token": ("GET", lambda call: self.authorisation.exchange(call.query)),
            "/sns/oauth2/refresh_token": ("GET", lambda call: self.authorisation.refresh(call.query)),
            "/sns/auth": ("GET", lambda call: self.authorisation.check(call.query)),
            "/sns/jscode2session": ("GET", lambda call: self.mini_program.exchange(call.query)),
            "/sns/userinfo": ("GET", lambda call: self.authorisation.user_info(call.query)),
        }
        self._guarded: dict[str, tuple[str, Endpoint]] = {
            "/cgi-bin/ticket/getticket": ("GET", self._ticket),
            "/cgi-bin/menu/create": ("POST", self._menu_create),
            "/cgi-bin/menu/get": ("GET", self._menu_get),
            "/cgi-bin/menu/delete": ("GET", self._menu_delete),
            "/cgi-bin/freepublish/batchget": ("POST", lambda call: self.articles.batch_get(_json(call))),
            "/cgi-bin/user/get": ("GET", lambda call: self._followers(call, account.credentials.app_id)),
            "/cgi-bin/changeopenid": ("POST", self._change_openid),
            "/cgi-bin/message/template/send": ("POST", lambda call: self.templates.send(_json(call))),
            "/cgi-bin/template/get_all_private_template": ("GET", lambda _: self.templates.library()),
        }

    def serve(self, call: Call) -> Response:
        """The answer to one call."""
        try:
            return json_response(self._route(call))
        except WeChatError as error:
            self.account.count(f"error_{error.code}")
            return error.answer()

    def published_menu(self) -> Document | None:
        """The menu as it was last accepted: buttons and the time of publication."""
        return self.account.store.get("wechat.menu", "published")

    def _route(self, call: Call) -> Document:
        guarded = self._guarded.get(call.path)
        method, endpoint = guarded or self._open.get(call.path) or ("", _unknown)
        if method and call.method != method:
            raise WeChatError(43001 if method == "GET" else 43002)
        if guarded:
            app_id = self.tokens.judge(call.query.get("access_token"))
            if app_id != self.account.credentials.app_id:
                return self._as_old_account(call, app_id)
        return endpoint(call)

    def _as_old_account(self, call: Call, app_id: str) -> Document:
        """An old account reads its followers and nothing else here; nobody migrates into it."""
        if call.path == "/cgi-bin/changeopenid":
            raise WeChatError(63178)
        if call.path != "/cgi-bin/user/get":
            raise WeChatError(48001)
        return self._followers(call, app_id)

    def _followers(self, call: Call, app_id: str) -> Document:
        self.account.spend("user_get")
        self.account.count("user_get_calls")
        after = call.query.get("next_openid", "")
        is_own = app_id == self.account.credentials.app_id
        return self.followers.page(after) if is_own else self.migration.page(app_id, after)

    def _token(self, call: Call) -> Document:
        if call.query.get("grant_type") != "client_credential":
            raise WeChatError(40002)
        tokens = self._tokens_of(call.query.get("appid"), call.query.get("secret"))
        self.account.check_address()
        self.account.spend("token")
        self.account.count("token_fetches")
        return tokens.issue_classic()

    def _tokens_of(self, app_id: str | None, secret: str | None) -> TokenAuthority:
        """The authority of this account or of an old one."""
        old = self.migration.tokens_of(app_id, secret)
        if old is None:
            self.account.check_app(app_id, secret)
        return old or self.tokens

    def _stable_token(self, call: Call) -> Document:
        body = self._stable_body(call)
        tokens = self._tokens_of(body.get("appid"), body.get("secret"))
        if body.get("grant_type") != "client_credential":
            raise WeChatError(40002)
        self.account.check_address()
        force = body.get("force_refresh", False)
        if not isinstance(force, bool):
            raise WeChatError(47001)
        self.account.count("stable_token_forced" if force else "stable_token_fetches")
        return tokens.issue_stable(force)

    def _stable_body(self, call: Call) -> dict[str, Any]:
        """A body that is not JSON is answered 41002, as the community reports."""
        try:
            body = call.json()
        except ValueError as error:
            raise WeChatError(41002) from error
        if not isinstance(body, dict):
            raise WeChatError(41002)
        return body

    def _ticket(self, call: Call) -> Document:
        if call.query.get("type") != "jsapi":
            raise WeChatError(40035)
        now = self.account.clock()
        ticket = self.account.store.get("wechat.ticket", "jsapi")
        if ticket is None or ticket["expires_at"] <= now:
            ticket = {"value": secrets.token_urlsafe(64), "expires_at": now + TICKET_LIFETIME}
            self.account.store.put("wechat.ticket", "jsapi", ticket)
        self.account.count("ticket_fetches")
        return {**OK, "ticket": ticket["value"], "expires_in": int(ticket["expires_at"] - now)}

    def js_signature(self, nonce: str, timestamp: str, url: str) -> str:
        """The JS-SDK signature the client would compute with the ticket in force."""
        ticket = (self.account.store.get("wechat.ticket", "jsapi") or {"value": ""})["value"]
        return js_signature(ticket, nonce, timestamp, url)

    def _menu_create(self, call: Call) -> Document:
        self.account.spend("menu_create")
        buttons = read_menu(call.body, self.account.knobs.get("business_domains"))
        self.account.store.put("wechat.menu", "published", {"button": buttons, "published_at": self.account.clock()})
        self.account.count("menus_created")
        return OK

    def _menu_get(self, _: Call) -> Document:
        self.account.spend("menu_get")
        menu = self.published_menu()
        if menu is None:
            raise WeChatError(46003)
        return {"menu": {"button": menu["button"]}}

    def _menu_delete(self, _: Call) -> Document:
        self.account.spend("menu_delete")
        self.account.store.delete("wechat.menu", "published")
        return OK

    def _change_openid(self, call: Call) -> Document:
        self.account.spend("change_openid")
        self.account.count("change_openid_calls")
        return self.migration.convert(_json(call))


def js_signature(ticket: str, nonce: str, timestamp: str, url: str) -> str:
    """sha1 over the four raw values in ASCII order of their names; the part from `#` on does not count."""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.split('#')[0]}"
    return hashlib.sha1(text.encode()).hexdigest()


def _json(call: Call) -> Any:
    try:
        return call.json()
    except ValueError as error:
        raise WeChatError(47001) from error


def _unknown(call: Call) -> Document:
    raise WeChatError(40035, f"no such api: {call.path}")
