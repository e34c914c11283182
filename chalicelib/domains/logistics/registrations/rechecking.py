"""Looking at a truck again when LE calls it."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domains.logistics.registrations.registration import Registration


def recheck(registration: Registration, now: datetime) -> tuple[str, ...]:
    raise NotImplementedError
