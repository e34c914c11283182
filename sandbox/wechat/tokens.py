"""The access token authority: two isolated chains of tokens, one per endpoint (contract A2)."""

import secrets

from sandbox.kit.clock import day_of
from sandbox.kit.store import Document
from sandbox.wechat.account import Account
from sandbox.wechat.errors import WeChatError

LIFETIME = 7200
RENEW_AHEAD = 300
"""Seconds before expiry at which stable_token hands out the successor; both work until the old one expires."""
FORCE_INTERVAL = 30
FORCE_PER_DAY = 20
KIND = "wechat.token"


class TokenAuthority:
    """Issues and judges access tokens. A token document: value, chain, expires_at, dies_at (superseded or killed)."""

    def __init__(self, account: Account, app_id: str = "") -> None:
        self._account = account
        self._app_id = app_id or account.credentials.app_id
        self._store = account.store

    def issue_classic(self) -> Document:
        """GET /cgi-bin/token: always a new token; the previous one lives on for the grace time (300 s)."""
        grace = float(self._account.knobs.get("old_token_grace"))
        self._supersede(self._current("classic"), grace)
        return self._answer(self._new("classic"))

    def issue_stable(self, force: bool) -> Document:
        """POST /cgi-bin/stable_token: the same token while it is valid, or a new one and the old one dead at once."""
        current = self._current("stable")
        if current is None:
            return self._answer(self._new("stable"))
        if force and self._may_force():
            self._supersede(current, 0)
            return self._answer(self._new("stable"))
        if current["expires_at"] - self._now() <= RENEW_AHEAD:
            return self._answer(self._new("stable"))
        return self._answer(current)

    def judge(self, value: str | None) -> str:
        """The appid a working token belongs to; 41001 missing, 40014 garbage, 42001 expired, 40001 superseded or killed."""
        if not value:
            raise WeChatError(41001)
        token = self._store.get(KIND, value)
        if token is None:
            raise WeChatError(40014)
        if token["dies_at"] is not None and token["dies_at"] <= self._now():
            raise WeChatError(40001)
        if token["expires_at"] <= self._now():
            raise WeChatError(42001)
        return str(token["app_id"])

    def kill(self) -> int:
        """Every living token dies now, without grace; answers how many."""
        living = [token for token in self._store.all(KIND) if self._lives(token)]
        for token in living:
            self._supersede(token, 0)
        return len(living)

    def expire(self) -> int:
        """Every living token reaches its expiry now (42001 from now on); answers how many."""
        living = [token for token in self._store.all(KIND) if self._lives(token)]
        for token in living:
            self._store.put(KIND, token["value"], {**token, "expires_at": self._now(), "dies_at": None})
        return len(living)

    def overview(self) -> list[Document]:
        """The tokens of the last hours without their values, newest first."""
        fields = ("chain", "issued_at", "expires_at", "dies_at")
        rows = [{**{f: t[f] for f in fields}, "tail": t["value"][-6:], "lives": self._lives(t)} for t in self._all()]
        return rows[::-1][:10]

    def _all(self) -> list[Document]:
        return [token for token in self._store.all(KIND) if token["app_id"] == self._app_id]

    def _now(self) -> float:
        return self._account.clock()

    def _lives(self, token: Document) -> bool:
        ends = [token["expires_at"], *([token["dies_at"]] if token["dies_at"] is not None else [])]
        return float(min(ends)) > self._now()

    def _current(self, chain: str) -> Document | None:
        newest = next((token for token in reversed(self._all()) if token["chain"] == chain), None)
        return newest if newest and self._lives(newest) else None

    def _new(self, chain: str) -> Document:
        now = self._now()
        value = f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(96)}"
        token = {"value": value, "app_id": self._app_id, "chain": chain, "issued_at": now}
        token |= {"expires_at": now + LIFETIME, "dies_at": None}
        self._store.put(KIND, value, token)
        self._account.count("tokens_issued")
        return token

    def _supersede(self, token: Document | None, grace: float) -> None:
        if token is not None:
            self._store.put(KIND, token["value"], {**token, "dies_at": self._now() + grace})

    def _may_force(self) -> bool:
        """Too quick a call just gets the current token; the 21st of a day is refused with 45009."""
        today = day_of(self._now())
        record = self._store.get("wechat.force_refresh", self._app_id) or {"at": None, "day": today, "n": 0}
        if record["at"] is not None and self._now() - record["at"] < FORCE_INTERVAL:
            return False
        used = record["n"] if record["day"] == today else 0
        if used >= FORCE_PER_DAY:
            raise WeChatError(45009)
        self._store.put("wechat.force_refresh", self._app_id, {"at": self._now(), "day": today, "n": used + 1})
        return True

    def _answer(self, token: Document) -> Document:
        return {"access_token": token["value"], "expires_in": int(token["expires_at"] - self._now())}
