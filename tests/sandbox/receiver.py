"""A tiny product that only listens: what the simulators push is recorded."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SIGNED = (
    *("X-Client-Id", "X-Timestamp", "X-Nonce", "X-Sign"),
    *("Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial", "Wechatpay-Signature-Type"),
)


class Receiver(BaseHTTPRequestHandler):
    """A product that records what it gets; `answers` are used up one by one, then everything is fine."""

    url: str
    received: list[tuple[str, dict[str, list[str]], bytes, str]]
    signatures: list[dict[str, str]]
    answers: list[int]
    files: dict[str, bytes]

    def do_GET(self) -> None:
        query = self.record(b"")
        path = urlsplit(self.path).path
        self.reply(200, self.files.get(path, query.get("echostr", [""])[0].encode()))

    def do_POST(self) -> None:
        self.record(self.rfile.read(int(self.headers["content-length"])))
        self.reply(self.answers.pop(0) if self.answers else 200, b"success")

    def record(self, body: bytes) -> dict[str, list[str]]:
        query = parse_qs(urlsplit(self.path).query)
        self.signatures.append({name: self.headers[name] for name in SIGNED if name in self.headers})
        self.received.append((urlsplit(self.path).path, query, body, self.headers.get("content-type", "")))
        return query

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def listening(kind: type[HTTPServer] = HTTPServer) -> Iterator[type[Receiver]]:
    """A receiver with empty records on a free port; a browser needs a threading one, it keeps idle connections open."""
    handler: type[Receiver] = type("Fresh", (Receiver,), {"received": [], "signatures": [], "answers": [], "files": {}})
    server = kind(("127.0.0.1", 0), handler)
    handler.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield handler
    server.shutdown()
    server.server_close()


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that happens in the background."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.01)
