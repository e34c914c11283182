"""Control endpoints of WeChat: token, counters, menu, callback, domain file, people."""

import asyncio
import html
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.kit.clock import iso
from sandbox.kit.control import read_body
from sandbox.kit.http import json_response, refusal
from sandbox.people import ACCOUNT_RAW_ID, APP_ID, PEOPLE, person_by_openid
from sandbox.wechat.api import WeChatApi
from sandbox.wechat.callback import CallbackSender, Sending
from sandbox.wechat.chat import Chat
from sandbox.wechat.domain_check import check_domain
from sandbox.wechat.migration import OLD_ACCOUNTS
from sandbox.wechat.oauth import AuthorisePageError

SENDING = {"mode": ("plain", "safe", "compatible"), "form": ("xml", "json"), "tamper": (None, "signature", "app_id")}


class WeChatControl:
    """What consoles and tests may see and do beyond WeChat's API."""

    def __init__(self, api: WeChatApi, sender: CallbackSender, product_url: str) -> None:
        self._api = api
        self._sender = sender
        self._product_url = product_url
        self._chat = Chat(api.account, sender, api.followers, api.templates)

    def routes(self) -> list[Route]:
        """The routes below /sandbox/wechat/ and the avatars."""
        return [
            Route("/sandbox/wechat/account", self.account),
            Route("/sandbox/wechat/counters", self.counters),
            Route("/sandbox/wechat/kill-token", self.kill_token, methods=["POST"]),
            Route("/sandbox/wechat/expire-token", self.expire_token, methods=["POST"]),
            Route("/sandbox/wechat/menu", self.menu),
            Route("/sandbox/wechat/messages", self.messages),
            Route("/sandbox/wechat/chat", self.chat),
            Route("/sandbox/wechat/chat", self.act, methods=["POST"]),
            Route("/sandbox/wechat/authorize", self.authorise, methods=["POST"]),
            Route("/sandbox/wechat/jssdk-check", self.check_js_signature, methods=["POST"]),
            Route("/sandbox/wechat/callback/check", self.check_callback, methods=["POST"]),
            Route("/sandbox/wechat/callback/send", self.send_callback, methods=["POST"]),
            Route("/sandbox/wechat/callback/replay", self.replay_callback, methods=["POST"]),
            Route("/sandbox/wechat/domain-check", self.check_domain_file, methods=["POST"]),
            Route("/sandbox/wechat/followers", self.followers, methods=["GET", "POST"]),
            Route("/sandbox/wechat/old-accounts", self.old_accounts),
            Route("/sandbox/wechat/articles", self.articles, methods=["GET", "POST"]),
            Route("/sandbox/wechat/articles/samples", self.publish_samples, methods=["POST"]),
            Route("/sandbox/wechat/articles/{message_id}", self.delete_article, methods=["DELETE"]),
            Route("/s", self.article),
            Route("/mmbiz_svg/{message_id}/{index:int}", self.article_picture),
            Route("/mmopen/{openid}/132", self.avatar),
        ]

    async def account(self, _: Request) -> Response:
        """The account and its tokens, values hidden."""
        tokens = [
            {**token, **{name: iso(token[name]) for name in ("issued_at", "expires_at", "dies_at") if token[name]}}
            for token in self._api.tokens.overview()
        ]
        name = self._api.account.credentials.name
        return json_response({"app_id": APP_ID, "raw_id": ACCOUNT_RAW_ID, "name": name, "tokens": tokens})

    async def counters(self, _: Request) -> Response:
        """What was called how often."""
        return json_response(self._api.account.counters())

    async def kill_token(self, _: Request) -> Response:
        """Every living access token dies now: 40001 from here on."""
        return json_response({"killed": self._api.tokens.kill()})

    async def expire_token(self, _: Request) -> Response:
        """Every living access token is expired now: 42001 from here on."""
        return json_response({"expired": self._api.tokens.expire()})

    async def menu(self, _: Request) -> Response:
        """The published menu, null when there is none."""
        menu = self._api.published_menu()
        if menu is None:
            return json_response({"menu": None, "published_at": None})
        return json_response({"menu": {"button": menu["button"]}, "published_at": iso(menu["published_at"])})

    async def messages(self, request: Request) -> Response:
        """What a person's chat with the account shows."""
        return json_response({"items": self._api.templates.messages(request.query_params.get("openid", ""))})

    async def chat(self, request: Request) -> Response:
        """A person's whole chat with the account, and whether they follow it."""
        openid = request.query_params.get("openid", "")
        return json_response({"follows": self._chat.follows(openid), "items": self._chat.thread(openid)})

    async def act(self, request: Request) -> Response:
        """What a person does in the chat: {"openid", "action": say|press|follow|unfollow, "text"?, "key"?}."""
        body = await read_body(request)
        openid, action = str(body.get("openid")), body.get("action")
        if person_by_openid(openid) is None:
            return refusal("invalid_input", "没有这个人")
        if action in ("follow", "unfollow"):
            await self._chat.follow(openid, action == "follow")
        elif not self._chat.follows(openid):
            return refusal("not_following", "还没有关注公众号", 409)
        elif action == "say" and str(body.get("text", "")).strip():
            await self._chat.say(openid, str(body["text"]).strip())
        elif action == "press":
            await self._chat.press(openid, str(body.get("key", "")))
        else:
            return refusal("invalid_input", "action 不对，或没有文字")
        return json_response({"follows": self._chat.follows(openid), "items": self._chat.thread(openid)})

    async def authorise(self, request: Request) -> Response:
        """The authorise page without a browser: {"url", "openid", "decision"?: allow|refuse}."""
        body = await read_body(request)
        if person_by_openid(str(body.get("openid"))) is None:
            return refusal("invalid_input", "没有这个人")
        try:
            opened = self._api.authorisation.open_request(urlsplit(str(body.get("url"))).query, body["openid"])
            target = self._api.authorisation.decide(opened["id"], body.get("decision", "allow") == "allow")
        except AuthorisePageError as error:
            return refusal(error.code, error.text)
        return json_response({"redirect": target})

    async def check_js_signature(self, request: Request) -> Response:
        """Whether wx.config would accept {"appId"?, "noncestr", "timestamp", "url", "signature"}, and if not, why."""
        reason = self._js_refusal(await read_body(request))
        return json_response({"valid": reason is None, "reason": reason})

    def _js_refusal(self, body: dict[str, Any]) -> str | None:
        """In WeChat's words; a snapshot page has no JS-SDK."""
        knobs = self._api.account.knobs
        if knobs.get("snapshot_user"):
            return "fail, the page is a snapshot"
        if body.get("appId", APP_ID) != APP_ID:
            return "invalid appid"
        if urlsplit(str(body.get("url"))).hostname not in knobs.get("js_api_domains"):
            return "invalid url domain"
        expected = self._api.js_signature(str(body.get("noncestr")), str(body.get("timestamp")), str(body.get("url")))
        return None if body.get("signature") == expected else "invalid signature"

    async def check_callback(self, _: Request) -> Response:
        """The URL check."""
        return json_response(await asyncio.to_thread(self._sender.check_url))

    async def send_callback(self, request: Request) -> Response:
        """Push {"openid", "fields": {...}, "mode"?, "form"?, "tamper"?, "copies"?} to the product."""
        body = await read_body(request)
        if person_by_openid(str(body.get("openid"))) is None or not isinstance(body.get("fields"), dict):
            return refusal("invalid_input", "需要 openid 和 fields")
        options: dict[str, Any] = {name: body[name] for name in (*SENDING, "copies") if name in body}
        if any(options.get(name, values[0]) not in values for name, values in SENDING.items()):
            return refusal("invalid_input", "mode、form 或 tamper 不对")
        message = self._sender.message(body["openid"], body["fields"])
        attempts = await asyncio.to_thread(self._sender.send, message, Sending(**options))
        return json_response({"message": message, "attempts": [vars(attempt) for attempt in attempts]})

    async def replay_callback(self, _: Request) -> Response:
        """The last request to the callback again, byte for byte."""
        attempt = await asyncio.to_thread(self._sender.replay)
        if attempt is None:
            return refusal("nothing_sent", "还没有发过消息", 409)
        return json_response({"attempts": [vars(attempt)]})

    async def check_domain_file(self, request: Request) -> Response:
        """Fetch {"filename"} from the product's root (or {"origin"})."""
        body = await read_body(request)
        origin = str(body.get("origin") or self._product_url)
        return json_response(await asyncio.to_thread(check_domain, origin, str(body.get("filename"))))

    async def followers(self, request: Request) -> Response:
        """Who follows; POST {"openid", "follows"} changes it as if WeChat's event had been lost (see chat)."""
        if request.method == "POST":
            body = await read_body(request)
            self._api.followers.change(str(body.get("openid")), body.get("follows") is True)
        rows = [{"openid": person.openid, "follows": self._api.followers.follows(person.openid)} for person in PEOPLE]
        return json_response({"items": rows})

    async def old_accounts(self, _: Request) -> Response:
        """The two accounts whose followers migrate."""
        rows = [
            {"app_id": old.app_id, "raw_id": old.raw_id, "name": old.name, "key": old.key}
            | {"openids": self._api.migration.followers(old)}
            for old in OLD_ACCOUNTS
        ]
        return json_response({"items": rows})

    async def articles(self, request: Request) -> Response:
        """What is published, newest first; POST {"articles": [{"title", "digest"?}]} publishes a message."""
        if request.method == "GET":
            return json_response({"items": self._api.articles.all()})
        wanted = (await read_body(request)).get("articles")
        if not isinstance(wanted, list) or not all(isinstance(one, dict) and one.get("title") for one in wanted):
            return refusal("invalid_input", "每篇文章都要有标题")
        return json_response(self._api.articles.publish(wanted), 201)

    async def publish_samples(self, _: Request) -> Response:
        """What a new account has published, unless it has something."""
        self._api.articles.publish_samples()
        return json_response({"items": self._api.articles.all()})

    async def delete_article(self, request: Request) -> Response:
        """Delete a message, or one of its articles: `?index=` counts from 1."""
        index = request.query_params.get("index", "0")
        found = index.isdigit() and self._api.articles.delete(request.path_params["message_id"], int(index))
        return json_response({"deleted": True}) if found else refusal("not_found", "没有这篇文章", 404)

    async def article(self, request: Request) -> Response:
        """The article as people read it."""
        index = request.query_params.get("idx", "1")
        text, status = self._api.articles.page(
            request.query_params.get("mid", ""), int(index) if index.isdigit() else 0
        )
        return Response(text, status, media_type="text/html")

    async def article_picture(self, request: Request) -> Response:
        """Its cover, or the notice for foreign pages."""
        parts = request.path_params
        drawn = self._api.articles.picture(parts["message_id"], parts["index"], request.headers.get("referer", ""))
        return Response(drawn, 200, {"Cache-Control": "no-cache"}, "image/svg+xml")

    async def avatar(self, request: Request) -> Response:
        """A drawn head picture: the last character of the name on the person's colour."""
        person = person_by_openid(request.path_params["openid"])
        letter, colour = (person.nickname[-1], person.avatar_colour) if person else ("?", "#9ca3af")
        picture = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 132">'
            f'<rect width="132" height="132" fill="{colour}"/>'
            '<text x="66" y="86" font-size="58" fill="#fff" text-anchor="middle"'
            f' font-family="PingFang SC,Noto Sans CJK SC,Microsoft YaHei,sans-serif">{html.escape(letter)}</text></svg>'
        )
        return Response(picture, 200, {"Cache-Control": "public, max-age=3600"}, "image/svg+xml")
