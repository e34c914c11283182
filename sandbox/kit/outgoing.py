"""HTTP calls the simulators make. Blocking: callers run them in a thread."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

LARGEST_ANSWER = 1_000_000


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other."""

    def redirect_request(self, *_: object) -> None:
        """Not followed."""


_FOLLOWING, _STAYING = urllib.request.build_opener(), urllib.request.build_opener(_Stay)


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when nothing did (refused, timed out, unusable address)."""

    status: int
    body: bytes


def call(
    url: str,
    body: bytes | None = None,
    media: str = "",
    seconds: float = 5,
    headers: Mapping[str, str] | None = None,
    method: str | None = None,
    follow: bool = True,
) -> Answer:
    """`method`, otherwise GET, or POST when there is a body; redirects are followed unless told otherwise."""
    try:
        request = _request(url, body, media, headers or {}, method)
        with (_FOLLOWING if follow else _STAYING).open(request, timeout=seconds) as answer:
            return Answer(answer.status, answer.read(LARGEST_ANSWER))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read(LARGEST_ANSWER))
    except (OSError, ValueError):
        return Answer(0, b"")


def _request(
    url: str, body: bytes | None, media: str, more: Mapping[str, str], method: str | None
) -> urllib.request.Request:
    """Browsers know that *.localhost is this machine; many resolvers do not, so the address is put in by hand."""
    parts = urlsplit(url)
    headers = {**more, "Content-Type": media} if media else dict(more)
    if (parts.hostname or "").endswith(".localhost"):
        headers["Host"] = parts.netloc
        url = parts._replace(netloc=f"127.0.0.1:{parts.port or 80}").geturl()
    return urllib.request.Request(url, body, headers, method=method)
