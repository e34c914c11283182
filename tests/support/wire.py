"""A transport that answers what a test tells it to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from chalicelib.integrations.errors import PeerError
from chalicelib.integrations.http import Answer, Http


@dataclass
class Wire:
    """Answers one by one; keeps what was sent."""

    peer: str
    answers: list[tuple[int, Any]]
    sent: list[dict[str, Any]] = field(default_factory=list)

    def exchange(self, method: str, url: str, **what: Any) -> Answer:
        """The next answer."""
        self.sent.append({"method": method, "url": url, **what})
        status, body = self.answers.pop(0)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Answer(status, raw, {})

    def lost(self, code: str, message: str, repeatable: bool, peer_code: str = "") -> PeerError:
        """As the real transport sorts a doubtful answer."""
        return Http(self.peer).lost(code, message, repeatable, peer_code)

    def bodies(self) -> list[Any]:
        """What was sent, read."""
        return [json.loads(call["body"]) if call["body"] else None for call in self.sent]
