"""Secrets from SSM Parameter Store: fetched once per process, on first use, never logged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.core.settings import SettingsError


class Secrets:
    """The SecureString parameters below the stage's prefix, by their name relative to it (``wechat/app_secret``)."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __repr__(self) -> str:
        return f"Secrets({sorted(self._values)})"

    def get(self, name: str) -> str:
        """The secret's value; :class:`SettingsError` when the parameter was never set."""
        value = self._values.get(name, "")
        if not value:
            raise SettingsError(f"SSM parameter {name} is missing")
        return value

    @property
    def session_keys(self) -> list[str]:
        """Signing keys of sessions, the signing one first; the older ones are still accepted."""
        return [key.strip() for key in self.get("session_keys").split(",") if key.strip()]


def fetch_secrets(ssm: Any, prefix: str) -> Secrets:
    """Read every parameter below ``prefix`` (a page holds ten, so it pages)."""
    values: dict[str, str] = {}
    token: dict[str, str] = {}
    while True:
        page = ssm.get_parameters_by_path(Path=prefix, Recursive=True, WithDecryption=True, **token)
        for parameter in page["Parameters"]:
            values[parameter["Name"].removeprefix(prefix + "/")] = parameter["Value"]
        if not page.get("NextToken"):
            return Secrets(values)
        token = {"NextToken": page["NextToken"]}
