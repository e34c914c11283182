"""WeChat fetches the ownership file of the domain from the packaged stack."""

from __future__ import annotations

import pytest
import requests

from sandbox.cloud.stack import DOMAIN_FILE, Stack

pytestmark = pytest.mark.stack


@pytest.mark.parametrize(
    ("filename", "reason"), [(DOMAIN_FILE, "ok"), ("MP_verify_0000000000000000.txt", "unreachable")]
)
def test_wechat_finds_the_file_and_no_other(stack: Stack, filename: str, reason: str) -> None:
    answer = requests.post(f"{stack.sandbox_api}/sandbox/wechat/domain-check", json={"filename": filename}, timeout=15)
    assert answer.json()["reason"] == reason
