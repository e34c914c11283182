"""Functions that rarely call a peer must not pay for its libraries on every cold start."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("requests", "wechatpy", "urllib3.connectionpool", "moto", "pydantic")


def _imported(module: str, then: str = "pass") -> set[str]:
    script = f"import json, sys, {module}; {then}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "module",
    [
        "chalicelib.integrations.errors",
        "chalicelib.integrations.gate.port",
        "chalicelib.integrations.wechat_pay.port",
        "chalicelib.integrations.wechat_pay.notifications",
        "chalicelib.integrations.wechat.callback",
        "chalicelib.integrations.wechat.tokens",
        "chalicelib.domains.channel.wiring",
        "chalicelib.domains.channel.menus.service",
    ],
)
def test_a_module_that_is_imported_early_is_light(module):
    assert {name for name in _imported(module) if name in HEAVY} - _imported("pynamodb.models") == set()


@pytest.mark.parametrize("part", ["port", "notifications", "bill", "client"])
def test_wechat_pay_loads_cryptography_when_something_is_signed(part):
    assert "cryptography" not in _imported(f"chalicelib.integrations.wechat_pay.{part}")


def test_the_adapters_do_need_requests():
    assert "requests" in _imported("chalicelib.integrations.gate.client")
    assert {"requests", "wechatpy"} <= _imported("chalicelib.integrations.wechat.client")


@pytest.mark.parametrize(
    "part", ["archive.le_push", "registrations.le_push", "reports.le_push", "lanes.refreshing", "wiring"]
)
def test_what_le_worker_loads_is_its_adapter_alone(part):
    loaded = _imported(f"chalicelib.domains.logistics.{part}")
    assert not {"pydantic", "wechatpy", "cryptography", "chalicelib.integrations.gate.client"} & loaded


def test_the_api_loads_what_few_requests_need_on_their_first_use():
    rare = {
        "requests",
        "xlsxwriter",
        "chalicelib.integrations.gate.client",
        "chalicelib.integrations.le.client",
        "chalicelib.core.workbook",
    }
    routing = "chalicelib.core.routing"
    loaded = _imported(f"app, {routing}", f"{routing}.load_all()")
    assert "chalicelib.domains.visitor.api" in loaded
    assert rare & loaded == set()
    assert "xlsxwriter" in _imported("chalicelib.domains.visitor.workbook")
