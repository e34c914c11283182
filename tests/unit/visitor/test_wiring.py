"""The gate adapter as a deployment configures it."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.core import runtime
from chalicelib.core.secrets import Secrets
from chalicelib.domains.visitor.wiring import gate_client
from tests.support.environment import SECRETS

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


@pytest.mark.usefixtures("environment")
def test_public_certificates_hold_by_default() -> None:
    client = gate_client()
    assert client.artemis.http.ca_file is None
    assert client.rights_path == "/api/visitor/v1/auth/download/result"


@pytest.mark.usefixtures("environment")
def test_a_self_signed_certificate_is_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "fetch_secrets", lambda ssm, prefix: Secrets({**SECRETS, "gate/ca_certificate": PEM}))
    runtime.secrets.cache_clear()
    pinned = gate_client().artemis.http.ca_file
    assert pinned is not None
    assert Path(pinned).read_text() == PEM
    Path(pinned).unlink()
    runtime.secrets.cache_clear()


@pytest.mark.usefixtures("environment")
def test_the_rights_path_is_the_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATE_RIGHTS_PATH", "/api/visitor/v2/auth/result")
    runtime.settings.cache_clear()
    assert gate_client().rights_path == "/api/visitor/v2/auth/result"
    runtime.settings.cache_clear()
