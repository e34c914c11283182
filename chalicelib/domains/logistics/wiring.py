"""The logistics domain's ways to LE and MES, built on first use from settings and secrets."""

from __future__ import annotations

import base64
import binascii
from functools import cache

from chalicelib.core import runtime
from chalicelib.core.settings import SettingsError
from chalicelib.integrations.http import READ_SECONDS, Http
from chalicelib.integrations.le.client import PEER as LE
from chalicelib.integrations.le.client import LeClient, le_house
from chalicelib.integrations.le.port import LePort
from chalicelib.integrations.mes.client import MesClient, mes_house
from chalicelib.integrations.mes.port import MesPort

IMPATIENT_SECONDS = 3.0
"""How long somebody who looks at a screen waits for LE."""
ID_NUMBER_KEY = "le/id_number_key"
_KEY_BYTES = 32


def le_port(read_seconds: float = READ_SECONDS) -> LePort:
    """LE of this deployment, given up after ``read_seconds`` without an answer."""
    settings = runtime.settings()
    http = Http(LE, read_seconds=read_seconds)
    house = le_house(settings.le_base_url, settings.le_client_id, runtime.secrets().get("le/secret"), http)
    return LeClient(house, settings.site_code, id_number_key)


def mes_port() -> MesPort:
    """MES of this deployment; it has three seconds to answer."""
    settings = runtime.settings()
    house = mes_house(settings.mes_base_url, settings.mes_client_id, runtime.secrets().get("mes/secret"))
    return MesClient(house, settings.site_code)


def id_number_key() -> bytes:
    """What ID numbers are sealed with on their way to LE; only the functions that send them may read it."""
    try:
        key = base64.b64decode(runtime.secrets().get(ID_NUMBER_KEY), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise SettingsError(f"SSM parameter {ID_NUMBER_KEY} must be 32 bytes in base64")
    return key


@cache
def patient_le() -> LePort:
    """The queue's and the schedules' LE, one a process."""
    return le_port()


@cache
def impatient_le() -> LePort:
    """The screens' LE, one a process."""
    return le_port(IMPATIENT_SECONDS)


@cache
def mes() -> MesPort:
    """MES, one a process."""
    return mes_port()
