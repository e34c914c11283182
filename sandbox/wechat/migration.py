"""Account migration: the two old accounts, their tokens and followers, and the conversion (contract A8)."""

import random
from dataclasses import dataclass
from functools import cache
from typing import Any

from sandbox.kit.store import Document
from sandbox.wechat.account import Account
from sandbox.wechat.errors import WeChatError
from sandbox.wechat.followers import page_of
from sandbox.wechat.tokens import TokenAuthority

BATCH = 100
WINDOW_SECONDS = 15 * 24 * 3600


@dataclass(frozen=True)
class OldAccount:
    """An account whose followers migrate; `key` names it in its followers' openids and in the secrets."""

    app_id: str
    raw_id: str
    name: str
    key: str


OLD_ACCOUNTS = (
    OldAccount("wx51b0c8d47e92fa63", "gh_9d20b7c4f1a8", "东南餐饮管理", "canteen"),
    OldAccount("wxe83f6a0d2c5b1947", "gh_46f8e1b07d35", "东南智慧物流", "logistics"),
)
LETTERS = {"canteen": "ca", "logistics": "tr"}


@cache
def old_followers(key: str, count: int) -> tuple[str, ...]:
    """The openids that follow an old account before it is frozen, in the order in which they followed."""
    return tuple(f"oOLD{LETTERS[key]}{number:05d}xQ7vT2mKe9WbZr4Ld"[:28] for number in range(count))


@cache
def _convertible(key: str, count: int) -> frozenset[str]:
    """Every 40th stops following between the reading of the list and the conversion."""
    return frozenset(openid for number, openid in enumerate(old_followers(key, count)) if number % 40 != 39)


class Migration:
    """The old accounts as WeChat keeps them: their own secrets and tokens, frozen once the migration is approved."""

    def __init__(self, account: Account, secrets: dict[str, str]) -> None:
        self._account = account
        self._secrets = secrets
        self._tokens = {old.app_id: TokenAuthority(account, old.app_id) for old in OLD_ACCOUNTS}

    def followers(self, old: OldAccount) -> tuple[str, ...]:
        """Openids of an old account; the knob `old_followers` says how many."""
        return old_followers(old.key, int(self._account.knobs.get("old_followers")))

    def tokens_of(self, app_id: str | None, secret: str | None) -> TokenAuthority | None:
        """Where an old account's token comes from; None for any other appid. 40125 wrong secret, 50007 frozen."""
        old = next((old for old in OLD_ACCOUNTS if old.app_id == app_id), None)
        if old is None:
            return None
        if not secret:
            raise WeChatError(41004)
        if secret != self._secrets.get(old.key):
            raise WeChatError(40125)
        if self._account.knobs.get("old_accounts_frozen"):
            raise WeChatError(50007)
        return self._tokens[old.app_id]

    def page(self, app_id: str, after: str) -> Document:
        """GET /cgi-bin/user/get with an old account's token; 48004 once the account is frozen."""
        if self._account.knobs.get("old_accounts_frozen"):
            raise WeChatError(48004)
        old = next(old for old in OLD_ACCOUNTS if old.app_id == app_id)
        return page_of(self.followers(old), after)

    def convert(self, body: Any) -> Document:
        """POST /cgi-bin/changeopenid; `from_appid` may be the old raw id or the old appid (official texts disagree)."""
        if not isinstance(body, dict) or not isinstance(body.get("from_appid"), str) or not body["from_appid"]:
            raise WeChatError(63183)
        old = next((old for old in OLD_ACCOUNTS if body["from_appid"] in self._names(old)), None)
        if old is None or not self._is_open():
            raise WeChatError(63178)
        openids = body.get("openid_list")
        if not isinstance(openids, list) or not openids:
            raise WeChatError(63182)
        if len(openids) > BATCH or not all(isinstance(openid, str) for openid in openids):
            raise WeChatError(40035)
        return {"errcode": 0, "errmsg": "ok", "result_list": self._results(old, openids)}

    def _names(self, old: OldAccount) -> tuple[str, ...]:
        forms = {"raw_id": (old.raw_id,), "app_id": (old.app_id,)}
        return forms.get(str(self._account.knobs.get("migration_from_form")), (old.raw_id, old.app_id))

    def _is_open(self) -> bool:
        """Approved, and not longer ago than 15 days; without a time of approval the switch alone decides."""
        approved_at = self._account.knobs.get("migration_approved_at")
        now = self._account.clock()
        in_window = approved_at is None or approved_at <= now < approved_at + WINDOW_SECONDS
        return bool(self._account.knobs.get("migration_open")) and in_window

    def _results(self, old: OldAccount, openids: list[str]) -> list[Document]:
        known = _convertible(old.key, int(self._account.knobs.get("old_followers")))
        results = [_converted(openid, known) for openid in openids]
        if self._account.knobs.get("migration_shuffled"):
            random.Random(len(openids)).shuffle(results)
        return results


def _converted(openid: str, known: frozenset[str]) -> Document:
    if openid not in known:
        return {"ori_openid": openid, "err_msg": "ori_openid error"}
    return {"ori_openid": openid, "new_openid": f"oNEW{openid[4:]}", "err_msg": "ok"}
