"""WeChat's JS-SDK: the ticket all pages share, and the signature that lets one page use it (wechat.md A3)."""

from __future__ import annotations

import hashlib

from chalicelib.integrations.errors import Retryable
from chalicelib.integrations.wechat import PEER
from chalicelib.integrations.wechat.client import OfficialAccountClient


def fetch_ticket(client: OfficialAccountClient) -> tuple[str, int]:
    """The account's ticket and its remaining life in seconds. WeChat allows very few of these calls: keep it."""
    answer = client.get("ticket/getticket", params={"type": "jsapi"})
    ticket, seconds = answer.get("ticket"), answer.get("expires_in")
    if not isinstance(ticket, str) or not ticket or not isinstance(seconds, int) or seconds <= 0:
        raise Retryable("answer_unreadable", "ticket or expires_in is missing", PEER, peer_code="http_200")
    return ticket, seconds


def js_signature(ticket: str, *, nonce: str, timestamp: int, url: str) -> str:
    """SHA-1 in hex over the four values as they are: lower-case names, nothing escaped, the URL up to its ``#``."""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
