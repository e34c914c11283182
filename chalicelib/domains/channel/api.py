"""Routes of the official account's server callback."""

from __future__ import annotations

from chalicelib.core import runtime
from chalicelib.core.errors import Forbidden
from chalicelib.core.http import PUBLIC, Api, Call, Reply
from chalicelib.domains.channel.schemas import CallbackCheckQuery
from chalicelib.domains.channel.texts import TEXTS
from chalicelib.integrations.wechat.callback import is_from_wechat

api = Api(__name__, "channel", TEXTS)
bp = api.blueprint


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
