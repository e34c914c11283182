"""Followers of an account and the conversion of an old account's openids (wechat.md A8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.integrations.errors import Retryable
from chalicelib.integrations.wechat import PEER
from chalicelib.integrations.wechat.answers import optional_text
from chalicelib.integrations.wechat.client import OfficialAccountClient


@dataclass(frozen=True, slots=True)
class FollowersPage:
    """Up to ten thousand openids; ``next_openid`` is empty behind the last page."""

    total: int
    openids: tuple[str, ...]
    next_openid: str


@dataclass(frozen=True, slots=True)
class Converted:
    """One entry of the answer; without ``new`` it was not converted, and ``message`` says why."""

    old: str
    new: str
    message: str


def read_followers(client: OfficialAccountClient, after: str) -> FollowersPage:
    """The page behind ``after``, the first one when it is empty.

    A start that follows no longer is refused with 40003 (``wechat_grant_invalid``).
    """
    answer = client.get("user/get", params={"next_openid": after} if after else {})
    data = answer.get("data")
    openids = data.get("openid", []) if isinstance(data, dict) else []
    total = answer.get("total")
    if not isinstance(openids, list) or not all(isinstance(openid, str) for openid in openids):
        raise _unreadable("the list of openids is missing")
    if not isinstance(total, int):
        raise _unreadable("total is missing")
    return FollowersPage(total, tuple(openids), optional_text(answer, "next_openid") if openids else "")


def change_openids(client: OfficialAccountClient, from_app_id: str, openids: Sequence[str]) -> list[Converted]:
    """The new openids of at most a hundred old ones; ``client`` is that of the *new* account.

    Asking twice gives the same answer, so a lost one may be asked for again. The order says nothing: go by ``old``.
    """
    body = {"from_appid": from_app_id, "openid_list": list(openids)}
    answer = client.post("changeopenid", data=body, repeatable=True)
    rows = answer.get("result_list")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _unreadable("result_list is missing")
    return [_converted(row) for row in rows]


def _converted(row: dict[str, Any]) -> Converted:
    return Converted(
        optional_text(row, "ori_openid"), optional_text(row, "new_openid"), optional_text(row, "err_msg")[:80]
    )


def _unreadable(message: str) -> Retryable:
    return Retryable("answer_unreadable", message, PEER, peer_code="http_200")
