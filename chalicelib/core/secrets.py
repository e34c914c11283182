"""Secrets from SSM Parameter Store: each fetched once per process, on first use, never logged.

One by one and not by path: a function's policy names the parameters it may read, so the gate's worker cannot read the
keys that sign sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.core.settings import SettingsError

Fetch = Callable[[str], str]


class Secrets:
    """The SecureString parameters below the stage's prefix, by their name relative to it (``wechat/app_secret``)."""

    def __init__(self, values: Mapping[str, str], fetch: Fetch | None = None) -> None:
        self._values = dict(values)
        self._fetch = fetch

    def __repr__(self) -> str:
        return f"Secrets({sorted(self._values)})"

    def get(self, name: str) -> str:
        """The secret's value; :class:`SettingsError` when the parameter was never set."""
        if name not in self._values and self._fetch is not None:
            self._values[name] = self._fetch(name)
        value = self._values.get(name, "")
        if not value:
            raise SettingsError(f"SSM parameter {name} is missing")
        return value

    def find(self, name: str) -> str | None:
        """The value of a parameter that need not exist."""
        try:
            return self.get(name)
        except SettingsError:
            return None

    @property
    def session_keys(self) -> list[str]:
        """Signing keys of sessions, the signing one first; the older ones are still accepted."""
        return [key.strip() for key in self.get("session_keys").split(",") if key.strip()]


def fetch_secrets(ssm: Any, prefix: str) -> Secrets:
    """Secrets that are read from SSM below ``prefix`` when they are first asked for."""

    def fetch(name: str) -> str:
        try:
            answer = ssm.get_parameter(Name=f"{prefix}/{name}", WithDecryption=True)
        except ssm.exceptions.ParameterNotFound:
            raise SettingsError(f"SSM parameter {name} is missing") from None
        return str(answer["Parameter"]["Value"])

    return Secrets({}, fetch)
