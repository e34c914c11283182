"""The built pages through API Gateway: compressed, kept or checked, and never more than the build."""

from __future__ import annotations

import re
import zipfile
from urllib.parse import urlsplit

import pytest
import requests

from sandbox.cloud.stack import Stack


def get(stack: Stack, path: str, **headers: str) -> requests.Response:
    """Ask for a page; the Host header stands in for name resolution."""
    named = {"Host": urlsplit(stack.public_url).netloc, "Accept-Encoding": "gzip", **headers}
    return requests.get(f"http://127.0.0.1:{stack.cloud.port}{path}", headers=named, timeout=30, allow_redirects=False)


@pytest.fixture(scope="module")
def packaged(stack: Stack) -> dict[str, str]:
    """The pages as they were deployed, by their path below the static folder."""
    folder = "chalicelib/static/"
    with zipfile.ZipFile(stack.build / "code.zip") as archive:
        names = [name for name in archive.namelist() if name.startswith(folder)]
        return {name.removeprefix(folder): archive.read(name).decode() for name in names}


def scripts_of(shell: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/assets/[^"]+\.js)"', shell)


@pytest.mark.parametrize(
    ("path", "file"), [("/", "index.html"), ("/visitor/visits/01J", "index.html"), ("/admin", "admin.html")]
)
def test_a_shell_and_all_it_loads_are_served(stack: Stack, packaged: dict[str, str], path: str, file: str) -> None:
    shell = get(stack, path)
    assert shell.status_code == 200
    assert shell.text == packaged[file]
    scripts = scripts_of(shell.text)
    assert scripts
    for script in scripts:
        answer = get(stack, script)
        assert answer.status_code == 200
        assert answer.text == packaged[script.removeprefix("/")]
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_large_answers_are_compressed_for_those_who_take_it(stack: Stack, packaged: dict[str, str]) -> None:
    name = max((name for name in packaged if name.endswith(".js")), key=lambda name: len(packaged[name]))
    packed = get(stack, f"/{name}")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < len(packaged[name]) / 2
    plain = get(stack, f"/{name}", **{"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.text == packed.text == packaged[name]


def test_a_known_shell_is_not_sent_again(stack: Stack) -> None:
    first = get(stack, "/")
    again = get(stack, "/", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_the_h5_pages_may_be_framed_by_the_phone_and_the_office_by_nobody(stack: Stack) -> None:
    assert get(stack, "/").headers["Content-Security-Policy"].endswith(f"frame-ancestors {stack.sandbox_url}")
    assert get(stack, "/admin").headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


@pytest.mark.parametrize(
    "path", ["/assets/..%2findex.html", "/assets/%2e%2e%2f%2e%2e%2fapp.py", "/assets/nothing.js", "/app.py"]
)
def test_nothing_but_the_build_is_served(stack: Stack, path: str) -> None:
    answer = get(stack, path)
    # 403: API Gateway decoded the path and knows no such route; 404: no such file, or the shell's own "not found".
    assert answer.status_code in (403, 404)
    assert "chalicelib" not in answer.text
