"""WeChat's template messages in memory: the same message id to the same person within ten minutes is one message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domains.channel.notify import Message
from chalicelib.integrations.errors import PeerError

REMEMBERED = timedelta(minutes=10)


@dataclass
class FakeWeChat:
    """``trouble`` is called with (operation, "before" | "after") and may raise: the fault wrapper's hook."""

    clock: Callable[[], datetime]
    delivered: list[tuple[datetime, Message]] = field(default_factory=list)
    attempts: int = 0
    answer_with: PeerError | None = None
    trouble: Callable[[str, str], None] = lambda operation, moment: None

    def send(self, message: Message) -> str:
        """Accept a message."""
        self.attempts += 1
        self.trouble("send", "before")
        if self.answer_with is not None:
            raise self.answer_with
        now = self.clock()
        known = [
            at
            for at, earlier in self.delivered
            if (earlier.openid, earlier.message_id) == (message.openid, message.message_id)
        ]
        if not any(now - at < REMEMBERED for at in known):
            self.delivered.append((now, message))
        self.trouble("send", "after")
        return str(len(self.delivered))

    def shown_to(self, openid: str) -> list[str]:
        """The results a person's chat shows, in order."""
        return [message.data["phrase3"] for _, message in self.delivered if message.openid == openid]
