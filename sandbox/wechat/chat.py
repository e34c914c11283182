"""A person's chat with the account: what they send, what the account answers, as WeChat's client shows it."""

import asyncio
import secrets
import xml.etree.ElementTree as ElementTree
from typing import Any

from sandbox.kit.clock import iso
from sandbox.kit.store import Document
from sandbox.wechat.account import Account, Credentials
from sandbox.wechat.callback import Attempt, BadCipher, CallbackSender, decrypt, signature
from sandbox.wechat.followers import Followers
from sandbox.wechat.templates import TemplateMessages

OUT_OF_ORDER = "该公众号提供的服务出现故障，请稍后再试"
LONGEST_TEXT = 600
KIND = "wechat.chat"


class BadReply(ValueError):
    """An answer that WeChat would not show: the chat tells that the service is out of order."""


class Chat:
    """Everything between a person and the account; blocking where the product is called."""

    def __init__(
        self, account: Account, sender: CallbackSender, followers: Followers, templates: TemplateMessages
    ) -> None:
        self._account, self._sender = account, sender
        self._followers, self._templates = followers, templates

    def thread(self, openid: str) -> list[Document]:
        """All messages, oldest first: the person's, the account's, template messages, notes."""
        told = [{**message, "from": "template"} for message in self._templates.messages(openid)]
        said = self._account.store.all(f"{KIND}.{openid}")
        return sorted([*told, *said], key=lambda doc: doc["sent_at"])

    def follows(self, openid: str) -> bool:
        """Whether the person follows; who does not cannot write."""
        return self._followers.follows(openid)

    async def say(self, openid: str, text: str) -> None:
        """The person sends a text."""
        self._add(openid, "person", text[:LONGEST_TEXT])
        await self._deliver(openid, {"MsgType": "text", "Content": text[:LONGEST_TEXT]})

    async def press(self, openid: str, key: str) -> None:
        """The person presses a `click` button."""
        await self._deliver(openid, {"MsgType": "event", "Event": "CLICK", "EventKey": key})

    async def follow(self, openid: str, follows: bool) -> None:
        """Follow or unfollow; WeChat tells the product. Who leaves is not shown an answer."""
        self._followers.change(openid, follows)
        event = {"MsgType": "event", "Event": "subscribe" if follows else "unsubscribe", "EventKey": ""}
        await self._deliver(openid, event, quiet=not follows)
        if not follows:
            self._add(openid, "note", "已取消关注")

    async def _deliver(self, openid: str, fields: dict[str, Any], quiet: bool = False) -> None:
        message = self._sender.message(openid, fields)
        attempts = await asyncio.to_thread(self._sender.send, message, self._sender.usual())
        if quiet:
            return
        try:
            text = read_reply(self._account.credentials, attempts[-1], openid)
        except BadReply:
            self._add(openid, "note", OUT_OF_ORDER)
            return
        if text:
            self._add(openid, "account", text)

    def _add(self, openid: str, sender: str, text: str) -> None:
        now = self._account.clock()
        doc = {"from": sender, "text": text, "sent_at": now, "at": iso(now)}
        self._account.store.put(f"{KIND}.{openid}", secrets.token_hex(8), doc)


def read_reply(credentials: Credentials, attempt: Attempt, openid: str) -> str:
    """The text to show, empty for none; BadReply when WeChat would not accept the answer."""
    if not attempt.is_answered:
        raise BadReply("not answered")
    if attempt.body.strip() in ("", "success"):
        return ""
    fields = _fields(attempt.body)
    if "Encrypt" in fields:
        fields = _fields(_opened(credentials, fields))
    if (fields.get("ToUserName"), fields.get("FromUserName")) != (openid, credentials.raw_id):
        raise BadReply("To and From are not swapped")
    if fields.get("MsgType") != "text" or not fields.get("CreateTime", "").isdigit():
        raise BadReply("no text reply")
    return fields.get("Content", "")


def _opened(credentials: Credentials, fields: dict[str, str]) -> str:
    joint = signature(
        credentials.callback_token, fields.get("TimeStamp", ""), fields.get("Nonce", ""), fields["Encrypt"]
    )
    if fields.get("MsgSignature") != joint:
        raise BadReply("the reply's signature is wrong")
    try:
        return decrypt(credentials, fields["Encrypt"])
    except (BadCipher, UnicodeDecodeError) as error:
        raise BadReply("the reply cannot be decrypted") from error


def _fields(text: str) -> dict[str, str]:
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BadReply("no XML") from error
    return {child.tag: child.text or "" for child in root}
