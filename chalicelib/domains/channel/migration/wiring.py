"""Connects the migration to this deployment's old and new accounts, on first use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.core import runtime
from chalicelib.core.settings import SettingsError
from chalicelib.domains.channel.migration.model import Conversion
from chalicelib.domains.channel.migration.ports import OldAccount, Page, Ports
from chalicelib.domains.channel.wiring import official_account
from chalicelib.integrations.errors import Refused

if TYPE_CHECKING:
    from chalicelib.integrations.wechat.client import OfficialAccountClient

NAMES = {"canteen": "东南餐饮管理", "logistics": "东南智慧物流"}


def old_accounts() -> list[OldAccount]:
    """The old accounts this deployment knows."""
    known = runtime.settings().wechat_old_accounts
    return [OldAccount(key, NAMES[key], *ids) for key, ids in sorted(known.items())]


def ports() -> Ports:
    """The worker's outside world."""
    return Ports(old_accounts(), runtime.settings().wechat_app_id, _read_page, _convert)


@cache
def _old_client(account: OldAccount) -> OfficialAccountClient:
    """A client of the old account with a token record of its own."""
    from chalicelib.domains.channel.store import DynamoTokenStore
    from chalicelib.integrations.wechat.client import OfficialAccountClient

    secret = runtime.secrets().get(f"wechat/old_{account.key}/app_secret")
    base_url = runtime.settings().wechat_api_base_url
    return OfficialAccountClient(account.app_id, secret, DynamoTokenStore(account.app_id), api_base_url=base_url)


def _read_page(account: OldAccount, after: str) -> Page:
    from chalicelib.integrations.wechat.migration import read_followers

    try:
        client = _old_client(account)
    except SettingsError as missing:
        raise Refused("wechat_old_secret_missing", str(missing), "wechat") from None
    page = read_followers(client, after)
    return Page(page.total, page.openids, page.next_openid)


def _convert(from_app_id: str, openids: Sequence[str]) -> list[Conversion]:
    from chalicelib.integrations.wechat.migration import change_openids

    rows = change_openids(official_account(), from_app_id, openids)
    return [Conversion(row.old, row.new, row.message) for row in rows]
