"""What the product wants of a sender of short messages. Raises the errors of :mod:`chalicelib.integrations.errors`.

Sending is not repeatable: a message that was sent twice was paid twice and counts twice against the carrier's limits.
"""

from __future__ import annotations

from typing import Protocol


class SmsPort(Protocol):
    """The sender."""

    def send_code(self, phone: str, code: str, minutes: int) -> None:
        """Hand ``code``, valid for ``minutes``, over for ``phone`` (11 digits): taken over, not yet delivered.

        Raises :class:`Refused` with ``sms_*`` when it will not be delivered, :class:`Retryable` when nothing was sent,
        :class:`UnknownOutcome` when it may have been.
        """
        ...
