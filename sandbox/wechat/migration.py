"""Account migration: openids of the two old accounts and their conversion (contract A8)."""

from typing import Any

from sandbox.kit.store import Document
from sandbox.wechat.errors import WeChatError

BATCH = 100
OLD_ACCOUNTS = (
    ("wx51b0c8d47e92fa63", "gh_9d20b7c4f1a8", "东南餐饮管理", "canteen"),
    ("wxe83f6a0d2c5b1947", "gh_46f8e1b07d35", "东南智慧物流", "truck"),
)
FOLLOWERS_EACH = 240


def old_followers(key: str) -> list[str]:
    """The openids that followed an old account; every 40th has unfollowed since and cannot be converted."""
    return [f"oOLD{key[:2]}{number:05d}xQ7vT2mKe9WbZr4Ld"[:28] for number in range(FOLLOWERS_EACH)]


def convert(body: Any, is_open: bool) -> Document:
    """POST /cgi-bin/changeopenid; `from_appid` may be the old raw id or the old appid (official texts disagree)."""
    if not isinstance(body, dict) or not isinstance(body.get("from_appid"), str):
        raise WeChatError(63183)
    old = next((account for account in OLD_ACCOUNTS if body["from_appid"] in account[:2]), None)
    if old is None or not is_open:
        raise WeChatError(63178)
    openids = body.get("openid_list")
    if not isinstance(openids, list) or not openids:
        raise WeChatError(63182)
    if len(openids) > BATCH or not all(isinstance(openid, str) for openid in openids):
        raise WeChatError(40035)
    known = old_followers(old[3])
    return {"errcode": 0, "errmsg": "ok", "result_list": [_converted(openid, known) for openid in openids]}


def _converted(openid: str, known: list[str]) -> Document:
    if openid not in known or known.index(openid) % 40 == 39:
        return {"ori_openid": openid, "err_msg": "ori_openid error"}
    return {"ori_openid": openid, "new_openid": f"oNEW{openid[4:]}", "err_msg": "ok"}
