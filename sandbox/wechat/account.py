"""The official account under test: identity, switches, counters, daily quotas."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox.kit.clock import Clock, day_of
from sandbox.kit.knobs import Knob, Knobs
from sandbox.kit.store import Store
from sandbox.people import ACCOUNT_NAME, ACCOUNT_RAW_ID, APP_ID
from sandbox.wechat.errors import WeChatError

DAILY_QUOTAS = {
    "token": 2000,
    "menu_create": 1000,
    "menu_get": 10_000,
    "menu_delete": 1000,
    "template_send": 100_000,
    "user_get": 500,
    "change_openid": 10_000,
}
"""Calls per calendar day of a new account; `token` is /cgi-bin/token."""


@dataclass(frozen=True)
class Credentials:
    """What the account's owner sees in the back office; the AES key has 43 characters."""

    app_secret: str
    callback_token: str
    encoding_aes_key: str
    app_id: str = APP_ID
    raw_id: str = ACCOUNT_RAW_ID
    name: str = ACCOUNT_NAME
    mini_program_secret: str = ""
    """Of the mini program, which has a back office of its own."""


def default_knobs(product_url: str) -> dict[str, Knob]:
    """The switches of the account; domains are hosts without scheme and port."""
    host = urlsplit(product_url).hostname or ""
    return {
        "old_token_grace": 300,
        "snapshot_user": False,
        "duplicate_callback": False,
        "ip_refused": False,
        "oauth_domains": [host],
        "business_domains": [host],
        "js_api_domains": [host],
        "granted_scopes": ["snsapi_base", "snsapi_userinfo"],
        "open_platform_bound": True,
        "blocked_users": [],
        "mini_program_anonymous": True,
        "refused_templates": [],
        "template_result": "success",
        "callback_mode": "safe",
        "quotas": {},
        "migration_open": True,
        "migration_approved_at": None,
        "migration_from_form": "both",
        "migration_shuffled": False,
        "old_accounts_frozen": False,
        "old_followers": 240,
    }


class Account:
    """The account's standing: everything the API endpoints ask about it."""

    def __init__(self, store: Store, clock: Clock, credentials: Credentials, knobs: Knobs, public_url: str) -> None:
        self.store = store
        self.public_url = public_url
        self.clock = clock
        self.credentials = credentials
        self.knobs = knobs

    def check_app(self, app_id: str | None, secret: str | None) -> None:
        """40013/41002 for the appid, 41004/40125 for the secret, 40164 when the caller's address is refused."""
        if not app_id:
            raise WeChatError(41002)
        if not secret:
            raise WeChatError(41004)
        self.check_app_id(app_id)
        if secret != self.credentials.app_secret:
            raise WeChatError(40125)

    def check_app_id(self, app_id: str | None) -> None:
        """40013 when it is not this account's."""
        if app_id != self.credentials.app_id:
            raise WeChatError(40013)

    def check_address(self) -> None:
        """40164 when the caller's address is not on the whitelist (a switch here)."""
        if self.knobs.get("ip_refused"):
            raise WeChatError(40164)

    def count(self, what: str) -> int:
        """Add one to a counter and answer its new value."""
        value = int((self.store.get("wechat.counter", what) or {"n": 0})["n"]) + 1
        self.store.put("wechat.counter", what, {"name": what, "n": value})
        return value

    def counters(self) -> dict[str, int]:
        """Every counter so far."""
        return {doc["name"]: doc["n"] for doc in self.store.all("wechat.counter")}

    def spend(self, what: str) -> None:
        """Use one call of a daily quota; 45009 when it is used up."""
        limit = int(self.knobs.get("quotas").get(what, DAILY_QUOTAS[what]))
        key = f"{what}@{day_of(self.clock())}"
        used = int((self.store.get("wechat.quota", key) or {"n": 0})["n"])
        if used >= limit:
            raise WeChatError(45009)
        self.store.put("wechat.quota", key, {"n": used + 1})
