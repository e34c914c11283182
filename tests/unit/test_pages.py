"""The built pages over HTTP: what is answered, how long it may be kept, and what a page may do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from chalice import Chalice
from chalice.test import Client, HTTPResponse

from chalicelib.core import pages, runtime
from tests.browser import page_album
from tests.browser.album_pages import PHONE_PAGES

ROOT = Path(__file__).resolve().parents[2]

SHELL = '<!doctype html><link rel="icon" href="/assets/icon-1a2b3c.svg"><title>东南电化</title>'
ADMIN = "<!doctype html><title>管理端</title>"
H5_POLICY = (
    "default-src 'none'; script-src 'self' https://res.wx.qq.com/open/js/jweixin-1.6.0.js; style-src 'self'; "
    "img-src 'self' data: blob: https://thirdwx.qlogo.cn https://wx.qlogo.cn "
    "https://mmbiz.qpic.cn https://mmbiz.qlogo.cn https://open.weixin.qq.com https://test-photos.s3.cn-north-1.amazonaws.com.cn; "
    "font-src 'self'; connect-src 'self' https://test-photos.s3.cn-north-1.amazonaws.com.cn; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; "
    "frame-ancestors http://phone.test"
)


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: None) -> Iterator[Path]:
    """A small build in place of the real one."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(SHELL)
    (folder / "admin.html").write_text(ADMIN)
    (folder / "assets" / "h5-1a2b3c.js").write_text("export const 名 = 1")
    (folder / "assets" / "icon-1a2b3c.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(pages, "STATIC", folder)
    monkeypatch.setenv("FRAME_ANCESTORS", "http://phone.test")
    monkeypatch.setenv("WECHAT_OPEN_BASE_URL", "https://open.weixin.qq.com")
    runtime.reset()
    pages.forget()
    yield folder
    pages.forget()


def get(path: str, headers: dict[str, str] | None = None) -> HTTPResponse:
    """Ask an app that has the pages only."""
    app = Chalice(app_name="pages")
    app.register_blueprint(pages.bp)
    with Client(app, stage_name="test") as client:
        answer: HTTPResponse = client.http.get(path, headers=headers or {})
        return answer


def addresses(shown: Sequence[page_album.Shown]) -> list[str]:
    """Every page the router knows (tests/unit/test_docs.py compares them), as somebody would open it who was sent the link."""
    return [page.route.replace(":id", "01J") for page in shown if ":rest" not in page.route]


@pytest.mark.parametrize("path", addresses(page_album.PHONE_PAGES))
def test_h5_pages_are_the_h5_shell(static: Path, path: str) -> None:
    answer = get(path)
    assert (answer.status_code, answer.body.decode()) == (200, SHELL)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/admin", "/admin/visits/01J", "/admin/logistics/stock/NAOH32", *addresses(page_album.OFFICE_PAGES)]
)
def test_office_pages_are_the_office_shell_that_nobody_may_frame(static: Path, path: str) -> None:
    answer = get(path)
    assert (answer.status_code, answer.body.decode()) == (200, ADMIN)
    assert answer.headers["Content-Security-Policy"].endswith("; frame-ancestors 'none'")


def test_an_unknown_page_is_shown_by_the_h5_pages_and_is_404(static: Path) -> None:
    answer = get("/nothing/here")
    assert (answer.status_code, answer.body.decode()) == (404, SHELL)


def test_a_shell_is_asked_for_every_time_and_sent_only_when_it_changed(static: Path) -> None:
    etag = get("/").headers["ETag"]
    assert etag.startswith('W/"')
    for offered in (etag, etag.removeprefix("W/"), f'"other", {etag}'):
        answer = get("/", {"If-None-Match": offered})
        assert (answer.status_code, answer.body) == (304, b"")
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == (etag, "no-cache")
    assert get("/", {"If-None-Match": '"other"'}).status_code == 200
    (static / "index.html").write_text(SHELL + "<p>")
    pages.forget()
    changed = get("/", {"If-None-Match": etag})
    assert (changed.status_code, changed.body.decode()) == (200, SHELL + "<p>")


def test_an_asset_is_kept_for_a_year(static: Path) -> None:
    answer = get("/assets/h5-1a2b3c.js")
    assert (answer.status_code, answer.body.decode()) == (200, "export const 名 = 1")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_svg_opened_by_itself_runs_nothing(static: Path) -> None:
    assert get("/assets/icon-1a2b3c.svg").headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone-000000.js",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e%2fadmin.html",
        "/assets/..",
        "/secret.txt",
        "/robots.txt",
    ],
)
def test_nothing_but_the_build_is_served(static: Path, path: str) -> None:
    answer = get(path)
    assert (answer.status_code, answer.body.decode()) == (404, "没有这个文件")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("file", ["../admin.html", "../../secret.txt", "/etc/passwd", "", ".", "..", "index.html"])
def test_a_decoded_path_never_leaves_the_folder(static: Path, file: str) -> None:
    assert pages.read_page(f"assets/{file}") is None


def test_security_headers_of_the_h5_pages(static: Path) -> None:
    headers = get("/").headers
    assert headers["Content-Security-Policy"] == H5_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=(), payment=()"
    assert "Strict-Transport-Security" not in headers


def test_tls_is_insisted_on_where_cookies_are_secure(static: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOKIE_SECURE", "true")
    runtime.settings.cache_clear()
    assert get("/").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_icon_is_the_one_of_the_pages(static: Path) -> None:
    answer = get("/favicon.ico")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/assets/icon-1a2b3c.svg")


def test_the_offline_helper_lies_at_the_top_and_is_checked_every_time(static: Path) -> None:
    assert get("/sw.js").status_code == 404
    (static / "sw.js").write_text("self.addEventListener('fetch', () => {})")
    pages.forget()
    answer = get("/sw.js")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_a_package_without_pages_says_so(static: Path) -> None:
    (static / "index.html").unlink()
    pages.forget()
    with pytest.raises(pages.PagesMissing):
        pages.h5_page()


def test_a_notice_leads_to_a_page_of_the_phone() -> None:
    notices = [path for path in (ROOT / "chalicelib" / "domains").rglob("*notices*.py") if path.is_file()]
    named = {
        place for path in notices for place in re.findall(r'"(/(?:visitor|logistics|canteen)[^"]*)"', path.read_text())
    }
    pages = {re.sub(r":\w+", "*", shown.route) for shown in PHONE_PAGES}
    assert len(named) > 5
    assert {re.sub(r"{[^}]+}", "*", place) for place in named} - pages == set()
