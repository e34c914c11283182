"""Logistics' ways to the plant's systems, built on first use from settings and secrets."""

from __future__ import annotations

from chalicelib.core import runtime
from chalicelib.integrations.mes.client import MesClient, mes_house


def mes_client() -> MesClient:
    """The tank farm's system of this deployment."""
    settings = runtime.settings()
    house = mes_house(settings.mes_base_url, settings.mes_client_id, runtime.secrets().get("mes/secret"))
    return MesClient(house, settings.site_code)
