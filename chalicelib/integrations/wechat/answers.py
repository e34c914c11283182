"""Reads WeChat's answers: JSON with HTTP 200 even for refusals, sorted into the error tree by ``errcode``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.http import Answer, Http
from chalicelib.integrations.redaction import redact
from chalicelib.integrations.wechat import PEER

TOKEN_ERRORS = frozenset({40001, 40014, 42001})
"""On a business call: the access token is superseded, unknown or expired; a new one may help, once."""

_RID = re.compile(r"rid: ?([0-9a-f]+(?:-[0-9a-f]+)*)")
_MENU_ERRORS = (*range(40015, 40029), 40033, 40054, 40055)
_LATER = {-1: "peer_busy", 45011: "peer_busy", 45009: "wechat_quota_exhausted"}
_FINAL: dict[int, str] = {
    **dict.fromkeys((40001, 40002, 40013, 40125, 41002, 41004), "wechat_credentials_refused"),
    **dict.fromkeys((40164, 89503, 89506, 89507), "wechat_address_not_allowed"),
    **dict.fromkeys((40243, 48004, 50004, 50007), "wechat_account_banned"),
    **dict.fromkeys((40029, 40163, 41008, 42003), "code_invalid"),
    **dict.fromkeys((40003, 40014, 41001, 41009, 42001, 42007), "wechat_grant_invalid"),
    **dict.fromkeys(_MENU_ERRORS, "wechat_menu_invalid"),
    **dict.fromkeys((40036, 40037), "wechat_template_unknown"),
    **dict.fromkeys((43116, 40249, 40250, 40251, 40252), "wechat_template_blocked"),
    40226: "wechat_user_blocked",
    43004: "wechat_not_following",
    43101: "wechat_notice_declined",
    46003: "wechat_menu_missing",
    47003: "wechat_template_invalid",
    48001: "wechat_not_authorised",
    63178: "wechat_migration_unrelated",
    **dict.fromkeys((63182, 63183), "wechat_migration_invalid"),
}


def read(http: Http, answer: Answer, repeatable: bool) -> dict[str, Any]:
    """The JSON object of an answer, refusals included; a lost or garbled one is raised as an error of the tree."""
    try:
        result = json.loads(answer.body)
    except ValueError:
        result = None
    if answer.status == 200 and isinstance(result, dict):
        return result
    peer_code = f"http_{answer.status}"
    if answer.status == 429:
        raise Retryable("peer_busy", "too many requests", PEER, peer_code=peer_code)
    if 300 <= answer.status < 500 and answer.status != 408:
        raise Refused("wrong_address", "there is no such interface at this address", PEER, peer_code=peer_code)
    if answer.status >= 500:
        raise http.lost("peer_failed", "server error", repeatable, peer_code)
    raise http.lost("answer_unreadable", "the answer is not a JSON object", repeatable, peer_code)


def errcode(result: Mapping[str, Any]) -> int:
    """WeChat's error number, 0 for success; success is also the absence of one."""
    value = result.get("errcode", 0)
    try:
        return int(value)
    except (TypeError, ValueError):
        return -1


def refusal(result: Mapping[str, Any], known: Iterable[str] = ()) -> PeerError:
    """The error for an answer whose :func:`errcode` is not 0; ``known`` texts are kept out of its message."""
    code = errcode(result)
    message = str(result.get("errmsg", ""))
    rid = _RID.search(message)
    # The request id is what WeChat's support asks for; it is random and may be logged.
    description = redact(_RID.sub("", message), known) + (f" (rid {rid.group(1)})" if rid else "")
    if code in _LATER:
        return Retryable(_LATER[code], description, PEER, peer_code=str(code))
    return Refused(_FINAL.get(code, "wechat_refused"), description, PEER, peer_code=str(code))


def required_text(http: Http, result: Mapping[str, Any], name: str, repeatable: bool) -> str:
    """A field that must be there in a successful answer."""
    value = result.get(name)
    if not isinstance(value, str) or not value:
        raise http.lost("answer_unreadable", f"{name} is missing", repeatable, "http_200")
    return value


def optional_text(result: Mapping[str, Any], name: str) -> str:
    """A text field; empty when absent or something else."""
    value = result.get(name)
    return value if isinstance(value, str) else ""
