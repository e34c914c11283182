"""A sender of short messages in memory behind the SMS port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.integrations.errors import Retryable


@dataclass
class FakeSms:
    """``trouble`` is called with (operation, "before" | "after") and may raise: the fault wrapper's hook."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    """Phone and code, in the order they were taken over."""
    down: bool = False
    trouble: Callable[[str, str], None] = lambda operation, moment: None

    def send_code(self, phone: str, code: str, minutes: int) -> None:
        """See the port."""
        if self.down:
            raise Retryable("peer_unreachable", "no connection", "sms", sent=False)
        self.trouble("send_code", "before")
        self.sent.append((phone, code))
        self.trouble("send_code", "after")

    def codes(self, phone: str) -> list[str]:
        """What this phone got, oldest first."""
        return [code for number, code in self.sent if number == phone]
