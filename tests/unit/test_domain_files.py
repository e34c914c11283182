"""The files by which WeChat checks that the domain is ours."""

from __future__ import annotations

import pytest
from chalice import Chalice
from chalice.test import Client

from chalicelib.core import pages, runtime
from chalicelib.core.settings import SettingsError, read_settings
from tests.support.environment import ENVIRONMENT

FIRST, SECOND = "MP_verify_0123456789abcdef.txt", "MP_verify_ABCDEFGHIJKLMNOP.txt"
SETTING = f"{FIRST}=0123456789abcdef, {SECOND}=ABCDEFGHIJKLMNOP"


@pytest.mark.parametrize(
    ("name", "status", "text"),
    [
        (FIRST, 200, "0123456789abcdef"),
        (SECOND, 200, "ABCDEFGHIJKLMNOP"),
        ("MP_verify_0000000000000000.txt", 404, None),
        (FIRST.lower(), 404, None),
    ],
)
def test_what_is_configured_is_served_and_nothing_else(
    environment: None, monkeypatch: pytest.MonkeyPatch, name: str, status: int, text: str | None
) -> None:
    monkeypatch.setenv("WECHAT_DOMAIN_FILES", SETTING)
    runtime.reset()
    app = Chalice(app_name="pages")
    app.register_blueprint(pages.bp)
    with Client(app, stage_name="test") as client:
        answer = client.http.get(f"/{name}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert text is None or answer.body == text.encode()


@pytest.mark.parametrize(
    "setting",
    ["index.html=0123456789abcdef", f"{FIRST}=<script>", "MP_verify_x.txt=0123456789abcdef", FIRST],
)
def test_anything_else_is_a_mistake_in_the_settings(setting: str) -> None:
    with pytest.raises(SettingsError, match="WECHAT_DOMAIN_FILES"):
        read_settings({**ENVIRONMENT, "WECHAT_DOMAIN_FILES": setting})


def test_none_is_fine() -> None:
    assert read_settings(ENVIRONMENT).wechat_domain_files == {}
