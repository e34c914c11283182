"""The visitor domain's way to the gate platform, built on first use from settings and secrets."""

from __future__ import annotations

import tempfile

from chalicelib.core import runtime
from chalicelib.integrations.gate.client import GateClient
from chalicelib.integrations.gate.passage_client import PassageClient
from chalicelib.integrations.gate.transport import PEER, Artemis
from chalicelib.integrations.http import READ_SECONDS, Http
from chalicelib.integrations.park.client import ParkClient, park_house

CA_PARAMETER = "gate/ca_certificate"
"""Optional: the certificate (PEM) that a platform with a self-signed one shows; without it the public authorities hold."""


def gate_client(read_seconds: float = READ_SECONDS) -> GateClient:
    """The platform of this deployment, given up after ``read_seconds`` without an answer."""
    settings = runtime.settings()
    return GateClient(
        artemis(read_seconds),
        settings.gate_privilege_group_ids,
        rights_path=settings.gate_rights_path,
        rights_again_path=settings.gate_rights_again_path,
    )


def passage_client() -> PassageClient:
    """The same platform's record of who passed."""
    return PassageClient(artemis())


def events_address() -> str:
    """Where the platform sends its events. The token keeps strangers out: the address is never logged."""
    settings = runtime.settings()
    base = settings.gate_events_base_url or settings.public_base_url
    return f"{base}/api/gate/events/{runtime.secrets().get('gate/event_token')}"


def artemis(read_seconds: float = READ_SECONDS) -> Artemis:
    """The gateway to the platform."""
    settings, secrets = runtime.settings(), runtime.secrets()
    return Artemis(
        settings.gate_base_url,
        secrets.get("gate/app_key"),
        secrets.get("gate/app_secret"),
        http=Http(PEER, read_seconds=read_seconds, ca_file=_as_file(secrets.find(CA_PARAMETER))),
    )


def park_client() -> ParkClient | None:
    """The park of this deployment, ``None`` when it is switched off."""
    settings = runtime.settings()
    if not settings.park_base_url:
        return None
    house = park_house(settings.park_base_url, settings.park_client_id, runtime.secrets().get("park/secret"))
    return ParkClient(house, settings.park_enterprise_code, settings.park_area)


def _as_file(certificate: str | None) -> str | None:
    """requests takes a pinned certificate as a file only."""
    if certificate is None:
        return None
    with tempfile.NamedTemporaryFile("w", prefix="gate-ca-", suffix=".pem", delete=False) as file:
        file.write(certificate)
    return file.name
