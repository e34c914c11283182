"""Which notification address WeChat Pay takes: a public one with a path and without a query (contract B3)."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from sandbox.wechat_pay.errors import PayError, wrong

FIELD = "/body/notify_url"


class Addresses:
    """Checks against the product's host, which counts as public here although it is this machine."""

    def __init__(self, product_url: str) -> None:
        self._product = urlsplit(product_url)

    def check(self, url: str) -> None:
        """Raises PARAM_ERROR."""
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            raise _bad(url) from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise _bad(url)
        if parts.query or parts.fragment or url.endswith(("?", "#")):
            raise wrong(FIELD, "不能带参数", url)
        if parts.path in ("", "/"):
            raise wrong(FIELD, "缺少路径", url)
        if not self._is_public(parts):
            raise wrong(FIELD, "必须是外网可以访问的地址", url)

    def reached_at(self, url: str) -> str:
        """Where the simulator finds it: the path at the product."""
        return f"{self._product.scheme}://{self._product.netloc}{urlsplit(url).path}"

    def _is_public(self, parts: SplitResult) -> bool:
        host = str(parts.hostname)
        if host in (self._product.hostname, "campus.localhost"):
            return True
        try:
            return ipaddress.ip_address(host).is_global
        except ValueError:
            return "." in host and not host.endswith((".localhost", ".local", ".internal", ".lan"))


def _bad(url: str) -> PayError:
    return wrong(FIELD, "不是完整的 http 或 https 地址", url)
