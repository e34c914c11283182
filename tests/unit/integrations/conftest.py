"""A peer on a real socket that answers as it is told and keeps the bytes it received."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.support.patience import PatientHttp


@dataclass
class Received:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class ScriptedPeer:
    """``answers`` are used up in order: a status with a body, ``drop``, ``hang``, ``half``, or a function."""

    url: str = ""
    answers: list[Any] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the test is done with this peer: whoever hangs lets go."""

    def says(self, *answers: Any) -> None:
        self.answers[:] = answers

    def http(self, name: str) -> PatientHttp:
        """A transport that waits for every answer but one that never comes."""
        return PatientHttp(name, silent=lambda: self.answers[:1] == [HANG])


DROP, HANG, HALF = "drop", "hang", "half"


def _handler(peer: ScriptedPeer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Received(self.command, self.path, headers, body)
            peer.received.append(request)
            answer = peer.answers.pop(0) if peer.answers else (500, b"nothing scripted")
            answer = answer(request) if isinstance(answer, Callable) else answer
            self.close_connection = True
            if answer == HANG:
                peer.over.wait(30)
            elif answer == HALF:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
            elif answer != DROP:
                self._answer(*answer)

        def _answer(self, status: int, content: Any) -> None:
            data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Connection", "close")
            # In one piece with the headers: two would let a busy machine cut the answer in half.
            self._headers_buffer.append(b"\r\n" + data)
            self.flush_headers()

        do_GET = do_POST = _serve  # noqa: N815 (names given by http.server)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture
def peer() -> Iterator[ScriptedPeer]:
    peer = ScriptedPeer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(peer))
    server.daemon_threads = True
    peer.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield peer
    peer.over.set()
    server.shutdown()
    server.server_close()
    thread.join()
