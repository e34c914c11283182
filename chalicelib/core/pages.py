"""The built pages (chalicelib/static) over HTTP: two shells that are always checked, hashed assets that never change.

Everything is text, so that API Gateway answers it without base64 and compresses it itself (``minimum_compression_size``
in .chalice/config.json); binary answers would need a catch-all binary type on the API, and with Chalice an ``Accept``
header on every call.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chalice import Blueprint, Response

from chalicelib.core import runtime
from chalicelib.core.errors import NotFound
from chalicelib.core.http import problem_response
from chalicelib.core.settings import Settings
from chalicelib.core.texts import TEXTS

STATIC = Path(__file__).resolve().parents[1] / "static"
# The H5 pages' first path part (screens); anything else is answered with the same shell and 404.
AREAS = frozenset({"sign-in", "visitor", "logistics", "canteen", "me", "office-sign-in", "privacy", "news"})
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
FOREVER = "public, max-age=31536000, immutable"
CHECK_EVERY_TIME = "no-cache"
# Where WeChat keeps its users' pictures.
AVATAR_HOSTS = ("https://thirdwx.qlogo.cn", "https://wx.qlogo.cn")
# Where it keeps the pictures of articles.
PICTURE_HOSTS = ("https://mmbiz.qpic.cn", "https://mmbiz.qlogo.cn")
_ICON = re.compile(r'<link rel="icon"[^>]*href="(/assets/[^"]+)"')

bp = Blueprint(__name__)


class PagesMissing(RuntimeError):
    """The package was made without the pages."""


@dataclass(frozen=True, slots=True)
class Page:
    """One built file."""

    text: str
    etag: str
    content_type: str


@cache
def read_page(name: str) -> Page | None:
    """A file at the top of the folder or in ``assets/``, or ``None``; names are looked up, never joined to a path."""
    path = _listing().get(name)
    if path is None:
        return None
    content = path.read_bytes()
    # Weak: API Gateway may answer the same page compressed.
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
    return Page(content.decode("utf-8"), etag, CONTENT_TYPES[path.suffix])


@cache
def _listing() -> Mapping[str, Path]:
    found = {}
    for prefix, folder in (("", STATIC), ("assets/", STATIC / "assets")):
        if folder.is_dir():
            found.update({prefix + path.name: path for path in folder.iterdir() if path.suffix in CONTENT_TYPES})
    return found


def content_security_policy(settings: Settings, *, framed: bool) -> str:
    """What a page may load and who may frame it (only the H5 pages, and only by whom the settings name).

    The H5 pages may also load WeChat's JS-SDK: that one file, not whatever else lies on its host.
    """
    images = (
        "'self'",
        "data:",
        "blob:",
        *AVATAR_HOSTS,
        *(PICTURE_HOSTS if framed else ()),
        settings.wechat_open_base_url,
        settings.photo_upload_origin,
    )
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' {settings.wechat_js_sdk_url}" if framed else "'self'",
        "style-src": "'self'",
        "img-src": " ".join(images),
        "font-src": "'self'",
        "connect-src": f"'self' {settings.photo_upload_origin}" if framed else "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": settings.frame_ancestors if framed else "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def security_headers(settings: Settings, *, framed: bool) -> dict[str, str]:
    """Headers of every page."""
    headers = {
        "Content-Security-Policy": content_security_policy(settings, framed=framed),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if settings.cookie_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def _shell(name: str, *, framed: bool, status: int = 200) -> Response:
    page = read_page(name)
    if page is None:
        raise PagesMissing(f"chalicelib/static/{name}: build the pages before packaging")
    headers = security_headers(runtime.settings(), framed=framed)
    return _answer(page, CHECK_EVERY_TIME, headers, status)


def _answer(page: Page, cache_control: str, headers: Mapping[str, str], status: int = 200) -> Response:
    """The page, or 304 when the caller has this very version."""
    complete: dict[str, str | list[str]] = {
        **headers,
        "Cache-Control": cache_control,
        "Content-Type": page.content_type,
        "ETag": page.etag,
    }
    if status == 200 and _caller_has(page.etag):
        return Response("", complete, 304)
    return Response(page.text, complete, status)


def _caller_has(etag: str) -> bool:
    """``If-None-Match`` compares weakly: the mark ``W/`` does not count."""
    offered = bp.current_request.headers.get("if-none-match", "") if bp.current_request else ""
    return any(tag.strip().removeprefix("W/") == etag.removeprefix("W/") for tag in offered.split(","))


def _not_found() -> Response:
    plain = CONTENT_TYPES[".txt"]
    headers = {"Content-Type": plain, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response("没有这个文件", dict(headers), 404)


def h5_page(area: str = "", **_parts: str) -> Response:
    """Any H5 page: the same shell, its router shows the page."""
    if area == "api":
        return problem_response(NotFound(), TEXTS)
    if "." in area:
        return _root_file(area)
    known = not area or area in AREAS
    return _shell("index.html", framed=True, status=200 if known else 404)


def _root_file(name: str) -> Response:
    """A file by which WeChat checks that the domain is ours: its text and nothing else, readable by anybody."""
    text = runtime.settings().wechat_domain_files.get(name)
    if text is None:
        return _not_found()
    headers = {"Content-Type": CONTENT_TYPES[".txt"], "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(text, dict(headers), 200)


def office_page(**_parts: str) -> Response:
    """Any page of the office: the same shell, its router shows the page."""
    return _shell("admin.html", framed=False)


for _path in ("/", "/{area}", "/{area}/{page}", "/{area}/{page}/{key}", "/{area}/{page}/{key}/{action}"):
    bp.route(_path, methods=["GET"])(h5_page)
for _path in ("/admin", "/admin/{page}", "/admin/{page}/{key}", "/admin/{page}/{key}/{action}"):
    bp.route(_path, methods=["GET"])(office_page)


@bp.route("/assets/{file}", methods=["GET"])
def asset(file: str) -> Response:
    """A hashed file: its name changes with its content, so nobody need ever ask again."""
    page = read_page(f"assets/{file}")
    if page is None:
        return _not_found()
    # An SVG opened by itself is a document and could run scripts.
    headers = (
        {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"} if file.endswith(".svg") else {}
    )
    return _answer(page, FOREVER, {"X-Content-Type-Options": "nosniff", **headers})


@bp.route("/sw.js", methods=["GET"])
def offline_helper() -> Response:
    """The service worker: at the top, so that it may serve every H5 page; browsers ask for a newer one by themselves."""
    page = read_page("sw.js")
    return _answer(page, CHECK_EVERY_TIME, {"X-Content-Type-Options": "nosniff"}) if page else _not_found()


@bp.route("/favicon.ico", methods=["GET"])
def favicon() -> Response:
    """Browsers ask for it wherever no page was shown first: the icon of the H5 pages."""
    shell = read_page("index.html")
    icon = _ICON.search(shell.text) if shell else None
    if icon is None:
        return _not_found()
    return Response("", {"Location": icon[1], "Cache-Control": "public, max-age=86400"}, 302)


def forget() -> None:
    """Read the files anew (tests that change them)."""
    read_page.cache_clear()
    _listing.cache_clear()
