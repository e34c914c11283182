"""Settings complain about everything at once, and secrets are read one by one and never shown."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.secrets import Secrets, fetch_secrets
from chalicelib.core.settings import SettingsError, read_settings
from tests.support.environment import ENVIRONMENT


def test_a_complete_environment() -> None:
    settings = read_settings({**ENVIRONMENT, "PUBLIC_BASE_URL": "https://campus.example.cn/"})
    assert settings.public_base_url == "https://campus.example.cn"
    assert settings.tables["visitor"] == "test-visitor"
    assert settings.gate_privilege_group_ids == ("visitor-gate-main",)


def test_every_problem_is_named() -> None:
    wrong = {**ENVIRONMENT, "COOKIE_SECURE": "maybe", "OUTBOX_RETRY_BASE_SECONDS": "0", "GATE_BASE_URL": "gate.local"}
    del wrong["TABLE_OUTBOX"]
    with pytest.raises(SettingsError) as complaint:
        read_settings(wrong)
    for name in ("COOKIE_SECURE", "OUTBOX_RETRY_BASE_SECONDS", "GATE_BASE_URL", "TABLE_OUTBOX"):
        assert name in str(complaint.value)


class ParameterNotFound(Exception):
    """As botocore raises it."""


class FakeParameters:
    """SSM with one parameter."""

    class exceptions:  # noqa: N801 - botocore's name
        ParameterNotFound = ParameterNotFound

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> Any:  # noqa: N803 - AWS's names
        self.asked.append(Name)
        if Name != "/campus/test/session_keys" or not WithDecryption:
            raise ParameterNotFound
        return {"Parameter": {"Value": "one, two"}}


def test_a_secret_is_read_once_when_it_is_needed() -> None:
    parameters = FakeParameters()
    secrets = fetch_secrets(parameters, "/campus/test")
    assert parameters.asked == []
    assert secrets.session_keys == secrets.session_keys == ["one", "two"]
    assert parameters.asked == ["/campus/test/session_keys"]


def test_a_missing_secret_is_named() -> None:
    with pytest.raises(SettingsError, match="gate/app_key"):
        fetch_secrets(FakeParameters(), "/campus/test").get("gate/app_key")


def test_secrets_are_not_shown() -> None:
    assert "hush" not in repr(Secrets({"session_keys": "hush"}))
