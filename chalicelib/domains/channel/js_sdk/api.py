"""The route that signs one of our pages for WeChat's JS-SDK."""

from __future__ import annotations

from chalicelib.core import runtime
from chalicelib.core.errors import InvalidInput, Unavailable
from chalicelib.core.http import PHONE, Api, Call
from chalicelib.core.ids import new_token
from chalicelib.core.logs import log_event
from chalicelib.domains.channel import wiring
from chalicelib.domains.channel.js_sdk.model import signed_part
from chalicelib.domains.channel.js_sdk.schemas import JsSdkQuery, JsSdkView
from chalicelib.domains.channel.texts import TEXTS
from chalicelib.integrations.errors import PeerError

api = Api(__name__, "wechat", TEXTS)


@api.route(
    "GET",
    "/api/wechat/js-sdk",
    summary="A signature for WeChat's JS-SDK on one page",
    access=PHONE,
    query=JsSdkQuery,
    answer=JsSdkView,
)
def sign_page(call: Call) -> JsSdkView:
    from chalicelib.integrations.wechat.jssdk import js_signature

    settings, query = runtime.settings(), call.query
    url = signed_part(query.url, settings.public_base_url)
    if url is None:
        raise InvalidInput("page_not_ours")
    nonce, timestamp = new_token()[:16], int(call.now.timestamp())
    return JsSdkView(
        app_id=settings.wechat_app_id,
        timestamp=timestamp,
        nonce=nonce,
        signature=js_signature(_ticket(), nonce=nonce, timestamp=timestamp, url=url),
        script_url=settings.wechat_js_sdk_url,
    )


def _ticket() -> str:
    try:
        return wiring.js_tickets().current().value
    except PeerError as trouble:
        log_event("js_sdk_unavailable", error=trouble.code, peer_code=trouble.peer_code)
        raise Unavailable("js_sdk_unavailable") from None
