"""Routes of the official account's server callback."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.errors import Forbidden
from chalicelib.core.http import PUBLIC, Api, Call, Reply
from chalicelib.core.ids import new_token
from chalicelib.core.logs import log_event
from chalicelib.domains.account.erasure import add_profile_erasure
from chalicelib.domains.channel.callback.model import Message, MessageInvalid, read_message
from chalicelib.domains.channel.callback.service import erase_with, receive
from chalicelib.domains.channel.migration.history import add_forgetting
from chalicelib.domains.channel.schemas import CallbackCheckQuery, MessageQuery
from chalicelib.domains.channel.texts import TEXTS
from chalicelib.integrations.wechat import envelope
from chalicelib.integrations.wechat.callback import is_from_wechat

api = Api(__name__, "channel", TEXTS)
erase_with(add_profile_erasure, add_forgetting)


@api.route(
    "GET",
    "/api/wechat/callback",
    summary="WeChat checks the callback URL",
    access=PUBLIC,
    query=CallbackCheckQuery,
)
def check_callback_url(call: Call) -> Reply:
    """Prove that this server knows the token by giving ``echostr`` back, exactly and as plain text."""
    token = runtime.secrets().get("wechat/callback_token")
    query: CallbackCheckQuery = call.query
    if not is_from_wechat(token, signature=query.signature, timestamp=query.timestamp, nonce=query.nonce):
        raise Forbidden("callback_signature_wrong")
    return Reply(body=query.echostr, content_type="text/plain; charset=utf-8")


@api.route(
    "POST",
    "/api/wechat/callback",
    summary="Messages and events of the account",
    access=PUBLIC,
    query=MessageQuery,
    raw=True,
)
def take_message(call: Call) -> Reply:
    """Take one message and answer it. Any content type: the signature says that it is WeChat's, not a header.

    Everything that is not provably WeChat's is 403 alike. A database that does not answer is 503, and WeChat repeats.
    """
    settings, marks = runtime.settings(), _marks(call.query)
    try:
        opened = envelope.open_envelope(call.raw_body, marks, _keys(), envelope.Mode(settings.wechat_callback_mode))
        message = read_message(opened.fields)
    except (envelope.EnvelopeInvalid, MessageInvalid) as invalid:
        log_event("callback_refused", reason=str(invalid))
        raise Forbidden("callback_signature_wrong") from None
    text = receive(message, settings.wechat_app_id, settings.public_base_url, call.now)
    if text is None:
        return Reply(body="success", content_type="text/plain; charset=utf-8")
    return Reply(body=_reply(message, text, opened.sealed, call.now), content_type="application/xml; charset=utf-8")


def _marks(query: MessageQuery) -> envelope.Marks:
    return envelope.Marks(query.signature, query.timestamp, query.nonce, query.encrypt_type, query.msg_signature)


def _keys() -> envelope.Keys:
    """The AES key is only read where it is needed."""
    settings, secrets = runtime.settings(), runtime.secrets()
    aes_key = "" if settings.wechat_callback_mode == "plain" else secrets.get("wechat/encoding_aes_key")
    return envelope.Keys(settings.wechat_app_id, secrets.get("wechat/callback_token"), aes_key)


def _reply(message: Message, text: str, sealed: bool, now: datetime) -> str:
    seconds = int(now.timestamp())
    reply = envelope.text_reply(message.openid, message.account, text, seconds)
    return envelope.close_envelope(reply, _keys(), timestamp=str(seconds), nonce=new_token()[:16]) if sealed else reply
